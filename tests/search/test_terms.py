"""What is typed never makes an engine fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.search.terms import LONGEST, MOST_TERMS, normalise_query, terms


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  deux   voix ", "deux voix"),
        ('"', ""),
        ("«", ""),
        ('le "pain', "le pain"),
        ("a\x00b", "a b"),
        ("\ud800", ""),
        ("\n\t", ""),
        ("", ""),
        ("l'épicerie", "l'épicerie"),
        ("x" * 5_000_000, "x" * LONGEST),
    ],
)
def test_normalised(typed, kept):
    assert normalise_query(typed) == kept


def test_terms_forget_empty_words_unless_alone():
    assert terms("l’épicerie de la gare") == ["epicerie", "gare"]
    assert terms("de la") == ["de", "la"]
    assert terms("pain pain PAIN") == ["pain"]
    assert len(terms(" ".join(f"mot{n}" for n in range(40)))) == MOST_TERMS


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_any_text_is_harmless(text):
    kept = normalise_query(text)
    assert len(kept) <= LONGEST
    assert kept == kept.strip()
    assert '"' not in kept
    assert "\x00" not in kept
    kept.encode()
    assert normalise_query(kept) == kept
