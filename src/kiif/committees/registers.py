"""What the app tells the lower floors when the product starts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kiif.accounts.actor import Actor
from kiif.committees.enums import RUNNING, SessionState
from kiif.ui import navigation, today


def fill() -> None:
    from kiif.accounts import privacy as accounts_privacy
    from kiif.alliance import signals as alliance
    from kiif.committees import mails, receivers, rules, verbs  # noqa: F401 -- declares the rules
    from kiif.committees.copying import COPIER
    from kiif.committees.models import Item, Session
    from kiif.committees.privacy import HOLDER
    from kiif.journal import registry as journal
    from kiif.mailbox import registry as mailbox
    from kiif.programmes import clearing, copying, keeping, readers, signals, tabs

    verbs.register()
    mails.register()
    accounts_privacy.register(HOLDER)
    journal.register(Session, can_read=_sees)
    journal.register(Item, can_read=_sees)
    keeping.register(Item, "application")
    mailbox.register_sandbox(Session, lambda session: session.call.is_rehearsal)
    readers.register(readers.Reader("committees", readable=readable, limits=limits))
    tabs.register(
        tabs.Tab("committees", gettext_lazy("Committee"), "committees:of-call", order=50, show=_shows, count=_count)
    )
    today.register(today.Source(sessions_that_wait, tell_sessions))
    navigation.lead_to("programmes:list", "committees:*")
    copying.register(COPIER)
    clearing.register("committees", lacks_of)
    signals.barred.connect(receivers.on_barred, dispatch_uid="committees.barred")
    signals.state_changed.connect(receivers.on_state_changed, dispatch_uid="committees.state_changed")
    if hasattr(signals, "unbarred"):
        signals.unbarred.connect(receivers.on_unbarred, dispatch_uid="committees.unbarred")
    alliance.access_closed.connect(receivers.on_access_closed, dispatch_uid="committees.access_closed")


def _sees(actor: Actor, obj: Any) -> bool:
    return bool(type(obj).objects.visible_to(actor).filter(pk=obj.pk).exists())


def _shows(actor: Actor, call: Any) -> bool:
    from kiif.committees.models import Session
    from kiif.programmes.rules import runs

    return actor.is_system or bool(runs(actor, call)) or Session.objects.visible_to(actor).filter(call=call).exists()


def _count(actor: Actor, call: Any) -> int | None:
    return None


def lacks_of(call: Any) -> list[Any]:
    """What committees lack before a call is published; nothing of it holds a publication back."""
    from kiif.programmes.clearing import Lack

    sessions = list(call.committees.all())
    if not sessions:
        url = reverse("committees:of-call", args=[call.public_id])
        return [Lack(_("No committee is planned: who will decide, and by which rules?"), url)]
    if call.closes_at is None:
        return []
    sentence = _("“%(session)s” meets before the call closes.")
    early = [one for one in sessions if one.starts_at <= call.closes_at]
    return [Lack(sentence % {"session": one}, one.get_absolute_url()) for one in early]


def readable(actor: Actor) -> Q:
    """Dossiers on the agenda of the sessions in which one sits, while they run."""
    from kiif.committees.models import Item
    from kiif.committees.queries import opening_seats

    if actor.user is None:
        return Q(pk__in=())
    items = Item.objects.filter(session_id__in=opening_seats(actor).values("session_id"))
    return Q(pk__in=items.values("application_id"))


def limits(actor: Actor, application: Any) -> Any:
    """Names are hidden when every session in which one reads it is blind."""
    from kiif.committees.queries import opening_seats
    from kiif.programmes.readers import Limits

    seats = opening_seats(actor).filter(session__items__application=application)
    blind = list(seats.values_list("session__blind", flat=True))
    return Limits(blind=all(blind)) if blind else None


def sessions_that_wait(actor: Actor) -> Any:
    """Committees in which one sits: to join when they run, to prepare in the two weeks before."""
    from kiif.committees.models import Member

    now = timezone.now()
    near = (now - timedelta(days=1), now + timedelta(days=14))
    return Member.objects.filter(person=actor.user, removed_at__isnull=True).filter(
        Q(session__state__in=RUNNING)
        | Q(session__state=SessionState.PLANNED, session__invited_at__isnull=False, session__starts_at__range=near)
    )


def tell_sessions(actor: Actor, rows: Any) -> list[today.Gesture]:
    return [
        today.Gesture(
            title=_("Join the committee") if seat.session.is_running else _("Prepare the committee"),
            about=seat.session.title,
            detail=seat.session.call.title,
            url=seat.session.get_absolute_url(),
            action=pgettext("committee", "Join") if seat.session.is_running else _("Prepare"),
            due=seat.session.starts_at,
            initials=actor.user.initials if actor.user else "",
            tone="o" if seat.session.is_running else "b",
        )
        for seat in rows.select_related("session__call").order_by("session__starts_at")[:10]
    ]
