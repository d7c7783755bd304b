"""Invitations to a committee, with a part for the calendar of each member."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import link
from kiif.committees.models import Member, Session
from kiif.mailbox import calendar, registry
from kiif.mailbox.actions.queue import queue_mail

INVITATION = "committees.invitation"
_EXAMPLE = {
    "title": "Comité des Sentiers 2024",
    "call": "Les Sentiers 2024",
    "when": "mardi 18 juin 2024 à 09:00",
    "place": "En visioconférence",
    "role": "membre",
    "link": "https://kiif.example/comites/seances/5f1c…/",
}


def register() -> None:
    from kiif.accounts.models import User

    def may_open(user: User, session: Session) -> bool:
        return Session.objects.visible_to(Actor(user=user)).filter(pk=session.pk).exists()

    registry.register_category(registry.Category("committees", gettext_lazy("Selection committees"), order=30))
    registry.register(registry.MailKind(INVITATION, gettext_lazy("Invitation to a committee"), "committees", _EXAMPLE))
    registry.register_visibility(Session, may_open)


def send_invitation(session: Session, member: Member, by: Actor) -> None:
    """One mail to a member; the calendar part replaces the one they have."""
    person = member.person
    if person is None:
        return
    language = getattr(person, "language", "") or "fr"
    with override(language):
        context = {
            "title": session.title,
            "call": session.call.title,
            "when": moment(session),
            "place": session.place or session.link or _("to be told"),
            "role": member.get_role_display(),
            "link": link("committees:session", session.public_id),
        }
    queue_mail(
        kind=INVITATION,
        to=person,
        context=context,
        by=by,
        about=session,
        key=f"committees.invitation:{session.pk}:{session.invitation}:{member.pk}:{int(member.added_at.timestamp())}",
        language=language,
        calendar=meeting_of(session, member),
        scope=session.call.edition.programme.owner.specific,
    )


def meeting_of(session: Session, member: Member) -> bytes:
    person: Any = member.person
    return calendar.part(
        calendar.Meeting(
            uid=f"committees.session:{session.public_id}",
            title=session.title,
            start=session.starts_at,
            end=session.ends_at or session.starts_at + timedelta(hours=3),
            sequence=session.invitation,
            place=session.place or session.link,
            url=link("committees:session", session.public_id),
            attendees=(calendar.Attendee(person.email, member.name),),
        )
    )


def moment(session: Session) -> str:
    start = timezone.localtime(session.starts_at)
    return _("%(day)s at %(hour)s") % {
        "day": date_format(start, "l j F Y"),
        "hour": date_format(start, "TIME_FORMAT"),
    }
