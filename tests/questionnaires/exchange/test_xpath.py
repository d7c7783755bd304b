"""Expressions go to XLSForm and come back exactly; names inside a table differ."""

from __future__ import annotations

import pytest
from hypothesis import given

from kiif.questionnaires.exchange.xpath import from_xpath, to_xpath
from tests.questionnaires.expressions.test_cases import CASES
from tests.questionnaires.expressions.test_twins import EXPRESSIONS

COLUMNS = frozenset({"n", "price"})
PAIRS = [
    ("${n} * ${price}", "${t.n} * ${t.price}"),
    ("${n} div ${outside}", "${t.n} div ${outside}"),
    ("concat('${n}', \"it's\",  ${n})", "concat('${t.n}', \"it's\",  ${t.n})"),
    ("jr:choice-name(${n}, '${n}')", "jr:choice-name(${t.n}, '${t.n}')"),
    ("not ( ${ n } )", "not ( ${t.n} )"),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_columns_are_called_by_their_table(ours: str, theirs: str) -> None:
    assert to_xpath(ours, "t", COLUMNS) == theirs
    assert from_xpath(theirs, {}, "t", COLUMNS).replace("${n}", "${ n }" if "${ n }" in ours else "${n}") == ours


def test_names_of_a_workbook_are_replaced_everywhere() -> None:
    names = {"Âge": "age", "Nom-1": "nom_1", "inner": "grid.inner"}
    assert from_xpath("${Nom-1} = '' or ${inner} = 'x'", names) == "${nom_1} = '' or ${grid.inner} = 'x'"
    assert from_xpath("${Âge} > 3 and '${Âge}' != '${Été}'", names) == "${age} > 3 and '${age}' != '${Été}'"
    assert from_xpath("jr:choice-name(${Nom-1}, '${Nom-1}')", names) == "jr:choice-name(${nom_1}, '${nom_1}')"


@pytest.mark.parametrize("source", [case[1] for case in CASES if ".coded" not in case[1] and "${ " not in case[1]])
def test_every_case_comes_back_exactly(source: str) -> None:
    assert from_xpath(to_xpath(source), {}) == source


@given(source=EXPRESSIONS)
def test_any_expression_comes_back_exactly(source: str) -> None:
    assert from_xpath(to_xpath(source), {}) == source
