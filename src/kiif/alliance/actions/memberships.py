"""People enter, change role, leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import rules
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actions import end_sessions
from kiif.accounts.actor import Actor, system
from kiif.accounts.models import User
from kiif.alliance.actions.acting import standings
from kiif.alliance.actions.common import day_for, label_for, link, lock_body, require
from kiif.alliance.enums import NOT_BY_DELEGATION, ROLES_IN, STEERS, Role
from kiif.alliance.models import Body, Branch, Delegation, Invitation, Membership
from kiif.alliance.rules import acts_for_oneself, grants_of
from kiif.alliance.signals import access_closed, access_opened
from kiif.journal.actions import record
from kiif.journal.diff import difference, snapshot
from kiif.mailbox.actions import queue_mail
from kiif.ui.errors import NotAllowed, Refused


def check_role(role: str, where: Body, by: Actor) -> None:
    """Raises Refused for a role that this kind of body has not, NotAllowed for one beyond the actor's own role."""
    if role not in ROLES_IN[where.kind]:
        raise Refused(
            _("There is no role “%(role)s” in %(body)s.")
            % {"role": Role(role).label if role in Role.values else role, "body": where.label},
            field="role",
        )
    if role in grants_of(by):
        return
    if role in NOT_BY_DELEGATION and not acts_for_oneself(by):
        raise NotAllowed(
            _("In somebody’s place, you neither give nor take away a role that steers: ask the coordination.")
        )
    raise NotAllowed(_("You cannot give a role that goes beyond your own."))


def check_branch(branch: Branch | None, where: Body) -> None:
    """Raises Refused unless the branch is one of this body's."""
    if branch is not None and branch.incubator_id != where.pk:
        raise Refused(_("This branch belongs to another incubator."), field="branch")


@transaction.atomic
def admit(
    *,
    user: User,
    where: Body,
    role: str,
    by: Actor,
    title: str = "",
    branch: Branch | None = None,
    since: date | None = None,
) -> Membership:
    """Enters somebody without an invitation: command line, demo, first coordinator. People invite instead.

    Raises NotAllowed for a person, Refused (role of another kind of body, already a member).
    """
    if not by.is_system:
        raise NotAllowed(_("People enter by invitation."))
    check_role(role, where, by)
    check_branch(branch, where)
    lock_body(where)
    return enter(user=user, where=where, role=role, title=title, branch=branch, since=since, by=by)


def enter(
    *, user: User, where: Body, role: str, title: str, branch: Branch | None, since: date | None, by: Actor
) -> Membership:
    """The row itself, its journal entry and its signal; the caller has checked the right and locked the body."""
    if Membership.objects.current().filter(user=user, where=where).exists():
        raise Refused(_("%(person)s already belongs to %(body)s.") % {"person": user, "body": where.label})
    membership = Membership.objects.create(
        user=user, where=where, role=role, title=title, branch=branch, since=since or timezone.localdate()
    )
    record(
        by=by,
        verb="alliance.membership_began",
        obj=membership,
        data={"person": user, "role": role},
        scope=where.specific,
    )
    access_opened.send(sender=Membership, membership=membership, by=by)
    return membership


@transaction.atomic
def change_membership(
    *, membership: Membership, by: Actor, role: str, title: str = "", branch: Branch | None = None
) -> Membership:
    """Changes role, title, branch. Raises NotAllowed, Refused (the last one who steers steps down, over)."""
    require(
        "alliance.change_membership", by, membership, _("Only the direction and the coordination change roles here.")
    )
    lock_body(membership.where)
    membership = Membership.objects.with_ties().select_for_update(of=("self",)).get(pk=membership.pk)
    _check_current(membership)
    check_branch(branch, membership.where)
    if role != membership.role:
        check_role(membership.role, membership.where, by)
        check_role(role, membership.where, by)
        _keep_somebody_steering(membership, by)
    before = snapshot(membership, ("role", "title", "branch"))
    membership.role, membership.title, membership.branch = role, title, branch
    changes = difference(before, membership)
    if not changes:
        return membership
    membership.save()
    record(by=by, verb="alliance.membership_changed", obj=membership, changes=changes, scope=membership.where.specific)
    if "role" in changes:
        withdraw_beyond_rights(user=membership.user, by=by)
    if "role" in changes and (by.user is None or by.user.pk != membership.user_id):
        _tell(membership, "alliance.role_changed", by, membership.get_role_display())
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: Actor, on: date | None = None) -> Membership:
    """Somebody leaves: from the next request on, nothing of this membership gives access.

    `on` is the first day without it (today when not given, never to come). Raises NotAllowed, Refused (already
    over, day to come or before the beginning, the last one who steers leaves by oneself).
    """
    require(
        "alliance.end_membership",
        by,
        membership,
        _("Only the direction, the coordination or the person concerned end a membership."),
    )
    lock_body(membership.where)
    membership = Membership.objects.with_ties().select_for_update(of=("self",)).get(pk=membership.pk)
    _check_current(membership)
    today = timezone.localdate()
    day = on or today
    if not membership.since <= day <= today:
        raise Refused(_("Give a day between the arrival of the person and today."), field="left_on")
    if not (by.is_system or (by.user is not None and membership.user_id == by.user.pk)):
        check_role(membership.role, membership.where, by)
    _keep_somebody_steering(membership, by)
    close_membership(membership=membership, until=day, by=by)
    _tell(membership, "alliance.membership_ended", by, day)
    return membership


