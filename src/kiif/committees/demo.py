"""This app's part of the demonstration: the committee of Les Sentiers with its agenda ready, that of Épilogue held and
closed, with its votes, its reserve list, its minutes and the decisions that they prepare."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.committees import ranking
from kiif.committees.actions import agenda, closing, deciding, preparing, room, scenarios, voting
from kiif.committees.documents.content import content_of
from kiif.committees.enums import AgendaOrder, Choice, Decision, MemberRole, Step, TieRule
from kiif.committees.models import Item, Member, Minutes, Presence, Recusal, Round, Session
from kiif.programmes.enums import RUNNING
from kiif.programmes.models import Application, Call

ORDER = 64
NAME = _("Committees: Les Sentiers ready, Épilogue held")

PARIS: Final = ZoneInfo("Europe/Paris")
SENTIERS_AT: Final = dt.datetime(2024, 6, 18, 9, 30, tzinfo=PARIS)
#: address, role, in what capacity
SEATS: Final = (
    ("direction@kiif.example", MemberRole.CHAIR, "direction d’incubateur"),
    ("accompagnement@kiif.example", MemberRole.SECRETARY, "accompagnement"),
    ("jury@kiif.example", MemberRole.MEMBER, "lectrice ou lecteur bénévole"),
    ("fondation@kiif.example", MemberRole.OBSERVER, "partenaire"),
)
#: Reviewers who sit too.
MORE: Final = 4
REASONS: Final = {
    Decision.ACCEPT: (
        "L’équipe connaît son territoire et sait ce qu’elle attend de l’accompagnement. Le comité souhaite un point "
        "d’étape sur le modèle économique à mi-parcours.",
        "Réponse nouvelle à un besoin que deux membres voient chaque semaine. Partenariats signés.",
        "Dossier très discuté : la gouvernance est jeune, mais l’ancrage local a emporté la décision.",
    ),
    Decision.RESERVE: (
        "Bon projet, à qui il manque un partenaire financier confirmé. Premier appelé si une place se libère.",
        "Le comité aurait voulu lire un budget plus complet.",
    ),
    Decision.REFUSE: ("Projet trop proche d’un dispositif existant à vingt minutes. Orientation vers les webinaires.",),
}
ACCEPTED: Final = 10
RESERVED: Final = 3


def build(world: Any) -> None:
    """Fills `world.things["committees"]`: "sentiers", "epilogue" → their Session."""
    calls = world.things.get("calls", {})
    held = world.things["committees"] = {}
    if "sentiers" in calls:
        held["sentiers"] = _sentiers(world, calls["sentiers"])
    if "epilogue" in calls and Application.objects.filter(call=calls["epilogue"], state__in=RUNNING).exists():
        held["epilogue"] = _epilogue(world, calls["epilogue"])


def _people(world: Any) -> list[User]:
    """Reviewers of the demonstration, without those who already have a seat."""
    seated = {email for email, _role, _quality in SEATS}
    return [world.people[email] for email in world.things.get("readers", {}) if email not in seated][:MORE]


def _seats(world: Any, session: Session) -> None:
    for email, role, quality in SEATS:
        person = world.people.get(email) or User.objects.filter(email=email).first()
        if person is not None:
            preparing.add_member(session=session, person=person, by=world.by, role=role, quality=quality)
    for person in _people(world):
        preparing.add_member(session=session, person=person, by=world.by, quality="lectrice ou lecteur bénévole")


def _sentiers(world: Any, call: Call) -> Session:
    """Planned, invited, its agenda built from what was read; two people began to compare scenarios."""
    fields = {
        "title": "Comité de sélection des Sentiers 2024",
        "starts_at": SENTIERS_AT,
        "ends_at": SENTIERS_AT + dt.timedelta(hours=3),
        "place": "En visioconférence",
        "link": "https://visio.kiif.example/comite-sentiers",
        "tie": TieRule.CHAIR,
        "quorum_least": 4,
        "places": call.places or 15,
        "reserve_size": 5,
        "steps": [Step.VOTES, Step.CORRECTED, Step.AGREEMENT],
        "seed": "ancolie 18 juin",
        "minutes_each": 6,
    }
    session = preparing.plan(call=call, by=world.by, fields=fields)
    _seats(world, session)
    if not ranking.marks_of(call):
        return session
    agenda.build(session=session, by=world.by, order=AgendaOrder.CONTESTED, batch=True)
    wishes = [("rural", "rural", 8, None), ("women", "yes", 6, None)]
    scenarios.set_wishes(session=session, wishes=wishes, by=world.by)
    marks = ranking.marks_of(call, session.items.values_list("application_id", flat=True))
    best = sorted(marks, key=lambda key: (-(marks[key].best or 0), key))
    for name, start in (("Les mieux notés", 0), ("Plus de territoires ruraux", 4)):
        chosen = [str(key) for key in best[start : start + session.places]]
        scenarios.save(session=session, by=world.by, name=name, chosen=chosen, shared=True)
    return session


def _epilogue(world: Any, call: Call) -> Session:
    """Held: the disputed dossiers voted on one by one, the others taken together; closed, with its minutes."""
    moment = call.moments.filter(kind="committee").order_by("starts_at").first()
    start = moment.starts_at if moment else (call.closes_at or SENTIERS_AT) + dt.timedelta(days=30)
    session = preparing.plan(
        call=call,
        by=world.by,
        fields={
            "title": "Comité de sélection d’Épilogue",
            "starts_at": start,
            "ends_at": start + dt.timedelta(hours=3),
            "place": "Dans les locaux d’un incubateur, et à distance",
            "places": ACCEPTED,
            "reserve_size": RESERVED,
            "quorum_least": 3,
            "tie": TieRule.CHAIR,
            "steps": [Step.VOTES, Step.CORRECTED, Step.EARLIEST],
            "seed": "dernière page",
        },
    )
    _seats(world, session)
    agenda.build(session=session, by=world.by, order=AgendaOrder.RANK, everything=True)
    outcomes = _outcomes(session)
    talked = _talked(outcomes)
    for item, outcome in outcomes:
        if item.pk not in talked:
            agenda.set_batch(item=item, proposal=outcome, by=world.by)
    room.open_session(session=session, by=world.by)
    for member in session.members.sitting():
        room.arrive(member=member, by=world.by, remote=member.role == MemberRole.OBSERVER)
    for number, (item, outcome) in enumerate(one for one in outcomes if one[0].pk in talked):
        _decide(world, session, item, outcome, number)
    keys = [item.pk for item in deciding.batch_of(session)]
    deciding.decide_batch(session=session, items=keys, by=world.by)
    _left_over(world, session, outcomes)
    text = "Le comité remercie les personnes qui ont lu. Il demande que l’édition suivante laisse une semaine de plus."
    closing.write_remarks(session=session, remarks=text, by=world.by)
    closing.close(session=session, by=world.by)
    _backdate(session, start)
    session.refresh_from_db()
    return session


def _outcomes(session: Session) -> list[tuple[Item, str]]:
    """By rank: the first are taken, the next ones wait, the others are not chosen."""
    marks = ranking.marks_of(session.call)
    items = list(session.items.select_related("application__project"))
    items.sort(key=lambda item: (-((marks.get(item.application_id) or ranking.Marks()).best or 0), item.pk))
    said = [Decision.ACCEPT] * ACCEPTED + [Decision.RESERVE] * RESERVED
    return [(item, said[place] if place < len(said) else Decision.REFUSE) for place, item in enumerate(items)]


def _talked(outcomes: list[tuple[Item, str]]) -> set[int]:
    """Those around the line, and the reserve list: they are voted on one by one."""
    around = outcomes[ACCEPTED - 3 : ACCEPTED + RESERVED + 2]
    return {item.pk for item, _outcome in around} | {item.pk for item, said in outcomes if said == Decision.RESERVE}


def _decide(world: Any, session: Session, item: Item, outcome: str, number: int) -> None:
    room.call(item=item, by=world.by)
    room.show(item=item, by=world.by)
    vote = voting.open_vote(item=item, by=world.by, proposal=outcome)
    barred = {row.member_id for row in Recusal.objects.filter(item=item)}
    for place, member in enumerate(session.members.sitting().order_by("pk")):
        if member.votes and member.pk not in barred and member.person is not None:
            voting.cast(vote=vote, choice=_choice(number, place), by=Actor(user=member.person))
    voting.close_vote(vote=vote, by=world.by)
    words = REASONS[Decision(outcome)]
    deciding.decide(
        item=item, decision=outcome, by=world.by, reasons=words[number % len(words)], version=item.reasons_version
    )


def _choice(number: int, place: int) -> str:
    """Votes that differ from one dossier to the next; the chair and the secretary are for."""
    if place < 2:
        return Choice.FOR
    return (Choice.FOR, Choice.AGAINST, Choice.FOR, Choice.ABSTAIN, Choice.FOR)[(number + 2 * place) % 5]


def _left_over(world: Any, session: Session, outcomes: list[tuple[Item, str]]) -> None:
    """Those that could not be taken together, because somebody had to leave."""
    for number, (item, outcome) in enumerate(outcomes):
        fresh = session.items.select_related("session", "application").get(pk=item.pk)
        if not fresh.decision:
            _decide(world, session, fresh, outcome, number)


def _backdate(session: Session, start: dt.datetime) -> None:
    """The session was held on its own day: its hours, then its minutes written again from them."""
    items = list(session.items.order_by("decided_at", "pk"))
    end = start + dt.timedelta(hours=2, minutes=40)
    Session.objects.filter(pk=session.pk).update(opened_at=start, closed_at=end)
    Presence.objects.filter(member__session=session).update(came_at=start, left_at=end)
    Member.objects.filter(session=session).update(added_at=start - dt.timedelta(days=21))
    for number, item in enumerate(items):
        at = start + dt.timedelta(minutes=10 + number * 6)
        Item.objects.filter(pk=item.pk).update(decided_at=at, called_at=at, seconds=0 if item.batch else 420)
        Round.objects.filter(item=item).update(opened_at=at, closed_at=at + dt.timedelta(minutes=2))
        Recusal.objects.filter(item=item).update(left_at=at, back_at=at + dt.timedelta(minutes=5))
    fresh = Session.objects.with_ties().get(pk=session.pk)
    with override(settings.LANGUAGE_CODE):
        content = content_of(fresh)
    rows = Minutes.objects.filter(session=session, number=0)
    rows.update(content=content, digest=closing.digest_of(content), made_at=end)
