"""Properties of the difference."""

import string

from django.contrib.auth.models import Group
from hypothesis import given
from hypothesis import strategies as st

from kiif.journal import diff
from kiif.journal.encoding import encode
from kiif.journal.words import MOST_WORDS, difference_of_texts

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=20) | st.dates()
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
states = st.dictionaries(st.sampled_from(string.ascii_lowercase[:6]), values.map(encode))


@given(values)
def test_encoding_what_is_encoded_changes_nothing(value):
    assert encode(encode(value)) == encode(value)


@given(states)
def test_a_thing_does_not_differ_from_itself(state):
    assert diff.compare(state, dict(state)) == {}


@given(states, states)
def test_applying_the_difference_gives_the_state_after(before, after):
    changes = diff.compare(before, after)
    rebuilt = {**before, **{name: new for name, (_old, new) in changes.items()}}
    assert {n: v for n, v in rebuilt.items() if v is not None} == {n: v for n, v in after.items() if v is not None}
    assert all(before.get(name) == old for name, (old, _new) in changes.items())
    assert all(type(old) is not type(new) or old != new for old, new in changes.values())


def test_truth_and_one_differ():
    assert diff.compare({"a": 1}, {"a": True}) == {"a": (1, True)}


def test_snapshot_and_difference_of_a_row(db):
    group = Group(name="Avant")
    before = diff.snapshot(group, ["name", "permissions"])
    assert before == {"name": "Avant", "permissions": []}
    group.name = "Après"
    assert diff.difference(before, group) == {"name": ("Avant", "Après")}
    group.save()
    assert diff.snapshot(group, ["permissions"]) == {"permissions": []}


words = st.lists(st.sampled_from(["le", "pain", "du", "soir,", "\n", "matin"]), max_size=60).map(" ".join)


@given(words, words)
def test_pieces_make_both_texts(before, after):
    pieces = difference_of_texts(before, after)
    if pieces:
        assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
        assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


def test_pieces_show_the_word_that_changed():
    before = "On garde la tournée : un camion-atelier, huit villages, le même jour chaque semaine."
    pieces = difference_of_texts(before, before.replace("huit", "neuf"))
    assert [(p.kind, p.text) for p in pieces if p.kind != "same"] == [("removed", "huit"), ("added", "neuf")]
    assert difference_of_texts("mot " * (MOST_WORDS + 1), "mot " * 5) == []
