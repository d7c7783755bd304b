"""Sheets as files: CSV (with its codebook, in one archive), Excel, OpenDocument, SPSS. Values stay typed.

No cell can become a formula. `report(done)` is called now and then with the number of rows written.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final

from defusedcsv import csv
from django.utils.translation import gettext as _

from kiif.questionnaires.reading.book import Book, Coded, Heading, Report, Sheet
from kiif.ui.errors import Refused
from kiif.ui.tables.export import plain

#: Beyond, an OpenDocument sheet, which is built in memory, would weigh too much.
MOST_ODS: Final = 300_000
#: User-missing values of SPSS for "I do not know" and "I prefer not to answer".
SPSS_CODES: Final = {"unknown": -98, "refusal": -99}
_MAX_CELL: Final = 32_767
_EVERY: Final = 200


def _counted(rows: Iterable[list[Any]], report: Report) -> Iterator[list[Any]]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % _EVERY == 0:
            report(number)


def _text(cell: Any) -> Any:
    """A cell for programs: ISO dates, 1 and 0, words of coded answers."""
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell) if isinstance(cell, Coded) else plain(cell)


def csv_sheet(sheet: Sheet, archive: zipfile.ZipFile, name: str, report: Report) -> None:
    """Writes a sheet into an archive, row by row."""
    with archive.open(name, "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
        writer = csv.writer(text, delimiter=";")
        writer.writerow([heading.key for heading in sheet.headings])
        for row in _counted(sheet.rows(), report):
            writer.writerow([_text(cell) for cell in row])


def write_csv(book: Book, file: IO[bytes], report: Report) -> None:
    """An archive: a CSV by sheet (semicolon, UTF-8 with its mark), and the codebook."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, sheet in enumerate(book.sheets):
            name = book.name if number == 0 else f"{book.name}-{number}-{_slug(sheet.title)}"
            csv_sheet(sheet, archive, f"{name}.csv", report)
        csv_sheet(book.codebook(), archive, f"{book.name}-codebook.csv", report)


def _slug(title: str) -> str:
    from django.utils.text import slugify

    return slugify(title)[:40] or "table"


