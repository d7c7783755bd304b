"""This app's part of the demonstration: Les Sentiers in the middle of its reading, Épilogue read and closed."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.accounts.demo import create_person
from kiif.alliance.actions.memberships import admit
from kiif.alliance.enums import Role
from kiif.programmes.actions import conflicts
from kiif.programmes.enums import RUNNING, ConflictState
from kiif.programmes.models import Application, Call, Conflict
from kiif.reviews import results
from kiif.reviews.actions import allocation, experts, marks, rounds, rubric
from kiif.reviews.allocation import Settings
from kiif.reviews.counting import recount
from kiif.reviews.demo_words import (
    ABSTAINED,
    CARRIERS,
    CRITERIA,
    DECLARED,
    EXPERT,
    READERS,
    SCALE,
    TEAM,
    Reader,
    anchors,
)
from kiif.reviews.enums import AssignmentState, Others
from kiif.reviews.models import Assignment, Mark, Reviewer, Round, Score
from kiif.reviews.sheets import Sheet

ORDER = 62
NAME = _("Reading rounds: Les Sentiers half read, Épilogue closed")
#: days since Les Sentiers opened its reading, days until it ends
_SINCE: Final = 9
_LEFT: Final = 6


def build(world: Any) -> None:
    """Fills `world.things["rounds"]`: "sentiers", "epilogue" → their Round."""
    world.things["rounds"] = {}
    _people(world)
    calls = world.things["calls"]
    world.things["rounds"]["sentiers"] = _sentiers(world, calls["sentiers"])
    world.things["rounds"]["epilogue"] = _epilogue(world, calls["epilogue"])


def _people(world: Any) -> None:
    alliance = world.things["alliance"]
    world.things["readers"] = {}
    for plan in READERS:
        person = create_person(world, plan.name, plan.email)
        admit(user=person, where=alliance, role=Role.REVIEWER, by=world.by, title="Lectrice ou lecteur bénévole")
        world.people[plan.email] = person
        world.things["readers"][plan.email] = plan
    for email, capacity, severity in (
        ("jury@kiif.example", 14, 0.2),
        ("accompagnement@kiif.example", 10, -0.2),
        ("direction@kiif.example", 8, 0.3),
    ):
        plan = Reader("", email, capacity, (), (), ("spreading",), "", severity, 0.5)
        world.things["readers"][email] = plan


def _round(world: Any, call: Call, title: str, **settings: Any) -> Round:
    made = rounds.create_round(call=call, by=world.by, title=title, seed="", **settings)
    for label, help_, weight, in_total, words in CRITERIA:
        rubric.add_criterion(
            round_=made, by=world.by, label=label, help=help_, weight=weight, in_total=in_total, required=in_total,
            lowest=1, highest=SCALE, anchors=anchors(words),
        )  # fmt: skip
    return made


def _ask(world: Any, round_: Round, emails: list[str]) -> list[Reviewer]:
    """Everybody is asked by the coordination, and says yes with what they can read."""
    made = []
    for email in emails:
        plan, person = world.things["readers"][email], world.people[email]
        row = experts.invite_reviewer(round_=round_, person=person, by=world.by, capacity=plan.capacity)
        made.append(_accept(row, plan))
    return made


def _accept(row: Reviewer, plan: Reader) -> Reviewer:
    return experts.answer_invitation(
        reviewer=row, accept=True, by=Actor(user=row.person), capacity=plan.capacity, themes=list(plan.themes),
        territories=list(plan.territories), languages=list(plan.languages), skills=list(plan.skills),
        organisation_name=plan.organisation,
    )  # fmt: skip


def _sentiers(world: Any, call: Call) -> Round:
    now = timezone.localtime().replace(hour=18, minute=0, second=0, microsecond=0)
    made = _round(
        world, call, "Lecture nationale",
        closes_at=now + dt.timedelta(days=_LEFT), sees_others=Others.AFTER, reads_wanted=3, least_reads=2,
        words="Trois lectures par dossier, dont une personne du territoire visé. Notez d’après les mots de la grille.",
    )  # fmt: skip
    _ask(world, made, [email for email in world.things["readers"] if email in world.people])
    _expert(world, made)
    _declined(world, made)
    talent = _talents(world, call)
    _calibrate(world, made, talent)
    rounds.open_round(round_=made, by=world.by)
    _share(world, made)
    _recuse(made)
    _read(world, made, talent)
    return _settle(made, _SINCE)


def _expert(world: Any, round_: Round) -> None:
    row = experts.invite_expert(
        round_=round_, email=EXPERT.email, full_name=EXPERT.name, by=world.by, capacity=EXPERT.capacity,
        words="Votre regard sur l’installation agricole nous serait précieux.",
    )  # fmt: skip
    world.people[EXPERT.email] = row.person
    world.things["readers"][EXPERT.email] = EXPERT
    _accept(row, EXPERT)


def _declined(world: Any, round_: Round) -> None:
    """One of the sixteen says no, with a reason."""
    person = create_person(world, "Aubin Sourcevieille", "aubin.sourcevieille@kiif.example")
    admit(user=person, where=world.things["alliance"], role=Role.REVIEWER, by=world.by)
    row = experts.invite_reviewer(round_=round_, person=person, by=world.by)
    experts.answer_invitation(
        reviewer=row, accept=False, by=Actor(user=person), words="Je pars trois semaines sans réseau."
    )


def _talents(world: Any, call: Call) -> dict[int, float]:
    """What each application is worth, in steps round the middle of the scale: what readers see through their habits."""
    keys = Application.objects.filter(call=call).order_by("pk").values_list("pk", flat=True)
    return {key: world.rng.gauss(0.2, 0.8) for key in keys}


def _calibrate(world: Any, round_: Round, talent: dict[int, float]) -> None:
    """Three dossiers, marked by nearly all; the team wrote what it expects."""
    chosen = list(Application.objects.filter(call=round_.call, state__in=RUNNING).order_by("pk")[2:9:3])
    if not chosen:
        return
    rounds.set_anchors(round_=round_, applications=chosen, by=world.by)
    for anchor in round_.anchors.select_related("application", "round"):
        expected = {one.key: _mark(talent[anchor.application_id], 0) for one in round_.criteria.filter(in_total=True)}
        rounds.expect(anchor=anchor, expected=dict(expected), words="Discuté entre quatre membres.", by=world.by)
    rounds.open_calibration(round_=round_, by=world.by)
    late = READERS[-1].email
    for read in _reads(round_).filter(source="calibration"):
        if read.reviewer.person.email != late and (read.reviewer_id + read.application_id) % 4:
            _give(world, read, talent)


def _reads(round_: Round) -> Any:
    return Assignment.objects.with_ties().filter(round=round_).order_by("pk")


def _share(world: Any, round_: Round) -> None:
    """Conflicts found from facts are answered, then the plan of the solver is applied."""
    round_.refresh_from_db()
    allocation.propose_conflicts(round_=round_, by=world.by)
    asked = Conflict.objects.filter(application__call=round_.call, state=ConflictState.PROPOSED)
    for number, conflict in enumerate(asked.select_related("application", "person").order_by("pk")):
        if number % 3 == 0:
            conflicts.confirm(conflict=conflict, by=Actor(user=conflict.person))
        elif number % 3 == 1:
            conflicts.dismiss(conflict=conflict, by=Actor(user=conflict.person))
    plan = allocation.ask(round_=round_, by=world.by, settings=Settings(reads=3, seed="les-sentiers"))
    allocation.apply(plan=plan, by=world.by)


def _recuse(round_: Round) -> None:
    """Two reviewers find a conflict once they have the dossier before them."""
    seen: set[int] = set()
    for read in _reads(round_).filter(source="auto", reviewer__external=False):
        if read.reviewer_id not in seen and len(seen) < 2:
            seen.add(read.reviewer_id)
            conflicts.declare(application=read.application, by=Actor(user=read.reviewer.person), words=DECLARED)


def _read(world: Any, round_: Round, talent: dict[int, float]) -> None:
    """Each gives a part of what they have; one begins nothing, one abstains once, some have a sheet begun."""
    by_reader: dict[int, list[Assignment]] = {}
    for read in _reads(round_).filter(source="auto", state=AssignmentState.TO_READ):
        by_reader.setdefault(read.reviewer_id, []).append(read)
    for number, reads in enumerate(by_reader.values()):
        plan = world.things["readers"][reads[0].reviewer.person.email]
        given = round(len(reads) * plan.given)
        for read in reads[:given]:
            _give(world, read, talent)
        if 0 < given < len(reads):
            _begin(reads[given])
        if number == 3 and len(reads) > given + 1:
            marks.abstain(assignment=reads[given + 1], words=ABSTAINED, by=Actor(user=reads[0].reviewer.person))


def _mark(worth: float, severity: float) -> int:
    return min(SCALE, max(1, round(3 + worth + severity)))


def _sheet(world: Any, read: Assignment, talent: dict[int, float]) -> Sheet:
    plan = world.things["readers"][read.reviewer.person.email]
    worth = talent.get(read.application_id, 0.0)
    criteria = _criteria(world, read.round)
    values = {
        one.key: _mark(worth + world.rng.gauss(0, 0.6), plan.severity)
        for one in criteria
        if one.in_total or world.rng.random() < 0.4
    }
    advice = "yes" if worth > 0.7 else "no" if worth < -0.5 else "maybe"
    return Sheet(values, {}, world.rng.choice(TEAM), world.rng.choice(CARRIERS), advice)


def _criteria(world: Any, round_: Round) -> list[Any]:
    kept: dict[int, list[Any]] = world.things.setdefault("criteria", {})
    if round_.pk not in kept:
        kept[round_.pk] = list(round_.criteria.all())
    return kept[round_.pk]


def _give(world: Any, read: Assignment, talent: dict[int, float]) -> None:
    asked = Conflict.objects.filter(
        application_id=read.application_id, person_id=read.reviewer.person_id, state=ConflictState.PROPOSED
    )
    if not asked.exists():
        marks.give(assignment=read, sheet=_sheet(world, read, talent), by=Actor(user=read.reviewer.person))


def _begin(read: Assignment) -> None:
    key = read.round.criteria.values_list("key", flat=True)[0]
    sheet = Sheet({key: 3}, {}, "À reprendre après avoir relu le budget.")
    marks.save_draft(assignment=read, sheet=sheet, by=Actor(user=read.reviewer.person))


def _settle(round_: Round, since: int) -> Round:
    """Puts what happened on its own days, then computes the scores."""
    now = timezone.now()
    opened = now - dt.timedelta(days=since)
    Round.objects.filter(pk=round_.pk).update(
        opens_at=opened, opened_at=opened, created_at=opened - dt.timedelta(days=20),
        calibration_at=opened - dt.timedelta(days=6),
    )  # fmt: skip
    Score.objects.filter(round=round_).update(entered_at=opened)
    Reviewer.objects.filter(round=round_).update(
        invited_at=opened - dt.timedelta(days=14), answered_at=opened - dt.timedelta(days=11)
    )
    given = list(Mark.objects.filter(assignment__round=round_).select_related("assignment").order_by("pk"))
    for number, mark in enumerate(given):
        back = since * (1 - number / (len(given) + 1))
        when = now - dt.timedelta(days=back, minutes=number * 7 % 60)
        mark.saved_at, mark.begun_at = when, when - dt.timedelta(minutes=35)
        mark.submitted_at = when if mark.submitted_at else None
        read = mark.assignment
        read.state_at, read.opened_at = when, when - dt.timedelta(minutes=40)
        read.done_at = when if read.done_at else None
    Mark.objects.bulk_update(given, ["saved_at", "begun_at", "submitted_at"])
    Assignment.objects.bulk_update([one.assignment for one in given], ["state_at", "opened_at", "done_at"])
    _seen(round_)
    recount(round_)
    round_.refresh_from_db()
    return results.compute(round_)


def _seen(round_: Round) -> None:
    """When each reviewer was last here: the last sheet that they saved."""
    last = Mark.objects.filter(assignment__reviewer=OuterRef("pk")).order_by("-saved_at").values("saved_at")[:1]
    Reviewer.objects.filter(round=round_).update(last_seen_at=Subquery(last))


def _epilogue(world: Any, call: Call) -> Round | None:
    """Everything was read, the round is closed; what follows is decided on these scores."""
    applications = list(Application.objects.filter(call=call, state__in=RUNNING).order_by("pk"))
    if not applications:
        return None
    made = _round(world, call, "Lecture", closes_at=timezone.now() + dt.timedelta(days=1), reads_wanted=2)
    emails = [one.email for one in READERS[:8]]
    readers = _ask(world, made, emails)
    Reviewer.objects.filter(round=made).update(capacity=max(12, 3 * len(applications) // len(readers) + 2))
    rounds.open_round(round_=made, by=world.by)
    plan = allocation.ask(round_=made, by=world.by, settings=Settings(reads=2, seed="epilogue", territory_reads=0))
    allocation.apply(plan=plan, by=world.by)
    talent = _talents(world, call)
    for read in _reads(made).filter(state=AssignmentState.TO_READ):
        _give(world, read, talent)
    rounds.close_round(round_=made, by=world.by)
    made.refresh_from_db()
    days = (timezone.now() - call.closes_at).days if call.closes_at else 60
    read_at = call.closes_at + dt.timedelta(days=20) if call.closes_at and days > 20 else timezone.now()
    Round.objects.filter(pk=made.pk).update(
        opens_at=read_at - dt.timedelta(days=18), opened_at=read_at - dt.timedelta(days=18), closes_at=read_at,
        closed_at=read_at,
    )  # fmt: skip
    Mark.objects.filter(assignment__round=made).update(submitted_at=read_at - dt.timedelta(days=3))
    made.refresh_from_db()
    return results.compute(made)
