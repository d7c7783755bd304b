"""The check list: each fault is found once, at its place; a sound questionnaire has none."""

from __future__ import annotations

import time
from typing import Any

import pytest

from kiif.questionnaires import audit
from kiif.questionnaires.definition import Definition
from tests.questionnaires.engine.build import choices, definition, page, question, section


def found(form: Definition) -> list[tuple[str, str, str, str]]:
    return [(item.severity, item.code, item.place, item.what) for item in audit.look(form).findings]


KIND = question("kind", "choice", choices=choices("a", "b"))
MANY = question("many", "choices", choices=choices("x", "y", "z"))
AGE = question("age", "number")
WORDS = question("words")


def test_a_sound_questionnaire_has_nothing_to_mend() -> None:
    form = definition(
        KIND, MANY, AGE, WORDS,
        question("grid", "grid", rows=choices("r1", "r2"), columns=choices("yes", "no")),
        question("period", "period"),
        question("table", "table", columns=[
            {"id": "c_one1", "name": "n", "label": {"fr": "n"}, "kind": "number"},
            {"id": "c_two2", "name": "twice", "label": {"fr": "2n"}, "kind": "calculated", "calculation": "${n} * 2"}]),
        question("sum", "calculated", calculation="sum(${table.twice}) + count(${table})"),
        question("more", relevant="${kind} = 'a' and (selected(${many}, 'x') or ${age} > 17) and ${grid.r1} != 'no'"),
        question("late", "date", constraint=". > ${period.end} and . <= today()", message={"fr": "Trop tôt."}),
        question("name", relevant="${words} != '' and regex(${words}, '[a-z]+')", label={"fr": "${words} ?"}),
        question("coded", relevant="${age.coded} = 'unknown'"),
        question("mark", "scale", required_if="${more} != '' or ${period} != ''"),
    )  # fmt: skip
    report = audit.look(form)
    assert report.findings == ()
    assert report.publishable
    assert report.minutes >= 2


EXPRESSIONS = [
    ({"relevant": "${kind} ="}, "blocking", "unreadable", "relevant"),
    ({"relevant": "${nobody} = 1"}, "blocking", "unknown-name", "relevant"),
    ({"relevant": "${kind.part} = 1"}, "blocking", "unknown-part", "relevant"),
    ({"relevant": "${grid} = 'x'"}, "blocking", "whole", "relevant"),
    ({"relevant": "${words} > 3"}, "blocking", "not-number", "relevant"),
    ({"relevant": "${age} + 'x' > 3"}, "blocking", "not-number", "relevant"),
    ({"relevant": "selected(${age}, '3')"}, "blocking", "not-list", "relevant"),
    ({"required_if": "${kind}"}, "warning", "condition", "required_if"),
    ({"required_if": "not(${many})"}, "warning", "condition", "required_if"),
    ({"relevant": "${later} = 'x'"}, "warning", "later", "relevant"),
    ({"relevant": "${age} > 3 and ${age} < 2"}, "warning", "hardly", "relevant"),
    ({"relevant": "1 = 1"}, "warning", "always", "relevant"),
    ({"required_if": "1 = 2"}, "blocking", "never", "required_if"),
    ({"required_if": "${kind} = 'a' and ${kind} = 'b'"}, "blocking", "never", "required_if"),
    ({"relevant": "1 = 2"}, "blocking", "never-shown", "relevant"),
    ({"relevant": "${kind} = 'a' and ${kind} = 'b'"}, "blocking", "never-shown", "relevant"),
    ({"relevant": "count-selected(${many}) > 3"}, "blocking", "never-shown", "relevant"),
    ({"constraint": ". != ''"}, "warning", "no-message", "message"),
    ({"label": {"fr": "${nobody}"}}, "blocking", "unknown-name", "label"),
    ({"hint": {"fr": "${later}"}}, "warning", "later", "label"),
    ({"label": {}}, "blocking", "no-words", "label"),
    ({"label": {"fr": "x" * 181}}, "warning", "long-label", "label:fr"),
]


@pytest.mark.parametrize(
    ("extra", "severity", "code", "what"), EXPRESSIONS, ids=[str(case[0])[:50] for case in EXPRESSIONS]
)
def test_each_fault_is_found_where_it_is(extra: dict[str, Any], severity: str, code: str, what: str) -> None:
    form = definition(
        KIND, MANY, AGE, WORDS,
        question("grid", "grid", rows=choices("r1"), columns=choices("yes", "no")),
        {**question("here"), **extra},
        question("later"),
    )  # fmt: skip
    assert found(form) == [(severity, code, "q_here000", what)]


def test_a_choice_that_does_not_exist_is_never_true() -> None:
    form = definition(KIND, question("here", relevant="${kind} = 'c'"))
    assert [item[1] for item in found(form)] == ["no-choice", "never-shown"]
    form = definition(MANY, question("here", required_if="selected(${many}, 'w') or selected(${many}, 'x')"))
    assert [item[1] for item in found(form)] == ["no-choice"]


