"""How the journal is read. Who may read is decided by `registry`; these start from an object or a scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

if TYPE_CHECKING:
    from kiif.journal.models import JournalEntry  # noqa: F401 -- name of a type parameter


def _type_of(obj: Model) -> ContentType:
    return ContentType.objects.get_for_model(obj)


class EntryQuerySet(QuerySet["JournalEntry"]):
    def about(self, obj: Model) -> Self:
        """Entries whose object is `obj`."""
        return self.filter(content_type=_type_of(obj), object_id=str(obj.pk))

    def in_scope(self, scope: Model) -> Self:
        """Entries of an organisation's journal: those that name it as scope, and those about itself."""
        kind, key = _type_of(scope), str(scope.pk)
        return self.filter(Q(scope_type=kind, scope_id=key) | Q(content_type=kind, object_id=key))

    def in_scopes(self, model: type[Model], keys: Iterable[object]) -> Self:
        """Entries of the journals of several organisations of one model, by their keys."""
        kind = ContentType.objects.get_for_model(model)
        return self.filter(scope_type=kind, scope_id__in=[str(key) for key in keys])

    def by_person_named(self, name: str) -> Self:
        """Entries of the people whose name holds the text, as actor or as the support person behind."""
        return self.filter(
            Q(person__user__full_name__icontains=name) | Q(impersonator__user__full_name__icontains=name)
        )

    def between(self, first: dt.date | None, last: dt.date | None) -> Self:
        """Entries from the first day to the last one included, in the current time zone."""
        entries = self
        if first:
            entries = entries.filter(at__date__gte=first)
        if last:
            entries = entries.filter(at__date__lte=last)
        return entries

    def with_words(self, text: str, verbs: list[str]) -> Self:
        """Entries whose object's label holds the text, or whose verb is one of `verbs`."""
        return self.filter(Q(detail__object_label__icontains=text) | Q(verb__in=verbs))

    def readable(self) -> Self:
        """Everything a line of the timeline shows, in one query."""
        return self.select_related("detail", "person__user", "impersonator__user", "content_type")
