import hashlib
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiif.methods.committee.errors import CommitteeError
from kiif.methods.committee.order import DRAW, Criterion, Place, Selection, next_in, order, select

RULE = (Criterion("score", decimals=2), Criterion("need", decimals=0), Criterion("date", lowest_first=True))
VALUES = {
    "a": {"score": 15.0, "need": 3, "date": 20240110},
    "b": {"score": 16.5, "need": 1, "date": 20240112},
    "c": {"score": 15.001, "need": 4, "date": 20240111},
    "d": {"score": 15.0, "need": 3, "date": 20240105},
}


def test_each_place_says_which_criterion_settled_it():
    assert order(VALUES, RULE) == (
        Place("b", 1, ""),
        Place("c", 2, "score"),
        Place("d", 3, "need"),
        Place("a", 4, "date"),
    )


def test_dossiers_that_nothing_tells_apart_share_a_rank():
    places = order(VALUES, RULE[:2])
    assert [(p.key, p.rank, p.settled_by) for p in places] == [
        ("b", 1, ""),
        ("c", 2, "score"),
        ("a", 3, "need"),
        ("d", 3, ""),
    ]


def test_a_draw_needs_a_published_seed_and_can_be_made_again():
    places = order(VALUES, RULE[:2], seed="14 March 2024")
    drawn = sorted("ad", key=lambda key: hashlib.sha256(f"14 March 2024:{key}".encode()).hexdigest())
    assert [p.key for p in places[2:]] == drawn
    assert [(p.rank, p.settled_by) for p in places[2:]] == [(3, "need"), (4, DRAW)]
    assert {tuple(p.key for p in order(VALUES, RULE[:2], seed=str(i))[2:]) for i in range(20)} == {
        ("a", "d"),
        ("d", "a"),
    }
    with pytest.raises(CommitteeError, match="published"):
        order(VALUES, RULE, seed=" ")


def test_the_selected_then_the_reserve_in_order():
    places = order(VALUES, RULE)
    assert select(places, 2) == Selection(("b", "c"), ("d", "a"))
    assert select(places, 2, 1) == Selection(("b", "c"), ("d",))
    assert select(places, 9) == Selection(("b", "c", "d", "a"), ())
    assert select(places, 0, 0) == Selection((), ())


def test_equals_across_the_line_are_not_separated():
    places = order(VALUES, RULE[:2])
    assert select(places, 3) == Selection(("b", "c"), (), ("a", "d"), "selected")
    assert select(places, 1, 2) == Selection(("b",), ("c",), ("a", "d"), "reserve")
    assert select(places, 2) == Selection(("b", "c"), ("a", "d"))
    assert select(places, 4) == Selection(("b", "c", "a", "d"), ())


def test_who_comes_next_on_the_reserve_list():
    assert next_in(("d", "a", "e"), gone={"d"}) == ("a",)
    assert next_in(("d", "a", "e"), gone=(), count=2) == ("d", "a")
    assert next_in(("d",), gone={"d"}) == ()


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text("abcdef", min_size=1, max_size=3),
        st.fixed_dictionaries({name: st.integers(0, 2) for name in ("score", "need", "date")}),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
    st.sampled_from([None, "seed"]),
)
def test_the_order_of_what_is_given_changes_nothing_and_equals_share_ranks(values, shuffle, seed):
    keys = list(values)
    shuffle.shuffle(keys)
    places = order({key: values[key] for key in keys}, RULE, seed=seed)
    assert places == order(values, RULE, seed=seed)
    for before, after in itertools.pairwise(places):
        a, b = values[before.key], values[after.key]
        assert (-a["score"], -a["need"], a["date"]) <= (-b["score"], -b["need"], b["date"])
        assert (before.rank == after.rank) == (a == b and seed is None)


def test_questions_without_an_answer_are_refused_in_words():
    with pytest.raises(CommitteeError, match="a has no figure for need"):
        order({"a": {"score": 1.0}}, RULE)
    with pytest.raises(CommitteeError, match="a has no figure for score"):
        order({"a": {"score": float("nan")}}, RULE[:1])
    with pytest.raises(CommitteeError, match="its own name"):
        order(VALUES, ())
    with pytest.raises(CommitteeError, match="its own name"):
        order(VALUES, (RULE[0], RULE[0]))
    for sizes in ((-1, 0), (1, -1)):
        with pytest.raises(CommitteeError):
            select(order(VALUES, RULE), *sizes)
    with pytest.raises(CommitteeError):
        next_in((), (), -1)
