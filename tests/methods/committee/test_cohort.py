import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiif.methods.committee.cohort import Candidate, Frame, Wish, compare, measure
from kiif.methods.committee.errors import CommitteeError
from kiif.methods.committee.hosting import place
from kiif.methods.committee.swaps import Moved, scenarios, swap, swaps


def candidate(key, score, challenge, women, *hosts):
    return Candidate(key, score, {"challenge": challenge, "women-led": {women} if women else set()}, hosts)


FRAME = Frame(
    candidates=(
        candidate("a", 18.0, {"mobility"}, "yes", "creuse"),
        candidate("b", 17.0, {"mobility", "food"}, "no", "creuse", "drome"),
        candidate("c", 15.0, {"food"}, "yes", "drome"),
        candidate("d", 14.0, {"care"}, "", "creuse"),
        candidate("e", 11.0, {"care"}, "yes"),
    ),
    wishes=(Wish("women-led", "yes", least=2), Wish("challenge", "mobility", most=1)),
    places={"creuse": 1, "drome": 2},
)


def test_a_scenario_is_measured():
    found = measure(FRAME, ["a", "b", "d"])
    assert (found.size, found.mean, found.forgone, found.gap) == (3, pytest.approx(49 / 3), pytest.approx(1.0), 2)
    assert [(one.wish.value, one.number, one.gap) for one in found.wishes] == [("yes", 1, -1), ("mobility", 2, 1)]
    challenge, women = found.mixes
    assert challenge.counts == {"mobility": 2, "care": 1, "food": 1}
    assert challenge.pool == {"care": 2, "food": 2, "mobility": 2}
    entropy = -(0.5 * math.log(0.5) + 0.5 * math.log(0.25)) / math.log(3)
    assert challenge.balance == pytest.approx(entropy)
    assert challenge.likeness == pytest.approx(1 - (0.5 - 1 / 3))
    assert (women.counts, women.unknown) == ({"no": 1, "yes": 1}, 1)
    assert found.hosting.alone in (("a",), ("d",))
    assert found.hosting.hosts["b"] == "drome"


def test_scenarios_stand_side_by_side():
    found = compare(FRAME, {"best": ["a", "b", "c"], "wished": ["a", "c", "d"], "none": []})
    assert list(found) == ["best", "wished", "none"]
    assert [one.gap for one in found.values()] == [1, 0, 2]
    assert [one.forgone for one in found.values()] == pytest.approx([0.0, 3.0, 0.0])
    assert found["none"].mean == 0.0
    with pytest.raises(CommitteeError, match="20 scenarios"):
        compare(FRAME, {str(i): [] for i in range(21)})


def test_a_swap_says_all_that_it_changes():
    found = swap(FRAME, ["a", "b", "d"], "b", "c")
    assert (found.gap, found.alone, found.mean) == (-2, 0, pytest.approx(-2 / 3))
    assert found.moved == (
        Moved("challenge", "mobility", 2, 1),
        Moved("women-led", "no", 1, 0),
        Moved("women-led", "yes", 1, 2),
    )


def test_swaps_asked_for_are_listed_and_no_other():
    found = swaps(FRAME, ["a", "b", "d"], leaving=["b", "d"], entering=["c", "e"])
    assert {(s.leaving, s.entering) for s in found} == {("b", "c"), ("b", "e"), ("d", "c"), ("d", "e")}
    assert (found[0].leaving, found[0].entering) == ("b", "c")
    assert [s.gap for s in found] == sorted(s.gap for s in found)
    assert all(s == swap(FRAME, ["a", "b", "d"], s.leaving, s.entering) for s in found)


def test_open_choices_leave_scenarios():
    found = scenarios(FRAME, sure=["a"], hesitating=["b", "c", "d", "e"], size=3)
    assert {s.entering for s in found} == set(itertools.combinations("bcde", 2))
    assert found[0].measure.gap == 0
    assert found[0].measure == measure(FRAME, ["a", *found[0].entering])
    gaps = [(s.measure.gap, len(s.measure.hosting.alone)) for s in found]
    assert gaps == sorted(gaps)


