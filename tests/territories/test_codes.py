"""A list of communes as people give it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiif.territories import codes
from kiif.territories.models import FormerCode, Territory
from kiif.ui.errors import Refused


def test_codes_names_and_epci_mixed(real: Path) -> None:
    preview = codes.read_text("24311; Augignac\n200071819\t06163\nnulle part, 24311")
    assert preview.unknown == ["nulle part"]
    assert preview.repeated == 1
    assert {"24311", "24016", "06163"} <= set(preview.codes)
    assert len(preview.codes) == 29  # the 28 communes of the EPCI, and Tende


def test_a_former_commune_is_followed_and_said(real: Path) -> None:
    cantillac = codes.read_text("Cantillac")
    assert [today.title for _typed, _name, today in cantillac.former] == ["Brantôme en Périgord"]
    assert cantillac.codes == ["24064"]


def test_a_former_code_is_followed_and_said(dordogne: dict[str, Territory]) -> None:
    FormerCode.objects.create(
        code="24999", name="Vieux-Bourg", search="vieux bourg", kind="merged", territory=dordogne["nontron"]
    )
    preview = codes.read_text("24999 24016")
    assert [(typed, name, today.code) for typed, name, today in preview.former] == [("24999", "Vieux-Bourg", "24311")]
    assert preview.codes == ["24016", "24311"]


def test_a_leading_zero_eaten_by_a_spreadsheet_comes_back(real: Path) -> None:
    assert codes.read_text("6163 6062").codes == ["06062", "06163"]


def test_a_name_that_several_communes_bear_is_asked_again(dordogne: dict[str, Territory]) -> None:
    from tests.territories import factories as make

    make.make_territory("commune", "24999", "Nontron", department=dordogne["department"])
    make.make_territory("commune", "24998", "Unique", department=dordogne["department"])
    from kiif.territories import lookup

    lookup.forget()
    preview = codes.read_text("Nontron\nUnique")
    assert [(name, sorted(t.code for t in rows)) for name, rows in preview.ambiguous] == [
        ("Nontron", ["24311", "24999"])
    ]
    assert preview.codes == ["24998"]


@pytest.mark.parametrize(
    "content",
    [
        b"nom;insee\nNontron;24311\nAugignac;24016\n",
        "\ufeffinsee,nom\n24311,Nontron\n24016,Augignac\n".encode(),
        b'code\n="24311"\n="24016"\n',
        "code\tnom\n24311\tNontr\xf4n\n24016\tx\n".encode("cp1252"),
        b"24311\r\n24016\r\n",
    ],
)
def test_csv_of_every_habit(dordogne: dict[str, Territory], content: bytes) -> None:
    assert codes.read_csv(content).codes == ["24016", "24311"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "vide"),
        (b"nom\nNontron\n", "Aucune colonne"),
        (b"\x00\x01\x02PK\x03\x04", "pas un fichier texte"),
        (b"24311\n" * 200_000, "200000 lignes"),
        (b"x" * (3 * 1024 * 1024), "2 Mo"),
    ],
)
def test_a_bad_file_is_refused_in_words(dordogne: dict[str, Territory], content: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        codes.read_csv(content)
    assert sentence in str(refusal.value).replace("\u202f", "").replace("\u00a0", " ")


def test_a_long_list_costs_the_same_few_queries(real: Path, django_assert_max_num_queries: object) -> None:
    every = list(Territory.objects.at("commune").values_list("code", flat=True))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert len(codes.read_items(every).codes) == len(every)
