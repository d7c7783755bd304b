"""The base pack in the database: whole, quick, idempotent, and faithful through a change of vintage."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kiif.accounts.actor import system
from kiif.opendata import base
from kiif.opendata.errors import MissingPack
from kiif.territories.actions import load
from kiif.territories.actions.load import load_base_pack
from kiif.territories.models import FormerCode, ReferentialLoad, Territory

BY = system("tests")


@pytest.mark.django_db
def test_the_whole_of_france_then_nothing_to_do(base_pack: Path) -> None:
    started = time.process_time()
    load_base_pack(by=BY)
    assert time.process_time() - started < 10
    first = ReferentialLoad.objects.get()
    counts = {level: Territory.objects.at(level).count() for level in ("commune", "epci", "department", "region")}
    assert counts == {"commune": 34_875, "epci": 1_255, "department": 101, "region": 18}
    assert FormerCode.objects.count() == base.load_former_codes().height
    nontron = Territory.objects.with_parents().get(level="commune", code="24311")
    assert (nontron.department.name, nontron.region.name, nontron.epci.code) == (
        "Dordogne", "Nouvelle-Aquitaine", "200071819",
    )  # fmt: skip
    assert Territory.objects.at("commune").filter(epci__isnull=True).count() == 4
    assert load_base_pack(by=BY) == first
    again = load_base_pack(by=BY, force=True)
    assert (again.created, again.changed, again.closed, again.reopened) == (0, 0, 0, 0)


@pytest.fixture
def small_france(db: None, base_pack: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, pl.DataFrame]:
    """The pack reduced to one department; the tests change `frames` to make another vintage."""
    communes = base.load_communes().filter(pl.col("department") == "90")
    frames = {
        "commune": communes,
        "epci": base.load_epci().filter(pl.col("code").is_in(communes["epci"].to_list())),
        "department": base.load_departments().filter(pl.col("code") == "90"),
        "region": base.load_regions().filter(pl.col("code") == "27"),
        "living-area": base.load_living_areas(),
    }
    monkeypatch.setattr(load.base, "load_level", lambda level: frames[level])
    return frames


def test_a_commune_that_merges_is_closed_and_followed(
    small_france: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_base_pack(by=BY)
    gone, host = Territory.objects.at("commune").order_by("code")[:2]
    former = pl.DataFrame(
        {"former": [gone.code], "code": [host.code], "name": [None], "kind": ["merged"], "search": [None]},
        schema_overrides={"name": pl.String, "search": pl.String},
    )
    monkeypatch.setattr(load.base, "load_former_codes", lambda: former)
    whole = small_france["commune"]
    small_france["commune"] = whole.filter(pl.col("code") != gone.code)
    second = load_base_pack(by=BY, force=True)
    gone.refresh_from_db()
    assert (second.closed, gone.is_open) == (1, False)
    assert list(FormerCode.objects.filter(code=gone.code).values_list("name", "territory__code")) == [
        (gone.name, host.code)
    ]
    small_france["commune"] = whole
    third = load_base_pack(by=BY, force=True)
    assert (third.reopened, third.created, Territory.objects.get(pk=gone.pk).is_open) == (1, 0, True)


def test_a_name_that_changes_keeps_its_row(small_france: dict[str, pl.DataFrame]) -> None:
    load_base_pack(by=BY)
    belfort = Territory.objects.get(level="commune", code="90010")
    renamed = pl.when(pl.col("code") == "90010").then(pl.lit("Belfort-la-Neuve")).otherwise(pl.col("name"))
    small_france["commune"] = small_france["commune"].with_columns(renamed.alias("name"))
    second = load_base_pack(by=BY, force=True)
    assert (second.changed, second.created, second.closed) == (1, 0, 0)
    assert Territory.objects.get(pk=belfort.pk).name == "Belfort-la-Neuve"


def test_a_failure_leaves_everything_as_it_was(
    small_france: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_base_pack(by=BY)
    before = list(Territory.objects.order_by("pk").values_list("code", "name", "is_open"))
    small_france["commune"] = small_france["commune"].head(3)

    def broken() -> Any:
        raise OSError("disk")

    monkeypatch.setattr(load.base, "load_former_codes", broken)
    with pytest.raises(OSError, match="disk"):
        load_base_pack(by=BY, force=True)
    assert list(Territory.objects.order_by("pk").values_list("code", "name", "is_open")) == before
    assert ReferentialLoad.objects.count() == 1


@pytest.mark.django_db
def test_without_the_pack_it_says_so(empty_dir: Path) -> None:
    with pytest.raises(MissingPack, match="base"):
        load_base_pack(by=BY)
