"""Sharing out a round: a plan that is found, looked at, decided upon, applied; reads entrusted and taken back by hand.

Nothing is entrusted by computing: a plan is a proposal until somebody applies it. What is given or begun never moves.
A plan is looked for outside of any transaction: nobody waits for the solver to write.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import link
from kiif.jobs.actions import enqueue
from kiif.mailbox.actions import queue_mail
from kiif.methods.allocation.errors import AllocationError
from kiif.methods.allocation.solver import allocate
from kiif.programmes.actions.conflicts import propose
from kiif.programmes.conflicts import barred_people
from kiif.programmes.models import Application, Conflict
from kiif.questionnaires.windows import moment
from kiif.reviews.actions.common import check_not_closed, locked, note
from kiif.reviews.actions.reminders import preview
from kiif.reviews.actions.rounds import enter
from kiif.reviews.allocation import AT_ONCE, Decisions, Scene, Settings, digest, kept
from kiif.reviews.counting import recount
from kiif.reviews.enums import AssignmentState, ReviewerState, RoundState, Source
from kiif.reviews.models import Assignment, Plan, Reviewer, Round, Score
from kiif.ui.errors import Refused

Pair = tuple[int, int]
FORCE: Final = "force"
FORBID: Final = "forbid"
FREE: Final = "free"
#: Plans kept by round: the last ones.
MOST_PLANS: Final = 20


@dataclass
class Applied:
    """What applying a plan did: reads entrusted, kept, taken back; pairs left aside and why, in words."""

    made: int = 0
    kept: int = 0
    removed: int = 0
    skipped: list[tuple[Pair, str]] = field(default_factory=list)


@transaction.atomic
def propose_conflicts(*, round_: Round, by: Actor) -> list[Conflict]:
    """Looks for conflicts of interest between the reviewers of a round and the applications of its call.
    Raises NotAllowed."""
    asked = Reviewer.objects.filter(round=round_, state__in=(ReviewerState.INVITED, ReviewerState.ACCEPTED))
    return propose(call=round_.call, people=list(asked.values_list("person_id", flat=True)), by=by)


def ask(*, round_: Round, by: Actor, settings: Settings, earlier: Plan | None = None) -> Plan:
    """Asks for a plan: settings are kept with the round, conflicts looked for, the plan found at once or by a job.

    `earlier`: a plan not applied yet that the new one follows as closely as it can. Raises NotAllowed, Refused.
    """
    plan, scene = _prepare(round_, by, settings, earlier)
    if len(scene.applications) * len(scene.reviewers) <= AT_ONCE:
        return find(plan, scene)
    from kiif.reviews.tasks import compute_plan

    enqueue(compute_plan, plan.pk, by=by, key=f"plan:{plan.pk}", title=plan.round.title)
    return plan


@transaction.atomic
def _prepare(round_: Round, by: Actor, settings: Settings, earlier: Plan | None) -> tuple[Plan, Scene]:
    row = locked(round_, by)
    check_not_closed(row)
    row.allocation = {**(row.allocation or {}), **settings.kept()}
    row.seed = settings.seed[:40]
    row.save(update_fields=["allocation", "seed"])
    propose_conflicts(round_=row, by=by)
    scene = Scene.of(row)
    if not scene.applications or not scene.reviewers:
        raise Refused(_("There must be applications to read and people who accepted to read them."))
    asked = {**settings.kept(), **({"earlier": earlier.pk} if earlier is not None else {})}
    plan = Plan.objects.create(round=row, seed=settings.seed[:40], made_by=by.user, asked=asked)
    _forget_old(row)
    note(by, "plan_asked", row, row, data={"seed": plan.seed})
    return plan, scene


def _forget_old(round_: Round) -> None:
    old = Plan.objects.filter(round=round_, applied_at__isnull=True).order_by("-made_at", "-pk")
    Plan.objects.filter(pk__in=list(old.values_list("pk", flat=True)[MOST_PLANS:])).delete()


def find(plan: Plan, scene: Scene | None = None) -> Plan:
    """Finds the best plan and keeps it; one that is found stays as it is. Raises Refused when the question contradicts
    itself."""
    if plan.result:
        return plan
    asked = (scene or Scene.of(plan.round)).question(settings_of(plan), _earlier(plan))
    started = timezone.now()
    try:
        solved = allocate(asked)
    except AllocationError as error:
        raise Refused(_(error.message) % error.params) from error
    took = (timezone.now() - started).total_seconds()
    with transaction.atomic():
        row = Plan.objects.select_for_update(of=("self",)).select_related("round").get(pk=plan.pk)
        if not row.result:
            row.result, row.digest = {**kept(solved), "seconds": round(took, 2)}, digest(asked)
            row.save(update_fields=["result", "digest"])
    return row


def settings_of(plan: Plan) -> Settings:
    """The settings that a plan was asked with."""
    return Settings(**{name: value for name, value in plan.asked.items() if name != "earlier"})


def _earlier(plan: Plan) -> list[Pair] | None:
    before = Plan.objects.filter(pk=plan.asked.get("earlier"), round=plan.round_id).first()
    return [(row[0], row[1]) for row in before.result.get("pairs", [])] if before is not None else None


@transaction.atomic
def decide(*, round_: Round, application: Application, reviewer: Reviewer, what: str, by: Actor) -> Decisions:
    """A person decides of a pair, whatever the solver would do: `force`, `forbid`, or `free` to leave it to the plan.

    Raises NotAllowed, Refused (a conflict cannot be forced).
    """
    row = locked(round_, by)
    check_not_closed(row)
    _check_pair(row, application, reviewer)
    pair, known = (application.pk, reviewer.pk), Decisions.of(row)
    forced, forbidden = set(known.forced) - {pair}, set(known.forbidden) - {pair}
    if what == FORCE:
        _check_no_conflict(application, reviewer)
        forced.add(pair)
    elif what == FORBID:
        forbidden.add(pair)
    elif what != FREE:
        raise Refused(_("This decision is unknown."))
    return _keep(row, Decisions(frozenset(forced), frozenset(forbidden)), by, (application, reviewer, what))


def _keep(row: Round, decisions: Decisions, by: Actor, said: tuple[Application, Reviewer, str]) -> Decisions:
    application, reviewer, what = said
    row.allocation = {**(row.allocation or {}), **decisions.kept()}
    row.save(update_fields=["allocation"])
    verb = {FORCE: "pair_forced", FORBID: "pair_forbidden", FREE: "pair_freed"}[what]
    note(by, verb, application, row, data={"person": reviewer.person})
    return decisions


def _check_pair(row: Round, application: Application, reviewer: Reviewer) -> None:
    if reviewer.round_id != row.pk or application.call_id != row.call_id:
        raise Refused(_("This application and this reviewer are not both in this round."))


def _check_no_conflict(application: Application, reviewer: Reviewer) -> None:
    if reviewer.person_id in barred_people(application):
        raise Refused(_("%(person)s has a conflict of interest with this application: nobody can entrust it to them.")
                      % {"person": reviewer})  # fmt: skip


@transaction.atomic
def apply(*, plan: Plan, by: Actor) -> Applied:
    """Entrusts what a plan says, and takes back what it shares out otherwise and nobody began.

    What changed since (a conflict, somebody who left, a withdrawal) is left aside and said. Raises NotAllowed, Refused
    (a plan that is not found yet, applied already, or older than the one applied last).
    """
    row = locked(plan.round, by)
    check_not_closed(row)
    held = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    _check_applicable(held, row)
    if row.state == RoundState.DRAFT:
        enter(round_=row, by=by)
    settings, scene = settings_of(held), Scene.of(row)
    done = _write(row, scene, held, by)
    _keep_wanted(row, settings)
    recount(row)
    held.applied_at = timezone.now()
    held.save(update_fields=["applied_at"])
    data = {"made": done.made, "removed": done.removed, "skipped": len(done.skipped), "seed": held.seed}
    note(by, "plan_applied", row, row, data=data)
    plan.applied_at = held.applied_at
    return done


def _check_applicable(plan: Plan, round_: Round) -> None:
    if not plan.result:
        raise Refused(_("This sharing out is still being computed."))
    if plan.applied_at is not None:
        raise Refused(_("This sharing out was applied already."))
    if Plan.objects.filter(round=round_, applied_at__gt=plan.made_at).exists():
        raise Refused(_("Another sharing out was applied since this one was computed: compute it again."))


def _write(row: Round, scene: Scene, plan: Plan, by: Actor) -> Applied:
    done, wanted, fresh = Applied(), set[Pair](), []
    for application, reviewer, reasons, _affinity in plan.result["pairs"]:
        pair = (application, reviewer)
        wanted.add(pair)
        if pair in scene.states:
            done.kept += 1
        elif why := _obstacle(scene, pair):
            done.skipped.append((pair, why))
        else:
            source = Source.FORCED if pair in scene.decisions.forced else Source.AUTO
            fresh.append(
                Assignment(
                    round=row, application_id=application, reviewer_id=reviewer,
                    source=source, reasons=reasons, assigned_by=by.user,
                )
            )  # fmt: skip
    gone = [read.pk for pair, read in scene.states.items() if pair not in wanted and _may_move(read)]
    Assignment.objects.filter(pk__in=gone).delete()
    Assignment.objects.bulk_create(fresh, batch_size=500)
    done.made, done.removed = len(fresh), len(gone)
    _tell(row, fresh, by)
    return done


def _may_move(read: Assignment) -> bool:
    return read.state == AssignmentState.TO_READ and read.source == Source.AUTO


def _obstacle(scene: Scene, pair: Pair) -> str:
    application, reviewer = pair
    if application not in scene.applications:
        return _("the application is no longer in this round")
    if reviewer not in scene.reviewers or not scene.reviewers[reviewer].reads:
        return _("this reviewer no longer reads")
    if pair in scene.barred:
        return _("a conflict of interest was found since")
    if pair in scene.asked:
        return _("a possible conflict of interest waits for an answer")
    return _("somebody forbade it since") if pair in scene.decisions.forbidden else ""


def _keep_wanted(row: Round, settings: Settings) -> None:
    """The reads wanted of the settings become those of the round; applications that ask for another number keep it."""
    if settings.reads != row.reads_wanted:
        Score.objects.filter(round=row, reads_wanted=row.reads_wanted).update(reads_wanted=settings.reads)
        row.reads_wanted = settings.reads
        row.save(update_fields=["reads_wanted"])


def _tell(row: Round, fresh: Iterable[Assignment], by: Actor) -> None:
    """One mail to each reviewer who has something new to read in a round that is open."""
    counts: dict[int, int] = {}
    for read in fresh:
        counts[read.reviewer_id] = counts.get(read.reviewer_id, 0) + 1
    if row.state != RoundState.OPEN:
        return
    for reviewer in Reviewer.objects.filter(pk__in=counts).select_related("person"):
        queue_mail(
            kind="reviews.entrusted",
            to=reviewer.person,
            context={
                "round": row.title,
                "call": row.call.title,
                "number": preview(reviewer.person.language, counts[reviewer.pk]),
                "until": moment(row.closes_at) if row.closes_at else "–",
                "link": link("reviews:mine"),
            },
            by=by,
            about=reviewer,
        )


@transaction.atomic
def assign(*, round_: Round, pairs: Iterable[tuple[Application, Reviewer]], by: Actor) -> list[Assignment]:
    """Entrusts these applications by hand; what is entrusted already stays. Beyond capacity it is done: people decide.

    Raises NotAllowed, Refused (a conflict, a reviewer who does not read, an application that is not in the round): then
    nothing is entrusted.
    """
    row = locked(round_, by)
    check_not_closed(row)
    if row.state == RoundState.DRAFT:
        enter(round_=row, by=by)
    scene = Scene.of(row)
    fresh = []
    for application, reviewer in dict.fromkeys(pairs):
        _check_pair(row, application, reviewer)
        _check_no_conflict(application, reviewer)
        pair = (application.pk, reviewer.pk)
        known = scene.states.get(pair)
        if known is not None:
            _check_not_refused(known, reviewer)
            continue
        if why := _obstacle(scene, pair) if pair not in scene.decisions.forbidden else "":
            raise Refused(_("%(number)s cannot be entrusted to %(person)s: %(why)s.")
                          % {"number": application.number, "person": reviewer, "why": why})  # fmt: skip
        fresh.append(Assignment(round=row, application=application, reviewer=reviewer, source=Source.FORCED,
                                reasons=[["forced"]], assigned_by=by.user))  # fmt: skip
    _settle_by_hand(row, fresh)
    made = Assignment.objects.bulk_create(fresh)
    recount(row, [read.application_id for read in made])
    for read in made:
        note(by, "read_entrusted", read.application, row, data={"person": read.reviewer.person})
    _tell(row, made, by)
    return made


def _check_not_refused(known: Assignment, reviewer: Reviewer) -> None:
    if known.state == AssignmentState.ABSTAINED:
        raise Refused(_("%(person)s abstained from this application.") % {"person": reviewer})


def _settle_by_hand(row: Round, fresh: list[Assignment]) -> None:
    """What is entrusted by hand is no longer forbidden."""
    known, pairs = Decisions.of(row), {(read.application_id, read.reviewer_id) for read in fresh}
    if pairs & known.forbidden:
        row.allocation = {**row.allocation, **Decisions(known.forced, known.forbidden - pairs).kept()}
        row.save(update_fields=["allocation"])


@transaction.atomic
def take_back(*, assignment: Assignment, by: Actor, never_again: bool = False) -> None:
    """Takes back a read that was not given; a sheet that was begun goes with it. `never_again`: it is then forbidden.

    Raises NotAllowed, Refused (a mark was given; a read of calibration).
    """
    row = locked(assignment.round, by)
    check_not_closed(row)
    read = Assignment.objects.select_for_update(of=("self",)).with_ties().get(pk=assignment.pk)
    if read.is_calibration or read.state not in (AssignmentState.TO_READ, AssignmentState.DRAFT):
        raise Refused(_("This read was given, or refused: it stays as it is."))
    known, pair = Decisions.of(row), (read.application_id, read.reviewer_id)
    forbidden = known.forbidden | {pair} if never_again else known.forbidden
    row.allocation = {**(row.allocation or {}), **Decisions(known.forced - {pair}, forbidden).kept()}
    row.save(update_fields=["allocation"])
    note(by, "read_taken_back", read.application, row, data={"person": read.reviewer.person})
    application = read.application_id
    read.delete()
    recount(row, [application])


@transaction.atomic
def move(*, assignment: Assignment, to: Reviewer, by: Actor) -> Assignment:
    """Gives a read to somebody else. Raises NotAllowed, Refused: then nothing moved."""
    round_, application = assignment.round, assignment.application
    take_back(assignment=assignment, by=by)
    found: list[Assignment] = assign(round_=round_, pairs=[(application, to)], by=by)
    if not found:
        raise Refused(_("%(person)s reads this application already.") % {"person": to})
    return found[0]
