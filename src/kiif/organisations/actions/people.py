"""Who is in an organisation: told by the team, asked by the person, accepted, confirmed, ended."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.journal.actions import record
from kiif.organisations import duplicates, mails
from kiif.organisations.actions.common import clean, locked, require
from kiif.organisations.enums import TieRole
from kiif.organisations.models import Organisation, Tie
from kiif.ui.errors import Refused


def _who_manages() -> str:
    return _("The people of an organisation are recognised by the teams and by those who lead it.")


def _open_tie(organisation: Organisation, user: User) -> Tie | None:
    return Tie.objects.current().filter(organisation=organisation, user=user).first()


@transaction.atomic
def assert_tie(
    *,
    organisation: Organisation,
    user: User,
    role: str,
    by: Actor,
    source: str,
    title: str = "",
    since: date | None = None,
) -> Tie:
    """A team says that a person is in an organisation, and how that is known.

    It opens rights once the person accepts it. Raises NotAllowed, Refused (already there, nothing said of the source).
    """
    require(
        "organisations.assert_person", by, organisation, _("The teams of the alliance enter people by their address.")
    )
    organisation = locked(organisation)
    if _open_tie(organisation, user) is not None:
        raise Refused(_("This person is already in this organisation."), field="email")
    if not source.strip():
        raise Refused(_("Say how you know it: a meeting, a mail, the statutes…"), field="source")
    tie = Tie(
        organisation=organisation,
        user=user,
        role=role,
        title=title,
        source=source,
        since=since or timezone.localdate(),
        asserted_by=by.user,
        confirmed_at=timezone.now(),
        confirmed_by=by.user,
    )
    clean(tie)
    tie.save()
    record(
        by=by, verb="organisations.person_entered", obj=organisation, data={"person": user}, scope=organisation.alliance
    )
    mails.tell_entered(tie, by)
    duplicates.look(organisation)
    return tie


@transaction.atomic
def claim(*, organisation: Organisation, role: str, by: Actor, title: str = "", message: str = "") -> Tie:
    """A person asks to be recognised as one of the organisation; it opens no right until somebody confirms it.

    Raises NotAllowed, Refused (already there or already asked).
    """
    require("organisations.claim", by, organisation, _("Sign in to say that you are in this organisation."))
    if by.user is None:
        raise Refused(_("Sign in to say that you are in this organisation."))
    organisation = locked(organisation)
    if _open_tie(organisation, by.user) is not None:
        raise Refused(_("You are already in this organisation, or you already asked."))
    tie = Tie(
        organisation=organisation,
        user=by.user,
        role=role,
        title=title,
        source=message,
        asserted_by=by.user,
        accepted_at=timezone.now(),
    )
    clean(tie)
    tie.save()
    record(by=by, verb="organisations.claimed", obj=organisation, scope=organisation.alliance)
    mails.tell_claimed(tie, leaders_of(organisation), by)
    return tie


def _locked_tie(tie: Tie) -> Tie:
    found = Tie.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=tie.pk)
    if found.is_past:
        raise Refused(_("This is no longer asked."))
    return found


@transaction.atomic
def accept_tie(*, tie: Tie, by: Actor) -> Tie:
    """The person accepts what the team said. Raises NotAllowed, Refused (already accepted, ended)."""
    require("organisations.accept_tie", by, tie, _("Only the person accepts it."))
    tie = _locked_tie(tie)
    if tie.accepted_at is not None:
        raise Refused(_("This is already accepted."))
    tie.accepted_at = timezone.now()
    tie.save(update_fields=["accepted_at"])
    record(by=by, verb="organisations.tie_accepted", obj=tie.organisation, scope=tie.organisation.alliance)
    return tie


@transaction.atomic
def confirm_tie(*, tie: Tie, by: Actor) -> Tie:
    """The team, or a leader, recognises a person who asked. Raises NotAllowed, Refused (already done, ended)."""
    require("organisations.manage_people", by, tie.organisation, _who_manages())
    tie = _locked_tie(tie)
    if tie.confirmed_at is not None:
        raise Refused(_("This person is already recognised."))
    tie.confirmed_at, tie.confirmed_by = timezone.now(), by.user
    tie.save(update_fields=["confirmed_at", "confirmed_by"])
    data = {"person": tie.user}
    record(by=by, verb="organisations.tie_confirmed", obj=tie.organisation, data=data, scope=tie.organisation.alliance)
    mails.tell_recognised(tie, by)
    return tie


@transaction.atomic
def change_tie(*, tie: Tie, role: str, title: str, by: Actor) -> Tie:
    """Changes what somebody is, even the only one who leads: teams name another. Raises NotAllowed, Refused (ended)."""
    require("organisations.manage_people", by, tie.organisation, _who_manages())
    tie = _locked_tie(tie)
    if (tie.role, tie.title) == (role, title):
        return tie
    before = {"role": (tie.role, role)} if tie.role != role else {}
    tie.role, tie.title = role, title
    clean(tie, exclude=("organisation", "user"))
    tie.save(update_fields=["role", "title"])
    data = {"person": tie.user}
    record(
        by=by,
        verb="organisations.tie_changed",
        obj=tie.organisation,
        changes=before,
        data=data,
        scope=tie.organisation.alliance,
    )
    return tie


@transaction.atomic
def end_tie(*, tie: Tie, by: Actor, on: date | None = None) -> Tie:
    """A person leaves, or is said to have left; a refusal ends what was said on its first day.

    Raises NotAllowed, Refused (already ended, a day before it began or to come).
    """
    require("organisations.end_tie", by, tie, _("The person, those who lead the organisation and the teams end it."))
    tie = _locked_tie(tie)
    today = timezone.localdate()
    day = on or max(today, tie.since)
    if not tie.since <= day <= max(today, tie.since):
        raise Refused(_("Give a day between the arrival and today."), field="on")
    tie.until = day
    tie.save(update_fields=["until"])
    data = {"person": tie.user}
    record(by=by, verb="organisations.tie_ended", obj=tie.organisation, data=data, scope=tie.organisation.alliance)
    return tie


def leaders_of(organisation: Organisation) -> list[User]:
    """People who lead it today, confirmed on both sides: who is told when somebody asks."""
    ties = Tie.objects.opening().filter(organisation=organisation, role=TieRole.LEADER).select_related("user")
    return [tie.user for tie in ties]
