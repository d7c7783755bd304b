"""What a member writes for oneself about a dossier."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.committees.actions.common import member_of
from kiif.committees.models import Item, Note
from kiif.programmes.models import Application
from kiif.ui.errors import NotAllowed, Refused

MOST: Final = 5_000


@transaction.atomic
def write(*, item: Item, text: str, by: Actor) -> None:
    """Notes on a dossier that one reads; nobody else ever does. Empty takes them away."""
    member = member_of(item.session, by)
    if member is None or not by.can_write:
        raise NotAllowed(_("Only members of the committee keep notes."))
    if not Application.objects.visible_to(by).filter(pk=item.application_id).exists():
        raise NotAllowed(_("You left the room for this dossier."))
    words = text.strip()
    if len(words) > MOST:
        raise Refused(_("Keep your notes under %(n)s signs.") % {"n": MOST}, field="text")
    if not words:
        Note.objects.filter(item=item, member=member).delete()
        return
    Note.objects.update_or_create(item=item, member=member, defaults={"text": words})
