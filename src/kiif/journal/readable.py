"""Entries as a person reads them: a sentence, and a difference with labels in the reader's language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.journal import french, verbs
from kiif.journal.encoding import people_in
from kiif.journal.models import JournalEntry, JournalPerson
from kiif.journal.words import Piece, difference_of_texts


@dataclass(frozen=True)
class Change:
    """One field. `pieces` is the difference inside a long text, word by word; empty for short values."""

    label: str
    before: str
    after: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Line:
    """An entry, ready to show. `sentence` is plain text, to be escaped like any other."""

    entry: JournalEntry
    at: dt.datetime
    who: str
    initials: str
    gesture: str
    role: str
    behind: str
    changes: list[Change]
    erased: bool

    @property
    def sentence(self) -> str:
        """ "Ida Romarin invited Les Mains vives, acting as Advisor, ATIS"."""
        words = {"person": self.who, "gesture": self.gesture, "role": self.role}
        if self.role:
            return _("%(person)s %(gesture)s, acting as %(role)s") % words
        return _("%(person)s %(gesture)s") % words


def lines(entries: Iterable[JournalEntry]) -> list[Line]:
    """Entries read with `readable()`, as lines: one more query at most, for the people whom they mention."""
    entries = list(entries)
    names = _names(entries)
    return [_line(entry, names) for entry in entries]


def _names(entries: list[JournalEntry]) -> Mapping[int, str]:
    """Names of the people mentioned who are still known, by user key."""
    keys = {key for entry in entries for key in people_in([entry.detail.changes, entry.detail.data])}
    keys |= {int(entry.object_id) for entry in entries if _is_person(entry) and entry.object_id.isdigit()}
    if not keys:
        return {}
    people = JournalPerson.objects.filter(user_id__in=keys).select_related("user")
    return {person.user.pk: str(person.user) for person in people if person.user}


def _is_person(entry: JournalEntry) -> bool:
    return entry.content_type.model_class() is get_user_model()


def _line(entry: JournalEntry, names: Mapping[int, str]) -> Line:
    who, initials = _who(entry)
    return Line(
        entry=entry,
        at=timezone.localtime(entry.at),
        who=who,
        initials=initials,
        gesture=_gesture(entry, names),
        role=entry.acting_as,
        behind=str(entry.impersonator) if entry.impersonator else "",
        changes=_changes(entry, names),
        erased=entry.detail.erased_at is not None,
    )


def _who(entry: JournalEntry) -> tuple[str, str]:
    if entry.person is None:
        return (_("The automatic task “%(name)s”") % {"name": entry.system} if entry.system else _("A visitor")), ""
    user = entry.person.user
    return capfirst(str(entry.person)), user.initials if user else ""


def object_label(entry: JournalEntry, names: Mapping[int, str]) -> str:
    """The object as it was called that day; a person by the name of today, or as erased."""
    if _is_person(entry):
        return names.get(int(entry.object_id), _("person erased"))
    if entry.detail.object_label:
        return entry.detail.object_label
    model = entry.content_type.model_class()
    return str(model._meta.verbose_name) if model else entry.content_type.model


def _gesture(entry: JournalEntry, names: Mapping[int, str]) -> str:
    data = entry.detail.data

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name == "object":
            return object_label(entry, names)
        return readable(data[name], names) if name in data else "…"

    gesture = verbs.PLACEHOLDER.sub(fill, verbs.phrase(entry.verb))
    return french.contracted(gesture) if get_language() == "fr" else gesture


def _field(entry: JournalEntry, name: str) -> Field[Any, Any] | None:
    model = entry.content_type.model_class()
    if model is None:
        return None
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None


def _changes(entry: JournalEntry, names: Mapping[int, str]) -> list[Change]:
    """In the order of the model's fields; PostgreSQL does not keep the order of the keys."""
    found = [(_field(entry, name), name, pair) for name, pair in entry.detail.changes.items()]
    found.sort(key=lambda item: (item[0].creation_counter if item[0] else inf, item[1]))
    return [_change(field, name, pair, names) for field, name, pair in found]


def _change(field: Field[Any, Any] | None, name: str, pair: Sequence[Any], names: Mapping[int, str]) -> Change:
    label = capfirst(str(field.verbose_name)) if field else capfirst(name.replace("_", " "))
    choices = dict(field.flatchoices) if field else {}
    before, after = (readable(value, names, choices) for value in pair)
    return Change(label, before, after, difference_of_texts(before, after))


def readable(value: Any, names: Mapping[int, str], choices: Mapping[Any, Any] | None = None) -> str:
    """An encoded value in the reader's language; "" for nothing."""
    if choices and isinstance(value, (str, int)) and value in choices:
        return str(choices[value])
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(readable(inner, names, choices) for inner in value)
    if isinstance(value, dict):
        return _readable_mapping(value, names)
    return localize(value) if isinstance(value, int) else str(value)


def _readable_mapping(value: dict[str, Any], names: Mapping[int, str]) -> str:
    if "$user" in value:
        return names.get(value["$user"], _("person erased"))
    if "$ref" in value:
        return str(value.get("label", ""))
    if "$number" in value:
        number = Decimal(value["$number"])
        return localize(number) if number.is_finite() else str(number)
    if "$datetime" in value:
        return date_format(_local(dt.datetime.fromisoformat(value["$datetime"])), "DATETIME_FORMAT")
    if "$date" in value:
        return date_format(dt.date.fromisoformat(value["$date"]), "DATE_FORMAT")
    pairs = [_("%(name)s: %(value)s") % {"name": key, "value": readable(inner, names)} for key, inner in value.items()]
    return ", ".join(pairs)


def _local(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment
