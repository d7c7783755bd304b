"""One's own calendar: the dates of cohorts in which one takes part, hosts or that one runs; files for calendars."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import Actor, of
from kiif.cohorts import actions, ics
from kiif.cohorts.models import CohortEvent, Feed
from kiif.ui.errors import NotAllowed

_SALT = "cohorts.feed"


def _token(feed: Feed) -> str:
    return signing.Signer(salt=_SALT).sign(f"{feed.user_id}-{feed.nonce}").replace(":", "~")


@require_http_methods(["GET", "HEAD"])
def calendar(request: HttpRequest) -> HttpResponse:
    """What comes, and the address for one's own calendar."""
    actor = of(request)
    rows = CohortEvent.objects.concerning(actor).select_related("cohort")
    # guarded: one’s own
    feed_row = Feed.objects.filter(user=actor.user).first()
    address = ""
    if feed_row is not None and actor.impersonator is None:
        address = f"{settings.BASE_URL}{reverse('cohorts:feed', args=[_token(feed_row)])}"
    context = {
        "events": rows.filter(ends_at__gte=timezone.now()),
        "past": rows.filter(ends_at__lt=timezone.now()).order_by("-starts_at")[:20],
        "address": address,
        "may_write": actor.can_write,
    }
    return render(request, "cohorts/agenda.html", context)


@require_POST
def new_address(request: HttpRequest) -> HttpResponse:
    """Makes the address, or changes it: the old one falls."""
    if not of(request).can_write:
        raise NotAllowed(_("A support visit changes nothing."))
    actions.new_feed(by=of(request))
    messages.success(request, _("Here is the address of your calendar. The one before, if any, no longer answers."))
    return redirect("cohorts:calendar")


@login_not_required
@require_http_methods(["GET", "HEAD"])
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of the person to whom the address was given; whoever holds it reads these dates, nothing else."""
    try:
        said = signing.Signer(salt=_SALT).unsign(token.replace("~", ":"))
    except signing.BadSignature:
        raise Http404 from None
    key, _dash, nonce = said.partition("-")
    # guarded: its secret address
    row = get_object_or_404(Feed.objects.select_related("user"), user_id=int(key), nonce=nonce, user__is_active=True)
    events = CohortEvent.objects.concerning(Actor(user=row.user, acting_as=ics.membership_of(row.user)))
    return _file(ics.calendar_of(list(events.select_related("cohort"))), "agenda.ics")


@require_http_methods(["GET", "HEAD"])
def event_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One date, for any calendar."""
    rows = CohortEvent.objects.concerning(of(request)).select_related("cohort")
    row = get_object_or_404(rows, public_id=public_id)
    return _file(ics.calendar_of([row]), "date.ics")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
