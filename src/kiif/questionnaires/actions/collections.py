"""Opening a questionnaire to answers, changing the conditions, prolonging, closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import rules
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal import diff
from kiif.journal.actions import record
from kiif.questionnaires.actions.answer_common import LOOKING
from kiif.questionnaires.enums import Audience
from kiif.questionnaires.loaded import newest
from kiif.questionnaires.models import Collection, Questionnaire
from kiif.questionnaires.windows import ends_at
from kiif.ui.errors import NotAllowed, Refused

FIELDS: Final = ("title", "slug", "audience", "one_each", "opens_at", "closes_at", "grace", "thanks")
#: Addresses of our own pages under /repondre/, that no collection may take.
RESERVED: Final = frozenset({"dossier", "lien", "invitation", "reprendre", "lieux", "organisations"})


def _allow(by: Actor, obj: Questionnaire | Collection) -> None:
    if by.impersonator is not None:
        raise NotAllowed(LOOKING)
    if not rules.test_rule("questionnaires.change_collection", by, obj):
        raise NotAllowed(_("Only the team that owns this questionnaire opens it and closes it."))


@transaction.atomic
def open_collection(
    *,
    questionnaire: Questionnaire,
    by: Actor,
    use: str = "",
    about: Any = None,
    fields: Mapping[str, Any],
) -> Collection:
    """Opens a questionnaire to answers. `fields`: see FIELDS. A higher room gives `use` and `about`.

    Raises NotAllowed, Refused (nothing published, address taken, dates in disorder).
    """
    _allow(by, questionnaire)
    if newest(questionnaire) is None:
        raise Refused(_("Publish the questionnaire first: people always answer a published version."))
    collection = Collection(questionnaire=questionnaire, owner=questionnaire.owner, created_by=by.user, use=use)
    if about is not None:
        collection.about = about
    _fill(collection, fields)
    record(by=by, verb="questionnaires.opened", obj=collection, scope=collection.owner.specific)
    return collection


@transaction.atomic
def change_collection(*, collection: Collection, by: Actor, fields: Mapping[str, Any]) -> Collection:
    """Changes title, address, dates, audience. Raises NotAllowed, Refused."""
    locked = _lock(collection)
    _allow(by, locked)
    if locked.responses.exists() and fields.get("audience", locked.audience) != locked.audience:
        raise Refused(_("Answers were begun: who may answer no longer changes."), field="audience")
    before = diff.snapshot(locked, FIELDS)
    _fill(locked, fields)
    changes = diff.difference(before, locked)
    if changes:
        record(
            by=by, verb="questionnaires.collection_changed", obj=locked, changes=changes, scope=locked.owner.specific
        )
    return locked


def _lock(collection: Collection) -> Collection:
    ties = Collection.objects.select_related("questionnaire", "owner")
    return ties.select_for_update(of=("self",)).get(pk=collection.pk)


def _fill(collection: Collection, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(collection, name, fields[name])
    if collection.slug in RESERVED:
        raise Refused(_("This address is taken by a page of the house: choose another one."), field="slug")
    if collection.opens_at and collection.closes_at and collection.closes_at <= collection.opens_at:
        raise Refused(_("It closes before it opens: check both dates."), field="closes_at")
    if collection.audience not in Audience.values:
        raise Refused(_("Say who may answer."), field="audience")
    try:
        collection.full_clean(exclude=["about_type", "thanks", "created_by"])
    except ValidationError as error:
        for field, sentences in error.message_dict.items():
            raise Refused(sentences[0], field=None if field == "__all__" else field) from error
    collection.save()


@transaction.atomic
def prolong(*, collection: Collection, until: dt.datetime, by: Actor) -> Collection:
    """Gives more time, also to a collection that was closed. Raises NotAllowed, Refused (a date that is not later)."""
    locked = _lock(collection)
    _allow(by, locked)
    end = ends_at(locked)
    if until <= timezone.now() or (end and until <= end and locked.closed_at is None):
        raise Refused(_("Choose a moment that comes later than the present end."), field="until")
    before = diff.snapshot(locked, ("closes_at", "closed_at"))
    locked.closes_at, locked.closed_at = until, None
    locked.save(update_fields=["closes_at", "closed_at"])
    record(
        by=by,
        verb="questionnaires.prolonged",
        obj=locked,
        changes=diff.difference(before, locked),
        scope=locked.owner.specific,
    )
    return locked


@transaction.atomic
def close(*, collection: Collection, by: Actor) -> Collection:
    """Closes now, without grace; whoever was sending at this very moment is waited for. Raises NotAllowed, Refused."""
    locked = _lock(collection)
    _allow(by, locked)
    end, now = ends_at(locked), timezone.now()
    if end and end <= now:
        raise Refused(_("It is closed already."))
    locked.closed_at = now
    locked.save(update_fields=["closed_at"])
    record(by=by, verb="questionnaires.closed", obj=locked, scope=locked.owner.specific)
    return locked
