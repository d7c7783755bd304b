"""Expressions drawn at random: server and browser agree, whatever is asked of them, and never crash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiif.questionnaires.expressions import FUNCTIONS, parse
from kiif.questionnaires.expressions.regular import PatternError, compiled
from tests.questionnaires.expressions.test_cases import TODAY, in_python, same
from tests.questionnaires.expressions.twin import Browser

NAMES = ("a", "b", "many", "whole", "table", "absent")
WORDS = st.one_of(
    st.sampled_from(
        ["", "a", "eau", "été", "12", "-0.5", " 7 ", "2026-05-13", "2024-02-30", "eau sol", "😀", "true", "1e5"]
    ),
    st.text(alphabet="ab01.- é", max_size=6),
)
NUMBERS = st.one_of(
    st.integers(-1000, 1000),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 6)),
    st.sampled_from([0.1, 0.2, 0.3, 1.005, 2.675, 1e14, 123456789012345.5, 1e-7, -0.0, 12345678901234.5]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, WORDS)
VALUES = st.fixed_dictionaries(
    {
        "a": SCALARS,
        "b": SCALARS,
        "many": st.lists(WORDS, max_size=4),
        "whole": st.dictionaries(st.sampled_from(["r1", "r2", "10", "9"]), SCALARS, max_size=4),
        "table": st.lists(SCALARS, max_size=4).map(lambda rows: {"x": rows, "#rows": len(rows)}),
    }
)
LITERALS = st.one_of(
    st.integers(0, 1000).map(str),
    st.sampled_from(["0.1", ".5", "2.675", "1.005", "100000000000000", "0.0000001"]),
    WORDS.map(lambda words: f"'{words}'"),
)
LEAVES = st.one_of(
    LITERALS,
    st.sampled_from(
        ["${a}", "${b}", "${many}", "${whole}", "${whole.r1}", "${table.x}", "${table}", "${absent}", ".", "today()"]
    ),
)
PATTERNS = st.sampled_from(["a+", "[0-9]{1,3}", "(a|b)*", "\\w+", "[^a]?.*", "\\p{L}+", "^.$", "(a*)*b?"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"])
    return st.one_of(
        st.tuples(inner, operators, inner).map(" ".join),
        inner.map(lambda one: f"({one})"),
        inner.map(lambda one: f"-{one}"),
        st.tuples(inner, PATTERNS).map(lambda pair: f"regex({pair[0]}, '{pair[1]}')"),
        st.sampled_from(sorted(set(FUNCTIONS) - {"regex", "jr:choice-name"})).flatmap(
            lambda name: st.lists(inner, min_size=FUNCTIONS[name][0], max_size=min(3, FUNCTIONS[name][1])).map(
                lambda arguments: f"{name}({', '.join(arguments)})"
            )
        ),
    )


EXPRESSIONS = st.recursive(LEAVES, _grown, max_leaves=12)


@pytest.fixture(scope="module")
def twin() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


def agree(twin: Browser, expression: str, values: dict[str, Any], own: Any = None) -> None:
    here = in_python(expression, {"values": values, "own": own})
    there = twin.ask(expression, {"values": values, "own": own, "today": TODAY})
    assert same(here, there), (expression, values, here, there)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expression=EXPRESSIONS, values=VALUES, own=SCALARS)
def test_both_agree_on_what_can_be_read(twin: Browser, expression: str, values: dict[str, Any], own: Any) -> None:
    parse(expression)
    agree(twin, expression, values, own)


@settings(max_examples=300, deadline=None)
@given(expression=st.text(alphabet="ab10 .,'\"$_{}()+-*<>=!éif😀\n", max_size=24))
def test_both_agree_on_what_cannot(twin: Browser, expression: str) -> None:
    agree(twin, expression, {"a": 1})


@settings(max_examples=400, deadline=None)
@given(
    pattern=st.text(alphabet="ab1^$.|?*+(){}[]\\-,:dwpL2é", max_size=12), words=st.text(alphabet="ab1é-,\n", max_size=8)
)
def test_both_agree_on_patterns(twin: Browser, pattern: str, words: str) -> None:
    agree(twin, f"regex(${{a}}, '{pattern}')", {"a": words})


@given(words=st.text(alphabet="ab", max_size=30))
def test_a_pattern_is_read_as_python_reads_it(words: str) -> None:
    import re

    for pattern in ("(a|b)*abb", "a{2,4}b?", "(?:ab|ba)+", "[^b]+b*", "(a*b){1,3}", "^a.*b$"):
        assert compiled(pattern).matches(words) is bool(re.fullmatch(pattern, words)), pattern


def test_a_pattern_that_would_never_end_ends() -> None:
    assert not compiled("(a+)+b").matches("a" * 1_000)
    assert compiled("(a|aa)+b").matches("a" * 999 + "b")
    assert not compiled("a*").matches("a" * 1_001)
    with pytest.raises(PatternError):
        compiled("(" * 21 + "a" + ")" * 21)


def test_bounds(twin: Browser) -> None:
    chains = ["1" + " + 1" * 99, "1" + " + 1" * 98, "-" * 40 + "1", "-" * 41 + "1"]
    nested = ["(" * count + "1" + ")" * count for count in (39, 40)] + ["not(" * 39 + "1" + ")" * 39]
    texts = ["'" + "a" * 1_999, "'" + "a" * 1_998 + "'", "'" + "a" * 2_000 + "'"]
    for expression in chains + nested + texts:
        agree(twin, expression, {})
    assert in_python("1" + " + 1" * 98, {})["value"] == 99
    assert in_python("1" + " + 1" * 100, {})["error"] == ["too-deep", 0]
    assert in_python("'" + "a" * 2_000, {})["error"] == ["too-long", 2_000]


def test_a_long_text_is_cut_the_same_on_both_sides(twin: Browser) -> None:
    agree(twin, "string-length(concat(${a}, ${a}))", {"a": "😀" * 15_000})
    agree(twin, "concat(${a}, ${a})", {"a": "😀" * 15_000})
