"""Codes and numbers as files write them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.opendata import reconcile
from kiif.opendata.errors import RefusedFile


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("01001", "01001"), ("1001", "01001"), ('="01004"', "01004"), ("2a004", "2A004"), ("1004.0", "01004"),
        (" 97101 ", "97101"), ('"75056"', "75056"), (None, ""), ("", ""),
    ],
)  # fmt: skip
def test_codes_are_cleaned(written: str | None, code: str) -> None:
    assert reconcile.clean_code(written) == code


@given(st.from_regex(r"(\d{2}|2[AB])\d{3}", fullmatch=True))
def test_a_clean_code_stays_itself(code: str) -> None:
    code = code.encode("ascii", "ignore").decode().zfill(5)
    assert reconcile.clean_code(code) == code
    assert reconcile.clean_code(f'="{code}"') == code


@pytest.mark.usefixtures("base_pack")
def test_codes_of_other_years_reach_the_communes_of_today() -> None:
    report = reconcile.CodeReport()
    codes = ["01001", "2A004", "20004", "97101", "97411", "75101", "69381", "13216", "14011", "97501", "99999"]
    found = reconcile.to_communes(codes, report)
    assert found[:5] == ["01001", "2A004", "2A004", "97101", "97411"]
    assert found[5:9] == ["75056", "69123", "13055", "14581"]
    assert found[9:] == [None, None]
    assert (report.matched, report.arrondissements, report.outside) == (4, 3, 1)
    assert report.converted == {"20004": "2A004", "14011": "14581"}
    assert report.unmatched == ["99999"]


def frame(*cells: str | None) -> pl.DataFrame:
    return pl.DataFrame({"x": list(cells)}, schema={"x": pl.String})


def test_point_comma_and_secrecy_live_side_by_side() -> None:
    table, secret = reconcile.numbers(frame("1.5", "2,5", "s", "nd", "NS", None, "", " 1 234,5 "), ["x"], "f.csv")
    assert table["x"].to_list() == [1.5, 2.5, None, None, None, None, None, 1234.5]
    assert secret == 3


@pytest.mark.parametrize("cell", ["1.234,5", "abc", "12%", "1,2,3"])
def test_a_cell_that_is_no_number_refuses_the_file(cell: str) -> None:
    with pytest.raises(RefusedFile, match=r"f\.csv: the column x holds"):
        reconcile.numbers(frame("1", cell), ["x"], "f.csv")


@given(st.lists(st.one_of(st.floats(-1e9, 1e9), st.sampled_from(["s", "nd", "ns"])), min_size=1))
def test_no_secret_cell_ever_becomes_a_number(cells: list[float | str]) -> None:
    texts = [c if isinstance(c, str) else repr(c).replace(".", ",") for c in cells]
    table, secret = reconcile.numbers(frame(*texts), ["x"], "f.csv")
    assert secret == sum(isinstance(c, str) for c in cells)
    assert table["x"].to_list() == [None if isinstance(c, str) else c for c in cells]


def test_infinity_is_unknown() -> None:
    assert reconcile.numbers(frame("inf", "1"), ["x"], "f.csv")[0]["x"].to_list() == [None, 1.0]


def test_duplicates_are_named() -> None:
    with pytest.raises(RefusedFile, match="01001"):
        reconcile.refuse_duplicates(pl.Series("code", ["01001", "01002", "01001"]), "f.csv")
