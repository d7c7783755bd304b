"""The table of answers: chosen columns, filters on any question, sort, pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kiif.questionnaires import values
from kiif.questionnaires.models import Answer, Response
from kiif.questionnaires.reading.filters import Condition, matching
from kiif.questionnaires.reading.plan import Group, Plan, given
from kiif.ui.tables import Column, Table
from kiif.ui.tables.rows import DatabaseRows

#: Questions shown when nobody chose, and at most.
FIRST: Final = 5
MOST_SHOWN: Final = 40
#: Dossiers read at once by an export.
CHUNK: Final = 500
#: Kinds that tell most in a narrow column.
TELLING: Final = ("organisation", "text", "territories", "choice", "money", "number", "yes_no", "date", "scale")
_LONGEST: Final = 120


def first_columns(plan: Plan) -> list[Group]:
    """The columns of who has chosen none: the first questions of telling kinds, in the order of the form."""
    telling = [group for group in plan.groups if not group.old and group.question.kind in TELLING]
    return (telling or list(plan.groups))[:FIRST]


class KeyRows(DatabaseRows):
    """Rows whose keys are read once: conditions on answers cost more than everything else of a page."""

    @cached_property
    def keys(self) -> list[int]:
        return list(self.rows.values_list("pk", flat=True))

    def count(self) -> int:
        return len(self.keys)

    def slice(self, start: int, stop: int, *, keys_first: bool = True) -> list[Any]:
        return self._read(self.keys[start:stop])

    def _read(self, keys: list[int]) -> list[Any]:
        # a form is long and mostly the same for all rows: it is read once
        rows = Response.objects.filter(pk__in=keys).select_related("owner").prefetch_related("version")
        by_key = {row.pk: row for row in rows}
        return [by_key[key] for key in keys if key in by_key]

    def __iter__(self) -> Iterator[Any]:
        keys = iter(self.keys)
        while chunk := list(islice(keys, CHUNK)):
            yield from self._read(chunk)


class AnswersTable(Table):
    """Rows are sent answers; `shown` the groups in columns."""

    name = "reponses"
    search_fields = ()
    default_sort = "-submitted"
    page_size = 50
    exports = ()
    caption = _("Answers received")
    empty_title = _("No answer yet")
    stacked = False

    def __init__(
        self, rows: QuerySet[Response], request: HttpRequest, *, plan: Plan, shown: list[Group],
        conditions: list[Condition], language: str,
    ) -> None:  # fmt: skip
        super().__init__(matching(rows, conditions, plan.fields), request)
        self.plan, self.shown_groups, self.language = plan, shown, language
        self.conditions = conditions
        self._given: dict[int, dict[str, Any]] = {}
        self.columns = (  # type: ignore[misc]  # of this instance: people choose them
            Column("submitted", _("Sent"), value="submitted_at", sort="submitted_at", url=_address, head=True),
            *(self._column(group) for group in shown),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.conditions)

    def more(self) -> dict[str, str | list[str]]:
        """Columns and conditions stay in the address when one sorts or turns the page."""
        return {key: self.params.getlist(key) for key in ("c", "f", "langue") if self.params.getlist(key)}

    def _column(self, group: Group) -> Column:
        end = group.question.kind in {"number", "money", "percent", "scale"}
        return Column(
            group.key,
            group.label(self.language),
            value=self._reader(group),
            sort="sort_" + group.key.replace(".", "_"),
            end=end,
        )

    def _reader(self, group: Group) -> Callable[[Response], str]:
        def read(response: Response) -> str:
            value = self._given.get(response.pk, {}).get(group.key)
            text = values.show(group.question, value, self.language).replace("\n", ", ")
            return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"

        return read

    @cached_property
    def rows(self) -> KeyRows:
        rows = KeyRows(self._all)  # type: ignore[arg-type]  # always a QuerySet here
        column = self._sorted_column(self.sort)
        if column is not None and column.key != "submitted":
            rows.rows = self._sortable(rows.rows, column)
        if column is not None:
            rows.sort(column, down=self.sort.startswith("-"))
        return rows

    def _sortable(self, rows: QuerySet[Any], column: Column) -> QuerySet[Any]:
        group = self.plan.group(column.key)
        field = self.plan.fields.get(group.question.id) if group else None
        held = Answer.objects.filter(response=OuterRef("pk"), field=field)
        by_number = group is not None and group.question.kind in NUMBERED
        sortable: QuerySet[Any] = rows.annotate(
            **{column.fields[0]: Subquery(held.values("number" if by_number else "text")[:1])}
        )
        return sortable

    @cached_property
    def page(self) -> Any:
        page = super().page
        self._given = given([(row.pk, row.version_id) for row in page], self.shown_groups, self.plan.fields)
        return page


#: Kinds sorted by number; the others by their text.
NUMBERED: Final = frozenset(
    {"number", "money", "percent", "scale", "date", "period", "calculated", "choices", "files", "table", "yes_no"}
)


def _address(response: Response) -> str:
    return response.get_absolute_url()
