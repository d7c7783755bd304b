"""The plan of a call: computed, changed by hand, sent. Nothing leaves before somebody sends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import require
from kiif.cohorts import fitting
from kiif.cohorts.actions.common import scope_of, who_runs
from kiif.cohorts.actions.placements import check_pair, create, kept
from kiif.cohorts.enums import Criterion
from kiif.cohorts.models import Matching, Placement, PlanLine
from kiif.journal.actions import record
from kiif.methods import matching as method
from kiif.programmes.models import Application, Call, Host
from kiif.ui.errors import Refused

MOST_WEIGHT = 10


def matching_of(call: Call) -> Matching:
    """The settings of a call, made when first asked for."""
    return Matching.objects.get_or_create(call=call)[0]


def _locked(call: Call, revision: int | None) -> Matching:
    matching_of(call)
    row = Matching.objects.select_for_update(of=("self",)).get(call=call)
    if revision is not None and revision != row.revision:
        raise Refused(_("Somebody changed the plan since you opened this page. Reload it to see what is there now."))
    return row


@transaction.atomic
def set_rules(*, call: Call, weights: Mapping[str, int], days: int, reminder: int, by: Actor) -> Matching:
    """What counts, from 0 to 10 by criterion, and the days to answer. Raises NotAllowed, Refused."""
    require("cohorts.run", by, call, who_runs())
    given = {str(key): int(weights.get(key, 0)) for key in Criterion}
    if any(not 0 <= value <= MOST_WEIGHT for value in given.values()):
        raise Refused(_("A weight goes from 0 to 10."))
    if not any(given.values()):
        raise Refused(_("Give at least one criterion some weight."))
    if reminder >= days:
        raise Refused(_("The reminder leaves before the end of the days to answer."), field="reminder")
    row = _locked(call, None)
    before = {"weights": fitting.weights_of(row), "days": row.days, "reminder": row.reminder}
    row.weights, row.days, row.reminder = given, days, reminder
    row.revision += 1
    row.save()
    after = {"weights": given, "days": days, "reminder": reminder}
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    record(by=by, verb="cohorts.rules_set", obj=call, changes=changes, scope=scope_of(call))
    return row


@transaction.atomic
def draw_up(*, call: Call, by: Actor, keep: bool = True) -> Matching:
    """Computes a host for every accepted application that has none. `keep`: lines chosen by hand stay as they are.

    Raises NotAllowed; Refused when there is nobody to place or no host left.
    """
    require("cohorts.run", by, call, who_runs())
    row = _locked(call, None)
    book = fitting.book(call)
    if not book.applications:
        raise Refused(_("No accepted application waits for a host."))
    if not book.hosts:
        raise Refused(_("No host is left in this call. Add one in its hosts first."))
    by_hand = _by_hand(row, book) if keep else {}
    asked = _with_fixed(book.asked, by_hand)
    fits = method.all_fits(asked)
    plan, baseline = method.propose(asked, fits), method.greedy(asked, fits)
    row.lines.exclude(application_id__in=[int(key) for key in by_hand]).delete()
    PlanLine.objects.bulk_create(
        [_line(row, book, key, plan.hosts.get(key), by) for key in book.applications if key not in by_hand]
    )
    row.figures = {
        "placed": plan.placed, "total": round(plan.total, 2), "of": len(asked.projects),
        "greedy_placed": baseline.placed, "greedy_total": round(baseline.total, 2), "kept": len(by_hand),
    }  # fmt: skip
    row.planned_at, row.planned_by = timezone.now(), by.user
    row.revision += 1
    row.save()
    record(by=by, verb="cohorts.plan_drawn", obj=call, data=row.figures, scope=scope_of(call))
    return row


def _by_hand(row: Matching, book: fitting.Book) -> dict[str, str]:
    """Lines chosen by hand that are still to be sent: application -> host."""
    chosen = row.lines.filter(by_hand=True, host__isnull=False, host__left_at__isnull=True)
    pairs = {str(line.application_id): str(line.host_id) for line in chosen}
    return {key: host for key, host in pairs.items() if key in book.applications}


def _with_fixed(asked: method.Round, fixed: Mapping[str, str]) -> method.Round:
    """Without the projects that are placed by hand, their places taken."""
    taken = {host.key: list(fixed.values()).count(host.key) for host in asked.hosts}
    hosts = tuple(replace(host, taken=host.taken + taken[host.key]) for host in asked.hosts)
    return replace(asked, projects=tuple(p for p in asked.projects if p.key not in fixed), hosts=hosts)


def _line(row: Matching, book: fitting.Book, key: str, host: str | None, by: Actor) -> PlanLine:
    fit = book.fits[key, host] if host else None
    return PlanLine(
        matching=row,
        application_id=int(key),
        host_id=int(host) if host else None,
        score=fit.score if fit else None,
        reasons=kept(fit) if fit else [],
        changed_by=by.user,
    )


@transaction.atomic
def choose(
    *, application: Application, host: Host | None, by: Actor, words: str = "", revision: int | None = None
) -> PlanLine:
    """Changes a line of the plan by hand; None: nobody yet. The journal keeps who, and why.

    Raises NotAllowed; Refused for a host that cannot take it, or when the plan changed since the page was read.
    """
    call = application.call
    require("cohorts.run", by, application, who_runs())
    row = _locked(call, revision)
    fit = None
    if host is not None:
        check_pair(application, host)
        fit = fitting.book(call, [application]).fit(application, host)
        if fit is None or "conflict" in fit.blocks:
            raise Refused(_("A conflict of interest sets %(host)s apart from this project.") % {"host": host})
        _check_room(row, application, host)
    before = row.lines.filter(application=application).select_related("host").first()
    line, _made = PlanLine.objects.update_or_create(
        matching=row,
        application=application,
        defaults={
            "host": host,
            "score": fit.score if fit else None,
            "reasons": kept(fit) if fit else [],
            "by_hand": True,
            "words": words.strip()[:300],
            "changed_by": by.user,
        },
    )
    Matching.objects.filter(pk=row.pk).update(revision=F("revision") + 1)
    was = str(before.host) if before and before.host else ""
    record(
        by=by, verb="cohorts.line_changed", obj=application, changes={"host": (was, str(host or ""))},
        data={"words": words.strip()}, scope=scope_of(call),
    )  # fmt: skip
    return line


def _check_room(row: Matching, application: Application, host: Host) -> None:
    """Places held by placements, and by the other lines of the plan."""
    held = fitting.taken_places([host]).get(host.pk, 0)
    held += row.lines.filter(host=host).exclude(application=application).count()
    if held >= host.places:
        raise Refused(
            _("%(host)s has no place left in this plan. Free one, or give it another place in the hosts of the call.")
            % {"host": host}
        )


@transaction.atomic
def send_lines(
    *, call: Call, applications: Iterable[int], by: Actor, words: str = "", revision: int
) -> list[Placement]:
    """Proposes the chosen lines to both sides. What is no longer possible since refuses the whole, in a sentence.

    `applications`: keys; those without a host in the plan, or that this person may not see, are left aside.
    Raises NotAllowed, Refused.
    """
    require("cohorts.run", by, call, who_runs())
    row = _locked(call, revision)
    seen = Application.objects.visible_to(by, call).values("pk")
    wanted = row.lines.filter(application_id__in=list(applications), application__in=seen, host__isnull=False)
    lines = list(wanted.select_related("host__incubator", "host__branch"))
    if not lines:
        raise Refused(_("Choose at least one project with a host."))
    keys = [line.application_id for line in lines]
    locked = Application.objects.select_for_update(of=("self",)).filter(pk__in=keys).with_ties().order_by("pk")
    known = {one.pk: one for one in locked.prefetch_related("targets", "wishes")}
    list(Host.objects.select_for_update(of=("self",)).filter(pk__in={line.host_id for line in lines}).order_by("pk"))
    book = fitting.book(call, known.values())
    made = []
    for line in lines:
        application = known[line.application_id]
        assert line.host is not None  # noqa: S101 -- asked for above
        check_pair(application, line.host)
        fit = book.fit(application, line.host)
        if fit is None or "conflict" in fit.blocks:
            raise Refused(_("A conflict of interest sets %(host)s apart from this project.") % {"host": line.host})
        made.append(create(application=application, host=line.host, fit=fit, by=by, words=words, by_hand=line.by_hand))
    _check_places(lines)
    Matching.objects.filter(pk=row.pk).update(revision=F("revision") + 1)
    return made


def _check_places(lines: list[PlanLine]) -> None:
    hosts = {line.host_id: line.host for line in lines if line.host is not None}
    taken = fitting.taken_places(hosts.values())
    for key, host in hosts.items():
        if taken.get(key or 0, 0) > host.places:
            raise Refused(_("%(host)s no longer has enough places for this plan. Draw it up again.") % {"host": host})
