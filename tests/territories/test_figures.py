"""Figures: the right rule for a set of communes, peers that can be compared, sentences that are true."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from django.utils import translation

from kiif.methods import position
from kiif.opendata import base
from kiif.opendata.indicators import load_indicators
from kiif.territories import aggregate, figures, maps, peers, summary, words
from kiif.territories.models import Territory

ROYA = ["06023", "06062", "06132", "06162", "06163"]


@pytest.mark.parametrize("code", ["200071819", "200000172", "200054781"])
def test_the_communes_of_an_epci_give_its_own_figures(base_pack: Path, code: str) -> None:
    """What is summed here from communes equals what the data layer publishes for the same set."""
    members = base.load_members("epci").filter(pl.col("code") == code)["commune"].to_list()
    whole = aggregate.of_communes(members)
    table = load_indicators("epci")
    published = {ident: table.value(code, ident) for ident in table.ids if not np.isnan(table.value(code, ident))}
    compared = {ident: whole.values[ident] for ident in published if ident in whole.values}
    assert set(compared) >= {"population", "area_km2", "density", "communes", "rural_share", "town_10k_km"}
    assert compared == pytest.approx({ident: published[ident] for ident in compared}, rel=2e-3, abs=0.02)
    assert whole.is_contiguous


def test_pieces_that_do_not_touch_are_counted(base_pack: Path) -> None:
    whole = aggregate.of_communes([*ROYA, "24311", "24322"])
    assert sorted(whole.parts) == [1, 1, 5]
    assert aggregate.of_communes(ROYA).parts == (5,)
    assert aggregate.of_communes(["00000"]).codes == ()


def test_all_of_france_is_an_area_too(base_pack: Path) -> None:
    whole = aggregate.of_communes(base.load_communes()["code"].to_list())
    assert (len(whole.codes), whole.population) == (34_875, 68_350_798)


def test_communes_around_an_area(base_pack: Path) -> None:
    around = aggregate.neighbours_of(ROYA)
    assert "06136" in around
    assert not set(around) & set(ROYA)


@pytest.mark.parametrize(
    ("level", "code"), [("commune", "24311"), ("epci", "200071819"), ("department", "24"), ("region", "11")]
)
def test_peers_hold_the_territory_and_are_of_its_size(base_pack: Path, level: str, code: str) -> None:
    found = peers.peers_of(level, code)
    assert found is not None
    row = load_indicators(level).position(code)
    assert row in found.rows
    assert found.count >= 12
    population = base.load_level(level)["population"].to_numpy()[found.rows]
    if found.low is not None:
        assert population.min() >= found.low
    if found.high is not None:
        assert population.max() < found.high
    assert peers.peers_of(level, "none") is None


def test_a_rank_is_that_of_the_sorted_list(base_pack: Path) -> None:
    table = figures.load("commune")
    among = peers.peers_of("commune", "24311")
    assert among is not None
    figure = figures.figure(table, "town_10k_km", "24311", among)
    assert figure is not None
    values = sorted(table.column("town_10k_km")[among.rows], reverse=True)
    assert figure.place.rank == values.index(figure.value) + 1
    assert figure.place.known == among.count == len(values)
    assert figure.place.median == pytest.approx(float(np.median(values)))


def test_the_nearest_territories_are_near_and_not_oneself(base_pack: Path) -> None:
    near = figures.alike(figures.load("epci"), "200071819", limit=3)
    assert len(near) == 3
    assert "200071819" not in [code for code, _gap in near]
    assert [gap for _code, gap in near] == sorted(gap for _code, gap in near)


def test_likeness_is_the_distance_of_the_methods(base_pack: Path) -> None:
    table = load_indicators("epci")
    ids = [ident for ident in figures.LIKENESS if ident in table]
    matrix = np.stack([figures._spread(ident, table.column(ident)) for ident in ids], axis=1)
    expected = position.similarity(matrix, table.position("200071819"))
    for code, gap in figures.alike(figures.load("epci"), "200071819", limit=5):
        assert gap == pytest.approx(expected[table.position(code)])


def test_distance_to_a_branch(base_pack: Path) -> None:
    nontron = (45.53, 0.66)
    table = figures.load("commune", (nontron,))
    row = table.position("24311")
    assert row is not None
    assert table.column("branch_km")[row] < 5
    assert table.column("branch_km").max() > 5_000
    assert "branch_km" not in figures.load("commune")
    epci = figures.load("epci", (nontron,))
    place = epci.position("200071819")
    assert place is not None
    assert 5 < epci.column("branch_km")[place] < 25


def test_a_summary_in_both_languages(real: Path) -> None:
    epci = Territory.objects.with_parents().get(level="epci", code="200071819")
    assert summary.identity(epci) == (
        "Communauté de communes de 28 communes et 15\u202f293 habitant·es, toutes rurales, au nord de la Dordogne."
    )
    with translation.override("en"):
        assert summary.identity(epci) == (
            "Community of communes of 28 communes and 15,293 inhabitants, all rural, in the north of Dordogne."
        )


def test_a_commune_of_nobody_is_said_to_be_so(real: Path) -> None:
    commune = Territory.objects.with_parents().get(level="commune", code="24311")
    commune.population = 0
    assert summary.identity(commune).startswith("Commune sans habitant·es")
    commune.population, commune.rural_source = 1, ""
    assert summary.identity(commune).startswith("Commune de 1 habitant·e,")


def test_the_label_says_how_one_knows(dordogne: dict[str, Territory]) -> None:
    estimated = summary.rural_label(dordogne["nontron"])
    assert estimated is not None
    assert (estimated.title, estimated.official) == ("Rural", False)
    assert "stimation" in estimated.how
    official = summary.rural_label(dordogne["department"])
    assert official is not None
    assert official.official
    assert summary.rural_label(dordogne["augignac"]) is None


@pytest.mark.parametrize(
    ("name", "liaison", "genitive"),
    [
        ("Dordogne", 3, "de la Dordogne"),
        ("Nord", 2, "du Nord"),
        ("Ain", 5, "de l’Ain"),
        ("Landes", 4, "des Landes"),
        ("Paris", 0, "de Paris"),
        ("Eure-et-Loir", 1, "d’Eure-et-Loir"),
        ("La Réunion", 3, "de La Réunion"),
        ("Le Havre", 2, "du Havre"),
        ("Les Abymes", 4, "des Abymes"),
        ("Aubusson", None, "d’Aubusson"),
    ],
)
def test_french_articles(name: str, liaison: int | None, genitive: str) -> None:
    assert words.of_place(name, liaison) == genitive


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("CC du Périgord Nontronnais", "Périgord Nontronnais"),
        ("CA de La Rochelle", "La Rochelle"),
        ("CC d'Erdre et Gesvres", "Erdre et Gesvres"),
        ("CC de l'Ernée", "Ernée"),
        ("Bordeaux Métropole", "Bordeaux Métropole"),
        ("CC FerCher", "FerCher"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert words.short_name(name) == short


@pytest.mark.parametrize(("share", "said"), [(33.0, "un tiers"), (50.4, "la moitié"), (37.0, "")])
def test_simple_fractions(share: float, said: str) -> None:
    assert words.fraction(share) == said
    assert words.one_in(11.1) == 9
    assert words.one_in(0) is None
    assert words.one_in(40) is None


@pytest.mark.parametrize(
    ("level", "code"), [("commune", "24311"), ("epci", "200071819"), ("department", "974"), ("region", "94")]
)
def test_maps_have_labels_inside_that_do_not_collide(base_pack: Path, level: str, code: str) -> None:
    drawn = maps.of_territory(level, code)
    assert drawn is not None
    assert drawn.outline.startswith("M")
    assert drawn.labels
    for label in drawn.labels:
        assert 0 <= label.x <= drawn.width
        assert 0 <= label.y <= drawn.height
    assert 0 < drawn.scale_px <= drawn.width / 4
    assert maps.of_territory(level, "none") is None


def test_an_area_across_oceans_is_drawn_where_most_people_live(base_pack: Path) -> None:
    drawn = maps.of_communes(["97411", "24311"])
    assert drawn is not None
    assert "Saint-Denis" in [label.text for label in drawn.labels]
