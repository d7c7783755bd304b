"""The one way to write to somebody, inside the transaction of the gesture that causes the mail."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Model

from kiif.accounts import actor as actors
from kiif.jobs.actions import enqueue
from kiif.mailbox import addresses, limits, markup, registry, texts
from kiif.mailbox import calendar as calendars
from kiif.mailbox.enums import Cadence, Reason, State
from kiif.mailbox.models import Mail, Preference

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor
    from kiif.accounts.models import User
    from kiif.mailbox.registry import MailKind


@transaction.atomic
def queue_mail(
    *,
    kind: str,
    context: Mapping[str, str],
    by: Actor,
    to: User | None = None,
    address: str = "",
    about: Model | None = None,
    key: str = "",
    language: str = "",
    calendar: bytes | None = None,
    scope: Model | None = None,
    draft: bool = False,
) -> Mail:
    """Writes a mail into the outbox; it leaves after the transaction of the caller, if that one commits.

    `to` is a person: their address, language and rights are those of the moment of sending. `address` alone is for
    somebody without an account; with `to`, it is the address that counts (an address that was just changed).
    `about` is what the mail tells of: a person who may not open it any more does not receive the mail. `key`: the mail
    of that key is queued once for ever, later calls give it back. `calendar`: a part from `kiif.mailbox.calendar`.
    `scope` chooses the texts of an organisation (by default the one that `registry.register_scope_of` gives for
    `about`). `draft`: wait for `release_draft`.

    Raises LookupError for an unknown kind, or an `about` that nobody answers for; ValueError for values that do not
    match the placeholders; Refused for an impossible address, a line break in the subject, or too many mails.
    """
    definition = registry.kind(kind)
    if key and (known := Mail.objects.filter(key=key).first()) is not None:
        return known
    if to is None and not address:
        raise ValueError("A mail needs a recipient")
    if about is not None:
        registry.visibility_of(type(about))
    address = addresses.check_address(address) if address else ""
    leaves_at = limits.leaves_at(kind=definition, user=to, address=address, by=by)
    mail = _write(
        definition,
        context,
        Mail(
            kind=kind,
            key=key or f"{kind}:{uuid.uuid4()}",
            to=to,
            address=address,
            language=_language(language, to),
            scope=registry.scope_key(scope or registry.scope_of(about)),
            calendar=_calendar(calendar),
            created_by=by.user,
            system=by.system,
            state=State.DRAFT if draft else State.QUEUED,
            next_try_at=leaves_at,
        ),
    )
    if about is not None:
        mail.about_type = ContentType.objects.get_for_model(about)
        mail.about_id = str(about.pk)
    _choose_cadence(mail, definition)
    if registry.is_rehearsal(about):
        mail.state, mail.reason = State.WITHHELD, Reason.REHEARSAL
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:
        known = Mail.objects.filter(key=mail.key).first()  # the same gesture, twice at once
        if known is None:
            raise
        return known
    send_later(mail)
    return mail


def send_later(mail: Mail) -> None:
    """Asks for the job that sends a mail, unless it waits for a digest or for a person."""
    from kiif.mailbox.tasks import send

    if mail.state == State.QUEUED and mail.cadence == Cadence.NOW and mail.next_try_at is None:
        enqueue(send, mail.pk, by=actors.system("mailbox"), key=f"mail:{mail.pk}")


def _write(kind: MailKind, context: Mapping[str, str], mail: Mail) -> Mail:
    """Fills subject and texts."""
    text = texts.current(kind, mail.language, mail.scope)
    for name in markup.names_in(text.subject):
        addresses.check_header(str(context.get(name, "")), field=name)
    recipient = mail.to.get_short_name() if mail.to else mail.address
    filled = texts.fill(kind, text, context, language=mail.language, recipient=recipient)
    mail.subject, mail.text, mail.html, mail.url = filled.subject, filled.text, filled.html, filled.url[:500]
    return mail


def _language(language: str, to: User | None) -> str:
    for candidate in (language, to.language if to else ""):
        if candidate in dict(settings.LANGUAGES):
            return candidate
    return settings.LANGUAGE_CODE


def _calendar(part: bytes | None) -> str:
    if part is None:
        return ""
    calendars.method_of(part)
    return part.decode()


def _choose_cadence(mail: Mail, kind: MailKind) -> None:
    """Optional mails follow what the person wants; a calendar part does not wait for a digest."""
    if not kind.optional or mail.state == State.DRAFT:
        return
    wanted = Preference.objects.cadence_for(kind.category_key, user=mail.to, address=mail.address)
    if wanted == Cadence.NONE:
        mail.state, mail.reason = State.WITHHELD, Reason.UNSUBSCRIBED
    elif mail.to is not None and not mail.calendar:
        mail.cadence = wanted
