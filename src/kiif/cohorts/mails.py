"""Mails of the room: a placement proposed, about to expire, agreed, closed; a text to sign; dates; messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.actions.common import link
from kiif.alliance.models import Membership
from kiif.cohorts import people
from kiif.cohorts.models import Broadcast, CohortEvent, Commitment, Member, Placement
from kiif.mailbox.actions import queue_mail
from kiif.programmes import keeping, teams
from kiif.programmes.models import Call
from kiif.questionnaires.models import Participant, Response

_LINK: Final = "https://kiif.example/promotions/"
_PLACEMENT: Final = {"project": "La Bricole fertile", "host": "ATIS", "call": "Les Sentiers 2027", "link": _LINK}
_ANSWER: Final = {**_PLACEMENT, "deadline": "4 juin 2027", "words": "Vous connaissez déjà le Nontronnais."}
_COHORT: Final = {"cohort": "Promotion 2027 des Sentiers", "link": _LINK}

_TITLE: Final = {**_COHORT, "title": "Lancement", "when": "4 juin, 9 h"}

#: key, label, placeholders with examples, whether people may do without
KINDS: Final[tuple[tuple[str, Any, dict[str, str], bool], ...]] = (
    ("cohorts.proposed_host", _("A project is proposed to a host"), _ANSWER, False),
    ("cohorts.proposed_carrier", _("A host is proposed to a project"), _ANSWER, False),
    ("cohorts.reminder", _("An answer about a placement is awaited"), _ANSWER, False),
    ("cohorts.hosted", _("A project and its host agreed"), {**_PLACEMENT, "people": "Yaël Orsenne"}, False),
    ("cohorts.placement_closed", _("A placement does not go on"), {**_PLACEMENT, "reason": "–"}, False),
    ("cohorts.to_place", _("A project is without a host again"), {**_PLACEMENT, "reason": "–"}, True),
    ("cohorts.to_sign", _("A commitment to sign"), {**_COHORT, "title": "Charte", "deadline": "4 juin"}, False),
    ("cohorts.event", _("A date of the cohort"), {**_TITLE, "place": "Nantes"}, True),
    ("cohorts.event_cancelled", _("A date of the cohort is cancelled"), _TITLE, True),
    ("cohorts.message", _("A message to the cohort"), {**_COHORT, "subject": "Bienvenue", "text": "Bonjour."}, False),
)


def _carriers_page(placement: Placement) -> str:
    return link("cohorts:my-placement", placement.public_id)


def _team_page(placement: Placement) -> str:
    return link("cohorts:placement", placement.public_id)


def _facts(placement: Placement, page: str) -> dict[str, str]:
    call = placement.application.call
    return {"project": str(placement.application), "host": str(placement.host), "call": str(call), "link": page}


def _day(moment: Any, user: User) -> str:
    with override(user.language):
        return date_format(localtime(moment), "DATE_FORMAT")


def moment_for(moment: Any, user: User) -> str:
    """A day and an hour in the language of the reader."""
    with override(user.language):
        return date_format(localtime(moment), "DATETIME_FORMAT")


def stays_inside(call: Call) -> bool:
    """A rehearsal writes to nobody."""
    return call.is_rehearsal


def tell_proposed(placement: Placement, by: Actor) -> None:
    """To both sides: what is proposed, why, until when."""
    if stays_inside(placement.application.call):
        return
    for user in people.house(placement.host, placement.application):
        _ask("cohorts.proposed_host", placement, user, _team_page(placement), by)
    for user in people.carriers(placement.application):
        _ask("cohorts.proposed_carrier", placement, user, _carriers_page(placement), by)


def tell_awaited(placement: Placement, by: Actor) -> None:
    """A reminder to the side that has not answered."""
    if stays_inside(placement.application.call):
        return
    if not placement.host_answer:
        for user in people.house(placement.host, placement.application):
            _ask("cohorts.reminder", placement, user, _team_page(placement), by)
    if not placement.carrier_answer:
        for user in people.carriers(placement.application):
            _ask("cohorts.reminder", placement, user, _carriers_page(placement), by)


def _ask(kind: str, placement: Placement, to: User, page: str, by: Actor) -> None:
    facts = {**_facts(placement, page), "deadline": _day(placement.deadline, to), "words": placement.words}
    queue_mail(kind=kind, to=to, context=facts, by=by, about=placement)


def tell_hosted(placement: Placement, by: Actor) -> None:
    """To both sides, with the names of the other."""
    application = placement.application
    if stays_inside(application.call):
        return
    hosts, carriers = people.house(placement.host, application), people.carriers(application)
    for side, others, page in ((hosts, carriers, _team_page(placement)), (carriers, hosts, _carriers_page(placement))):
        names = ", ".join(f"{user} ({user.email})" for user in others)
        for user in side:
            facts = {**_facts(placement, page), "people": names or "–"}
            queue_mail(kind="cohorts.hosted", to=user, context=facts, by=by, about=placement)


def tell_closed(placement: Placement, reason: str, by: Actor) -> None:
    """To both sides; `reason` is a sentence in the language of the instance."""
    application = placement.application
    if stays_inside(application.call):
        return
    sides = (
        (people.house(placement.host, application), _team_page(placement)),
        (people.carriers(application), _carriers_page(placement)),
    )
    for side, page in sides:
        for user in side:
            facts = {**_facts(placement, page), "reason": reason}
            queue_mail(kind="cohorts.placement_closed", to=user, context=facts, by=by, about=placement)


def tell_to_place(placement: Placement, reason: str, by: Actor) -> None:
    """To who runs the call: this project has no host any more."""
    application = placement.application
    if stays_inside(application.call):
        return
    facts = {**_facts(placement, link("cohorts:matching", application.call.public_id)), "reason": reason}
    for user in teams.team(application.call, application):
        queue_mail(kind="cohorts.to_place", to=user, context=facts, by=by, about=placement)


def tell_to_sign(commitment: Commitment, users: Iterable[User], page: str, by: Actor) -> None:
    for user in users:
        facts = {
            "cohort": str(commitment.cohort),
            "title": commitment.title,
            "deadline": date_format(commitment.due_on, "DATE_FORMAT") if commitment.due_on else "–",
            "link": page,
        }
        queue_mail(kind="cohorts.to_sign", to=user, context=facts, by=by, about=commitment)


def may_open_placement(user: User, placement: Placement) -> bool:
    """Its carriers, the people of the house, who runs the call; nobody whom a conflict bars."""
    application = placement.application
    if user.pk in {one.pk for one in people.carriers(application)}:
        return True
    known = {one.pk for one in people.house(placement.host, application)}
    return user.pk in known | {one.pk for one in teams.team(application.call, application)}


def may_open_of_cohort(user: User, about: Broadcast | Commitment | CohortEvent) -> bool:
    """Whoever takes part in the cohort, hosts a member, or runs the call."""
    cohort = about.cohort
    if user.pk in {one.pk for one in teams.team(cohort.call)}:
        return True
    members = list(Member.objects.filter(cohort=cohort).select_related("application__response", "placement__host"))
    carrying = people.carriers_by_application([member.application for member in members])
    if any(user.pk in {one.pk for one in users} for users in carrying.values()):
        return True
    placements = Placement.objects.running().filter(application__member__cohort=cohort).select_related("host")
    hosts = {placement.host for placement in placements}
    return any(user.pk in {one.pk for one in users} for users in people.houses(hosts).values())


def kept_from(actor: Actor) -> Q | None:
    """Mails of a cohort to the people of an application kept from this person (`programmes.keeping`), or to its host:
    their words name the project."""
    applications = list(keeping.kept(actor))
    if not applications:
        return None
    about = ContentType.objects.get_for_models(Broadcast, Commitment, CohortEvent).values()
    owners = Response.objects.filter(application__in=applications).values("owner_id")
    shared = Participant.objects.filter(response__application__in=applications).values("user_id")
    houses = Placement.objects.filter(application__in=applications).values("host__incubator_id")
    staff = Membership.objects.filter(where__in=houses).values("user_id")
    people = Q(to__in=owners) | Q(to__in=shared) | Q(to__in=staff)
    return Q(about_type__in=[one.pk for one in about]) & people
