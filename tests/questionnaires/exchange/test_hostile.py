"""Workbooks that mean harm, or that nobody meant: refused in one sentence, never a crash."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from unittest import mock

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiif.questionnaires import exchange
from kiif.questionnaires.exchange import hostile, xls_read


def book(rows: list[list[str]], sheet: str = "survey") -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet(sheet)
        for line, row in enumerate(rows):
            for column, text in enumerate(row):
                page.write_string(line, column, text)
    return content.getvalue()


SOUND = [["type", "name", "label"], ["text", "a", "A"]]


def with_part(name: str, content: bytes, source: bytes | None = None) -> bytes:
    """The sound workbook with one part added or replaced."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(source or book(SOUND))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return made.getvalue()


def part_of(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book(SOUND))) as source:
        return source.read(name)


def formula() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet("survey")
        page.write_row(0, 0, SOUND[0])
        page.write_row(1, 0, ["text", "a"])
        page.write_formula(1, 2, '=WEBSERVICE("http://example.org")', None, "A")
    return content.getvalue()


def entities() -> bytes:
    strings = part_of("xl/sharedStrings.xml").decode()
    doctype = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return with_part("xl/sharedStrings.xml", strings.replace("?>", f"?>{doctype}", 1).encode())


def long_cell() -> bytes:
    strings = part_of("xl/sharedStrings.xml").decode()
    return with_part("xl/sharedStrings.xml", strings.replace("<t>A</t>", f"<t>{'x' * (2 << 20)}</t>").encode())


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "not a workbook": (lambda: b"type,name\ntext,a", ".xlsx format"),
    "empty": (lambda: b"", ".xlsx format"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xlsx format"),
    "a zip of something else": (lambda: with_zip({"word/document.xml": b"<x/>"}), ".xlsx format"),
    "a cut file": (lambda: book(SOUND)[:-40], ".xlsx format"),
    "too heavy": (lambda: b"PK" + bytes(6 << 20), "5 MB"),
    "a bomb": (lambda: with_part("xl/worksheets/sheet9.xml", bytes(80 << 20)), "unreasonable size"),
    "a dense bomb": (lambda: with_part("xl/sharedStrings.xml", b"<sst>" + b"<si><t>aaaa</t></si>" * (1 << 20)),
    "unreasonable"),
    "a thousand parts": (lambda: with_zip({f"xl/{n}.xml": b"" for n in range(1_000)} | {"xl/workbook.xml": b""}),
    "unreasonable"),
    "macros": (lambda: with_part("xl/vbaProject.bin", b"\x00"), "macros"),
    "old macros": (lambda: with_part("xl/macrosheets/sheet1.xml", b"<x/>"), "macros"),
    "an embedded object": (lambda: with_part("xl/embeddings/oleObject1.bin", b"\x00"), "macros"),
    "links to other files": (lambda: with_part("xl/externalLinks/externalLink1.xml", b"<x/>"), "other files"),
    "a formula": (formula, "Cell C2 holds a formula"),
    "entities": (entities, "XML declarations"),
    "a text of two megabytes": (long_cell, "too long"),
    "a hundred thousand lines": (lambda: book([["type"], *[["note"]] * 100_000]), "too many lines"),
    "a thousand columns": (lambda: book([["type"] * 1_000]), "too many columns"),
    "no survey": (lambda: book(SOUND, "questions"), "sheet called"),
}  # fmt: skip


def with_zip(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_a_sound_workbook_is_read() -> None:
    found = exchange.imported(book(SOUND))
    assert found.definition is not None
    assert [question.label for question in found.definition.walk()] == [{"fr": "A"}]


@pytest.mark.parametrize(("make", "words"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_workbook_is_refused_in_one_sentence(make: Callable[[], bytes], words: str) -> None:
    content = make()
    start = time.monotonic()
    with pytest.raises(exchange.ExchangeError) as refused:
        exchange.imported(content)
    assert words in str(refused.value)
    assert "%(" not in str(refused.value)
    assert time.monotonic() - start < 20


def test_a_workbook_that_exhausts_its_process_is_refused() -> None:
    from kiif.opendata import sandbox

    with (
        mock.patch.object(sandbox, "run", return_value=sandbox.Outcome(None, "")),
        pytest.raises(exchange.ExchangeError, match="too long"),
    ):
        exchange.imported(book(SOUND))


CELL = st.one_of(
    st.sampled_from(
        ["", "text", "note", "select_one l", "select_multiple l or_other", "rank l", "range", "begin_group",
        "end_group",
         "begin_repeat", "end_repeat", "calculate", "a", "A b", "${a}", "${", "s_0001", "p_0001", "q_0001", "row:x",
         "column:c_0001",
         "part:x", "kiif-xlsform/1", "yes", "start=a end=b", "{}", "[]", '{"kind":"text"}',
         '{"kind":"table","exact":[]}',
         '{"kind":["text"]}', '{"kind":"grid","exact":{"label":3}}', '{"languages":"fr","title":[]}',
         '{"kind":"choice","choices":3}']
    ),
    st.text(max_size=8),
)  # fmt: skip
HEADERS = ["type", "name", "label", "label::English (en)", "hint::x", "relevant", "required", "constraint",
 "calculation",
           "appearance", "parameters", "choice_filter", "repeat_count", "list_name", "kiif_id", "kiif_part",
           "kiif_spec",
           "kiif_format", "form_title", "default_language", "media::image"]  # fmt: skip
SHEET = st.lists(st.sampled_from(HEADERS), min_size=1, max_size=8, unique=True).flatmap(
    lambda header: st.lists(st.lists(CELL, min_size=len(header), max_size=len(header)), max_size=8).map(
        lambda rows: [header, *rows]
    )
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheets=st.fixed_dictionaries({"survey": SHEET}, optional={"choices": SHEET, "settings": SHEET}))
def test_no_sheet_makes_it_crash(sheets: dict[str, list[list[str]]]) -> None:
    with mock.patch.object(hostile, "ask_pyxform", return_value=[]):
        found = xls_read.from_sheets(sheets)
    assert (found.definition is None) == bool(found.errors)


@settings(max_examples=150, deadline=None)
@given(
    document=st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["format", "title", "sections", "pages", "questions", "kind", "id", "x"]), inner, max_size=4
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_no_json_makes_it_crash(document: object) -> None:
    try:
        found = exchange.from_json(json.dumps(document).encode())
    except exchange.ExchangeError:
        return
    assert (found.definition is None) == bool(found.errors)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[1,", b"NaN", b"[" * 100_000, b'{"title":' * 60_000, b" " * (6 << 20), b'{"format":"other"}'],
)
def test_json_that_is_not_a_questionnaire_is_refused(content: bytes) -> None:
    with pytest.raises(exchange.ExchangeError):
        exchange.from_json(content)
