"""What the actions of the alliance share: checking rights, locking, links for mails."""

from __future__ import annotations

from datetime import date
from typing import Any

import rules
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiif.accounts.actor import Actor
from kiif.alliance.models import Body
from kiif.ui.errors import NotAllowed, Refused


def require(rule: str, by: Actor, obj: Any, sentence: str) -> None:
    """Raises NotAllowed with the sentence unless the rule lets this actor do it."""
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody else’s eyes: nothing can be changed during a support visit."))
    if not rules.test_rule(rule, by, obj):
        raise NotAllowed(sentence)


def lock_body(body: Body) -> Body:
    """The row of the body, locked: gestures on its people happen one after the other."""
    return Body.objects.select_for_update(of=("self",)).get(pk=body.pk)


def clean(obj: Model) -> None:
    """Validates a row before it is saved; a failed check becomes a refusal about its field."""
    try:
        obj.full_clean()
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            raise Refused(messages[0], field=None if field == "__all__" else field) from error


def link(name: str, *args: Any) -> str:
    """Absolute address of a page, for mails."""
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def day_for(day: date, language: str) -> str:
    """A day written in the language of the reader of a mail."""
    with override(language):
        return date_format(day, "DATE_FORMAT")


def label_for(value: Any, language: str) -> str:
    """A translatable label in the language of the reader of a mail."""
    with override(language):
        return str(value)
