"""What the alliance holds about a person, how it is exported and erased, who sees it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.actor import system
from kiif.accounts.models import User
from kiif.accounts.privacy import Holder
from kiif.alliance.enums import STEERS
from kiif.alliance.models import Delegation, Invitation, Membership, ReviewLine, Sending

ERASED_ADDRESS = "adresse-effacee@invalid.example"

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Membership": {"user", "title"},
    "Invitation": {"email", "full_name", "title", "message", "invited_by", "accepted_by"},
    "Sending": {"email", "sent_by"},
    "Delegation": {"to", "reason"},
    "AccessReview": {"confirmed_by"},
}
NOT_PERSONAL: dict[str, set[str]] = {
    "Body": {"name", "short_name", "slug", "presentation", "website", "contact_email", "accent", "logo", "kind"},
    "Alliance": set(),
    "Incubator": {"region"},
    "Partner": {"partner_kind"},
    "Branch": {"name", "commune_code", "commune_name", "address"},
    "Coverage": {"department_code", "why"},
    "Membership": {"role"},
    "Invitation": {"role", "language", "token_hash"},
    "ReviewLine": {"answer", "new_role"},
}


def export(user: User) -> dict[str, Any]:
    """Memberships, invitations to or by this person, delegations: only what is about this person."""
    return {
        "memberships": [
            {
                "where": membership.where.name,
                "role": membership.role,
                "title": membership.title,
                "branch": str(membership.branch or ""),
                "since": membership.since.isoformat(),
                "until": membership.until.isoformat() if membership.until else None,
            }
            for membership in Membership.objects.filter(user=user).with_ties().order_by("since", "pk")
        ],
        "invitations_received": [
            {
                "where": invitation.where.name,
                "role": invitation.role,
                "title": invitation.title,
                "message": invitation.message,
                "invited": invitation.created_at.isoformat(),
                "state": invitation.state.value,
            }
            for invitation in Invitation.objects.filter(email__iexact=user.email).select_related("where")
        ],
        "invitations_sent": Invitation.objects.filter(invited_by=user).count(),
        "delegations": [
            {
                "where": delegation.membership.where.name,
                "role": delegation.membership.role,
                "given": delegation.membership.user_id == user.pk,
                "since": delegation.since.isoformat(),
                "until": delegation.until.isoformat(),
                "reason": delegation.reason if delegation.membership.user_id == user.pk else "",
            }
            for delegation in _delegations_of(user)
        ],
    }


def erase(user: User) -> None:
    """Ends what still runs, then takes the words away: rows stay for the history of the bodies, without a name."""
    from kiif.alliance.actions.memberships import close_membership

    today = timezone.localdate()
    for membership in Membership.objects.current().filter(user=user).with_ties():
        close_membership(membership=membership, until=today, by=system("alliance.erasure"))
    Membership.objects.filter(user=user).update(title="")
    sent_to_me = Invitation.objects.filter(email__iexact=user.email)
    Sending.objects.filter(invitation__in=sent_to_me).update(email=ERASED_ADDRESS)
    sent_to_me.open().update(revoked_at=timezone.now())
    sent_to_me.update(email=ERASED_ADDRESS, full_name="", title="", message="", accepted_by=None)
    Invitation.objects.filter(invited_by=user).update(invited_by=None, message="")
    Delegation.objects.filter(to=user, ended_at__isnull=True).update(ended_at=timezone.now())
    Delegation.objects.filter(membership__user=user).update(reason="–")
    ReviewLine.objects.filter(membership__user=user, left_on__isnull=False).update(left_on=None)


def seen_by(user: User) -> list[str]:
    """Sentences: who sees what the alliance holds about this person."""
    sentences = []
    for membership in Membership.objects.of(user.pk):
        body = membership.where.label
        sentences.append(
            _("Your team at %(body)s, its direction and the coordination see your name, role and address.")
            % {"body": body}
        )
    if _delegations_of(user).exists():
        sentences.append(_("The direction and the coordination see the delegations that you gave or received."))
    return sentences


def obstacle(user: User) -> str | None:
    """Somebody who steers a body alone hands it over before being erased."""
    for membership in Membership.objects.of(user.pk):
        if membership.role != STEERS.get(membership.where.kind):
            continue
        others = Membership.objects.current().filter(where=membership.where, role=membership.role)
        if not others.exclude(user=user).exists():
            return _("You are the last person to steer %(body)s: invite somebody else first.") % {
                "body": membership.where.label
            }
    return None


def _delegations_of(user: User) -> Any:
    rows = Delegation.objects.with_ties()
    return (rows.filter(membership__user=user) | rows.filter(to=user)).order_by("since", "pk")


HOLDER = Holder("alliance", gettext_lazy("Alliance"), export=export, erase=erase, seen_by=seen_by)