def close_membership(*, membership: Membership, until: date, by: Actor) -> None:
    """Closes everything that hangs on a membership: delegations, invitations, sessions, what listens to the signal."""
    membership.until = until
    membership.save(update_fields=["until"])
    now = timezone.now()
    where, user = membership.where, membership.user
    given = Delegation.objects.unfinished().filter(membership=membership)
    taken = Delegation.objects.unfinished().filter(to=user, membership__where=where)
    ended = [*given, *taken]
    for delegation in ended:
        delegation.ended_at = now
        delegation.save(update_fields=["ended_at"])
        record(by=by, verb="alliance.delegation_ended", obj=delegation, scope=where.specific)
    _withdraw(Invitation.objects.open().filter(where=where, email__iexact=user.email), by=by)
    withdraw_beyond_rights(user=user, by=by)
    record(
        by=by,
        verb="alliance.membership_ended",
        obj=membership,
        data={"person": user, "day": until},
        scope=where.specific,
    )
    access_closed.send(sender=Membership, membership=membership, by=by)
    if by.user is None or by.user.pk != user.pk:
        end_sessions(person=user, by=system("alliance"))


def withdraw_beyond_rights(*, user: User, by: Actor) -> None:
    """Withdraws the open invitations that this person sent and could no longer send, under any of their roles."""
    actors = [Actor(user=user, acting_as=standing) for standing in standings(Actor(user=user))]

    def could_send(invitation: Invitation) -> bool:
        return any(
            rules.test_rule("alliance.invite", actor, invitation.where) and invitation.role in grants_of(actor)
            for actor in actors
        )

    sent = Invitation.objects.open().with_ties().filter(invited_by=user)
    _withdraw((invitation for invitation in list(sent) if not could_send(invitation)), by=by)


def _withdraw(invitations: Iterable[Invitation], *, by: Actor) -> None:
    for invitation in invitations:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        record(by=by, verb="alliance.invitation_withdrawn", obj=invitation, scope=invitation.where.specific)


def _check_current(membership: Membership) -> None:
    if not membership.is_current:
        raise Refused(_("This membership is already over."))


def _keep_somebody_steering(membership: Membership, by: Actor) -> None:
    """The last coordinator stays; the last manager of an incubator is replaced by the coordination only."""
    where = membership.where
    if membership.role != STEERS.get(where.kind):
        return
    others = Membership.objects.current().filter(where=where, role=membership.role).exclude(pk=membership.pk)
    if others.exists():
        return
    alone = by.user is not None and by.user.pk == membership.user_id
    if membership.role == Role.COORDINATOR or alone:
        raise Refused(
            _("%(person)s is the last person to steer %(body)s: invite somebody else first.")
            % {"person": membership.user, "body": where.label}
        )


def _tell(membership: Membership, kind: str, by: Actor, what: object) -> None:
    """Mails the person what changed; `what` is the new role or the day."""
    language = membership.user.language
    text = day_for(what, language) if isinstance(what, date) else label_for(Role(membership.role).label, language)
    queue_mail(
        kind=kind,
        to=membership.user,
        context={"body": membership.where.name, "what": text, "link": link("alliance:mine")},
        by=by,
        about=membership,
        key=f"{kind}:{membership.pk}:{timezone.now():%Y%m%d%H%M%S%f}",
    )
