"""What this room says in *Mon projet*: the host that is proposed or that hosts, the cohort."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.cohorts.enums import PRESENT, PlacementState
from kiif.cohorts.models import Member, Placement
from kiif.programmes.enums import State
from kiif.programmes.journey import Step, Told


def _placement(application: Any, actor: Actor) -> Told | None:
    if application.state != State.ACCEPTED:
        return None
    row = Placement.objects.filter(application=application).running().select_related("host__incubator", "host__branch")
    placement = row.first()
    if placement is None:
        if not application.call.hosts.exists():
            return None
        return _ended(application) or Told(_("A local host"), _("The team looks for the host that suits your project."))
    url = reverse("cohorts:my-placement", args=[placement.public_id])
    if placement.state == PlacementState.HOSTED:
        words = _("%(host)s hosts your project.") % {"host": placement.host}
        return Told(_("A local host"), words, placement.hosted_at, url, _("Who to talk to"), "v")
    if placement.carrier_answer:
        words = _("You said yes to %(host)s; its answer is awaited.") % {"host": placement.host}
        return Told(_("A local host"), words, placement.deadline, url, _("See"), "b")
    words = _("%(host)s is proposed to you. You have until %(day)s to answer.") % {
        "host": placement.host,
        "day": date_format(localtime(placement.deadline), "DATE_FORMAT"),
    }
    return Told(_("A local host"), words, placement.deadline, url, _("Give an answer"), "o")


def _ended(application: Any) -> Told | None:
    """The host that no longer hosts it, when nothing else is proposed yet."""
    rows = Placement.objects.filter(application=application, hosted_at__isnull=False, state=PlacementState.WITHDRAWN)
    last = rows.select_related("host__incubator", "host__branch").order_by("-closed_at").first()
    if last is None:
        return None
    words = _("%(host)s no longer hosts your project. The team looks for another host.") % {"host": last.host}
    url = reverse("cohorts:my-placement", args=[last.public_id])
    return Told(_("A local host"), words, last.closed_at, url, _("See why"), "b")


def _cohort(application: Any, actor: Actor) -> Told | None:
    # who declined the place is not told that they dropped out
    if application.decided_at is None or application.gave_up:
        return None
    member = Member.objects.filter(application=application).select_related("cohort").first()
    if member is None:
        return None
    url = reverse("cohorts:my-cohort", args=[member.cohort.public_id])
    if member.state in PRESENT:
        words = _("You are in “%(cohort)s”: calendar, commitments, who is in it.") % {"cohort": member.cohort}
        return Told(_("The cohort"), words, member.cohort.starts_on, url, _("Open the cohort"), "v")
    words = _("%(cohort)s: %(state)s.") % {"cohort": member.cohort, "state": member.get_state_display()}
    return Told(_("The cohort"), words, member.state_on, url, _("See"))


STEPS = (Step("cohorts.placement", 70, _placement), Step("cohorts.cohort", 80, _cohort))
