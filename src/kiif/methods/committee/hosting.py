"""Can every member of a cohort have a host? The best placement within the places that hosts have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from kiif.methods.committee.errors import CommitteeError

MAX_MEMBERS: Final = 1_000
MAX_CELLS: Final = 4_000_000


@dataclass(frozen=True)
class Hosting:
    """`hosts`: member -> host; `alone`: members that no host with a place left may take; `left`: host -> places left.

    `choices`: how many members have their first choice, their second…, in this order.
    """

    hosts: dict[str, str]
    alone: tuple[str, ...]
    left: dict[str, int]
    choices: tuple[int, ...]


def place(members: Mapping[str, Sequence[str]], places: Mapping[str, int]) -> Hosting:
    """As many members as possible with a host, then the least sum of the ranks of the choices. Ties by key.

    `members`: key -> hosts that both sides can accept, the preferred one first; `places`: host -> members it can
    take. It is a picture for the committee, not a match: both sides still have their word. Raises CommitteeError on
    an unknown host, one named twice, or too many members. Source: assignment problem, Kuhn 1955 (solved as Crouse
    2016).
    """
    keys, hosts = sorted(members), sorted(places)
    _check(members, places)
    slots = [host for host in hosts for _ in range(min(places[host], len(keys)))]
    if len(keys) * (len(slots) + len(keys)) > MAX_CELLS:
        raise CommitteeError("There are too many members and places to look at them at a time.")
    longest = max((len(wishes) for wishes in members.values()), default=0)
    # Nobody to be left alone for a better choice of the others.
    alone = float(len(keys) * (longest + 1) + 1)
    costs = np.full((len(keys), len(slots) + len(keys)), alone * (len(keys) + 1))
    costs[:, len(slots) :] = alone
    for i, key in enumerate(keys):
        ranks = {host: rank for rank, host in enumerate(members[key])}
        costs[i, : len(slots)] = [ranks.get(host, alone * (len(keys) + 1)) for host in slots]
    chosen = linear_sum_assignment(costs)[1] if keys else np.array([], dtype=np.intp)
    given = {key: slots[j] for key, j in zip(keys, chosen.tolist(), strict=True) if j < len(slots)}
    ranks_had = [list(members[key]).index(host) for key, host in given.items()]
    return Hosting(
        hosts=given,
        alone=tuple(key for key in keys if key not in given),
        left={host: places[host] - list(given.values()).count(host) for host in hosts},
        choices=tuple(ranks_had.count(rank) for rank in range(max(ranks_had, default=-1) + 1)),
    )


def _check(members: Mapping[str, Sequence[str]], places: Mapping[str, int]) -> None:
    if len(members) > MAX_MEMBERS:
        raise CommitteeError("At most %(n)s members at a time.", n=MAX_MEMBERS)
    for host, number in places.items():
        if number < 0:
            raise CommitteeError("The places of %(host)s are not a number of members.", host=host)
    for key, wishes in members.items():
        if len(set(wishes)) != len(wishes):
            raise CommitteeError("%(key)s names a host twice.", key=key)
        for host in wishes:
            if host not in places:
                raise CommitteeError("The host %(host)s of %(key)s is unknown.", host=host, key=key)
