from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.models import User
from kiif.journal.actions import record
from kiif.mailbox import registry
from kiif.mailbox.actions.queue import send_later
from kiif.mailbox.enums import Cadence
from kiif.mailbox.models import Mail, Preference
from kiif.mailbox.unsubscribe import Subscription
from kiif.ui.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor


@transaction.atomic
def set_preferences(*, choices: Mapping[str, str], by: Actor) -> None:
    """Keeps what a person wants to receive: category key → rhythm. What already waits follows the new choice.

    Raises Refused for a category or a rhythm that does not exist, NotAllowed through another person's eyes.
    """
    if by.user is None or not by.can_write:
        raise NotAllowed(_("Only the person decides which mails they receive."))
    known = {category.key for category in registry.optional_categories()}
    changes: dict[str, tuple[str, str]] = {}
    for category, cadence in choices.items():
        if category not in known or cadence not in Cadence.values:
            raise Refused(_("Choose one of the rhythms of the list."), field=category)
        before = Preference.objects.cadence_for(category, user=by.user, address="")
        if before != cadence:
            _keep(Subscription(category, user_id=by.user.pk), cadence)
            changes[category] = (before, cadence)
    if changes:
        record(by=by, verb="mailbox.preferences_changed", obj=by.user, changes=changes)


@transaction.atomic
def unsubscribe(*, subscription: Subscription, cadence: str = Cadence.NONE) -> None:
    """Ends the mails of a category by the signed link of a mail, or starts them again."""
    if cadence not in (Cadence.NONE, Cadence.NOW):
        raise Refused(_("Choose one of the rhythms of the list."))
    if subscription.user_id is not None and not User.objects.filter(pk=subscription.user_id).exists():
        return
    _keep(subscription, cadence)


def _keep(subscription: Subscription, cadence: str) -> None:
    if subscription.user_id is not None:
        owner: dict[str, Any] = {"user_id": subscription.user_id, "address": ""}
    else:
        owner = {"user_id": None, "address": subscription.address.lower()}
    Preference.objects.update_or_create(**owner, category=subscription.category, defaults={"cadence": cadence})
    if subscription.user_id is not None and cadence != Cadence.NONE:
        _move_waiting(subscription.user_id, subscription.category, cadence)


def _move_waiting(user_id: int, category: str, cadence: str) -> None:
    """Mails that wait for a digest follow the new rhythm. Those of an ended category are withheld when sent."""
    keys = [kind.key for kind in registry.kinds() if kind.optional and kind.category_key == category]
    waiting = Mail.objects.filter(to_id=user_id, kind__in=keys, state="queued", digest=None)
    for mail in waiting.exclude(cadence=cadence).exclude(cadence=Cadence.NOW).select_for_update(of=("self",)):
        mail.cadence = cadence
        mail.save(update_fields=["cadence"])
        send_later(mail)
