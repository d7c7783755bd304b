"""Texts of mails changed by people: a new version each time, checked before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from kiif.journal.actions import record
from kiif.mailbox import registry, texts
from kiif.mailbox.models import MailTemplate
from kiif.ui.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor


def may_edit(actor: Actor, scope: Model | None) -> bool:
    """Whether this person may change the texts of everybody (no scope) or of one organisation."""
    if actor.is_system:
        return True
    if scope is None:
        return bool(rules.test_rule("mailbox.edit_common_texts", actor))
    return actor.impersonator is None and scope in registry.scopes_of(actor)


def _check(by: Actor, kind: registry.MailKind, scope: Model | None, language: str) -> None:
    if not may_edit(by, scope):
        raise NotAllowed(_("You may read the texts of mails, not change these ones."))
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("Choose one of the languages of the platform."), field="language")
    if scope is not None and not kind.scoped:
        raise Refused(_("This mail says the same in every organisation: the coordination changes its text."))


@transaction.atomic
def save_text(
    *, kind: str, language: str, subject: str, body: str, by: Actor, scope: Model | None = None
) -> MailTemplate:
    """Keeps a new version of a text. Raises Refused with the first problem (`texts.problems` gives them all)."""
    definition = registry.kind(kind)
    _check(by, definition, scope, language)
    subject, body = subject.strip(), body.replace("\r\n", "\n").strip()
    for name, sentences in texts.problems(definition, subject, body).items():
        raise Refused(sentences[0], field=name)
    before = texts.current(definition, language, registry.scope_key(scope))
    row = _next(kind, language, scope, by)
    row.subject, row.body = subject, body
    row.save(force_insert=True)
    changes = {"subject": (before.subject, subject), "body": (before.body, body)}
    record(
        by=by,
        verb="mailbox.text_changed",
        obj=row,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
        scope=scope,
    )
    return row


@transaction.atomic
def give_up_text(*, kind: str, language: str, by: Actor, scope: Model | None = None) -> MailTemplate:
    """Goes back to the text above: of everybody for an organisation, of the product for everybody."""
    definition = registry.kind(kind)
    _check(by, definition, scope, language)
    key = registry.scope_key(scope)
    if not MailTemplate.objects.newest().filter(kind=kind, language=language, scope=key, given_up=False).exists():
        raise Refused(_("This text has not been changed: there is nothing to go back from."))
    before = texts.current(definition, language, key)
    row = _next(kind, language, scope, by)
    row.given_up = True
    row.save(force_insert=True)
    after = texts.current(definition, language, key)
    changes = {"subject": (before.subject, after.subject), "body": (before.body, after.body)}
    record(by=by, verb="mailbox.text_given_up", obj=row, changes=changes, scope=scope)
    return row


def _next(kind: str, language: str, scope: Model | None, by: Actor) -> MailTemplate:
    key = registry.scope_key(scope)
    same = MailTemplate.objects.filter(kind=kind, language=language, scope=key)
    last = same.aggregate(last=Max("version"))["last"] or 0
    return MailTemplate(kind=kind, language=language, scope=key, version=last + 1, created_by=by.user)
