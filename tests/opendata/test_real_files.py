"""The official files of the shared test data, whole: counts and sums of the reference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kiif.opendata import base, importers, indicators, programmes
from kiif.opendata.importers import ImportReport

pytestmark = [pytest.mark.real_data, pytest.mark.usefixtures("data_dir")]

Official = Callable[[str], Path]


def load(path: Path) -> ImportReport:
    return importers.import_file(path)


def known(ident: str, level: str = "commune") -> int:
    return int((~np.isnan(indicators.load_indicators(level).column(ident))).sum())


def test_density_grid(official: Official) -> None:
    report = load(official("densite.csv"))
    assert (report.source, report.matched, report.unmatched) == ("density-grid-labels", 34_875, ())
    table = base.load_communes()
    assert table["rural"].sum() == 30_596
    assert table.filter("rural")["population"].sum() == 21_934_872
    assert table["rural_source"].unique().to_list() == ["official"]
    levels = np.bincount(indicators.load_indicators("commune").column("density_level").astype(int))
    assert levels.tolist() == [0, 699, 637, 947, 1_996, 5_072, 18_288, 7_236]


def test_typologies(official: Official) -> None:
    for name in ("ruralite.csv", "centralite.csv", "montagne.csv"):
        assert load(official(name)).unmatched == ()
    assert (known("rurality_type"), known("centre_level"), known("massif")) == (34_875, 34_746, 8_594)
    table = indicators.load_indicators("commune")
    assert np.sum(table.column("rurality_type") == 6) == 6_171
    assert np.sum(table.column("massif") == 6) == 3_935


def test_income(official: Official) -> None:
    report = load(official("cc_filosofi_2021_COM.csv"))
    assert (report.rows, report.matched, len(report.converted), report.arrondissements) == (34_909, 34_796, 68, 45)
    assert report.secret > 90_000
    assert known("median_income") == pytest.approx(31_207, abs=10)
    load(official("filosofi_epci.csv"))
    assert known("poverty_rate", "epci") == 1_240
    assert indicators.load_indicators("epci").value("200071819", "poverty_rate") == 20.3


def test_facilities(official: Official) -> None:
    report = load(official("bpe_ens_2019.parquet"))
    notes = report.notes
    assert (notes["facilities"], notes["types"]) == (2_607_293, 187)
    assert (notes["gp"], notes["college"], notes["bakery"], notes["pharmacy"]) == (61_429, 7_268, 48_987, 24_474)
    assert notes["post"] == 8_144 + 2_761 + 6_341
    assert report.rows == 33_784


def test_living_areas(official: Official) -> None:
    report = load(official("cogugaison_table_supracom_2024.csv"))
    assert (report.rows, report.matched, len(report.converted), report.unmatched) == (34_935, 34_867, 68, ())
    areas = base.load_living_areas()
    assert areas.height == 1_707
    assert areas["population"].sum() > 68_000_000
    load(official("cogugaison_libelles_supracom_2024.csv"))
    assert base.load_living_areas().filter(pl.col("code") == "01093")["name"].item() != "01093"


def test_programmes(official: Official) -> None:
    sizes = {}
    for key in ("pvd", "va", "ti", "fs"):
        report = load(official(f"anct/{key}_geom.geojson"))
        sizes[key] = (report.rows, report.matched)
    assert sizes["pvd"] == (1_645, 1_645)
    assert sizes["va"] == (2_498, 2_490)
    assert sizes["ti"][0] == 641
    assert {m.programme.key for m in programmes.memberships_of("24311")} == {"pvd", "fs"}


def test_census_extract_and_associations(official: Official) -> None:
    load(official("communes_prototype.csv"))
    load(official("associations_communes.csv"))
    assert known("over_65_share") == 34_729
    table = indicators.load_indicators("commune")
    odd = table.codes[table.column("unemployment_rate") > 100]
    assert len(odd) >= 1
    assert not any(table.reliable(code, "unemployment_rate") for code in odd)
    assert indicators.load_indicators("epci").value("200071819", "over_65_share") == pytest.approx(35.3, abs=0.05)


def test_the_shipped_sample_of_the_comparator(official: Official) -> None:
    report = importers.import_file(official("samples/base_cc_comparateur_sample.csv"), partial=True)
    assert (report.source, report.matched) == ("base-comparateur", 5)
