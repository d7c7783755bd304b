"""Before the opening: what dossiers want against what reviewers can give, option by option.

A first look, for "two readers of this theme are missing": a place is counted under every option that its reviewer
holds, so a positive balance does not promise a complete plan. `solver.allocate` decides.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kiif.methods.allocation.grid import SKILL, TERRITORY, THEME, Grid, prepare
from kiif.methods.allocation.model import Round

LANGUAGE = "language"


@dataclass(frozen=True)
class Option:
    """Of one language, theme, territory or skill: reads still wanted, places still free, and people who hold it."""

    kind: str
    name: str
    wanted: int
    places: int
    reviewers: int

    @property
    def balance(self) -> int:
        return self.places - self.wanted


def supply(asked: Round) -> tuple[Option, ...]:
    """All options of a round, the scarcest first.

    Of a language: all the reads of the dossiers that can be read in nothing else; of a theme or territory: as many as
    the rules ask; of a skill: as many as the dossiers ask. What is done, forced or read by all is already counted.
    """
    grid = prepare(asked)
    wanted = _wanted(grid)
    options = []
    for kind, name in sorted(wanted):
        able = [r for r, words in enumerate(_held(grid, kind)) if name in words or (kind == LANGUAGE and not words)]
        places = int(grid.room[able].sum())
        options.append(Option(kind, name, wanted[kind, name], places, len(able)))
    return tuple(sorted(options, key=lambda option: (option.balance, option.kind, option.name)))


def _wanted(grid: Grid) -> Counter[tuple[str, str]]:
    out: Counter[tuple[str, str]] = Counter()
    for d, dossier in enumerate(grid.dossiers):
        if len(set(dossier.languages)) == 1:
            out[LANGUAGE, next(iter(dossier.languages))] += int(grid.wanted[d])
    for need in grid.needs:
        dossier = grid.dossiers[need.dossier]
        names = {THEME: dossier.themes, TERRITORY: dossier.territories, SKILL: (need.name,)}[need.kind]
        for name in set(names):
            out[need.kind, name] += need.count
    return out


def _held(grid: Grid, kind: str) -> list[set[str]]:
    attribute = {LANGUAGE: "languages", THEME: "themes", TERRITORY: "territories", SKILL: "skills"}[kind]
    return [set(getattr(reviewer, attribute)) for reviewer in grid.reviewers]
