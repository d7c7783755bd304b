"""A list as a file, exactly as it is filtered and sorted. No cell can become a formula.

CSV is for programs: comma, decimal point, ISO dates, UTF-8 with its mark. Excel is for people: typed cells.
"""

from __future__ import annotations

import io
import math
import re
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from defusedcsv import csv
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from kiif.ui.tables.table import Table

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAX_CELL = 32_767
_MAX_WIDTH = 60


def plain(value: Any) -> Any:
    """A value as a file keeps it: None, number, date, or text without control characters."""
    if value is None or isinstance(value, bool):
        return None if value is None else _("yes") if value else _("no")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, datetime):
        return (localtime(value) if value.tzinfo else value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, int | float | Decimal | date):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        value = ", ".join(str(item) for item in value)
    return _CONTROL.sub("", str(value))


def _csv_cell(value: Any) -> Any:
    value = plain(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, str) and value[:1] in {"\t", "\r", "\n"}:
        return f"'{value}"
    return value


def csv_lines(table: Table) -> Iterator[str]:
    """Lines of the file, one at a time: a long list does not fill the memory."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def line(cells: list[Any]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(cells)
        return buffer.getvalue()

    yield "\ufeff" + line([str(column.label) for column in table.export_columns()])
    for row in table.exported_rows():
        yield line([_csv_cell(value) for value in row])


def write_xlsx(table: Table, file: Any) -> None:
    """Writes the workbook into a binary file, row by row."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    import xlsxwriter  # here: a tenth of a second of each start, for a gesture of now and then

    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", str(table.name))[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        labels = [str(column.label) for column in table.export_columns()]
        for index, label in enumerate(labels):
            sheet.set_column(index, index, min(max(len(label) + 2, 14), _MAX_WIDTH))
        sheet.freeze_panes(1, 0)
        for index, label in enumerate(labels):
            sheet.write_string(0, index, label, bold)
        for number, row in enumerate(table.exported_rows(), start=1):
            for index, value in enumerate(row):
                _write(sheet, number, index, plain(value), day)


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 -- a day has no zone
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:_MAX_CELL])
    else:
        sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value)


def export(table: Table, kind: str) -> HttpResponseBase:
    """The file as an answer; `kind` is csv or xlsx."""
    filename = f"kiif-{table.name}-{localdate():%Y-%m-%d}.{kind}"
    response: HttpResponseBase
    if kind == "csv":
        response = StreamingHttpResponse(csv_lines(table), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
        return response
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by the response when it has been sent
    write_xlsx(table, file)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=filename,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
