"""The one way to write the journal, inside the transaction of the action that it tells."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.utils import timezone, translation

from kiif.journal import chain, verbs
from kiif.journal.encoding import clean_text, encode, people_in
from kiif.journal.models import JournalDetail, JournalEntry, JournalPerson

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor


def record(
    *,
    by: Actor,
    verb: str,
    obj: Model,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    data: Mapping[str, Any] | None = None,
    scope: Model | None = None,
) -> JournalEntry:
    """Writes who did what, when, under which membership, with the difference.

    `verb` is "<app>.<past participle>" and must be registered (`kiif.journal.verbs.register`); `changes` maps a
    field name to (before, after); `scope` is the organisation in whose journal the entry also shows. People inside
    `changes` and `data` are given as users, never as names: they are kept by reference.

    Raises UnknownVerbError for a verb that is not registered, RuntimeError outside a transaction or for an object that
    has no key (not saved, or deleted: write before deleting).
    """
    verbs.check(verb)
    if not connection.in_atomic_block:
        raise RuntimeError("journal.record belongs inside the transaction of its action")
    if obj.pk is None:
        raise RuntimeError("journal.record needs an object that has a key: write before deleting")
    is_person = isinstance(obj, get_user_model())
    with translation.override(settings.LANGUAGE_CODE):  # kept for all readers: the language of the instance
        label, role = "" if is_person else clean_text(str(obj), 300), _role(by)
    detail = JournalDetail(
        object_label=label,
        changes={name: [encode(old), encode(new)] for name, (old, new) in (changes or {}).items()},
        data=encode(data or {}),
        salt=secrets.token_hex(16),
    )
    people = _people(by, [obj.pk] if is_person else [], detail)
    entry = JournalEntry.objects.create(
        at=timezone.now(),
        person=people.get(by.user.pk) if by.user else None,
        impersonator=people.get(by.impersonator.pk) if by.impersonator else None,
        acting_as=role,
        system=by.system[:100],
        verb=verb,
        content_type=ContentType.objects.get_for_model(obj),
        object_id=str(obj.pk),
        scope_type=ContentType.objects.get_for_model(scope) if scope else None,
        scope_id=str(scope.pk) if scope else "",
        detail_digest=chain.digest_of_detail(detail),
    )
    detail.entry = entry
    detail.save(force_insert=True)
    return entry


def _people(by: Actor, others: Iterable[int], detail: JournalDetail) -> dict[int, JournalPerson]:
    """The pseudonyms of everybody whom the entry names, made where they lack, by user key."""
    keys = {user.pk for user in (by.user, by.impersonator) if user}
    keys |= {*others, *people_in(detail.changes), *people_in(detail.data)}
    known = {person.user_id: person for person in JournalPerson.objects.filter(user_id__in=keys)}
    existing = get_user_model().objects.filter(pk__in=keys - known.keys()).values_list("pk", flat=True)
    for key in existing if keys - known.keys() else []:
        known[key], _made = JournalPerson.objects.get_or_create(user_id=key)
    return {key: person for key, person in known.items() if key is not None}


def _role(by: Actor) -> str:
    """The role acted under, without the person's name: `acting_as.role_label` if it has one, else its text."""
    if by.acting_as is None:
        return ""
    label = str(getattr(by.acting_as, "role_label", by.acting_as))
    if by.user:
        label = label.replace(str(by.user), "").strip(" ,–-—·")
    return clean_text(label, 200)
