"""A table bound to a request: what the address asks, made safe, applied to the rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.template.loader import get_template
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from kiif.ui.tables.columns import BoundFilter, Column, Filter, shown
from kiif.ui.tables.rows import DatabaseRows, ListRows

_MAX_SEARCH = 200
_MAX_WORDS = 8
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def asked(params: QueryDict, key: str) -> str:
    """A parameter of the address without what nobody types: control characters, lone surrogates, kilometres of text."""
    return _UNSEEN.sub(" ", params.get(key, "")[:_MAX_SEARCH]).strip()


@dataclass(frozen=True)
class Head:
    column: Column
    url: str
    order: str
    id: str


@dataclass(frozen=True)
class Cell:
    column: Column
    value: Any
    url: str
    sub: Any

    @property
    def html(self) -> SafeString:
        """The cell itself. Written here rather than in a template: a page shows hundreds."""
        text = conditional_escape(localize(self.value))
        if self.url:
            text = format_html('<a href="{}">{}</a>', self.url, text)
        if self.sub:
            text = format_html('{}<span class="sub">{}</span>', text, localize(self.sub))
        column = self.column
        if column.head:
            return format_html('<th scope="row">{}</th>', text)
        css = ' class="end"' if column.end else ' class="acts-cell"' if column.label_hidden else ""
        if column.label_hidden:
            return format_html("<td{}>{}</td>", SafeString(css), text)
        return format_html('<td{} data-label="{}"><span>{}</span></td>', SafeString(css), column.label, text)


@dataclass(frozen=True)
class Row:
    """A row on the page: `source` is the object, `css` a class of the line."""

    source: Any
    cells: list[Cell]
    css: str


def _page_of(rows: DatabaseRows | ListRows, per_page: int, text: str, *, keys_first: bool) -> Page[Any]:
    """The page asked for, or the nearest that exists; counts once, reads only its rows."""
    paginator = Paginator(range(rows.count()), per_page)
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 1
    number = min(max(number, 1), paginator.num_pages)
    start = (number - 1) * per_page
    return Page(rows.slice(start, start + per_page, keys_first=keys_first), number, paginator)


class Table:
    """See the module `kiif.ui.tables`. Subclasses declare; instances answer one request."""

    #: goes into the address of fragments and the name of exported files: a short word
    name: ClassVar[str] = "liste"
    columns: ClassVar[tuple[Column, ...]] = ()
    filters: ClassVar[tuple[Filter, ...]] = ()
    search_fields: ClassVar[tuple[str, ...]] = ()
    search_label: ClassVar[Any] = ""
    #: key of a column, with "-" for the other way; empty: the order of the rows
    default_sort: ClassVar[str] = ""
    page_size: ClassVar[int] = 25
    max_page_size: ClassVar[int] = 200
    #: for rows that bring a lot along: the keys of a page are asked first, then their rows alone (one query more)
    keys_first: ClassVar[bool] = False
    exports: ClassVar[tuple[str, ...]] = ("xlsx", "csv")
    #: name of the table for screen readers
    caption: ClassVar[Any] = ""
    empty_title: ClassVar[Any] = ""
    empty_text: ClassVar[Any] = ""
    #: template of what an empty list proposes (a button)
    empty_template: ClassVar[str] = ""
    #: on small screens rows become small cards; False scrolls sideways
    stacked: ClassVar[bool] = True

    def __init__(self, rows: QuerySet[Any] | Sequence[Any], request: HttpRequest, **context: Any) -> None:
        self.request = request
        self.params = request.GET
        self.actor = getattr(request, "actor", None)
        self.context = context
        self._all = rows

    def row_class(self, row: Any) -> str:
        """A class for a line: `"cur"` for the one that the page is about."""
        return ""

    def more(self) -> Mapping[str, str | list[str]]:
        """Parameters of the address that are not ours and must stay when one sorts or turns the page."""
        return {}

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The same, for the fields of a form."""
        pairs = ((key, value if isinstance(value, list) else [value]) for key, value in self.more().items())
        return [(key, one) for key, values in pairs for one in values]

    # What the address asks

    @cached_property
    def text(self) -> str:
        return asked(self.params, "q") if self.search_fields else ""

    @cached_property
    def bound_filters(self) -> list[BoundFilter]:
        return [BoundFilter(declared, self, asked(self.params, declared.key)) for declared in self.filters]

    @cached_property
    def sort(self) -> str:
        """Key of the column sorted by, "-" before it for the other way; only what the table allows."""
        key = asked(self.params, "tri")
        return key if self._sorted_column(key) else self.default_sort

    def _sorted_column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.sort and column.key == key.removeprefix("-")), None)

    @cached_property
    def per_page(self) -> int:
        text = asked(self.params, "par")
        wanted = int(text) if re.fullmatch(r"[0-9]{1,4}", text) else self.page_size
        return min(max(wanted, 1), self.max_page_size)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text) or any(bound.value is not None for bound in self.bound_filters)

    # What it gives

    @cached_property
    def rows(self) -> DatabaseRows | ListRows:
        """All rows that the search and the filters leave, in order."""
        rows = DatabaseRows(self._all) if isinstance(self._all, QuerySet) else ListRows(self._all)
        if words := self.text.split()[:_MAX_WORDS]:
            rows.search(words, self.search_fields)
        for bound in self.bound_filters:
            if bound.value is not None:
                rows.narrow(bound)
        column = self._sorted_column(self.sort)
        if column:
            rows.sort(column, down=self.sort.startswith("-"))
        else:
            rows.sort_default()
        return rows

    @cached_property
    def page(self) -> Page[Any]:
        return _page_of(self.rows, self.per_page, asked(self.params, "page"), keys_first=self.keys_first)

    @property
    def count(self) -> int:
        return self.page.paginator.count

    @cached_property
    def page_rows(self) -> list[Row]:
        return [
            Row(row, [self._cell(column, row) for column in self.visible], self.row_class(row)) for row in self.page
        ]

    @property
    def visible(self) -> list[Column]:
        return [column for column in self.columns if column.page]

    def _cell(self, column: Column, row: Any) -> Cell:
        value = column.read(row) if not column.cell or column.value else None
        url = column.url(row) if column.url else ""
        content: Any = shown(value)
        if column.cell:
            data = {"row": row, "value": value, "table": self, **self.context}
            content = SafeString(get_template(column.cell).render(data, self.request))
        return Cell(column, content, url, column.read_sub(row))

    def export_columns(self) -> list[Column]:
        return [column for column in self.columns if column.export is not False]

    def exported_rows(self) -> Iterator[list[Any]]:
        columns = self.export_columns()
        for row in self.rows:
            yield [column.exported(row) for column in columns]

    # Addresses

    @property
    def id(self) -> str:
        return f"table-{self.name}"

    def address(self, **changes: str) -> str:
        """The address of this list with some parameters changed; only parameters that mean something stay."""
        kept = {"q": self.text, **{bound.key: bound.asked for bound in self.bound_filters}, "tri": self.sort}
        if self.sort == self.default_sort:
            kept.pop("tri")
        if self.per_page != self.page_size:
            kept["par"] = str(self.per_page)
        query = QueryDict(mutable=True)
        for key, value in {**self.more(), **kept, **changes}.items():
            if value:
                query.setlist(key, value if isinstance(value, list) else [value])
        return f"?{query.urlencode()}"

    @property
    def query(self) -> str:
        """Parameters of the address, without the page, to put before `page=`."""
        return self.address().removeprefix("?")

    @property
    def heads(self) -> list[Head]:
        heads = []
        for column in self.visible:
            down = self.sort == f"-{column.key}"
            up = self.sort == column.key
            url = self.address(tri=f"-{column.key}" if up else column.key) if column.sort else ""
            order = "descending" if down else "ascending" if up else "none" if column.sort else ""
            heads.append(Head(column, url, order, f"{self.id}-{column.key}"))
        return heads

    @property
    def export_links(self) -> list[tuple[str, str]]:
        labels = {"xlsx": "Excel", "csv": "CSV"}
        return [(labels[name], self.address(format=name)) for name in self.exports]
