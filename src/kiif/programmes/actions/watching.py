"""Being told, once, when a programme opens again: asked by an account or by an address that was confirmed."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, system
from kiif.alliance.actions.common import clean, link
from kiif.mailbox.actions import queue_mail
from kiif.programmes.enums import CallState
from kiif.programmes.models import Application, Call, Programme, Watch
from kiif.questionnaires.windows import moment
from kiif.ui.errors import NotAllowed, Refused

#: An address that nobody confirms is forgotten after this; a watch of a programme that does not come back, after that.
UNCONFIRMED: Final = dt.timedelta(days=7)
KEPT: Final = dt.timedelta(days=3 * 365)
_SIGNER: Final = Signer(salt="programmes.watch", sep=".")


def opened(programme: Programme) -> Call | None:
    """The call of this programme that anybody may answer now: nobody needs to be told of it later."""
    return _open().filter(edition__programme=programme).order_by("closes_at").first()


def _open() -> QuerySet[Call]:
    now = timezone.now()
    rows = Call.objects.public().with_ties().filter(state=CallState.PUBLISHED, opens_at__lte=now)
    return rows.filter(Q(closes_at__isnull=True) | Q(closes_at__gt=now))


def of_account(programme: Programme, by: Actor) -> Watch | None:
    """What this account asked for, if it did."""
    return Watch.objects.filter(programme=programme, user=by.user).first() if by.user is not None else None


def token_of(watch: Watch) -> str:
    """What the personal link of an address holds: nobody makes one without the secret of the instance."""
    return _SIGNER.sign(watch.public_id.hex)


def behind(token: str) -> Watch | None:
    """The watch of an address behind its link; None when it is gone or was never given."""
    try:
        key = _SIGNER.unsign(token)
    except BadSignature:
        return None
    return Watch.objects.select_related("programme__owner").filter(public_id=key, user__isnull=True).first()


@transaction.atomic
def ask(*, call: Call, by: Actor, email: str = "") -> Watch:
    """Asks to be told when the programme of this call opens again: at once for an account; an address receives a link
    to confirm, once a day at most. Raises NotAllowed, Refused (a call is open, no address)."""
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody else’s eyes: nothing can be changed during a support visit."))
    # two requests for the same person wait for each other
    programme = Programme.objects.select_for_update(of=("self",)).get(pk=call.edition.programme_id)
    if programme.ended_at is not None or opened(programme) is not None:
        raise Refused(_("A call of this programme is open at the moment, or there will be no other one."))
    if by.user is not None:
        made, _new = Watch.objects.get_or_create(
            programme=programme, user=by.user, defaults={"language": _language(), "confirmed_at": timezone.now()}
        )
        return made
    return _ask_address(programme, call, email.strip().lower())


def _language() -> str:
    return (get_language() or "fr")[:2]


def _ask_address(programme: Programme, call: Call, email: str) -> Watch:
    found = Watch.objects.filter(programme=programme, email=email, user__isnull=True).first()
    row = found or Watch(programme=programme, email=email, language=_language())
    if found is None:
        clean(row)
    row.asked_at = timezone.now()
    row.save()
    if row.confirmed_at is None:
        queue_mail(
            kind="programmes.watch_confirm",
            address=row.email,
            context={"programme": programme.name, "link": link("programmes:public-watch-link", token_of(row))},
            by=system("programmes"),
            about=call,
            language=row.language,
            key=f"programmes.watch_confirm:{row.pk}:{timezone.localdate().isoformat()}",
        )
    return row


@transaction.atomic
def confirm(*, watch: Watch) -> Watch:
    """The address is whose it says: it was reached through the link sent to it."""
    row = Watch.objects.select_for_update(of=("self",)).get(pk=watch.pk)
    if row.confirmed_at is None:
        row.confirmed_at = timezone.now()
        row.save(update_fields=["confirmed_at"])
    return row


@transaction.atomic
def stop(*, programme: Programme, by: Actor) -> None:
    """This account no longer wishes to be told."""
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody else’s eyes: nothing can be changed during a support visit."))
    if by.user is not None:
        Watch.objects.filter(programme=programme, user=by.user).delete()


@transaction.atomic
def stop_address(*, watch: Watch) -> None:
    """Whoever holds the link of an address takes it off."""
    Watch.objects.filter(pk=watch.pk, user__isnull=True).delete()


def to_tell() -> QuerySet[Watch]:
    """People who wait for a programme of which a call is open now. Guarded: asked by the system alone."""
    rows = Watch.objects.filter(confirmed_at__isnull=False, programme__in=_open().values("edition__programme"))
    return rows.order_by("pk")


@transaction.atomic
def tell(*, watch: Watch) -> bool:
    """Writes that the call is open, then forgets the watch; False when there is nothing to write."""
    row = Watch.objects.select_for_update(of=("self",)).filter(pk=watch.pk, confirmed_at__isnull=False).first()
    call = opened(watch.programme) if row is not None else None
    if row is None or call is None:
        return False
    told = _wanted(row, call)
    if told:
        _write(row, call)
    row.delete()
    return told


def _wanted(watch: Watch, call: Call) -> bool:
    """Whoever left, or has begun an application already, learns nothing by it."""
    if watch.user is None:
        return True
    begun = Application.objects.filter(call=call, response__owner=watch.user)  # guarded: of the person written to
    return watch.user.is_active and not begun.exists()


def _write(watch: Watch, call: Call) -> None:
    language = watch.user.language if watch.user is not None else watch.language
    until: Any = moment(call.closes_at, language) if call.closes_at is not None else "–"
    queue_mail(
        kind="programmes.call_opened",
        to=watch.user,
        address="" if watch.user is not None else watch.email,
        context={
            "call": call.title,
            "programme": call.edition.programme.name,
            "until": until,
            "words": call.summary or call.title,
            "link": link("programmes:public-call", call.slug),
        },
        by=system("programmes"),
        about=call,
        language=language,
        key=f"programmes.call_opened:{call.pk}:{watch.pk}",
    )


def forget() -> int:
    """Addresses that nobody confirmed, and watches of programmes that did not come back."""
    now = timezone.now()
    old = Q(confirmed_at__isnull=True, asked_at__lt=now - UNCONFIRMED) | Q(asked_at__lt=now - KEPT)
    return int(Watch.objects.filter(old).delete()[0])
