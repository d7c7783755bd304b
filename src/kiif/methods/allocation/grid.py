"""A round as arrays: who may read what, what is fixed, how well each pair fits, what each dossier still needs."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiif.methods.allocation.model import Dossier, Pair, Reviewer, Round, Rules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: What the draw that settles equal pairs may weigh, in affinity: never more than a small difference between themes.
DRAW: Final = 1e-4
THEME: Final = "theme"
TERRITORY: Final = "territory"
SKILL: Final = "skill"


@dataclass(frozen=True)
class Need:
    """Of the reads of `dossier` (row), `count` more should come from the reviewers of `mask` (m,)."""

    dossier: int
    kind: str
    name: str
    count: int
    mask: Bools


@dataclass(frozen=True, eq=False)
class Grid:
    """The round, rows and columns in the order of the keys.

    `common` (n, m): speak the same language; `conflicts`, `forbidden` (n, m); `fixed` (n, m): already decided (done,
    forced, calibration); `open` (n, m): may still be given; `earlier` (n, m): open and in the plan people have.
    `affinity` (n, m) in [0, 1]; `gain` (n, m): the same with the draw. `wanted` (n,): reads still to find; `room`
    (m,): dossiers that may still be given; `groups` (m,): number of the organisation; `places` (n, organisations):
    readers that each organisation may still send. `void`: done, but in conflict.
    """

    dossiers: tuple[Dossier, ...]
    reviewers: tuple[Reviewer, ...]
    rules: Rules
    common: Bools
    conflicts: Bools
    forbidden: Bools
    done: Bools
    forced: Bools
    fixed: Bools
    open: Bools
    earlier: Bools
    affinity: Floats
    gain: Floats
    wanted: Ints
    room: Ints
    capacity: Ints
    groups: Ints
    places: Ints
    needs: tuple[Need, ...]
    void: tuple[Pair, ...]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.dossiers), len(self.reviewers)

    def pair(self, d: int, r: int) -> Pair:
        return self.dossiers[d].key, self.reviewers[r].key


def prepare(asked: Round) -> Grid:
    """The arrays of a round. Reads by someone in conflict do not count; what is done is otherwise never undone."""
    dossiers = tuple(sorted(asked.dossiers, key=lambda d: d.key))
    reviewers = tuple(sorted(asked.reviewers, key=lambda r: r.key))
    rows = {d.key: i for i, d in enumerate(dossiers)}
    columns = {r.key: j for j, r in enumerate(reviewers)}

    def marked(pairs: Collection[Pair]) -> Bools:
        out = np.zeros((len(dossiers), len(reviewers)), dtype=np.bool_)
        for dossier, reviewer in pairs:
            out[rows[dossier], columns[reviewer]] = True
        return out

    conflicts, forbidden, forced = marked(asked.conflicts), marked(asked.forbidden), marked(asked.forced)
    common = _common(dossiers, reviewers)
    may = common & ~conflicts & ~forbidden
    said_done = marked(asked.done)
    done = said_done & ~conflicts
    everyone = np.array([d.calibration for d in dossiers], dtype=np.bool_)[:, None]
    fixed = done | forced | (everyone & may)
    is_open = may & ~fixed
    affinity = _affinity(dossiers, reviewers, asked.rules)
    capacity = np.array([r.capacity for r in reviewers], dtype=np.int64)
    groups, places = _organisations(dossiers, reviewers, asked.rules, fixed)
    return Grid(
        dossiers=dossiers,
        reviewers=reviewers,
        rules=asked.rules,
        common=common,
        conflicts=conflicts,
        forbidden=forbidden,
        done=done,
        forced=forced,
        fixed=fixed,
        open=is_open,
        earlier=marked(asked.earlier) & is_open,
        affinity=affinity,
        gain=affinity + DRAW * _draw(dossiers, reviewers, asked.seed),
        wanted=np.maximum(np.array([d.reads for d in dossiers], dtype=np.int64) - fixed.sum(axis=1), 0),
        room=np.maximum(capacity - fixed.sum(axis=0), 0),
        capacity=capacity,
        groups=groups,
        places=places,
        needs=_needs(dossiers, reviewers, asked.rules, fixed),
        void=tuple((dossiers[d].key, reviewers[r].key) for d, r in np.argwhere(said_done & conflicts)),
    )


def _common(dossiers: Sequence[Dossier], reviewers: Sequence[Reviewer]) -> Bools:
    """Where a language is shared; who names none is not restricted. `(n, m)`."""
    shared = _shared([d.languages for d in dossiers], [r.languages for r in reviewers]) > 0
    silent = np.array([not d.languages for d in dossiers])[:, None] | np.array([not r.languages for r in reviewers])
    return np.asarray(shared | silent, dtype=np.bool_)


def _shared(left: Sequence[Collection[str]], right: Sequence[Collection[str]]) -> Floats:
    """How many words each of the left has in common with each of the right. `(left, right)`."""
    words = {word: i for i, word in enumerate(sorted({w for group in left for w in group}))}
    a, b = np.zeros((len(left), len(words))), np.zeros((len(right), len(words)))
    for table, groups in ((a, left), (b, right)):
        for i, group in enumerate(groups):
            table[i, [words[w] for w in set(group) if w in words]] = 1.0
    return np.asarray(a @ b.T, dtype=np.float64)


def _affinity(dossiers: Sequence[Dossier], reviewers: Sequence[Reviewer], rules: Rules) -> Floats:
    """Share of the themes of the dossier that the reviewer knows, and whether it knows one of its territories."""
    themes = _shared([d.themes for d in dossiers], [r.themes for r in reviewers])
    themes /= np.array([max(len(set(d.themes)), 1) for d in dossiers])[:, None]
    territories = _shared([d.territories for d in dossiers], [r.territories for r in reviewers]) > 0
    weighed = rules.theme * themes + rules.territory * territories
    return np.asarray(weighed / (rules.theme + rules.territory), dtype=np.float64)


def _draw(dossiers: Sequence[Dossier], reviewers: Sequence[Reviewer], seed: str) -> Floats:
    """A number in [0, 1) for each pair, of the keys and the seed alone: anyone can draw it again. `(n, m)`."""
    digests = b"".join(
        hashlib.blake2b(f"{seed}\x1f{d.key}\x1f{r.key}".encode(), digest_size=8).digest()
        for d in dossiers
        for r in reviewers
    )
    drawn = np.frombuffer(digests, dtype=">u8").astype(np.float64).reshape(len(dossiers), len(reviewers))
    return np.asarray(drawn / 2.0**64, dtype=np.float64)


def _organisations(
    dossiers: Sequence[Dossier], reviewers: Sequence[Reviewer], rules: Rules, fixed: Bools
) -> tuple[Ints, Ints]:
    """Number of the organisation of each reviewer `(m,)`, and places left to each in each dossier `(n, organisations)`.

    People without an organisation are each alone in theirs.
    """
    names = [f"o\x1f{r.organisation}" if r.organisation else f"r\x1f{r.key}" for r in reviewers]
    order = {name: i for i, name in enumerate(sorted(set(names)))}
    groups = np.array([order[name] for name in names], dtype=np.int64)
    if rules.most_per_organisation is None:
        return groups, np.full((len(dossiers), len(order)), len(reviewers), dtype=np.int64)
    inside = groups[:, None] == np.arange(len(order))
    places = np.maximum(rules.most_per_organisation - fixed.astype(np.int64) @ inside, 0)
    places[[d.calibration for d in dossiers]] = len(reviewers)
    return groups, places


def _needs(dossiers: Sequence[Dossier], reviewers: Sequence[Reviewer], rules: Rules, fixed: Bools) -> tuple[Need, ...]:
    """What each dossier still needs of its readers, beyond their number. What is fixed is already counted."""
    themes = _shared([d.themes for d in dossiers], [r.themes for r in reviewers]) > 0
    territories = _shared([d.territories for d in dossiers], [r.territories for r in reviewers]) > 0
    skills = {skill for d in dossiers for skill in d.needs}
    having = {skill: np.array([skill in r.skills for r in reviewers], dtype=np.bool_) for skill in sorted(skills)}
    out: list[Need] = []
    for i, dossier in enumerate(dossiers):
        asked = [(THEME, "", rules.theme_reads if dossier.themes else 0, themes[i])]
        asked.append((TERRITORY, "", rules.territory_reads if dossier.territories else 0, territories[i]))
        asked += [(SKILL, skill, count, having[skill]) for skill, count in sorted(dossier.needs.items())]
        for kind, name, count, mask in asked:
            left = count - int((fixed[i] & mask).sum())
            if left > 0:
                out.append(Need(i, kind, name, left, mask))
    return tuple(out)
