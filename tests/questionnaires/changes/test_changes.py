"""What changed between two definitions and two states of an answer; what becomes of answers on a new definition."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.questionnaires import changes
from kiif.questionnaires import values as typed
from tests.questionnaires.engine.build import choices, definition, page, question, section


def told(old: Any, new: Any) -> list[tuple[str, str]]:
    return [(change.code, change.place) for change in changes.compare(old, new)]


def test_nothing_changed() -> None:
    form = definition(question("a"), question("b", "choice", choices=choices("x", "y")))
    assert changes.compare(form, form) == []


def test_each_change_is_told_once_at_its_place() -> None:
    old = definition(
        question("a", label={"fr": "Nom"}),
        question("b", "number", maximum=10),
        question("c", "choice", choices=choices("x", "y")),
        question("d"),
        question("e", "grid", rows=choices("r1"), columns=choices("1", "2")),
    )
    new = definition(
        question("a", label={"fr": "Votre nom", "en": "Your name"}, hint={"fr": "Entier"}),
        question("b", "money", maximum=10),
        question("c", "choice", choices=choices("y", "z", y={"label": {"fr": "Oui"}}), relevant="${a} != ''"),
        question("f"),
        question("e", "grid", rows=choices("r1", "r2"), columns=choices("1", "2"), required=True),
    )
    found = changes.compare(old, new)
    assert [(change.code, change.place) for change in found] == [
        ("reworded", "q_a000"),
        ("reworded", "q_a000"),
        ("reworded", "q_a000"),
        ("kind", "q_b000"),
        ("logic", "q_c000"),
        ("choices", "q_c000"),
        ("choices", "q_c000"),
        ("choices", "q_c000"),
        ("added", "q_f000"),
        ("logic", "q_e000"),
        ("choices", "q_e000"),
        ("removed", "q_d000"),
    ]
    assert (found[0].before, found[0].after) == ("Nom", "Votre nom")
    assert (found[4].before, found[4].after) == ("", "${a} != ''")
    assert [change.after or change.before for change in found[5:8]] == ["Z", "X", "Oui"]
    assert all(change.matters for change in found)


def test_the_fewest_questions_are_said_to_have_moved() -> None:
    names = [f"w{number}" for number in range(8)]
    old = definition(*[question(name) for name in names])
    new = definition(*[question(name) for name in [names[7], *names[:7]]])
    assert told(old, new) == [("moved", "q_w7000")]
    assert changes.compare(new, old)[0].place == "q_w7000"


def test_a_question_that_goes_to_another_section_has_moved() -> None:
    old = definition(
        sections=[section(page(question("a"), question("b"))), section(page(question("c"), key="two2"), key="two2")]
    )
    new = definition(
        sections=[section(page(question("a"))), section(page(question("b"), question("c"), key="two2"), key="two2")]
    )
    assert told(old, new) == [("moved", "q_b000")]


def test_sections_pages_languages_and_variants() -> None:
    old = definition(sections=[section(page(question("a"))), section(page(question("b"), key="two2"), key="two2")])
    new = definition(
        title={"fr": "Autre"},
        languages=["fr", "en"],
        variants=[{"key": "atis", "label": {"fr": "ATIS"}}],
        sections=[
            section(page(question("b"), key="two2", title={"fr": "Page"}), key="two2", variants=["atis"]),
            section(page(question("a")), relevant="${b} != ''"),
        ],
    )
    assert told(old, new) == [
        ("reworded", ""),
        ("languages", ""),
        ("variants", ""),
        ("moved", "s_two2"),
        ("variants", "s_two2"),
        ("reworded", "p_two2"),
        ("logic", "s_one1"),
    ]


def test_settings_and_names() -> None:
    old, new = definition(question("a", "number")), definition({**question("a", "number", maximum=3), "name": "age"})
    found = changes.compare(old, new)
    assert [change.code for change in found] == ["renamed", "settings"]
    assert "maximum = 3" in found[1].after


def test_answers_before_and_after_in_words() -> None:
    form = definition(question("a"), question("b", "choice", choices=choices("x", "y")), question("c"))
    then = {"q_a000": "one", "q_b000": {"value": "x", "text": ""}, "q_c000": "same"}
    now = {"q_b000": {"value": "y", "text": ""}, "q_c000": "same"}
    found = changes.compare_answers(form, then, now)
    assert [(change.title, change.before, change.after) for change in found] == [("a", "one", ""), ("b", "X", "Y")]


KEPT: list[tuple[dict[str, Any], dict[str, Any], Any, Any]] = [
    (question("a"), question("a", "long_text"), "words", "words"),
    (question("a", "long_text"), question("a"), "two\nlines", "two lines"),
    (question("a", "long_text"), question("a", "rich_text"), "a < b", "<p>a &lt; b</p>"),
    (question("a"), question("a", "number"), "12", 12),
    (question("a", "number"), question("a", "money"), 12, 12),
    (question("a", "number"), question("a"), 12, "12"),
    (question("a"), question("a", "choice", choices=choices("x", "y")), " x ", {"value": "x", "text": ""}),
    (question("a"), question("a", "choice", choices=choices("x", "y"), other=True), "z",
     {"value": "other", "text": "z"}),
    (question("a", "choice", choices=choices("x", "y")), question("a", "choices", choices=choices("x", "y")),
     {"value": "x", "text": ""}, {"values": ["x"], "text": ""}),
    (question("a", "choices", choices=choices("x", "y")), question("a", "choice", choices=choices("x", "y")),
     {"values": ["x"], "text": ""}, {"value": "x", "text": ""}),
    (question("a", "yes_no"), question("a", "choice", choices=choices("yes", "no", "maybe")),
     {"value": True, "reason": ""}, {"value": "yes", "text": ""}),
    (question("a", "choice", choices=choices("x", "y")), question("a"), {"value": "x", "text": ""}, "X"),
    (question("a"), question("a", "date"), "2026-05-13", "2026-05-13"),
    (question("a", "number", unknown=True), question("a", "money", unknown=True), {"coded": "unknown"},
     {"coded": "unknown"}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "value", "kept"), KEPT, ids=[f"{c[0]['kind']}-{c[1]['kind']}" for c in KEPT])
def test_an_answer_is_converted_where_it_can_be(
    old: dict[str, Any], new: dict[str, Any], value: Any, kept: Any
) -> None:
    found = changes.project(definition(old), definition(new), {"q_a000": value})
    assert (found.values, found.aside) == ({"q_a000": kept}, [])


ASIDE: list[tuple[dict[str, Any], dict[str, Any] | None, Any, Any]] = [
    (question("a"), None, "words", None),
    (question("a"), question("a", "number"), "words", None),
    (question("a"), question("a", "email"), "words", None),
    (question("a"), question("a", "consent"), "words", None),
    (question("a"), question("a", "note"), "words", None),
    (question("a", "choice", choices=choices("x", "y")), question("a", "choice", choices=choices("y", "z")),
     {"value": "x", "text": ""}, None),
    (question("a", "choices", choices=choices("x", "y")), question("a", "choices", choices=choices("y", "z")),
     {"values": ["x", "y"], "text": ""}, {"values": ["y"], "text": ""}),
    (question("a", "choices", choices=choices("x", "y")), question("a", "choice", choices=choices("x", "y")),
     {"values": ["x", "y"], "text": ""}, None),
    (question("a", "grid", rows=choices("r1", "r2"), columns=choices("x", "y")),
     question("a", "grid", rows=choices("r1"), columns=choices("x", "y")),
     {"rows": {"r1": "x", "r2": "y"}}, {"rows": {"r1": "x"}}),
    (question("a", "table", columns=[{"id": "c_one1", "name": "x", "label": {"fr": "x"}},
                                     {"id": "c_two2", "name": "y", "label": {"fr": "y"}}]),
     question("a", "table", columns=[{"id": "c_one1", "name": "x", "label": {"fr": "x"}},
                                     {"id": "c_two2", "name": "y", "label": {"fr": "y"}, "kind": "number"}]),
     {"rows": [{"id": "r1", "c_one1": "a", "c_two2": "b"}]}, {"rows": [{"id": "r1", "c_one1": "a"}]}),
    (question("a", "number", unknown=True), question("a", "number"), {"coded": "unknown"}, None),
    (question("a", "number"), question("a", "scale"), 99, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "value", "kept"), ASIDE, ids=[f"{c[0]['kind']}-{c[1]['kind'] if c[1] else 'removed'}" for c in ASIDE]
)
def test_what_no_longer_fits_is_kept_aside_with_its_reason(
    old: dict[str, Any], new: dict[str, Any] | None, value: Any, kept: Any
) -> None:
    found = changes.project(definition(old), definition(*([new] if new else [])), {"q_a000": value})
    assert found.values == ({"q_a000": kept} if kept is not None else {})
    assert [(aside.key, aside.value) for aside in found.aside] == [("q_a000", value)]
    assert found.aside[0].reason
    assert found.aside[0].words


def test_what_is_calculated_is_neither_kept_nor_aside() -> None:
    form = definition(question("a", "calculated", calculation="1 + 1"))
    found = changes.project(form, definition(question("b")), {"q_a000": 2})
    assert (found.values, found.aside) == ({}, [])


NOON = "2026-05-13T10:00:00+00:00"
SAMPLES: dict[str, Any] = {
    "text": "12", "long_text": "x\ny", "rich_text": "<p>x</p>", "number": 3, "money": 3.5, "percent": 4, "scale": 3,
    "date": "2026-05-13", "period": {"start": "2026-05-13", "end": ""}, "choice": {"value": "x", "text": ""},
    "yes_no": {"value": True, "reason": ""}, "choices": {"values": ["x", "y"], "text": ""},
    "ranking": {"values": ["y"]}, "email": "a@example.org", "phone": "+33612345678", "url": "https://example.org",
    "consent": {"given": True, "version": "1", "at": NOON}, "signature": {"name": "Ada", "at": NOON},
    "grid": {"rows": {"x": "y"}},
    "address": {"line": "1 rue", "postcode": "24000", "town": "Périgueux", "code": ""},
    "organisation": {"kind": "", "identifier": "", "name": "Les Lilas"},
}  # fmt: skip


def any_question(kind: str) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if kind in ("choice", "choices", "ranking"):
        more = {"choices": choices("x", "y")}
    if kind == "grid":
        more = {"rows": choices("x", "y"), "columns": choices("x", "y")}
    return question("a", kind, **more)


@given(before=st.sampled_from(sorted(SAMPLES)), after=st.sampled_from([*sorted(typed.KINDS), "removed"]))
def test_no_answer_is_lost_whatever_the_kinds(before: str, after: str) -> None:
    old = definition(any_question(before))
    new = definition(*([] if after == "removed" else [any_question(after)]))
    value = typed.accept(old.by_id["q_a000"], SAMPLES[before])
    assert value is not None
    found = changes.project(old, new, {"q_a000": value})
    assert bool(found.values) or bool(found.aside)
    if before == after:
        assert (found.values, found.aside) == ({"q_a000": value}, [])
    for key, kept in found.values.items():
        assert typed.accept(new.by_id[key], kept) == kept
    if changes.loses(before, after) and after != "removed":
        assert not found.values or before == after
