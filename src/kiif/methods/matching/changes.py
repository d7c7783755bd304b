"""What would change the answer: each proposal is tried by computing again, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kiif.methods.matching.model import Fit, Host, Project, Round
from kiif.methods.matching.plan import Plan, propose
from kiif.methods.matching.scores import fit, fits


@dataclass(frozen=True)
class Change:
    """`kind`: "place" (one more at this host), "cover" (this host covers `department`), "wish" (the project puts it
    first). With it, this host becomes the best possible one for the project, with this score."""

    kind: str
    host: str
    score: float
    department: str = ""


@dataclass(frozen=True)
class OneMore:
    """What one more place at a host would give the plan: projects placed more, points more; `projects`: who had no
    host and would have one."""

    host: str
    placed: int
    points: float
    projects: tuple[str, ...] = ()


def changes(round_: Round, project: Project) -> list[Change]:
    """One change at a time after which another host would be the best possible one, the best first."""
    now = next((one for one in fits(round_, project) if one.possible), None)
    found = []
    for one in fits(round_, project):
        if now is not None and one.host == now.host:
            continue
        found += [change for change in _tries(round_, project, one) if now is None or change.score > now.score]
    return sorted(found, key=lambda change: (-change.score, change.host, change.kind))


def _tries(round_: Round, project: Project, one: Fit) -> Iterator[Change]:
    host = next(h for h in round_.hosts if h.key == one.host)
    if one.blocks == ("full",):
        yield from _if(round_, project, replace(host, places=host.taken + 1), "place")
    if one.blocks == ("territory",):
        first = project.departments[0]
        yield from _if(round_, project, replace(host, departments=host.departments | {first}), "cover", first)
    if not one.blocks and project.wishes[:1] != (host.key,):
        others = tuple(key for key in project.wishes if key != host.key)
        yield from _if(round_, replace(project, wishes=(host.key, *others)), host, "wish")


def _if(round_: Round, project: Project, host: Host, kind: str, department: str = "") -> Iterator[Change]:
    after = fit(round_, project, host)
    if after.possible:
        yield Change(kind, host.key, after.score, department)


def one_more_place(round_: Round, plan: Plan | None = None) -> list[OneMore]:
    """Hosts at which one more place would place more projects or raise the scores, the most useful first."""
    plan = propose(round_) if plan is None else plan
    found = []
    for host in round_.hosts:
        if plan.left[host.key] > 0:
            continue
        wider = [replace(h, places=max(h.places, h.taken) + 1) if h.key == host.key else h for h in round_.hosts]
        after = propose(replace(round_, hosts=tuple(wider)), None)
        more, points = after.placed - plan.placed, round(after.total - plan.total, 4)
        if more > 0 or (more == 0 and _really_better(round_, plan, after)):
            gained = tuple(sorted(set(after.hosts) - set(plan.hosts)))
            found.append(OneMore(host.key, more, points, gained))
    return sorted(found, key=lambda one: (-one.placed, -one.points, one.host))


def _really_better(round_: Round, before: Plan, after: Plan) -> bool:
    """Whether somebody moves to a host that suits better, read with the scores of before (more room alone raises a
    score: that is no reason)."""
    if after.hosts == before.hosts:
        return False
    by_key, hosts = {p.key: p for p in round_.projects}, {h.key: h for h in round_.hosts}
    worth = [sum(fit(round_, by_key[p], hosts[h]).score for p, h in plan.hosts.items()) for plan in (before, after)]
    return worth[1] > worth[0] + 1e-6
