"""Delegations: for a holiday, somebody else acts with one's rights, until a date."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance import limits
from kiif.alliance.actions.common import clean, day_for, label_for, link, lock_body, require
from kiif.alliance.enums import Role
from kiif.alliance.models import Delegation, Membership
from kiif.alliance.queries import within
from kiif.journal.actions import record
from kiif.mailbox.actions import queue_mail
from kiif.ui.errors import Refused


@transaction.atomic
def delegate(*, membership: Membership, to: User, since: date, until: date, reason: str, by: Actor) -> Delegation:
    """Lends the rights of a membership to somebody of the same alliance, from `since` until the return day `until`.

    The holder does it, or whoever manages the holder (illness). Raises NotAllowed (not theirs; a delegate never
    delegates further), Refused (dates, person outside the alliance, oneself, somebody already replaces).
    """
    require(
        "alliance.delegate",
        by,
        membership,
        _("Only the person concerned, acting in their own name, or their direction lend these rights."),
    )
    lock_body(membership.where)
    membership = Membership.objects.with_ties().select_for_update(of=("self",)).get(pk=membership.pk)
    if not membership.is_current:
        raise Refused(_("This membership is already over."))
    _check_dates(since, until)
    _check_person(membership, to)
    overlapping = Delegation.objects.unfinished().filter(membership=membership, since__lt=until, until__gt=since)
    if overlapping.exists():
        raise Refused(_("Somebody already replaces %(person)s in that time.") % {"person": membership.user})
    delegation = Delegation(membership=membership, to=to, since=since, until=until, reason=reason.strip())
    clean(delegation)
    delegation.save()
    record(
        by=by,
        verb="alliance.delegated",
        obj=delegation,
        data={"holder": membership.user, "delegate": to, "since": since, "until": until},
        scope=membership.where.specific,
    )
    _tell(delegation, "alliance.delegation_received", to, by)
    if by.user is None or by.user.pk != membership.user_id:
        _tell(delegation, "alliance.delegation_given", membership.user, by)
    return delegation


@transaction.atomic
def end_delegation(*, delegation: Delegation, by: Actor) -> Delegation:
    """Stops a delegation now: its rights are gone at the next request. Raises NotAllowed, Refused (already over)."""
    require(
        "alliance.end_delegation", by, delegation, _("Only the people concerned or their direction stop a delegation.")
    )
    delegation = Delegation.objects.with_ties().select_for_update(of=("self",)).get(pk=delegation.pk)
    if not Delegation.objects.unfinished().filter(pk=delegation.pk).exists():
        raise Refused(_("This delegation is already over."))
    delegation.ended_at = timezone.now()
    delegation.save(update_fields=["ended_at"])
    record(
        by=by,
        verb="alliance.delegation_ended",
        obj=delegation,
        scope=delegation.membership.where.specific,
    )
    for person in (delegation.to, delegation.membership.user):
        if by.user is None or by.user.pk != person.pk:
            _tell(delegation, "alliance.delegation_ended", person, by)
    return delegation


def close_finished_delegations(*, by: Actor) -> int:
    """Records the end of delegations whose day of return has come, and tells both people. Safe to run twice.

    Their rights were gone that morning without it: each request looks at the dates.
    """
    keys = Delegation.objects.filter(ended_at__isnull=True, until__lte=timezone.localdate()).values_list(
        "pk", flat=True
    )
    return sum(_close_finished(key, by) for key in list(keys))


@transaction.atomic
def _close_finished(key: int, by: Actor) -> bool:
    delegation = Delegation.objects.with_ties().select_for_update(of=("self",)).get(pk=key)
    if delegation.ended_at is not None:
        return False
    delegation.ended_at = timezone.now()
    delegation.save(update_fields=["ended_at"])
    record(by=by, verb="alliance.delegation_ended", obj=delegation, scope=delegation.membership.where.specific)
    for person in (delegation.to, delegation.membership.user):
        _tell(delegation, "alliance.delegation_ended", person, by)
    return True


def _check_dates(since: date, until: date) -> None:
    if since < timezone.localdate():
        raise Refused(_("A delegation begins today at the earliest."), field="since")
    if until <= since:
        raise Refused(_("The day of return comes after the first day."), field="until")
    if (until - since).days > limits.DELEGATION_DAYS:
        raise Refused(
            _("A delegation lasts three months at most: beyond, change the role of the person."), field="until"
        )


def _check_person(membership: Membership, to: User) -> None:
    if to.pk == membership.user_id:
        raise Refused(_("Choose somebody else than the person replaced."), field="to")
    there = Membership.objects.current().filter(within(membership.alliance_id, "where__"), user=to)
    if not there.exists():
        raise Refused(_("%(person)s does not belong to the alliance.") % {"person": to}, field="to")


def _tell(delegation: Delegation, kind: str, person: User, by: Actor) -> None:
    membership, language = delegation.membership, person.language
    queue_mail(
        kind=kind,
        to=person,
        context={
            "holder": str(membership.user),
            "delegate": str(delegation.to),
            "role": label_for(Role(membership.role).label, language),
            "body": membership.where.name,
            "since": day_for(delegation.since, language),
            "until": day_for(delegation.until, language),
            "reason": delegation.reason,
            "link": link("alliance:delegations"),
        },
        by=by,
        about=delegation,
        key=f"{kind}:{delegation.pk}:{person.pk}",
    )
