"""The end of a session: reserve list, minutes frozen with their digest, corrections as addenda."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiif.accounts.actor import Actor
from kiif.committees import ranking
from kiif.committees.actions.common import lock, now, refuse_closed, require_desk, require_prepares, tell
from kiif.committees.actions.deciding import hand_over
from kiif.committees.actions.room import put_down, refuse_open_vote
from kiif.committees.enums import ItemState, SessionState
from kiif.committees.models import Item, Minutes, Presence, Session
from kiif.committees.models.session import bump
from kiif.ui.errors import Refused


@transaction.atomic
def close(*, session: Session, by: Actor) -> Minutes:
    """Closes for good: ranks of the reserve list are given and prepared, dossiers not decided are put off, everybody
    leaves, the minutes are frozen. Raises Refused while a vote is open, or when nothing tells two places apart."""
    locked = lock(session)
    require_desk(by, locked)
    if not locked.is_running:
        raise Refused(_("Only a session that is open is closed."))
    refuse_open_vote(locked)
    places = ranking.reserve_of(locked)
    if any(place.shared for place in places):
        raise Refused(
            _(
                "Nothing tells apart some dossiers of the reserve list: publish a seed for a draw, in the settings of"
                " the session, or vote on them again."
            )
        )
    put_down(locked)
    for place in places:
        Item.objects.filter(pk=place.item.pk).update(rank=place.rank)
        item = Item.objects.with_ties().get(pk=place.item.pk)
        hand_over(item, by)
    locked.items.exclude(state=ItemState.DECIDED).update(state=ItemState.ADJOURNED)
    moment = now()
    Presence.objects.filter(member__session=locked, left_at__isnull=True).update(left_at=moment)
    bump(locked, state=SessionState.CLOSED, closed_at=moment, current=None, screen_hash="")
    tell(by, "closed", locked)
    return freeze(locked, by)


def freeze(session: Session, by: Actor) -> Minutes:
    """The minutes, number 0, in the language of the instance; nothing of them changes any more."""
    from kiif.committees.documents.content import content_of

    with override(settings.LANGUAGE_CODE):
        content = content_of(session)
    made = Minutes.objects.create(
        session=session,
        number=0,
        content=content,
        digest=digest_of(content),
        made_by=by.user,
        made_at=session.closed_at or now(),
    )
    tell(by, "minutes_frozen", session)
    return made


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content, keys in order: anybody may compute it again."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def correct(*, session: Session, words: str, by: Actor) -> Minutes:
    """An addendum: what was wrong in the minutes, and what is right. The minutes themselves never change."""
    from kiif.committees.documents.content import addendum_of

    locked = lock(session)
    require_prepares(by, locked)
    if locked.state != SessionState.CLOSED:
        raise Refused(_("The session is not closed: there are no minutes to correct."))
    if not words.strip():
        raise Refused(_("Say what is corrected."), field="words")
    last = locked.minutes.order_by("-number").first()
    if last is None:
        raise Refused(_("There are no minutes to correct."))
    first = locked.minutes.get(number=0)
    with override(settings.LANGUAGE_CODE):
        content = addendum_of(first, last.number + 1, words.strip()[:5_000], by, timezone.now())
    made = Minutes.objects.create(
        session=locked,
        number=last.number + 1,
        content=content,
        digest=digest_of(content),
        words=words.strip()[:5_000],
        made_by=by.user,
    )
    tell(by, "minutes_corrected", locked)
    return made


@transaction.atomic
def write_remarks(*, session: Session, remarks: str, by: Actor) -> None:
    """What the minutes say beside the dossiers, until the session closes."""
    locked = lock(session)
    require_desk(by, locked)
    refuse_closed(locked)
    Session.objects.filter(pk=locked.pk).update(remarks=remarks.strip()[:10_000])
