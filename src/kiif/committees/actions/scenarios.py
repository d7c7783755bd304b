"""Scenarios of a cohort: people make them, nobody else; wishes for the cohort."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.committees.actions.common import lock, member_of, refuse_closed, require_prepares, tell
from kiif.committees.models import Scenario, Session
from kiif.committees.models.session import bump
from kiif.committees.simulator import DIMENSIONS
from kiif.methods.committee.cohort import Wish
from kiif.methods.committee.errors import CommitteeError
from kiif.programmes.models import Application
from kiif.ui.errors import NotAllowed, Refused

MOST: int = 40


def _require_in(session: Session, by: Actor) -> None:
    """Members make scenarios, and those who run the call."""
    if by.can_write and member_of(session, by) is not None:
        return
    require_prepares(by, session)


def _chosen(session: Session, keys: Collection[str], by: Actor) -> list[Application]:
    """Dossiers of the agenda that this person sees; anything else is refused."""
    wanted = {int(key) for key in map(str, keys) if key.isdecimal() and len(key) < 15}
    rows = Application.objects.visible_to(by).filter(pk__in=wanted, committee_items__session=session)
    found = list(rows)
    if len(found) != len(wanted):
        raise Refused(_("One of these dossiers is not on the agenda: choose again."))
    return found


@transaction.atomic
def save(
    *,
    session: Session,
    by: Actor,
    name: str,
    chosen: Collection[str],
    words: str = "",
    shared: bool = False,
    scenario: Scenario | None = None,
    version: int | None = None,
) -> Scenario:
    """Keeps a scenario. `version`: of the one the page showed. Dossiers that its reader may not see stay in it.

    Raises NotAllowed for somebody who does not sit, or the scenario of somebody else; Refused for a name taken, a stale
    page.
    """
    _require_in(session, by)
    found = _chosen(session, chosen, by)
    title = name.strip()[:80]
    if not title:
        raise Refused(_("Give it a name."), field="name")
    others = Scenario.objects.filter(session=session, name=title)
    if scenario is not None:
        others = others.exclude(pk=scenario.pk)
    if others.exists():
        raise Refused(_("A scenario of this session already has this name."), field="name")
    if scenario is None:
        if session.scenarios.count() >= MOST:
            raise Refused(_("At most %(n)s scenarios in a session: remove one first.") % {"n": MOST})
        made = Scenario.objects.create(session=session, name=title, words=words[:1_000], shared=shared, author=by.user)
        made.chosen.set(found)
        return made
    fresh = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    _require_own(fresh, by)
    if version is not None and version != fresh.version:
        raise Refused(_("Somebody changed this scenario meanwhile: open it again."))
    hidden = fresh.chosen.exclude(pk__in=Application.objects.visible_to(by).values("pk"))
    fresh.name, fresh.words, fresh.shared, fresh.version = title, words[:1_000], shared, fresh.version + 1
    fresh.save()
    fresh.chosen.set([*found, *hidden])
    return fresh


def _require_own(scenario: Scenario, by: Actor) -> None:
    if by.user is not None and scenario.author_id == by.user.pk and by.can_write:
        return
    if scenario.author_id is None or scenario.shared:
        require_prepares(by, scenario.session)
        return
    raise NotAllowed(_("This scenario is somebody else’s: copy it to change it."))


@transaction.atomic
def remove(*, scenario: Scenario, by: Actor) -> None:
    fresh = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    _require_own(fresh, by)
    fresh.delete()


@transaction.atomic
def set_wishes(*, session: Session, wishes: Collection[tuple[str, str, int, int | None]], by: Actor) -> None:
    """What is wished of the cohort: a least and a most for values. It orders nothing and chooses nothing."""
    locked = lock(session)
    require_prepares(by, locked)
    refuse_closed(locked)
    rows: list[list[Any]] = []
    for dimension, value, least, most in wishes:
        if dimension not in DIMENSIONS or not value:
            raise Refused(_("Choose what the wish is about."))
        try:
            Wish(dimension, value, least, most)
        except CommitteeError as error:
            raise Refused(_("A wish goes from a least to a most, in dossiers.")) from error
        if any(row[:2] == [dimension, value] for row in rows):
            raise Refused(_("There are two wishes about the same thing: keep one."))
        rows.append([dimension, value, least, most])
    bump(locked, wishes=rows[:60])
    tell(by, "wishes_changed", locked)