def test_bounds_are_said():
    many = Frame(tuple(Candidate(f"k{i:02d}", 1.0) for i in range(40)))
    keys = [c.key for c in many.candidates]
    assert len(scenarios(many, keys[:2], keys[2:], 3)) == 38
    with pytest.raises(CommitteeError, match="settle some of the dossiers first"):
        scenarios(many, [], keys, 20)
    with pytest.raises(CommitteeError, match="cannot be made"):
        scenarios(many, keys[:2], [], 3)
    with pytest.raises(CommitteeError, match="shorten one"):
        swaps(many, keys[:1], [str(i) for i in range(100)], [str(i) for i in range(100)])


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (lambda: measure(FRAME, ["z"]), "The dossier z is not among those looked at."),
        (lambda: measure(FRAME, ["a", "a"]), "A dossier is taken twice in this scenario."),
        (lambda: swap(FRAME, ["a"], "b", "c"), "The dossier b is not in this scenario."),
        (lambda: swap(FRAME, ["a", "b"], "a", "b"), "The dossier b is already in this scenario."),
        (lambda: Wish("x", "y", 3, 2), "A wish goes from a least to a most, in dossiers."),
        (lambda: Frame(()), "Between one and 5000 dossiers can be looked at together."),
        (lambda: Frame((Candidate("a", 1.0), Candidate("a", 1.0))), "The dossier a is there twice."),
        (lambda: Frame((Candidate("a", float("nan")),)), "The score of a is not a number."),
        (
            lambda: Frame((Candidate("a", 1.0),), (Wish("x", "y"), Wish("x", "y", 1))),
            "There are two wishes about y (x).",
        ),
        (lambda: place({"a": ["z"]}, {}), "The host z of a is unknown."),
        (lambda: place({"a": ["z", "z"]}, {"z": 1}), "a names a host twice."),
        (lambda: place({}, {"z": -1}), "The places of z are not a number of members."),
    ],
)
def test_questions_that_contradict_themselves_are_refused_in_words(question, message):
    with pytest.raises(CommitteeError) as error:
        question()
    assert str(error.value) == message


@pytest.mark.parametrize("bound", ["MAX_MEMBERS", "MAX_CELLS"])
def test_too_many_members_at_a_time_are_refused(bound, monkeypatch):
    assert place({"a": ["x"]}, {"x": 1}).hosts == {"a": "x"}
    monkeypatch.setattr("kiif.methods.committee.hosting." + bound, 0)
    with pytest.raises(CommitteeError, match="at a time"):
        place({"a": ["x"]}, {"x": 1})


def test_hosts_take_as_many_as_they_can_then_first_choices():
    found = place({"a": ["x", "y"], "b": ["x"], "c": ["x", "y"]}, {"x": 2, "y": 1})
    assert found.alone == ()
    assert found.hosts["b"] == "x"
    assert sorted(found.hosts.values()) == ["x", "x", "y"]
    assert (found.left, found.choices) == ({"x": 0, "y": 0}, (2, 1))
    assert place({"a": []}, {"x": 1}).alone == ("a",)
    assert place({}, {"x": 1}).left == {"x": 1}


@settings(deadline=None, max_examples=100)
@given(
    st.dictionaries(st.sampled_from("abcde"), st.lists(st.sampled_from("xyz"), unique=True, max_size=3), max_size=5),
    st.fixed_dictionaries({host: st.integers(0, 2) for host in "xyz"}),
)
def test_placement_equals_brute_force(members, places):
    best = None
    for given_hosts in itertools.product(*([None, *wishes] for wishes in members.values())):
        if all(given_hosts.count(host) <= number for host, number in places.items()):
            ranks = [wishes.index(host) for wishes, host in zip(members.values(), given_hosts, strict=True) if host]
            value = (given_hosts.count(None), sum(ranks))
            best = min(best, value) if best else value
    found = place(members, places)
    assert (len(found.alone), sum(members[key].index(host) for key, host in found.hosts.items())) == best
    assert all(number >= 0 for number in found.left.values())
