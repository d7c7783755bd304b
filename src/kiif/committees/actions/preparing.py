"""Preparing a committee: its rules, its members, its agenda, its invitations, its projected screen."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.actions.common import clean, require
from kiif.committees.actions.common import lock, refuse_closed, require_desk, require_prepares, tell
from kiif.committees.enums import MemberRole
from kiif.committees.models import Member, Session
from kiif.committees.models.session import bump
from kiif.programmes.models import Call
from kiif.ui.errors import Refused

#: Rules of the vote: read only once the session is open.
BEFOREHAND = frozenset(
    {"mode", "secret", "quorum", "quorum_least", "majority", "tie", "places", "reserve_size", "steps", "blind"}
)
FIELDS = BEFOREHAND | {
    "title", "starts_at", "ends_at", "place", "link", "marks_on_screen", "order", "minutes_each", "read_before", "seed",
}  # fmt: skip


@transaction.atomic
def plan(*, call: Call, by: Actor, fields: Mapping[str, Any]) -> Session:
    """A session in preparation. Raises NotAllowed unless the actor runs the call, Refused for impossible values."""
    require("programmes.change_call", by, call, _("Committees are prepared by those who run the call."))
    session = Session(call=call, created_by=by.user, **{key: fields[key] for key in FIELDS & fields.keys()})
    if session.ends_at is None and session.starts_at:
        session.ends_at = session.starts_at + timedelta(hours=3)
    clean(session)
    session.save()
    tell(by, "planned", session)
    return session


@transaction.atomic
def change(*, session: Session, by: Actor, fields: Mapping[str, Any]) -> Session:
    """Changes what is given. Once open, the rules of the vote are only read; a seed may still be published, once."""
    locked = lock(session)
    require_prepares(by, locked)
    refuse_closed(locked)
    wanted = {key: fields[key] for key in FIELDS & fields.keys() if fields[key] != getattr(locked, key)}
    if not locked.is_planned:
        if BEFOREHAND & wanted.keys():
            raise Refused(_("The session is open: the rules said beforehand no longer change."))
        if "seed" in wanted and locked.seed:
            raise Refused(_("The seed of the draw is already published: it no longer changes."), field="seed")
    if not wanted:
        return locked
    for key, value in wanted.items():
        setattr(locked, key, value)
    clean(locked)
    locked.save(update_fields=list(wanted))
    bump(locked)
    tell(by, "changed", locked)
    if {"starts_at", "ends_at", "place", "link", "title"} & wanted.keys() and locked.invited_at:
        invite(session=locked, by=by)
    return locked


# --- Members ---


@transaction.atomic
def add_member(
    *, session: Session, person: User, by: Actor, role: str = MemberRole.MEMBER, voice: bool = True, quality: str = ""
) -> Member:
    """Gives somebody a seat. Facts that may set them against a dossier of the agenda are looked for at once."""
    from kiif.programmes.actions.conflicts import propose

    locked = lock(session)
    require_prepares(by, locked)
    refuse_closed(locked)
    _check_role(locked, role)
    member, made = Member.objects.get_or_create(session=locked, person=person, defaults={"name": str(person)})
    if not made and member.removed_at is None:
        raise Refused(_("%(name)s already belongs to this committee.") % {"name": member.name}, field="person")
    member.name, member.role, member.quality = str(person), role, quality.strip()[:120]
    member.voice = voice and role != MemberRole.OBSERVER
    member.removed_at, member.removed_why = None, ""
    clean(member)
    member.save()
    propose(call=locked.call, people=[person.pk], by=by)
    bump(locked)
    tell(by, "member_added", locked, person=person, role=role)
    if locked.invited_at is not None:
        from kiif.committees.mails import send_invitation

        send_invitation(locked, member, by)
    return member


@transaction.atomic
def change_member(*, member: Member, by: Actor, role: str, voice: bool, quality: str = "") -> Member:
    locked = lock(member.session)
    require_prepares(by, locked)
    refuse_closed(locked)
    fresh = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if fresh.removed_at is not None:
        raise Refused(_("%(name)s no longer belongs to this committee.") % {"name": fresh.name})
    if locked.is_running and voice != fresh.voice:
        raise Refused(_("The session is open: who votes no longer changes. Take the person off the committee instead."))
    if role != fresh.role:
        _check_role(locked, role)
    fresh.role, fresh.quality = role, quality.strip()[:120]
    fresh.voice = voice and role != MemberRole.OBSERVER
    fresh.save(update_fields=["role", "voice", "quality"])
    bump(locked)
    tell(by, "member_changed", locked, person=fresh.person, role=role)
    return fresh


def _check_role(session: Session, role: str) -> None:
    if role not in MemberRole.values:
        raise Refused(_("Choose chair, member, secretary or observer."), field="role")
    if role == MemberRole.CHAIR and session.members.sitting().filter(role=MemberRole.CHAIR).exists():
        raise Refused(_("Somebody chairs this committee already: change their role first."), field="role")


@transaction.atomic
def invite(*, session: Session, by: Actor) -> int:
    """Writes to every member, with a part for their calendar; again, it replaces the one they have. How many left."""
    from kiif.committees.mails import send_invitation

    locked = lock(session)
    require_prepares(by, locked)
    refuse_closed(locked)
    members = [member for member in locked.members.sitting().select_related("person") if member.person]
    if not members:
        raise Refused(_("Nobody to invite: add the members of the committee first."))
    bump(locked, invited_at=timezone.now(), invitation=locked.invitation + 1)
    for member in members:
        send_invitation(locked, member, by)
    tell(by, "invited", locked, count=len(members))
    return len(members)


# --- The projected screen ---


@transaction.atomic
def open_screen(*, session: Session, by: Actor) -> str:
    """A new address for the projected screen: its secret, told once. The one before no longer works."""
    locked = lock(session)
    require_desk(by, locked)
    refuse_closed(locked)
    token = secrets.token_urlsafe(24)
    bump(locked, screen_hash=hash_of(token))
    tell(by, "screen_opened", locked)
    return token


@transaction.atomic
def withdraw_screen(*, session: Session, by: Actor) -> None:
    """The projected screen goes dark at its next second."""
    locked = lock(session)
    require_desk(by, locked)
    if locked.screen_hash:
        bump(locked, screen_hash="")
        tell(by, "screen_withdrawn", locked)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
