from __future__ import annotations

import datetime as dt

import rules
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts import trail
from kiif.accounts.actor import Actor
from kiif.accounts.models import SupportVisit, User
from kiif.ui.errors import NotAllowed, Refused


@transaction.atomic
def start_visit(*, person: User, reason: str, by: Actor) -> SupportVisit:
    """Lets a support person look at the product as somebody else, for half an hour, without writing.

    Raises NotAllowed for whoever is not support, and for a person with more power; Refused without a reason.
    """
    if by.user is None or not rules.test_rule("accounts.see_as_user", by, person):
        raise NotAllowed(_("Support only, and never as an administrator, as yourself or during another visit."))
    reason = " ".join(reason.split())
    if len(reason) < 10:
        raise Refused(_("Say why in a few words: the person will read it on their page “My data”."), field="reason")
    now = timezone.now()
    for earlier in SupportVisit.objects.filter(support=by.user, ended_at__isnull=True):
        end_visit(visit=earlier, by=by)
    visit = SupportVisit.objects.create(
        support=by.user,
        person=person,
        reason=reason[:300],
        started_at=now,
        ends_at=now + dt.timedelta(minutes=settings.SUPPORT_VISIT_MINUTES),
    )
    trail.record(by=by, verb="accounts.visit_started", obj=person, data={"reason": visit.reason})
    return visit


@transaction.atomic
def end_visit(*, visit: SupportVisit, by: Actor) -> SupportVisit:
    """Ends a visit. By its support person; a second time changes nothing."""
    support = by.impersonator or by.user
    if not by.is_system and (support is None or support.pk != visit.support_id):
        raise NotAllowed(_("Only the support person who started this visit can end it."))
    visit = SupportVisit.objects.select_for_update(of=("self",)).select_related("support", "person").get(pk=visit.pk)
    if visit.ended_at is None:
        visit.ended_at = min(timezone.now(), visit.ends_at)
        visit.save(update_fields=["ended_at"])
        trail.record(by=Actor(user=visit.support), verb="accounts.visit_ended", obj=visit.person)
    return visit
