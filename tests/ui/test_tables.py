"""A list is a list whatever its address says, and a file is what the list shows."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from kiif.accounts.models import User
from kiif.ui.tables import Column, Filter, Table, respond
from kiif.ui.tables.columns import resolve, shown
from kiif.ui.tables.export import csv_lines, plain, write_xlsx
from tests.factories import make_user

HOSTILE = (
    "=1+1",
    "+33 6 12",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "|calc",
    "%0A",
    '=HYPERLINK("http://a")',
    "=cmd|' /C'!A0",
)


class People(Table):
    name = "personnes"
    columns = (
        Column("name", "Name", value="full_name", sort="full_name", head=True, url=lambda user: f"/p/{user.pk}"),
        Column("email", "E-mail", sort="email"),
        Column("joined", "Joined", value="date_joined", sort="date_joined", end=True),
        Column("secret", "Key", value="pk", page=False),
        Column("act", "Actions", value=lambda user: "…", export=False, label_hidden=True),
    )
    search_fields = ("full_name", "email")
    filters = (
        Filter("langue", "Language", choices=(("fr", "French"), ("en", "English")), lookup="language"),
        Filter("equipe", "Staff", kind="tick", lookup="is_staff"),
        Filter("depuis", "Since", kind="date", lookup="date_joined__date__gte"),
    )
    default_sort = "name"
    page_size = 2
    max_page_size = 10


def people(query: str = "") -> People:
    request = RequestFactory().get("/personnes")
    request.GET = QueryDict(query)
    return People(User.objects.all(), request)


def names(table: Table) -> list[str]:
    return [row.cells[0].value for row in table.page_rows]


def html(table: Table) -> str:
    return Template("{% table table %}").render(Context({"table": table, "request": table.request}))


@pytest.fixture
def four(db: None) -> list[User]:
    return [
        make_user("Élodie Été", email="a@exemple.test"),
        make_user("Anna Noë", email="d@exemple.test", language="en"),
        make_user("Cœur Vaillant", email="b@exemple.test", is_staff=True),
        make_user("100 % Bio_Local", email="c@exemple.test"),
    ]


def test_sort_pages_and_count(four: list[User]) -> None:
    assert names(people("tri=email")) == ["Élodie Été", "Cœur Vaillant"]
    assert names(people("tri=email&page=2")) == ["100 % Bio_Local", "Anna Noë"]
    assert names(people("tri=-email")) == ["Anna Noë", "100 % Bio_Local"]
    assert people().count == 4


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("elodie", ["Élodie Été"]),
        ("ETE", ["Élodie Été"]),
        ("coeur", ["Cœur Vaillant"]),
        ("noe", ["Anna Noë"]),
        ("100 %", ["100 % Bio_Local"]),
        ("bio_", ["100 % Bio_Local"]),
        ("%%%", []),
        ("anna d@", ["Anna Noë"]),
        ("xyz", []),
    ],
)
def test_search_ignores_case_and_accents_and_takes_wildcards_literally(
    four: list[User], text: str, found: list[str]
) -> None:
    query = QueryDict(mutable=True)
    query["q"] = text
    assert names(people(query.urlencode())) == found


def test_filters_leave_what_they_say_and_ignore_nonsense(four: list[User]) -> None:
    assert names(people("langue=en")) == ["Anna Noë"]
    assert names(people("equipe=1")) == ["Cœur Vaillant"]
    assert people("langue=zz&equipe=oui&depuis=hier").count == 4
    assert people("depuis=2999-01-01").count == 0
    assert people("depuis=2000-01-01").count == 4


@pytest.mark.parametrize("count", [1, 3])
def test_number_of_queries_does_not_grow(db: None, count: int, django_assert_num_queries: Any) -> None:
    for _ in range(count):
        make_user()
    with django_assert_num_queries(2):
        html(people("par=10"))


@pytest.mark.parametrize(
    "query",
    [
        "page=" + "9" * 31,
        "page=-1",
        "page=0",
        "page=²",
        "page=1e5",
        "page=%00",
        "q=%00",
        "q=%ED%A0%80",
        "tri=password",
        "tri=--name",
        "tri=%00",
        "par=999999999999",
        "par=0",
        "par=-3",
        "langue=%00",
        "depuis=0000-00-00",
        "depuis=%00",
        "q=" + "a" * 5000,
        "page=1&page=2&tri=a&tri=b",
        "format=exe",
    ],
)
def test_hostile_addresses_give_a_list(four: list[User], query: str) -> None:
    table = people(query)
    assert 'id="table-personnes"' in html(table)
    assert table.per_page <= 10


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["q", "tri", "page", "par", "langue", "equipe", "depuis", "x"]),
        st.text(max_size=30) | st.integers().map(str) | st.sampled_from(["\x00", "\ud800", "-name", "name", "fr", "1"]),
    )
)
def test_any_address_gives_a_list(four: list[User], params: dict[str, str]) -> None:
    request = RequestFactory().get("/personnes")
    request.GET = QueryDict(mutable=True)
    request.GET.update(params)
    assert 'id="table-personnes"' in html(People(User.objects.all(), request))


class Keyed(People):
    keys_first = True


def test_keys_asked_first_give_the_same_pages(four: list[User]) -> None:
    for query in ("", "page=2", "tri=-name", "q=nobody", "page=99"):
        plain = people(query)
        keyed = Keyed(plain._all, plain.request)
        assert [row.pk for row in keyed.page] == [row.pk for row in plain.page]
        assert keyed.count == plain.count


def test_page_size_is_capped(four: list[User]) -> None:
    assert people("par=5000").per_page == 10
    assert people("par=3").per_page == 3


def test_links_keep_the_search_and_drop_what_means_nothing(four: list[User]) -> None:
    table = people("q=a&langue=fr&tri=-email&bogus=1&equipe=zzz")
    assert table.address() == "?q=a&langue=fr&tri=-email"
    assert table.address(tri="name") == "?q=a&langue=fr&tri=name"
    assert {head.column.key: head.order for head in table.heads} == {
        "name": "none",
        "email": "descending",
        "joined": "none",
        "act": "",
    }


def test_empty_lists_say_what_to_do(db: None) -> None:
    with translation.override("en"):
        assert "Nothing here yet" in html(people())
        assert "Nothing matches" in html(people("q=zzz"))


def test_values_are_escaped(db: None) -> None:
    make_user("<script>alert(1)</script>")
    assert "<script>" not in html(people())
    assert "&lt;script&gt;" in html(people())


def test_fragment_for_htmx_page_for_others(four: list[User]) -> None:
    request = RequestFactory().get("/personnes", headers={"HX-Request": "true", "HX-Target": "div#table-personnes"})
    fragment = respond(request, People(User.objects.all(), request), "ui/confirm.html")
    assert fragment.content.decode().strip().startswith('<div class="table-area" id="table-personnes">')
    other = RequestFactory().get("/personnes", headers={"HX-Request": "true", "HX-Target": "body"})
    page = respond(other, People(User.objects.all(), other), "ui/parts/table.html")
    assert 'role="search"' in page.content.decode()
    assert "HX-Request" in page["Vary"]


# Files


def rows_of_csv(table: Table) -> list[list[str]]:
    text = "".join(csv_lines(table))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def rows_of_xlsx(table: Table) -> list[list[Any]]:
    file = io.BytesIO()
    write_xlsx(table, file)
    file.seek(0)
    return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()


def test_files_hold_every_row_that_is_filtered_in_order(four: list[User]) -> None:
    table = people("tri=email&par=1&langue=fr")
    expected = ["a@exemple.test", "b@exemple.test", "c@exemple.test"]
    assert [row[1] for row in rows_of_csv(table)[1:]] == expected
    assert [row[1] for row in rows_of_xlsx(people("tri=email&par=1&langue=fr"))[1:]] == expected
    assert rows_of_csv(table)[0] == ["Name", "E-mail", "Joined", "Key"]


class Things(Table):
    name = "choses"
    columns = (Column("a", "A", sort="a"), Column("b", "B", sort="b"))
    search_fields = ("a",)


def things(rows: list[dict[str, Any]], query: str = "") -> Things:
    request = RequestFactory().get("/choses")
    request.GET = QueryDict(query)
    return Things(rows, request)


def test_no_cell_is_a_formula() -> None:
    table = things([{"a": text, "b": 1} for text in HOSTILE])
    for row in rows_of_csv(table)[1:]:
        assert row[0][0] not in "=+-@|%\t\r", row
    file = io.BytesIO()
    write_xlsx(table, file)
    import zipfile

    sheet = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert "=1+1" in [row[0] for row in rows_of_xlsx(things([{"a": "=1+1", "b": 1}]))]


def test_files_keep_numbers_dates_and_nothing() -> None:
    moment = datetime(2026, 5, 30, 21, 59, tzinfo=UTC)
    rows = [
        {"a": -2.5, "b": None},
        {"a": date(2026, 5, 30), "b": moment},
        {"a": float("nan"), "b": "x\x00y" + "z" * 40_000},
    ]
    assert rows_of_csv(things(rows[:2]))[1:] == [["-2.5", ""], ["2026-05-30", "2026-05-30 23:59"]]
    cells = rows_of_xlsx(things(rows))[1:]
    assert cells[0] == [-2.5, ""]
    assert cells[1][0] == date(2026, 5, 30)
    assert cells[2][1].startswith("xyz")
    assert len(cells[2][1]) == 32_767


@given(st.lists(st.text(max_size=20), max_size=5))
def test_text_survives_the_files_but_for_the_quote_and_what_is_not_text(values: list[str]) -> None:
    table = things([{"a": value, "b": 0} for value in values])
    got = [row[0] for row in rows_of_csv(table)[1:]]
    assert len(got) == len(values)
    rows_of_xlsx(things([{"a": value, "b": 0} for value in values]))


# Lists that are not in the database


def test_a_list_is_searched_sorted_and_cut_like_a_queryset() -> None:
    rows = [{"a": "Évreux", "b": 3}, {"a": "Albi", "b": None}, {"a": "evry", "b": 1}]
    assert names(things(rows, "tri=a")) == ["Albi", "Évreux", "evry"]
    assert names(things(rows, "tri=b")) == ["evry", "Évreux", "Albi"]
    assert names(things(rows, "tri=-b")) == ["Évreux", "evry", "Albi"]
    assert names(things(rows, "q=EV")) == ["Évreux", "evry"]
    assert names(things(rows)) == ["Évreux", "Albi", "evry"]


def test_shown_values() -> None:
    with translation.override("fr"):
        assert shown(10655) == "10\u202f655"
        assert shown(None) == shown("") == shown(float("nan")) == shown([]) == "–"
        assert shown(date(2026, 5, 1)) == "1er mai 2026"
        assert shown(datetime(2026, 5, 30, 21, 59, tzinfo=UTC)) == "30 mai 2026, 23\u202fh\u202f59"
        assert shown(True) == "oui"
        assert shown(["a", 2]) == "a, 2"
    assert plain(float("inf")) is None


def test_paths() -> None:
    assert resolve({"a": {"b": [1]}}, "a.b") == [1]
    assert resolve({"a": None}, "a.b.c") is None
    assert resolve("text", "upper") == "TEXT"
    with pytest.raises(AttributeError):
        resolve(object(), "unknown")
