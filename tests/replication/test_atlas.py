"""The atlas of demand: nobody recognised, no hidden cell computed back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiif.methods.disclosure import K, Table, intervals, is_unsafe, protect, tabulate
from kiif.replication.atlas import REST, demand
from kiif.replication.models import Pick
from tests.factories import World, make_user
from tests.opendata.conftest import base_dir, base_pack
from tests.replication import study_factories as make

__all__ = ["base_dir", "base_pack"]

tables = st.integers(1, 4).flatmap(
    lambda rows: st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 30), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        )
    )
)


def table(counts: list[list[int]]) -> Table:
    array = np.array(counts, dtype=np.int64)
    names = [tuple(map(str, range(size))) for size in array.shape]
    return Table(names[0], names[1], array)


@settings(max_examples=80, deadline=None)
@given(counts=tables)
def test_no_hidden_cell_can_be_computed_back(counts: list[list[int]]) -> None:
    asked = table(counts)
    shown = protect(asked)
    assert all(high - low >= K - 1e-6 for _cell, low, high in intervals(shown))
    small = (asked.counts > 0) & (asked.counts < K)
    assert (shown.counts[small] == -1).all()
    seen = shown.counts >= 0
    assert (shown.counts[seen] == asked.counts[seen]).all()
    if shown.total >= 0:
        assert (shown.total, *shown.rows, *shown.columns) == (
            asked.counts.sum(), *asked.counts.sum(axis=1), *asked.counts.sum(axis=0)
        )  # fmt: skip


def test_the_interval_is_what_a_search_by_hand_finds() -> None:
    asked = table([[2, 20], [30, 40]])
    shown = protect(asked)
    assert shown.counts.tolist() == [[-1, -1], [-1, -1]]
    guesses = [first for first in range(1, 100) if min(22 - first, 32 - first, 70 - (32 - first)) >= 1]
    (cell, low, high), *_others = intervals(shown)
    assert (cell, round(low), round(high)) == ((0, 0), guesses[0], guesses[-1])


def test_one_line_with_one_small_cell_hides_everything() -> None:
    shown = protect(table([[3]]))
    assert (shown.counts.tolist(), shown.rows.tolist(), shown.total) == ([[-1]], [-1], -1)


def test_zeros_and_large_cells_stay() -> None:
    shown = protect(table([[0, 12], [8, 0]]))
    assert shown.counts.tolist() == [[0, 12], [8, 0]]


def test_somebody_who_makes_most_of_a_cell_hides_it() -> None:
    many = np.array([10, 10])
    assert is_unsafe(many, np.array([5, 5]), np.array([6, 5])).tolist() == [True, False]
    with pytest.raises(ValueError, match="contributor"):
        is_unsafe(many, np.array([0, 5]), np.array([1, 1]))


records = st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.integers(0, 14).map(str)), max_size=60)


@settings(max_examples=80, deadline=None)
@given(found=records)
def test_every_margin_comes_from_enough_people(found: set[tuple[str, str, str]]) -> None:
    made = tabulate(found, rest=REST)
    names = set(made.rows)
    for name, row in zip(made.rows, made.counts, strict=True):
        people = {who for place, _kind, who in found if (place if place in names else REST) == name}
        assert name == REST or len(people) >= K
        assert row.sum() >= K
    assert (made.counts.sum(axis=0) >= K).all()
    if found and not made.rows:
        counts: dict[str, int] = {}
        for _place, _kind, who in found:
            counts[who] = counts.get(who, 0) + 1
        assert len(counts) < K or made.counts.size == 0


def seed(people: int, code: str, kind: str = "mobility") -> None:
    for _number in range(people):
        search = make.make_search(make.make_solution(make_user(), kind=kind))
        Pick.objects.create(search=search, code=code)


def test_few_people_show_nothing_and_enough_show(db: None, base_pack: Path) -> None:
    seed(4, "200071819")
    assert demand().rows == []
    seed(8, "200071819")
    shown = demand()
    assert [(row.code, [cell.count for cell in row.cells]) for row in shown.rows] == [("24", [12])]
    assert shown.total.count == 12


def test_visitors_and_territories_set_aside_do_not_count(db: None, base_pack: Path) -> None:
    seed(12, "200071819")
    Pick.objects.filter(search__solution__in=[p.search.solution_id for p in Pick.objects.all()[:5]]).update(
        excluded=True, reason="trop loin"
    )
    anonymous = make.make_search(make.make_solution(make_user()))
    type(anonymous.solution).objects.filter(pk=anonymous.solution.pk).update(owner=None, visitor_key="x")
    Pick.objects.create(search=anonymous, code="200071819")
    assert demand().total.count == 7


def test_the_atlas_is_for_the_teams(world: World, base_pack: Path) -> None:
    seed(12, "200071819")
    statuses = {role: world.client(role).get("/essaimer/atlas/").status_code for role in ("carrier", "advisor")}
    assert statuses == {"carrier": 403, "advisor": 200}
    page = world.client("advisor").get("/essaimer/atlas/").content.decode()
    assert "Dordogne" in page


def test_without_the_data_of_territories_the_page_says_so(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIIF_DATA_DIR", str(tmp_path))
    seed(1, "200071819")
    response = world.client("advisor").get("/essaimer/atlas/")
    assert response.status_code == 200
    assert "kiif data build" in response.content.decode()
