"""A host for every project: the best assignment within the places, beside what a patient hand would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from kiif.methods.matching.errors import MatchingError
from kiif.methods.matching.model import MAX_CELLS, Fit, Round
from kiif.methods.matching.scores import fit


@dataclass(frozen=True)
class Plan:
    """`hosts`: project -> host; `alone`: projects without a possible host; `total`: sum of the scores."""

    hosts: dict[str, str]
    alone: tuple[str, ...]
    total: float
    left: dict[str, int]

    @property
    def placed(self) -> int:
        return len(self.hosts)

    @property
    def worth(self) -> tuple[int, float]:
        """What one plan is compared with another by: projects placed, then their scores."""
        return self.placed, round(self.total, 4)


Fits = Mapping[tuple[str, str], Fit]


def all_fits(round_: Round) -> dict[tuple[str, str], Fit]:
    """Every pair, possible or not."""
    return {(p.key, h.key): fit(round_, p, h) for p in round_.projects for h in round_.hosts}


def propose(round_: Round, found: Fits | None = None) -> Plan:
    """As many projects as possible with a host, then the greatest sum of scores; ties by key, so the same question has
    the same answer. Never worse than `greedy`.

    Scores are those before the plan fills the hosts: the room left is what each host had. Raises MatchingError when
    there are too many projects and places to look at together. Source: assignment problem, Kuhn 1955, solved as
    Crouse 2016 (scipy).
    """
    found = all_fits(round_) if found is None else found
    projects = sorted(p.key for p in round_.projects)
    slots = [h.key for h in sorted(round_.hosts, key=lambda h: h.key) for _ in range(min(h.left, len(projects)))]
    if len(projects) * (len(slots) + len(projects)) > MAX_CELLS:
        raise MatchingError("There are too many projects and places to look at them at a time.")
    if not projects:
        return _plan(round_, {}, found)
    alone = 100.0 * (len(projects) + 1)  # nobody left alone for better scores of the others
    forbidden = alone * (len(projects) + 1)
    costs = np.full((len(projects), len(slots) + len(projects)), alone)
    for i, project in enumerate(projects):
        row = [found[project, host] for host in slots]
        costs[i, : len(slots)] = [100 - one.score if one.possible else forbidden for one in row]
    chosen = linear_sum_assignment(costs)[1]
    pairs = zip(projects, chosen.tolist(), strict=True)
    return _plan(round_, {project: slots[j] for project, j in pairs if j < len(slots)}, found)


def greedy(round_: Round, found: Fits | None = None) -> Plan:
    """The baseline: the best pair left, again and again. What one does by hand with a sorted list."""
    found = all_fits(round_) if found is None else found
    left = {host.key: host.left for host in round_.hosts}
    given: dict[str, str] = {}
    for one in sorted(found.values(), key=lambda one: (-one.score, one.project, one.host)):
        if one.possible and one.project not in given and left[one.host]:
            given[one.project] = one.host
            left[one.host] -= 1
    return _plan(round_, given, found)


def _plan(round_: Round, given: dict[str, str], found: Fits) -> Plan:
    used = Counter(given.values())
    return Plan(
        hosts=given,
        alone=tuple(sorted(p.key for p in round_.projects if p.key not in given)),
        total=sum(found[pair].score for pair in given.items()),
        left={host.key: host.left - used[host.key] for host in round_.hosts},
    )
