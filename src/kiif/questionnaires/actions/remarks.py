"""Remarks beside the answers of a dossier: left, settled."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.questionnaires.actions.answer_common import allow, lock
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Remark, Response
from kiif.ui.errors import Refused


@transaction.atomic
def remark(*, response: Response, field_key: str, text: str, by: Actor, links: Iterable[str] = ()) -> Remark:
    """Writes a comment beside an answer, or on the whole (`field_key` empty). Raises NotAllowed, Refused."""
    locked = lock(response)
    allow("comment", by, locked, links)
    clean = text.replace("\x00", "").strip()
    if not clean:
        raise Refused(_("Write your remark first."), field="text")
    if len(clean) > 2_000:
        raise Refused(_("A remark has 2,000 characters at most: shorten it."), field="text")
    if field_key and field_key not in definition_of(locked.version).by_id:
        raise Refused(_("This question is not in the form, or no longer is."))
    made = Remark.objects.create(response=locked, field_key=field_key, text=clean, author=by.user)
    record(by=by, verb="questionnaires.remarked", obj=locked, scope=locked.collection.owner.specific)
    return made


@transaction.atomic
def settle_remark(*, remark: Remark, by: Actor, links: Iterable[str] = ()) -> Remark:
    """Says that a remark was dealt with."""
    locked = lock(remark.response)
    allow("comment", by, locked, links)
    remark.settled_at = remark.settled_at or timezone.now()
    remark.save(update_fields=["settled_at"])
    return remark
