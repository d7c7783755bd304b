"""What the journal holds about a person, and how it forgets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.privacy import Holder
from kiif.journal import verbs
from kiif.journal.models import JournalDetail, JournalEntry, JournalPerson

if TYPE_CHECKING:
    from kiif.accounts.models import User

PERSONAL_FIELDS: dict[str, set[str]] = {
    "JournalPerson": {"user"},
    "JournalEntry": {"person", "impersonator"},
    "JournalDetail": {"object_label", "changes", "data"},
}
NOT_PERSONAL: dict[str, set[str]] = {
    "JournalEntry": {
        "acting_as",
        "system",
        "verb",
        "content_type",
        "object_id",
        "scope_type",
        "scope_id",
        "detail_digest",
    },
    "JournalDetail": {"entry", "salt"},
    "JournalSeal": {"digest"},
}
#: Fields of a person whose former values may stand in the words of other entries.
_TELLING = ("full_name", "email", "phone")
#: A shorter text would be found inside words that have nothing to do with the person.
_SHORTEST = 6


def export(user: User) -> dict[str, Any]:
    """The person's gestures, without the names of others: when, what kind of thing, in which role."""
    entries = JournalEntry.objects.filter(person__user=user).select_related("content_type")
    gestures = [
        {
            "at": entry.at.isoformat(),
            "gesture": verbs.without_names(entry.verb),
            "kind": str(entry.content_type),
            "acting_as": entry.acting_as,
        }
        for entry in entries.iterator(2_000)
    ]
    return {"gestures": gestures}


def erase(user: User) -> None:
    """Takes the person out of the journal: the pseudonym loses its user, words that may tell who it was are blanked.

    The entries stay, so that numbers and the order of events do not change; the chain of seals still verifies.
    """
    about = Q(
        entry__content_type=ContentType.objects.get_for_model(type(user)),
        entry__object_id=str(user.pk),
    )
    mine = JournalDetail.objects.filter(about, erased_at__isnull=True)
    texts = {text for text in _tellings(user, mine) if len(text) >= _SHORTEST}
    words = JournalDetail.objects.annotate(
        changes_text=Cast("changes", TextField()), data_text=Cast("data", TextField())
    )
    for text in texts:
        about |= _holds(text)
    _blank(words.filter(about))
    JournalPerson.objects.filter(user=user).update(user=None)


def forget_words(rows: QuerySet[Any]) -> None:
    """Blanks what the journal tells of these objects; the entries and their order stay, the seals still verify.

    For words that belonged to one person alone. Call it before the rows themselves are deleted.
    """
    about = Q(
        entry__content_type=ContentType.objects.get_for_model(rows.model),
        entry__object_id__in=[str(key) for key in rows.values_list("pk", flat=True)],
    )
    _blank(JournalDetail.objects.filter(about))


def _blank(details: QuerySet[JournalDetail]) -> None:
    details.filter(erased_at__isnull=True).update(
        object_label="", changes={}, data={}, salt="", erased_at=timezone.now()
    )


def _tellings(user: User, mine: Any) -> Iterator[str]:
    """Name, address and number of the person, today's and the former ones that the journal tells."""
    for field in _TELLING:
        yield str(getattr(user, field, "") or "")
    for changes in mine.values_list("changes", flat=True):
        for field in _TELLING:
            yield from (value for value in changes.get(field, ()) if isinstance(value, str))


def _holds(text: str) -> Q:
    """Words in which the text stands, as databases write JSON: escaped by SQLite, plain by PostgreSQL."""
    condition = Q(object_label__icontains=text)
    for written in {text, json.dumps(text)[1:-1]}:
        condition |= Q(changes_text__icontains=written) | Q(data_text__icontains=written)
    return condition


def seen_by(user: User) -> list[str]:
    return [
        _(
            "Your gestures are kept in a journal that nobody can rewrite. "
            "Those who may open an object read its history, and your name in it."
        )
    ]


HOLDER = Holder("journal", gettext_lazy("Journal"), export=export, erase=erase, seen_by=seen_by)
