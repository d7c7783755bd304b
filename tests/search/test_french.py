"""Forms of one French word meet; others do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.search.french import fold, stem, words

SAME = """
épicerie épiceries epicerie EPICERIES
cheval chevaux
social sociaux sociale sociales
lieu lieux
travail travaux
nouveau nouveaux nouvelle nouvelles nouvel
porteur porteurs porteuse porteuses porteur·se porteur·se·s porteur.se
accompagnateur accompagnatrice accompagnatrices accompagnateur·rice accompagnateur•rice·s
conseiller conseillère conseillères
associatif associative associatifs associatives
public publique publics publiques
citoyen citoyenne citoyennes citoyen·ne·s citoyen.ne.s
heureux heureuse heureuses
français française françaises
entreprise entreprises
réseau réseaux
professionnel professionnelle professionnelles
coopératif coopérative coopératives
journal journaux
œuvre œuvres oeuvre
blanc blanche blanches
élu élue élus élues élu·e·s
gros grosse grosses
vieux vieille vieil
rural ruraux rurale
gratuit gratuite gratuits
Ça ça
"""


@pytest.mark.parametrize("line", SAME.split("\n")[1:-1])
def test_forms_of_a_word_meet(line):
    assert len({" ".join(map(stem, words(form))) for form in line.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("épicerie", "épicier"),
        ("social", "sociologue"),
        ("lieu", "lien"),
        ("2024", "202"),
        ("Nord", "Nort"),
        ("ville", "vie"),
    ],
)
def test_other_words_do_not_meet(one, other):
    assert stem(fold(one)) != stem(fold(other))


def test_apostrophes_and_hyphens_part_words():
    assert words("L’Épicerie d'Aix-en-Provence, n° 2") == ["l", "epicerie", "d", "aix", "en", "provence", "n", "2"]


@given(st.text())
def test_any_text_folds_and_stems(text):
    for word in words(text):
        assert word.isascii()
        assert word.isalnum()
        assert len(stem(word)) >= min(3, len(word))
        assert fold(word) == word


@given(st.text(alphabet="abcdeilnorstuxéè", min_size=4, max_size=12))
def test_a_plural_s_never_matters(word):
    (folded,) = words(word)
    if folded[-1] not in "sx":
        assert stem(folded + "s") == stem(folded)
