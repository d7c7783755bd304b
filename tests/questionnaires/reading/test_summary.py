"""What is said of the answers to each question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiif.questionnaires.models import Response
from kiif.questionnaires.reading.plan import plan_of
from kiif.questionnaires.reading.summary import Summary, summaries
from kiif.questionnaires.reading.tally import Tally
from tests.questionnaires.answer_factories import make_collection
from tests.questionnaires.reading.sent import send

pytestmark = pytest.mark.django_db


def read(**given: Any) -> dict[str, Summary]:
    """Summaries by name of question, of dossiers whose answers are lists, one item a dossier (None: no answer)."""
    collection = make_collection()
    for one in zip(*given.values(), strict=True):
        send(collection, **dict(zip(given, one, strict=True)))
    plan = plan_of(collection)
    assert plan is not None
    groups = list(plan.groups)
    found = summaries(plan, groups, Tally(plan, groups, Response.objects.all()), "fr")
    return {summary.group.question.name: summary for summary in found}


def table(summary: Summary) -> dict[str, list[str]]:
    assert summary.chart is not None
    return {row[0]: row[1:] for row in summary.chart.table.rows}


def test_every_choice_stands_even_if_nobody_took_it() -> None:
    found = read(choix=[{"value": "oui"}, {"value": "oui"}, {"coded": "unknown"}, None])["choix"]
    assert table(found) == {"Oui": ["2"], "Non": ["0"], "autre": ["0"], "Je ne sais pas": ["1"]}
    assert (found.answered, found.asked, found.counted) == (3, 4, "3 réponses sur 4")


def test_several_choices_are_counted_each() -> None:
    found = read(plusieurs=[{"values": ["a", "b"]}, {"values": ["b"]}])["plusieurs"]
    assert table(found) == {"A": ["1"], "B": ["2"], "C": ["0"], "Rien": ["0"]}


def test_numbers_have_their_middle_and_spread() -> None:
    found = read(argent=[100, 200, 300, 1000, None])["argent"]
    facts = {label: value.replace("\u202f", " ").replace("\u00a0", " ") for label, value in found.facts}
    assert facts == {
        "moyenne": "400 €",
        "médiane": "250 €",
        "la moitié des réponses": "de 175 € à 475 €",
        "la plus petite et la plus grande": "de 100 € à 1 000 €",
        "total": "1 600 €",
    }


def test_a_grid_is_counted_by_line() -> None:
    rows = [{"rows": {"ligne1": "bien", "ligne2": "peu"}}, {"rows": {"ligne1": "bien"}}]
    found = table(read(grille=rows)["grille"])
    assert [cells[:2] for cells in found.values()] == [["0", "2"], ["1", "0"]]


def test_dates_are_counted_by_month() -> None:
    found = table(read(jour=["2026-03-02", "2026-03-20", "2026-04-01"])["jour"])
    assert found == {"mars 2026": ["2"], "avril 2026": ["1"]}


@pytest.mark.parametrize("rows", [1, 3])
def test_summaries_ask_the_same_number_of_queries(rows: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    collection = make_collection()
    for number in range(rows):
        send(collection, nom1="Un", nombre=number, choix={"value": "oui"})
    plan = plan_of(collection)
    assert plan is not None
    chosen = [group for group in plan.groups if group.question.name in {"nom1", "nombre", "choix"}]
    with django_assert_num_queries(4):
        assert len(summaries(plan, chosen, Tally(plan, chosen, Response.objects.all()), "fr")) == 3
