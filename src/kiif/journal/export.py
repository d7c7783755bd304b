"""What a journal page shows, as CSV or XLSX. A cell is text: no formula ever."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import xlsxwriter
from defusedcsv import csv as safe_csv
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.journal.queries import EntryQuerySet
from kiif.journal.readable import Change, Line, lines
from kiif.ui.errors import Refused

#: Above, the person is asked to narrow the dates.
MOST_ROWS = 20_000
_BATCH = 500


def headings() -> list[str]:
    return [
        _("When"),
        _("Person"),
        _("Acting as"),
        _("Support person"),
        _("Gesture"),
        _("Difference"),
    ]


def _difference(change: Change) -> str:
    return _("%(field)s: “%(before)s” → “%(after)s”") % {
        "field": change.label,
        "before": change.before,
        "after": change.after,
    }


def _row(line: Line) -> list[str]:
    difference = "\n".join(_difference(change) for change in line.changes)
    when = line.at.strftime("%Y-%m-%d %H:%M:%S")
    return [when, line.who, line.role, line.behind, line.gesture, difference]


def rows(entries: EntryQuerySet) -> Iterator[list[str]]:
    """One list of texts per entry, newest first, read in batches. Raises Refused above MOST_ROWS."""
    if entries.count() > MOST_ROWS:
        raise Refused(
            _("This journal holds more than %(most)s entries. Choose dates to export a part of it.")
            % {"most": f"{MOST_ROWS:,}".replace(",", "\u202f")}
        )
    entries = entries.readable().order_by("-pk")
    return _batches(entries)


def _batches(entries: EntryQuerySet) -> Iterator[list[str]]:
    last = None
    while True:
        batch = list((entries.filter(pk__lt=last) if last else entries)[:_BATCH])
        if not batch:
            return
        yield from map(_row, lines(batch))
        last = batch[-1].pk


class _Echo:
    def write(self, value: str) -> str:
        return value


def as_csv(entries: EntryQuerySet) -> HttpResponseBase:
    """A file that French spreadsheets open well: UTF-8 with its mark, semicolons."""
    found = rows(entries)
    writer = safe_csv.writer(_Echo(), delimiter=";", quoting=csv.QUOTE_MINIMAL)
    content = (writer.writerow(row) for part in ([headings()], found) for row in part)
    response = StreamingHttpResponse(_with_mark(content), content_type="text/csv; charset=utf-8")
    return _named(response, "csv")


def _with_mark(content: Iterator[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from content


def as_xlsx(entries: EntryQuerySet) -> HttpResponseBase:
    """A workbook of one sheet, every cell a text."""
    found = rows(entries)
    file = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(_("Journal"))
        bold = book.add_format({"bold": True})
        for number, row in enumerate([headings(), *found]):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text[:32_767], bold if number == 0 else None)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 5, 24)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _named(HttpResponse(file.getvalue(), content_type=kind), "xlsx")


def _named(response: HttpResponseBase, extension: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="journal-{timezone.localdate():%Y-%m-%d}.{extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
