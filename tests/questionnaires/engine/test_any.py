"""Whatever designers write, nothing crashes: engine, check list, differences, moves, print."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiif.questionnaires import audit, changes, engine, values
from kiif.questionnaires.definition import Definition
from kiif.questionnaires.exchange import blank
from kiif.questionnaires.plan import plan
from tests.questionnaires.changes.test_changes import SAMPLES
from tests.questionnaires.exchange.drawn import DEFINITIONS

PATIENT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def answers(definition: Definition) -> dict[str, Any]:
    """An answer to each question that takes one of the samples."""
    found = {}
    for question in definition.walk():
        options = [SAMPLES.get(question.kind), "x", 3, {"coded": "unknown"}]
        if question.kind in ("choice", "choices", "ranking") and getattr(question, "choices", ()):
            key = question.choices[0].key  # type: ignore[attr-defined]  # just looked at
            options[:0] = [{"value": key, "text": ""}, {"values": [key], "text": ""}, {"values": [key]}]
        for option in options:
            try:
                found[question.id] = values.accept(question, option)
            except ValueError:
                continue
            break
    return {key: value for key, value in found.items() if value is not None}


@PATIENT
@given(definition=DEFINITIONS, variants=st.sampled_from([(), ("atis",)]))
def test_the_engine_answers_for_any_definition(definition: Definition, variants: tuple[str, ...]) -> None:
    given_values = answers(definition)
    form = engine.state(definition, given_values, variants=variants, language="fr")
    assert set(form.questions) == set(definition.by_id)
    assert set(form.to_submit) <= {key for key, state in form.questions.items() if state.relevant}
    for key, value in form.to_submit.items():
        if key in given_values:
            assert value == given_values[key]
    assert form.done <= form.expected
    for section in form.sections.values():
        assert section.answered <= section.questions
    for question in definition.walk():
        for words in question.label.values():
            engine.piped(words, form)
    if not plan(definition).cycles:  # what is sent is enough to find the same state again
        again = engine.state(definition, form.to_submit, variants=variants, language="fr")
        assert again.to_submit == form.to_submit


@PATIENT
@given(definition=DEFINITIONS)
def test_the_check_list_answers_for_any_definition(definition: Definition) -> None:
    report = audit.look(definition)
    places = {"", *definition.by_id, *(section.id for section in definition.sections)}
    places |= {page.id for section in definition.sections for page in section.pages}
    for finding in report.findings:
        assert finding.place in places
        assert finding.sentence
        assert finding.advice
        assert "%(" not in finding.sentence + finding.advice
    assert report.minutes >= 1


@PATIENT
@given(old=DEFINITIONS, new=DEFINITIONS)
def test_answers_move_between_any_two_definitions(old: Definition, new: Definition) -> None:
    given_values = answers(old)
    for change in changes.compare(old, new):
        assert change.sentence
        assert "%(" not in change.sentence
    moved = changes.project(old, new, given_values)
    typed = {key for key in given_values if old.by_id[key].kind not in ("calculated", "note")}
    assert set(moved.values) | {aside.key for aside in moved.aside} == typed
    for key, value in moved.values.items():
        assert values.accept(new.by_id[key], value) == value
    same = changes.project(old, old, given_values)
    assert same.aside == []


@PATIENT
@given(definition=DEFINITIONS)
def test_the_form_to_print_is_made_for_any_definition(definition: Definition) -> None:
    for language in ("fr", "br"):
        content = blank.content(definition, language)
        printed = [one for section in content["sections"] for page in section["blocks"] for one in page["questions"]]
        assert len(printed) == sum(question.kind != "calculated" for question in definition.walk())