def write_xlsx(book: Book, file: IO[bytes], report: Report) -> None:
    """A workbook, row by row: what was asked above the names, a sheet by table of the form, the codebook."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    with xlsxwriter.Workbook(file, options) as workbook:
        bold = workbook.add_format({"bold": True, "bottom": 1})
        words = workbook.add_format({"italic": True, "text_wrap": True, "valign": "top"})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for name, sheet in zip(sheet_names(book), [*book.sheets, book.codebook()], strict=True):
            page = workbook.add_worksheet(name)
            for index, heading in enumerate(sheet.headings):
                page.set_column(index, index, 22)
                page.write_string(0, index, heading.label[:_MAX_CELL], words)
            for index, heading in enumerate(sheet.headings):
                page.write_string(1, index, heading.key, bold)
            page.freeze_panes(2, 1)
            for number, row in enumerate(_counted(sheet.rows(), report), start=2):
                for index, (heading, cell) in enumerate(zip(sheet.headings, row, strict=True)):
                    _write(page, number, index, _in_words(heading, cell), day)


def _in_words(heading: Heading, cell: Any) -> Any:
    """A spreadsheet is for people: the words of a choice rather than its key."""
    return heading.labels.get(cell, cell) if heading.type == "choice" and isinstance(cell, str) else cell


def _write(page: Any, row: int, column: int, cell: Any, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, dt.datetime):
        page.write_datetime(row, column, cell.replace(tzinfo=None, microsecond=0))
    elif isinstance(cell, dt.date):
        page.write_datetime(row, column, dt.datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 -- a day has no zone
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell)
    else:
        page.write_string(row, column, str(plain(str(cell)))[:_MAX_CELL])


def sheet_names(book: Book) -> list[str]:
    """Names that spreadsheets take: 31 characters, none of []:*?/\\, no two alike."""
    found: list[str] = []
    for sheet in [*book.sheets, book.codebook()]:
        bare = re.sub(r"[\[\]:*?/\\']", " ", sheet.title).strip()[:31] or "1"
        twins = (f"{bare[:27]} {number}" for number in itertools.count(2))
        found.append(next(name for name in itertools.chain([bare], twins) if name not in found))
    return found


def write_ods(book: Book, file: IO[bytes], report: Report) -> None:
    """An OpenDocument spreadsheet. Refused when it would be too large to be built in memory."""
    from odfdo import Cell, Document, Row, Table

    if book.count * len(book.main.headings) > MOST_ODS:
        raise Refused(_("These answers are too many for an OpenDocument file. Take Excel or CSV, or fewer columns."))
    document = Document("ods")
    document.body.clear()
    for name, sheet in zip(sheet_names(book), [*book.sheets, book.codebook()], strict=True):
        table = Table(name)
        heads = [[heading.label for heading in sheet.headings], [heading.key for heading in sheet.headings]]
        body = (
            [_in_words(heading, cell) for heading, cell in zip(sheet.headings, row, strict=True)]
            for row in _counted(sheet.rows(), report)
        )
        for row in itertools.chain(heads, body):
            line = Row()
            for value in row:
                line.append_cell(Cell(_ods_value(value)), clone=False)
            table.append_row(line, clone=False)
        document.body.append(table)
    held = io.BytesIO()
    document.save(held)
    file.write(held.getvalue())


def _ods_value(value: Any) -> Any:
    if value is None or value == "" or isinstance(value, bool | int | float):
        return None if value == "" else value
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None, microsecond=0)
    return value if isinstance(value, dt.date) else str(plain(str(value)))


def write_spss(book: Book, file: IO[bytes], report: Report) -> None:
    """The dossiers for SPSS (.sav): labels of columns and of values, coded answers as user-missing values."""
    import polars as pl
    import pyreadstat

    headings = book.main.headings
    columns = [_SpssColumn(heading) for heading in headings]
    data: list[list[Any]] = [[] for _column in columns]
    for row in _counted(book.main.rows(), report):
        for column, cell, kept in zip(columns, row, data, strict=True):
            kept.append(column.value(cell))
    names = _spss_names(headings)
    frame = pl.DataFrame(
        {
            name: pl.Series(name, kept, dtype=column.dtype)
            for name, column, kept in zip(names, columns, data, strict=True)
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.sav"
        pyreadstat.write_sav(
            frame,
            str(path),
            column_labels=[heading.label[:250] for heading in headings],
            variable_value_labels={
                name: column.labels for name, column in zip(names, columns, strict=True) if column.labels
            },
            missing_ranges={
                name: [{"lo": -99, "hi": -98}] for name, column in zip(names, columns, strict=True) if column.coded
            },
            variable_measure={name: column.measure for name, column in zip(names, columns, strict=True)},
        )
        with path.open("rb") as written:
            while some := written.read(1 << 20):
                file.write(some)


class _SpssColumn:
    """How a column goes to SPSS: its type, and from a cell to what SPSS holds."""

    def __init__(self, heading: Heading) -> None:
        import polars as pl

        self.type = heading.type
        self.codes = {key: number for number, key in enumerate(heading.labels, 1)}
        self.coded = heading.type in {"number", "integer", "choice", "boolean"}
        self.dtype: Any = {"text": pl.String, "date": pl.Date, "datetime": pl.Datetime}.get(heading.type, pl.Float64)
        self.measure = {"choice": "nominal", "boolean": "nominal", "text": "nominal"}.get(heading.type, "scale")
        missing = {number: str(Coded(code)) for code, number in SPSS_CODES.items()} if self.coded else {}
        if heading.type == "boolean":
            self.labels: dict[Any, str] = {0: _("no"), 1: _("yes")} | missing
        else:
            self.labels = {number: heading.labels[key][:120] for key, number in self.codes.items()} | missing

    def value(self, cell: Any) -> Any:
        if isinstance(cell, Coded):
            return SPSS_CODES[cell.code] if self.coded else str(cell)
        if cell is None:
            return "" if self.type == "text" else None
        if self.type == "choice":
            return self.codes.get(cell)
        if self.type == "text":
            return str(cell)[:_MAX_CELL]
        if isinstance(cell, dt.datetime):
            return cell.replace(tzinfo=None)
        return cell if isinstance(cell, dt.date) else float(cell)


def _spss_names(headings: list[Heading]) -> list[str]:
    """Names that SPSS takes: letters, figures and underscores, 64 bytes, no two alike."""
    found: list[str] = []
    for heading in headings:
        bare = re.sub(r"[^A-Za-z0-9_]", "_", heading.key)[:58]
        bare = bare if bare[0].isalpha() else f"v_{bare}"
        twins = (f"{bare}_{number}" for number in itertools.count(2))
        found.append(
            next(name for name in itertools.chain([bare], twins) if name.lower() not in {n.lower() for n in found})
        )
    return found


Writer = Callable[[Book, IO[bytes], Report], None]
#: By key of format: words, extension, media type, writer.
FORMATS: Final[dict[str, tuple[Any, str, str, Writer]]] = {
    "xlsx": ("Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "csv": ("CSV", "zip", "application/zip", write_csv),
    "ods": ("OpenDocument", "ods", "application/vnd.oasis.opendocument.spreadsheet", write_ods),
    "sav": ("SPSS", "sav", "application/octet-stream", write_spss),
}
