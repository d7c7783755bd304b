"""What a journal page shows, as a file: made by the exports of every list, read in batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.journal.queries import EntryQuerySet
from kiif.journal.readable import Change, Line, lines
from kiif.ui.errors import Refused
from kiif.ui.tables import Column, Table
from kiif.ui.tables.export import export

KINDS = ("csv", "xlsx")
#: Above, the person is asked to narrow the dates.
MOST_ROWS = 20_000
_BATCH = 500


def _difference(change: Change) -> str:
    names = {"field": change.label, "before": change.before, "after": change.after}
    return _("%(field)s: “%(before)s” → “%(after)s”") % names


def _differences(line: Line) -> str:
    return "\n".join(_difference(change) for change in line.changes)


class _Journal(Table):
    """Only exported: the page shows a timeline."""

    name = "journal"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("at", gettext_lazy("When")),
        Column("who", gettext_lazy("Person")),
        Column("role", gettext_lazy("Acting as")),
        Column("behind", gettext_lazy("Support person")),
        Column("gesture", gettext_lazy("Gesture")),
        Column("changes", gettext_lazy("Difference"), export=_differences),
    )

    def exported_rows(self) -> Iterator[list[Any]]:
        entries: EntryQuerySet = self._all.readable().order_by("-pk")  # type: ignore[union-attr] # ours is a QuerySet
        columns, last = self.export_columns(), None
        while batch := list((entries.filter(pk__lt=last) if last else entries)[:_BATCH]):
            yield from ([column.exported(line) for column in columns] for line in lines(batch))
            last = batch[-1].pk


def as_file(request: HttpRequest, entries: EntryQuerySet, kind: str) -> HttpResponseBase:
    """The entries as `kind` (csv or xlsx), newest first. Raises Refused above MOST_ROWS."""
    if entries.count() > MOST_ROWS:
        raise Refused(
            _("This journal holds more than %(most)s entries. Choose dates to export a part of it.")
            % {"most": localize(MOST_ROWS)}
        )
    return export(_Journal(entries, request), kind)
