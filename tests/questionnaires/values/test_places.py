"""Territories and organisations in answers: what exists, by its code, with its name."""

from __future__ import annotations

import pytest

from kiif.questionnaires import values
from tests.questionnaires.making import question, raw

pytestmark = pytest.mark.django_db


def test_an_organisation_is_known_by_its_number() -> None:
    asked = question("organisation")
    value = values.read(asked, raw("q_0001=356+000+000&q_0001.name=La+Poste"))
    assert value == {"kind": "siren", "identifier": "356000000", "name": "La Poste"}
    assert values.show(asked, value, "fr") == "La Poste (SIREN 356000000)"


def test_a_number_whose_key_is_wrong_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\w"):
        values.read(question("organisation"), raw("q_0001=356+000+001"))


def test_an_organisation_without_number_is_taken_only_where_the_question_says_so() -> None:
    value = {"kind": "", "identifier": "", "name": "Collectif du moulin"}
    assert values.problems(question("organisation"), value) == []
    assert values.problems(question("organisation", unregistered=False), value) != []


def test_a_territory_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="99999"):
        values.read(question("territories"), raw("q_0001=commune:99999"))


def test_a_level_that_is_not_asked_for_is_refused() -> None:
    with pytest.raises(ValueError, match="niveau"):
        values.read(question("territories", levels=["epci"]), raw("q_0001=commune:24311"))
