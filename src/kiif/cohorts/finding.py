"""What this room adds to the search of the product and to the page of an application."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from kiif.accounts.actor import Actor
from kiif.cohorts.life import tell
from kiif.cohorts.models import Cohort, Member, Placement
from kiif.programmes import life, panels
from kiif.programmes.enums import State
from kiif.programmes.rules import runs
from kiif.search import registry as search


def register() -> None:
    search.register(search.Source("cohorts", pgettext_lazy("navigation", "Cohorts"), find=find, order=22))
    life.register("cohorts", tell)
    panels.register(panels.Panel("cohorts", gettext_lazy("Host and cohort"), "cohorts/panel.html", panel, order=40))


def find(actor: Actor, text: str, limit: int) -> list[search.Hit]:
    """Cohorts by their name or their call: for teams, and for who takes part."""
    own = Cohort.objects.own(actor).values("pk")
    rows = Cohort.objects.filter(Q(pk__in=Cohort.objects.visible_to(actor).values("pk")) | Q(pk__in=own))
    for word in text.split()[:8]:
        rows = rows.filter(Q(name__holds=word) | Q(call__title__holds=word))
    rows = rows.select_related("call").annotate(mine=Exists(own.filter(pk=OuterRef("pk"))))
    return [search.Hit(row.name, _address(row), row.call.title) for row in rows.order_by("-starts_on", "-pk")[:limit]]


def _address(cohort: Any) -> str:
    """The page of who takes part, else that of the team."""
    if cohort.mine:
        return reverse("cohorts:my-cohort", args=[cohort.public_id])
    return str(cohort.get_absolute_url())


def panel(actor: Actor, application: Any) -> dict[str, Any] | None:
    """The host of an accepted application and its place in the cohort, for who sees them as a team."""
    if application.decided_at is None:
        return None
    placements = Placement.objects.visible_to(actor).filter(application=application).with_ties()
    placement = placements.order_by("-proposed_at", "-pk").first()
    member = Member.objects.visible_to(actor).filter(application=application).select_related("cohort").first()
    running = bool(runs(actor, application.call))
    if placement is None and member is None and not (running and application.state == State.ACCEPTED):
        return None
    return {"placement": placement, "member": member, "looks": running and not _housed(placement, member)}


def _housed(placement: Placement | None, member: Member | None) -> bool:
    """Nothing to look for: a placement runs, or the project gave up."""
    return (placement is not None and placement.is_running) or (member is not None and member.state == "dropped")