MADE = [
    (question("here", "choice", choices=choices("a")), "blocking", "few"),
    (question("here", "choice", choices=choices("a"), other=True), None, ""),
    (question("here", "choice", choices=choices("a", "other"), other=True), "blocking", "other"),
    (question("here", "choices", choices=choices("a", "b", b={"label": {"fr": " a"}})), "warning", "twice"),
    (question("here", "choices", choices=choices("a", "b"), at_least=3), "blocking", "bounds"),
    (question("here", "choices", choices=choices("a", "b"), at_least=2, at_most=1), "blocking", "bounds"),
    (question("here", "number", minimum=3, maximum=2), "blocking", "bounds"),
    (question("here", "scale", low=3, high=3), "blocking", "bounds"),
    (question("here", "table"), "blocking", "table"),
    (question("here", "grid", rows=choices("r"), columns=choices("a")), "blocking", "grid"),
    (question("here", "grid", rows=choices("r"), columns=choices(*"abcdefgh")), "warning", "wide"),
    (question("here", "grid", rows=choices("coded"), columns=choices(*"ab")), "blocking", "reserved"),
    (question("here", "calculated"), "blocking", "calculation"),
    (question("here", "consent"), "blocking", "consent"),
    (question("here", "signature"), "warning", "signature"),
    (question("here", "files", required=True), "warning", "only-file"),
    (question("here", "files", required=True, unknown=True), None, ""),
    (question("here", "organisation", required=True, unregistered=False), "warning", "only-registered"),
]


@pytest.mark.parametrize(("made", "severity", "code"), MADE, ids=[f"{case[0]['kind']}-{case[2]}" for case in MADE])
def test_each_fault_of_a_question_is_found(made: dict[str, Any], severity: str | None, code: str) -> None:
    expected = [] if severity is None else [(severity, code, "q_here000")]
    assert [item[:3] for item in found(definition(made))] == expected


def test_circles_are_told_with_their_names() -> None:
    form = definition(
        question("a", relevant="${c} = 'x'"),
        question("b", relevant="${a} = 'x'"),
        question("c", relevant="${b} = 'x'"),
        question("self", relevant="${self} = 'x'"),
    )  # fmt: skip
    circles = [item for item in audit.look(form).findings if item.code == "circle"]
    assert [(item.severity, item.place) for item in circles] == [("blocking", "q_a000"), ("blocking", "q_self000")]
    assert "a → b → c → a" in circles[0].sentence


def test_columns_may_not_wait_for_one_another() -> None:
    columns = [
        {"id": "c_one1", "name": "x", "label": {"fr": "x"}, "kind": "calculated", "calculation": "${y} + 1"},
        {"id": "c_two2", "name": "y", "label": {"fr": "y"}, "kind": "calculated", "calculation": "${x} + 1"},
    ]
    assert [item[1] for item in found(definition(question("t", "table", columns=columns)))] == ["circle"]


def test_a_hidden_section_is_told_once_and_what_follows_from_it_too() -> None:
    form = definition(
        sections=[
            section(page(KIND)),
            section(
                page(question("b"), question("c"), key="two2"), key="two2", relevant="${kind} = ''  and ${kind} = 'a'"
            ),
            section(page(question("d", relevant="${b} != ''"), key="three"), key="three"),
        ]
    )
    assert found(form) == [
        ("blocking", "never-shown", "s_two2", "relevant"),
        ("blocking", "never-shown", "q_d000", "relevant"),
    ]


def test_missing_translations_are_told_field_by_field() -> None:
    form = definition(
        languages=["fr", "en"],
        title={"fr": "Essai", "en": "Trial"},
        sections=[
            section(
                page(
                    question("a", label={"fr": "Nom", "en": "Name"}, hint={"fr": "Aide"}),
                    question(
                        "b", "choice", label={"fr": "Choix", "en": "Choice"},
                        choices=choices("x", "y", y={"label": {"fr": "Y", "en": "Y"}}),
                    ),
                ),
                title={"en": "Part"},
            )
        ],
    )  # fmt: skip
    assert [(item[2], item[3]) for item in found(form)] == [
        ("s_one1", "title:fr"),
        ("q_a000", "hint:en"),
        ("q_b000", "choices:x.label:en"),
    ]


def test_an_empty_questionnaire_cannot_be_published() -> None:
    report = audit.look(definition(sections=[]))
    assert [item.code for item in report.blocking] == ["empty"]
    assert not report.publishable


def test_time_grows_with_what_is_asked() -> None:
    short = audit.look(definition(AGE)).minutes
    long = audit.look(definition(*[question(f"w{number}", "long_text", max_words=300) for number in range(60)]))
    assert short == 1
    assert long.minutes > 60
    assert [item.code for item in long.findings] == ["long"]


def test_a_form_of_conditions_that_are_never_true_is_still_looked_at_quickly() -> None:
    keys = [f"k{number}" for number in range(7)]
    asked = [question(name, "choice", choices=choices(*keys)) for name in ("a", "b", "c", "d")]
    never = "${a} = 'k0' and ${a} = 'k1' and ${b} = 'k1' and ${c} = 'k1' and ${d} = 'k1'"
    hidden = [question(f"w{number}", relevant=never) for number in range(200)]
    start = time.perf_counter()
    report = audit.look(definition(*asked, *hidden))
    assert time.perf_counter() - start < 10  # about one second on a quiet machine
    assert len(report.blocking) > 20
