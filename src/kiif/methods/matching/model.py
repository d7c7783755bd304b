"""What is matched: projects, hosts, and how well one fits the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kiif.methods.matching.errors import MatchingError

CRITERIA: Final = ("territory", "wish", "theme", "stage", "language", "load")
#: Why a pair is not possible as things are. The last two can be lifted.
BLOCKS: Final = ("conflict", "refused", "full", "territory")
MAX_PROJECTS: Final = 1_000
MAX_HOSTS: Final = 200
MAX_CELLS: Final = 4_000_000


@dataclass(frozen=True)
class Project:
    """`departments` and `wishes` (keys of hosts): the preferred one first; empty: not said, which never counts against
    it. `themes`, `stage`, `language`: codes."""

    key: str
    departments: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    themes: frozenset[str] = frozenset()
    stage: str = ""
    language: str = ""


@dataclass(frozen=True)
class Host:
    """`places`: projects it can host in all; `taken`: those it hosts or that are proposed to it already.

    `everywhere`: it works in the whole country. Empty sets: no preference.
    """

    key: str
    places: int = 1
    taken: int = 0
    departments: frozenset[str] = frozenset()
    everywhere: bool = False
    themes: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    @property
    def left(self) -> int:
        return max(self.places - self.taken, 0)

    def covers(self, department: str) -> bool:
        return self.everywhere or department in self.departments


@dataclass(frozen=True)
class Part:
    """One criterion of a fit: `value` from 0 to 1, `code` says why (a word that callers put in a sentence), `detail`
    what it is about (a department, a rank, codes)."""

    criterion: str
    value: float
    code: str
    detail: str = ""
    weight: float = 0.0


@dataclass(frozen=True)
class Fit:
    """How well a host fits a project, from 0 to 100, and what forbids it as things are (`BLOCKS`)."""

    project: str
    host: str
    score: float
    parts: tuple[Part, ...]
    blocks: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        return not self.blocks


@dataclass(frozen=True)
class Round:
    """All that a matching reads. `barred`: (project, host) -> "conflict" or "refused".

    Raises MatchingError for weights that are not numbers from 0 up with one above 0, an unknown criterion or host, two
    things of one key, negative places, too many of them.
    """

    projects: tuple[Project, ...]
    hosts: tuple[Host, ...]
    weights: Mapping[str, float]
    barred: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_weights(self.weights)
        _check_keys([p.key for p in self.projects], [h.key for h in self.hosts])
        known = {host.key for host in self.hosts}
        for host in self.hosts:
            if host.places < 0 or host.taken < 0:
                raise MatchingError("The places of %(host)s are not a number of projects.", host=host.key)
        for project in self.projects:
            if len(set(project.wishes)) != len(project.wishes):
                raise MatchingError("%(key)s wishes for a host twice.", key=project.key)
            if unknown := set(project.wishes) - known:
                raise MatchingError(
                    "The host %(host)s of %(key)s is unknown.", host=sorted(unknown)[0], key=project.key
                )
        if wrong := set(self.barred.values()) - {"conflict", "refused"}:
            raise MatchingError("%(reason)s is no reason to bar a pair.", reason=sorted(wrong)[0])


def _check_weights(weights: Mapping[str, float]) -> None:
    if unknown := set(weights) - set(CRITERIA):
        raise MatchingError("The criterion %(name)s is unknown.", name=sorted(unknown)[0])
    if any(not 0 <= weight < 1e6 for weight in weights.values()):
        raise MatchingError("A weight is a number from 0 up.")
    if not any(weights.values()):
        raise MatchingError("Give at least one criterion some weight.")


def _check_keys(projects: list[str], hosts: list[str]) -> None:
    for keys, most in ((projects, MAX_PROJECTS), (hosts, MAX_HOSTS)):
        if len(keys) > most:
            raise MatchingError("At most %(n)s at a time.", n=most)
        if len(set(keys)) != len(keys):
            raise MatchingError("Two of them have the same key.")
