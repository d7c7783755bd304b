"""The agenda: built from the ranking and the disagreements, then arranged by people without losing what is done."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.committees import ranking
from kiif.committees.actions.common import lock, lock_item, refuse_closed, require_desk, require_prepares, tell
from kiif.committees.enums import AgendaOrder, Decision, ItemState, Mode
from kiif.committees.models import Item, Session
from kiif.committees.models.session import bump
from kiif.programmes.enums import RUNNING
from kiif.programmes.models import Application
from kiif.ui.errors import Refused

#: What may still be moved.
TO_COME: Final = (ItemState.WAITING, ItemState.ADJOURNED)
MOST: Final = 400


@transaction.atomic
def build(*, session: Session, by: Actor, order: str = "", batch: bool = False, everything: bool = False) -> int:
    """Puts the dossiers of the call on the agenda, in the order asked; what was called, voted on or decided
    stays where it is. How many dossiers were added.

    By default those that were read; `everything`: all those in the running. `batch`: those on which everybody agrees
    are proposed without discussion. Dossiers that the actor still has to mark stand where those without marks do: an
    order would tell what the others gave.
    """
    locked = lock(session)
    require_prepares(by, locked)
    refuse_closed(locked)
    order = order or locked.order
    if order not in AgendaOrder.values:
        raise Refused(_("Choose an order for the agenda."), field="order")
    marks = ranking.marks_of(locked.call)
    shown = ranking.marks_of(locked.call, actor=by)
    rows = Application.objects.filter(call=locked.call, state__in=RUNNING)  # guarded: the actor runs the call
    if not everything:
        rows = rows.filter(pk__in=marks)
    known = set(locked.items.values_list("application_id", flat=True))
    fresh = [key for key in rows.values_list("pk", flat=True) if key not in known]
    if not fresh and not known:
        raise Refused(_("No dossier was read yet: take all those in the running, or wait for the marks."))
    if len(fresh) + len(known) > MOST:
        raise Refused(_("At most %(n)s dossiers in one session: plan several.") % {"n": MOST})
    Item.objects.bulk_create([Item(session=locked, application_id=key) for key in fresh])
    _arrange(locked, shown, order, batch)
    bump(locked, order=order)
    tell(by, "agenda_built", locked, count=len(fresh))
    return len(fresh)


def _arrange(session: Session, marks: dict[int, ranking.Marks], order: str, batch: bool) -> None:
    items = list(session.items.select_related("application").order_by("order", "pk"))
    line = ranking.line_of(marks.values(), session.places)
    free = [item for item in items if item.state in TO_COME and item.called_at is None and not item.rounds.exists()]
    for item in free:
        item.proposal = ranking.proposal_of(marks.get(item.application_id), line)
        item.batch = batch and bool(item.proposal)
    if order == AgendaOrder.DATE:
        free.sort(key=lambda one: (one.batch, _received(one), one.pk))
    else:
        free.sort(key=lambda one: (one.batch, *ranking.sort_key(order, marks.get(one.application_id), line), one.pk))
    moving = {item.pk for item in free}
    kept = [item for item in items if item.pk not in moving]
    for number, item in enumerate([*kept, *free], start=1):
        item.order = number
    Item.objects.bulk_update(items, ["order", "batch", "proposal"])


def _received(item: Item) -> float:
    sent = item.application.submitted_at
    return sent.timestamp() if sent else 0.0


@transaction.atomic
def add(*, session: Session, application: Application, by: Actor) -> Item:
    """Adds one dossier of the call at the end."""
    locked = lock(session)
    require_prepares(by, locked)
    refuse_closed(locked)
    if application.call_id != locked.call_id or application.state not in RUNNING:
        raise Refused(_("Only dossiers of this call that are in the running come before the committee."))
    last = locked.items.order_by("-order").values_list("order", flat=True).first() or 0
    item, made = Item.objects.get_or_create(session=locked, application=application, defaults={"order": last + 1})
    if not made:
        raise Refused(_("This dossier is already on the agenda."))
    bump(locked)
    tell(by, "agenda_changed", locked)
    return item


@transaction.atomic
def take_off(*, item: Item, by: Actor) -> None:
    """Takes off a dossier that was neither called nor voted on."""
    session, fresh = lock_item(item)
    require_prepares(by, session)
    refuse_closed(session)
    if fresh.called_at is not None or fresh.rounds.exists():
        raise Refused(_("The committee began to look at this dossier: put it off instead."))
    fresh.delete()
    bump(session)
    tell(by, "agenda_changed", session)


@transaction.atomic
def move(*, item: Item, up: bool, by: Actor) -> Item:
    """One place up or down among the dossiers to come; those that are done keep theirs."""
    session, fresh = lock_item(item)
    require_desk(by, session)
    refuse_closed(session)
    if fresh.state not in TO_COME:
        raise Refused(_("Only dossiers to come are moved."))
    row = list(session.items.filter(state__in=TO_COME).order_by("order", "pk"))
    place = next(number for number, one in enumerate(row) if one.pk == fresh.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(row):
        row[place].order, row[other].order = row[other].order, row[place].order
        if row[place].order == row[other].order:
            row[place].order += -1 if up else 1
        Item.objects.bulk_update([row[place], row[other]], ["order"])
        bump(session)
    fresh.refresh_from_db()
    return fresh


@transaction.atomic
def set_terms(*, item: Item, by: Actor, mode: str = "", secret: bool | None = None) -> Item:
    """How this dossier is decided, when it is not as the session says. Before its first vote."""
    session, fresh = lock_item(item)
    require_desk(by, session)
    refuse_closed(session)
    if mode and mode not in Mode.values:
        raise Refused(_("Choose a vote or a consensus."), field="mode")
    if fresh.rounds.exists():
        raise Refused(_("This dossier was already voted on: the next vote may be another way."))
    fresh.mode, fresh.secret = mode, secret
    fresh.save(update_fields=["mode", "secret"])
    bump(session)
    return fresh


@transaction.atomic
def set_batch(*, item: Item, proposal: str, by: Actor) -> Item:
    """Proposes a dossier without discussion, with what is proposed; nothing: it is discussed."""
    session, fresh = lock_item(item)
    require_prepares(by, session)
    refuse_closed(session)
    if proposal and proposal not in (Decision.ACCEPT, Decision.RESERVE, Decision.REFUSE):
        raise Refused(_("Say what is proposed: accept, reserve list or refuse."), field="proposal")
    if fresh.state == ItemState.DECIDED or fresh.rounds.exists():
        raise Refused(_("The committee began to look at this dossier: it is discussed."))
    fresh.batch, fresh.proposal = bool(proposal), proposal or fresh.proposal
    fresh.save(update_fields=["batch", "proposal"])
    bump(session)
    return fresh
