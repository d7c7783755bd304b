"""How well a host fits a project: a weighted mean of six criteria from 0 to 1, each with its reason.

What nobody said counts half, so that silence neither helps nor harms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiif.methods.matching.model import Fit, Host, Part, Project, Round

UNKNOWN: Final = 0.5
#: What each further target or wish is worth less; never under `LEAST`.
STEP: Final = 0.2
LEAST: Final = 0.2


def fit(round_: Round, project: Project, host: Host) -> Fit:
    """The score of a pair and what forbids it. 100 would be perfect on every criterion that has a weight."""
    parts = [
        _territory(project, host),
        _wish(project, host),
        _shared("theme", project.themes, host.themes),
        _shared("stage", frozenset({project.stage} - {""}), host.stages),
        _shared("language", frozenset({project.language} - {""}), host.languages),
        _load(host),
    ]
    weighed = tuple(
        Part(part.criterion, part.value, part.code, part.detail, float(round_.weights.get(part.criterion, 0)))
        for part in parts
    )
    total = sum(part.weight for part in weighed)
    score = 100 * sum(part.weight * part.value for part in weighed) / total
    return Fit(project.key, host.key, round(score, 4), weighed, _blocks(round_, project, host))


def fits(round_: Round, project: Project) -> list[Fit]:
    """Every host for one project: the possible ones first, then by score, then by key."""
    return _ordered([fit(round_, project, host) for host in round_.hosts])


def fits_of_host(round_: Round, host: Host) -> list[Fit]:
    """Every project for one host, in the same order."""
    found = [fit(round_, project, host) for project in round_.projects]
    return sorted(found, key=lambda one: (not one.possible, -one.score, one.project))


def _ordered(found: Sequence[Fit]) -> list[Fit]:
    return sorted(found, key=lambda one: (not one.possible, -one.score, one.host))


def _fading(rank: int) -> float:
    return max(1 - STEP * rank, LEAST)


def _territory(project: Project, host: Host) -> Part:
    if not project.departments:
        return Part("territory", UNKNOWN, "not_said")
    for rank, department in enumerate(project.departments):
        if host.covers(department):
            code = "covered" if rank == 0 else "covered_later"
            return Part("territory", _fading(rank), code, department)
    return Part("territory", 0.0, "not_covered", project.departments[0])


def _wish(project: Project, host: Host) -> Part:
    if not project.wishes:
        return Part("wish", UNKNOWN, "not_said")
    if host.key in project.wishes:
        rank = project.wishes.index(host.key)
        return Part("wish", _fading(rank), "wished", str(rank + 1))
    return Part("wish", 0.0, "not_wished")


def _shared(criterion: str, asked: frozenset[str], known: frozenset[str]) -> Part:
    if not asked or not known:
        return Part(criterion, UNKNOWN, "not_said")
    both = asked & known
    if not both:
        return Part(criterion, 0.0, "not_shared", ",".join(sorted(asked)))
    return Part(criterion, len(both) / len(asked), "shared", ",".join(sorted(both)))


def _load(host: Host) -> Part:
    if not host.left:
        return Part("load", 0.0, "full", str(host.places))
    return Part("load", host.left / host.places, "left", str(host.left))


def _blocks(round_: Round, project: Project, host: Host) -> tuple[str, ...]:
    found = []
    if reason := round_.barred.get((project.key, host.key)):
        found.append(reason)
    if not host.left:
        found.append("full")
    far = bool(project.departments) and not any(host.covers(code) for code in project.departments)
    if far and host.key not in project.wishes:  # who asks for a host by name may come from elsewhere
        found.append("territory")
    return tuple(found)
