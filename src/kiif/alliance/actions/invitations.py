"""Invitations: bound to an address, with a date, used once, bounded in number."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actions import create_person
from kiif.accounts.actor import VISITOR, Actor
from kiif.accounts.models import User
from kiif.alliance import limits
from kiif.alliance.actions.common import clean, day_for, label_for, link, lock_body, require
from kiif.alliance.actions.memberships import check_branch, check_role, enter
from kiif.alliance.enums import InvitationState, Role
from kiif.alliance.models import Body, Branch, Invitation, Membership, Sending
from kiif.journal.actions import record
from kiif.mailbox.actions import queue_mail
from kiif.ui.errors import Refused


def hash_of(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str) -> Invitation | None:
    """The invitation of a link, whatever its state, or None."""
    return Invitation.objects.with_ties().filter(token_hash=hash_of(token)).first()


def has_account(invitation: Invitation) -> bool:
    """Whether the invited address opens an account already (only whoever holds the link is told)."""
    return User.objects.filter(email__iexact=invitation.email).exists()


@transaction.atomic
def invite(
    *,
    where: Body,
    email: str,
    role: str,
    by: Actor,
    full_name: str = "",
    title: str = "",
    branch: Branch | None = None,
    language: str = "fr",
    message: str = "",
    life: timedelta = limits.INVITATION_LIFE,
) -> Invitation:
    """Invites one address to one body with one role; the mail leaves with the transaction.

    `life` may be shorter than the usual time to answer, never longer.

    Raises NotAllowed (not one's own body, role beyond one's own), Refused (already a member, already invited, too
    many mails today, wrong field).
    """
    require("alliance.invite", by, where, _("Only the direction and the coordination invite people here."))
    check_role(role, where, by)
    check_branch(branch, where)
    lock_body(where)
    if not where.is_member:
        raise Refused(_("%(body)s has left the alliance.") % {"body": where.label})
    email = email.strip().lower()
    _check_not_there(email, where)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=email,
        full_name=full_name.strip(),
        where=where,
        role=role,
        title=title.strip(),
        branch=branch,
        language=language,
        message=message.strip(),
        token_hash=hash_of(token),
        invited_by=by.user,
        expires_at=timezone.now() + min(life, limits.INVITATION_LIFE),
    )
    clean(invitation)
    _check_limits(invitation, by)
    invitation.save()
    record(by=by, verb="alliance.invited", obj=invitation, data={"role": role}, scope=where.specific)
    _send(invitation, token, by)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Sends the mail again with a new link and a new date; the old link dies.

    Raises NotAllowed, Refused (accepted or withdrawn, too many mails today).
    """
    require("alliance.change_invitation", by, invitation, _("Only the direction and the coordination do this."))
    lock_body(invitation.where)
    invitation = _locked(invitation)
    if invitation.state not in {InvitationState.PENDING, InvitationState.EXPIRED}:
        raise Refused(_sentence_about(invitation))
    check_role(invitation.role, invitation.where, by)
    _check_limits(invitation, by)
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hash_of(token)
    invitation.expires_at = timezone.now() + limits.INVITATION_LIFE
    invitation.save(update_fields=["token_hash", "expires_at"])
    record(by=by, verb="alliance.invitation_resent", obj=invitation, scope=invitation.where.specific)
    _send(invitation, token, by)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Withdraws an invitation: its link opens nothing from now on. Raises NotAllowed, Refused (used, withdrawn)."""
    require("alliance.change_invitation", by, invitation, _("Only the direction and the coordination do this."))
    invitation = _locked(invitation)
    if invitation.state not in {InvitationState.PENDING, InvitationState.EXPIRED}:
        raise Refused(_sentence_about(invitation))
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(by=by, verb="alliance.invitation_withdrawn", obj=invitation, scope=invitation.where.specific)
    return invitation


def check_usable(invitation: Invitation) -> None:
    """Raises Refused with the reason unless the invitation can be accepted now."""
    if not invitation.is_pending:
        raise Refused(_sentence_about(invitation))


@transaction.atomic
def accept_invitation(*, token: str, by: Actor) -> Membership:
    """A signed-in person accepts; the address of the invitation must be one of theirs, confirmed.

    Raises Refused (unknown link, used, withdrawn, too late, another address, already a member).
    """
    invitation = _open_by(token)
    if by.user is None or not by.can_write:
        raise Refused(_("Sign in first, then open the link again."))
    if not EmailAddress.objects.filter(user=by.user, email__iexact=invitation.email, verified=True).exists():
        raise Refused(
            _("This invitation is for %(address)s. Sign out, then open the link again with that address.")
            % {"address": invitation.email}
        )
    return _accept(invitation, by.user, by)


@transaction.atomic
def accept_with_new_account(*, token: str, full_name: str, password: str) -> tuple[User, Membership]:
    """Opens the account of the invited address, confirmed by the link itself, and accepts.

    Raises Refused (unknown link, used, withdrawn, too late, an account has this address, weak password).
    """
    invitation = _open_by(token)
    user = create_person(
        by=VISITOR, email=invitation.email, full_name=full_name, password=password, language=invitation.language
    )
    return user, _accept(invitation, user, Actor(user=user))


def _accept(invitation: Invitation, user: User, by: Actor) -> Membership:
    lock_body(invitation.where)
    membership = enter(
        user=user,
        where=invitation.where,
        role=invitation.role,
        title=invitation.title,
        branch=invitation.branch,
        since=None,
        by=by,
    )
    invitation.accepted_at = timezone.now()
    invitation.accepted_by = user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record(by=by, verb="alliance.invitation_accepted", obj=invitation, scope=invitation.where.specific)
    if invitation.invited_by is not None:
        queue_mail(
            kind="alliance.invitation_accepted",
            to=invitation.invited_by,
            context={
                "person": str(user),
                "body": invitation.where.name,
                "role": label_for(Role(invitation.role).label, invitation.invited_by.language),
                "link": link("alliance:team", invitation.where.slug),
            },
            by=by,
            about=membership,
            key=f"alliance.invitation_accepted:{invitation.pk}",
        )
    return membership


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.with_ties().select_for_update(of=("self",))
    return rows.get(pk=invitation.pk)


def _open_by(token: str) -> Invitation:
    rows = Invitation.objects.with_ties().select_for_update(of=("self",))
    invitation = rows.filter(token_hash=hash_of(token)).first()
    if invitation is None:
        raise Refused(_("This link opens no invitation. Ask the person who invited you to send a new one."))
    check_usable(invitation)
    return invitation


def _sentence_about(invitation: Invitation) -> str:
    sentences = {
        InvitationState.ACCEPTED: _("This invitation has already been used."),
        InvitationState.REVOKED: _("This invitation has been withdrawn."),
        InvitationState.EXPIRED: _("This invitation is too old. Ask the person who invited you to send a new one."),
        InvitationState.PENDING: _("This invitation is still waiting for its answer."),
    }
    return sentences[invitation.state]


def _check_not_there(email: str, where: Body) -> None:
    """Refuses somebody who belongs already or is invited already; an expired invitation gives way."""
    if Membership.objects.current().filter(user__email__iexact=email, where=where).exists():
        raise Refused(
            _("%(address)s already belongs to %(body)s.") % {"address": email, "body": where.label}, field="email"
        )
    for invitation in Invitation.objects.open().filter(email__iexact=email, where=where):
        if invitation.is_pending:
            raise Refused(_("This address is already invited: send that invitation again instead."), field="email")
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])


def _check_limits(invitation: Invitation, by: Actor) -> None:
    """Refuses more mails than a day may carry, by sender, to one address, by body."""
    if by.is_system:
        return
    recent = Sending.objects.filter(sent_at__gt=timezone.now() - limits.SENDINGS_WINDOW)
    if recent.filter(email=invitation.email).count() >= limits.SENDINGS_TO_ADDRESS:
        raise Refused(
            _("This address has already received several invitations today. Try again tomorrow."), field="email"
        )
    if recent.filter(sent_by=by.user).count() >= limits.SENDINGS_BY_SENDER:
        raise Refused(_("You have sent many invitations today. Go on tomorrow, or write to the coordination."))
    if recent.filter(invitation__where=invitation.where).count() >= limits.SENDINGS_BY_BODY:
        raise Refused(_("Many invitations have left from here today. Go on tomorrow, or write to the coordination."))


def _send(invitation: Invitation, token: str, by: Actor) -> None:
    sending = Sending.objects.create(invitation=invitation, email=invitation.email, sent_by=by.user)
    language = invitation.language
    queue_mail(
        kind="alliance.invitation",
        address=invitation.email,
        language=language,
        context={
            "name": invitation.full_name or invitation.email,
            "inviter": str(by.user) if by.user else invitation.where.name,
            "body": invitation.where.name,
            "role": label_for(Role(invitation.role).label, language),
            "message": invitation.message,
            "date": day_for(timezone.localdate(invitation.expires_at), language),
            "link": link("alliance:invitation-open", token),
        },
        by=by,
        about=invitation,
        key=f"alliance.invitation:{sending.pk}",
    )
