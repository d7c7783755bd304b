"""What waits for a person: reviews to confirm, invitations and delegations about to end, a second factor to add."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts import second_factor
from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance import limits
from kiif.alliance.enums import Role
from kiif.alliance.models import AccessReview, Delegation, Invitation
from kiif.ui.today import Gesture, Source


def _reviews(actor: Actor) -> Any:
    """The list of one's own body; the coordination also sees what is late elsewhere."""
    acting = actor.acting_as
    if acting is None or acting.role not in {Role.MANAGER, Role.COORDINATOR}:
        return None
    rows = AccessReview.objects.visible_to(actor).open()
    return rows.filter(Q(where=acting.where_id) | Q(due_on__lt=timezone.localdate()))


def _tell_reviews(actor: Actor, rows: Any) -> list[Gesture]:
    found = []
    for review in rows.with_progress().select_related("where").order_by("due_on", "pk"):
        mine = review.where_id == actor.acting_as.where_id
        left = review.line_count - review.answered_count
        detail = ngettext("%(count)s person to read through", "%(count)s people to read through", left)
        found.append(
            Gesture(
                title=_("Confirm the list of your team") if mine else _("Remind a team of its access review"),
                about=review.where.name,
                detail=detail % {"count": left},
                url=review.get_absolute_url(),
                action=_("Confirm") if mine else _("See"),
                due=review.due_on,
                initials=review.where.initials,
                tone="o",
            )
        )
    return found


def _invitations(actor: Actor) -> Any:
    """Invitations that I sent, without an answer, about to expire."""
    if actor.acting_as is None:
        return None
    soon = timezone.now() + limits.INVITATION_WARNING
    return Invitation.objects.visible_to(actor).pending().filter(expires_at__lte=soon, invited_by=actor.user)


def _tell_invitations(actor: Actor, rows: Any) -> list[Gesture]:
    return [
        Gesture(
            title=_("Send an invitation again before it expires"),
            about=str(invitation),
            detail=invitation.where.label,
            url=reverse("alliance:invitations", args=[invitation.where.slug]),
            action=_("See"),
            due=invitation.expires_at,
            initials=invitation.email[:2].upper(),
        )
        for invitation in rows.select_related("where").order_by("expires_at", "pk")
    ]


def _delegations(actor: Actor) -> Any:
    """Delegations that I received or gave, about to end by themselves."""
    if actor.acting_as is None:
        return None
    soon = timezone.localdate() + limits.DELEGATION_WARNING
    rows = Delegation.objects.visible_to(actor).running().filter(until__lte=soon)
    return rows.filter(Q(to=actor.user) | Q(membership__user=actor.user))


def _tell_delegations(actor: Actor, rows: Any) -> list[Gesture]:
    return [
        Gesture(
            title=_("Hand back before the return of %(person)s") % {"person": delegation.membership.user}
            if delegation.to == actor.user
            else _("Your delegation ends: take your files back"),
            about=delegation.membership.where.label,
            detail=delegation.reason,
            url=reverse("alliance:delegations"),
            action=_("See"),
            due=delegation.until,
            initials=delegation.membership.user.initials,
        )
        for delegation in rows.with_ties().order_by("until", "pk")
    ]


SOURCES = (
    Source(_reviews, _tell_reviews),
    Source(_invitations, _tell_invitations),
    Source(_delegations, _tell_delegations),
)


def second_factor_due(actor: Actor) -> list[Gesture]:
    """A second factor that one's role asks for: the request has already read it."""
    if actor is None or actor.user is None or actor.acting_as is None:
        return []
    return _factor(actor.user)


def _factor(user: User) -> list[Gesture]:
    duty = second_factor.duty_of(user)
    if duty is None:
        return []
    return [
        Gesture(
            title=_("Add a second factor to your account"),
            about=_("Your role asks for one"),
            detail=_("an application on your phone, or a passkey"),
            url=reverse("mfa_index"),
            action=_("Add"),
            due=duty.deadline,
            initials=user.initials,
            tone="o",
        )
    ]
