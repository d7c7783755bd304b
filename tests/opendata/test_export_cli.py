"""Exports and the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import polars as pl
import pytest

from kiif.opendata import __main__ as program
from kiif.opendata import cli
from kiif.opendata.errors import DataError
from kiif.opendata.export import columns_of, export
from tests.opendata import samples

FIRST = [
    "code",
    "name",
    "department",
    "region",
    "epci",
    "population",
    "area_km2",
    "lat",
    "lon",
    "density",
    "rural",
    "rural_source",
]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["kiif", *map(str, arguments)])
    return program.run()


@pytest.mark.usefixtures("base_pack")
def test_communes_are_exported_with_the_columns_agreed() -> None:
    out = io.BytesIO()
    assert export("commune", None, "csv", out) == 34_875
    table = pl.read_csv(out.getvalue(), infer_schema_length=0)
    assert table.columns[:12] == FIRST
    assert table.columns == columns_of("commune")
    row = table.row(by_predicate=pl.col("code") == "01001", named=True)
    assert (row["name"], row["population"], row["area_km2"], row["rural_source"]) == (
        "L'Abergement-Clémenciat",
        "860",
        "15.703",
        "estimate",
    )
    assert "town_10k_km" in table.columns


@pytest.mark.usefixtures("base_pack")
@pytest.mark.parametrize("level", ["epci", "department", "region", "living-area"])
def test_every_level_is_exported_in_every_format(level: str, tmp_path: Path) -> None:
    for form in ("csv", "parquet", "geojson"):
        export(level, None, form, tmp_path / f"x.{form}")
    table = pl.read_parquet(tmp_path / "x.parquet")
    assert table.columns == columns_of(level)
    collection = json.loads((tmp_path / "x.geojson").read_text())
    assert len(collection["features"]) == table.height
    for feature in collection["features"][:2]:
        assert feature["id"] == feature["properties"]["code"]
        assert feature["geometry"]["type"] in ("Polygon", "MultiPolygon")


@pytest.mark.usefixtures("base_pack")
def test_columns_are_chosen_and_strange_ones_refused() -> None:
    out = io.BytesIO()
    export("region", ["name", "density"], "csv", out)
    assert out.getvalue().decode().splitlines()[0] == "name,density"
    with pytest.raises(DataError, match=r"Unknown columns: beauty\. Choose among: code, name"):
        export("region", ["beauty"], "csv", out)
    with pytest.raises(DataError, match="“xml” is not a format"):
        export("region", None, "xml", out)


def test_categories_are_whole_numbers(data_dir: Path, tmp_path: Path) -> None:
    from kiif.opendata import importers

    path = samples.text(tmp_path / "d.csv", "insee_com,lib_com,niveau_densite", "01001,A,Rural à habitat dispersé")
    importers.import_file(path, partial=True)
    out = io.BytesIO()
    export("commune", ["code", "density_level"], "csv", out)
    assert out.getvalue().decode().splitlines()[1:3] == ["01001,6", "01002,"]


def test_list_and_status_need_nothing(
    empty_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert {"density-grid", "bpe", "programme-pvd"} <= {row["id"] for row in listed}
    assert run(monkeypatch, "list") == 0
    assert "Insee" in capsys.readouterr().out
    assert run(monkeypatch, "status") == 0
    assert "kiif data build" in capsys.readouterr().out


def test_import_status_and_export_from_the_command_line(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = samples.comparator(tmp_path)
    assert run(monkeypatch, "import", path, "--partial", "--dry-run") == 0
    assert "nothing published" in capsys.readouterr().out
    assert run(monkeypatch, "import", path, "--partial", "--json", "--quiet") == 0
    assert json.loads(capsys.readouterr().out)["matched"] == 3
    assert run(monkeypatch, "status", "--json") == 0
    assert {p["name"] for p in json.loads(capsys.readouterr().out)["packs"]} == {"base", "base-comparateur"}
    target = tmp_path / "out.csv"
    arguments = ("export", "--level", "commune", "--columns", "code,vacancy_rate", "-o", target, "--quiet")
    assert run(monkeypatch, *arguments) == 0
    assert target.read_text().splitlines()[1].startswith("01001,3.69")


def test_a_refusal_is_a_sentence_and_a_code(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = samples.comparator(tmp_path), samples.text(tmp_path / "bad.csv", "a,b", "1,2")
    assert run(monkeypatch, "import", bad, good, "--partial", "--quiet") == 1
    captured = capsys.readouterr()
    assert "bad.csv is not recognised" in captured.err
    assert "Traceback" not in captured.err
    assert "3 with a code of today" in captured.out  # the good one is imported all the same


def test_export_before_the_base_says_what_to_run(
    empty_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "export") == 1
    assert "kiif data build" in capsys.readouterr().err


def test_build_if_missing_does_nothing_when_all_is_there(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "build", "--if-missing", "--no-tiles", "--quiet") == 0
    assert "34875" in capsys.readouterr().out


def test_progress_is_one_line_by_step_when_it_is_not_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    meter = cli.Meter(quiet=False)
    for done in range(3):
        meter("Download", done, 3)
    meter("Check the tiles", 0, 1)
    meter.end()
    assert capsys.readouterr().err == "Download…\nCheck the tiles…\n"
