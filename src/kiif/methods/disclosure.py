"""Disclosure control of a small table of counts, so that nobody is recognised in it.

A table of frequencies, rows × columns, is published with its margins and its total. A cell is *unsafe* when it comes
from fewer than `k` distinct contributors (minimum frequency rule), or when one contributor makes more than `share` of
it (dominance rule, (1, share)). Zero cells are structural: "nobody" is published. Unsafe cells are hidden (primary
suppression); others are hidden with them (secondary suppression) until no hidden cell can be computed exactly, nor
known to be small, from what is published.

Source: Hundepool, Domingo-Ferrer, Franconi, Giessing, Schulte Nordholt, Spicer, de Wolf, *Statistical Disclosure
Control*, Wiley 2012, chapters 4 (magnitude tables) and 5 (frequency tables).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Counts = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Distinct contributors under which a cell is hidden.
K: Final = 5
#: Share of a cell that one contributor may make.
DOMINANCE: Final = 0.5


@dataclass(frozen=True, eq=False)
class Protected:
    """What may be published. `counts` (r, c), `rows` (r,), `columns` (c,) hold -1 where hidden; `total` too.

    `unsafe` (r, c): hidden for itself; the other hidden cells protect them.
    """

    counts: Counts
    rows: Counts
    columns: Counts
    total: int
    unsafe: Bools

    @property
    def hidden(self) -> Bools:
        return np.asarray(self.counts < 0)


def is_unsafe(counts: Counts, contributors: Counts, largest: Counts, *, k: int = K, share: float = DOMINANCE) -> Bools:
    """Cells that may not be shown for themselves, (…) bool.

    `counts` what is counted, `contributors` how many distinct people it comes from, `largest` the most that one of them
    brings. Raises ValueError when they cannot belong together.
    """
    if not (counts.shape == contributors.shape == largest.shape):
        raise ValueError("counts, contributors and largest have the same shape")
    if np.any(counts < 0) or np.any(largest > counts) or np.any((counts > 0) & (contributors < 1)):
        raise ValueError("a count comes from at least one contributor, and is not less than the largest of them")
    return np.asarray((counts > 0) & ((contributors < k) | (largest > share * counts)))


@dataclass(frozen=True, eq=False)
class Table:
    """Demands by row and column. One contributor counts once in a cell: `counts` (r, c) are distinct contributors."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Counts


def tabulate(records: Iterable[tuple[str, str, str]], *, rest: str, k: int = K, share: float = DOMINANCE) -> Table:
    """A table from (row, column, contributor), whose every margin is safe by itself.

    Lines whose margin is unsafe are merged into the line `rest` (global recoding); if `rest` is still unsafe, the
    smallest other line joins it. Rows and columns in turn, until nothing changes. Empty when all together are unsafe.
    """
    known = set(records)
    while known:
        merged = known
        for axis in (0, 1):
            merged = _merge(merged, axis, rest, k, share)
        if merged == known:
            break
        known = merged
    rows, columns = (tuple(sorted({record[axis] for record in known}, key=lambda x: (x == rest, x))) for axis in (0, 1))
    counts = np.zeros((len(rows), len(columns)), dtype=np.int64)
    for row, column, _who in known:
        counts[rows.index(row), columns.index(column)] += 1
    return Table(rows, columns, counts)


def _merge(records: set[tuple[str, str, str]], axis: int, rest: str, k: int, share: float) -> set[tuple[str, str, str]]:
    """One pass of recoding along an axis; the empty set when even everything together is unsafe."""
    lines: dict[str, Counter[str]] = {}
    for record in records:
        lines.setdefault(record[axis], Counter())[record[2]] += 1
    weak = {name for name, people in lines.items() if _line_unsafe(people, k, share)}
    if not weak:
        return records
    gathered = {name for name in weak if name != rest} | ({rest} & set(lines))
    if gathered == {rest}:
        others = sorted(set(lines) - {rest}, key=lambda name: (sum(lines[name].values()), name))
        if not others:
            return set()
        gathered.add(others[0])
    return {_renamed(record, axis, rest) if record[axis] in gathered else record for record in records}


def _line_unsafe(people: Counter[str], k: int, share: float) -> bool:
    return len(people) < k or max(people.values()) > share * sum(people.values())


def _renamed(record: tuple[str, str, str], axis: int, name: str) -> tuple[str, str, str]:
    row, column, who = record
    return (name, column, who) if axis == 0 else (row, name, who)


def protect(table: Table, *, k: int = K) -> Protected:
    """Hides the cells under `k` contributors, then enough others: whoever knows the method and everything published
    cannot place a hidden cell in an interval narrower than `k`.

    Companions are the smallest cells of the same row or column first. When no companion is left, everything that is
    not zero is hidden, margins and total included.
    """
    counts = table.counts
    unsafe = is_unsafe(counts, counts, np.minimum(counts, 1), k=k, share=1.0)
    hidden, safe = unsafe.copy(), set[tuple[int, int]]()
    while (weak := _weak_cell(counts, hidden, k, safe)) is not None:
        more = _companion(counts, hidden, weak)
        if more is None:
            return _nothing(counts, unsafe)
        hidden[more] = True
    return _published(counts, hidden, unsafe)


def _published(counts: Counts, hidden: Bools, unsafe: Bools) -> Protected:
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    return Protected(np.where(hidden, -1, counts), rows, columns, int(counts.sum()), unsafe)


def intervals(shown: Protected) -> list[tuple[tuple[int, int], float, float]]:
    """What somebody who knows the method can deduce: bounds of each hidden cell, ((row, column), low, high).

    The attacker knows all that is published, and that a hidden cell is at least one (zeros are published).
    """
    return list(_bounds(shown, set()))


def _bounds(shown: Protected, skip: Collection[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], float, float]]:
    cells = [(int(i), int(j)) for i, j in zip(*np.nonzero(shown.hidden), strict=True)]
    if not cells:
        return
    if shown.total < 0:
        yield from ((cell, 1.0, float("inf")) for cell in cells)
        return
    equations, totals = _equations(shown, cells)
    for number, cell in enumerate(cells):
        if cell in skip:
            continue
        goal = np.zeros(len(cells))
        goal[number] = 1.0
        low = linprog(goal, A_eq=equations, b_eq=totals, bounds=(1, None), method="highs")
        high = linprog(-goal, A_eq=equations, b_eq=totals, bounds=(1, None), method="highs")
        yield cell, float(low.fun), float(-high.fun)


def _equations(shown: Protected, cells: list[tuple[int, int]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One equation per row and column that has a hidden cell: what its margin leaves for them."""
    known = np.where(shown.hidden, 0, shown.counts)
    equations, totals = [], []
    for axis, margin in ((0, shown.rows), (1, shown.columns)):
        for line in sorted({cell[axis] for cell in cells}):
            equations.append([1.0 if cell[axis] == line else 0.0 for cell in cells])
            totals.append(float(margin[line] - known.sum(axis=1 - axis)[line]))
    return np.array(equations), np.array(totals)


def _weak_cell(counts: Counts, hidden: Bools, k: int, safe: set[tuple[int, int]]) -> tuple[int, int] | None:
    """A hidden cell whose interval is narrower than `k`, or None. Hiding more only widens: `safe` is asked once."""
    for cell, low, high in _bounds(_published(counts, hidden, hidden), safe):
        if high - low < k - 1e-6:
            return cell
        safe.add(cell)
    return None


def _companion(counts: Counts, hidden: Bools, weak: tuple[int, int]) -> tuple[int, int] | None:
    """The next cell to hide with it: in its row or column first, the smallest one; None when nothing is left."""
    free = (counts > 0) & ~hidden
    near = np.zeros_like(free)
    near[weak[0], :] = near[:, weak[1]] = True
    for allowed in (free & near, free):
        if allowed.any():
            smallest = np.where(allowed, counts, np.iinfo(np.int64).max)
            row, column = np.unravel_index(int(np.argmin(smallest)), counts.shape)
            return int(row), int(column)
    return None


def _nothing(counts: Counts, unsafe: Bools) -> Protected:
    """Everything that is not zero is hidden, margins and total included."""
    hide = np.where(counts > 0, -1, 0).astype(np.int64)
    rows = np.where(counts.sum(axis=1) > 0, -1, 0).astype(np.int64)
    columns = np.where(counts.sum(axis=0) > 0, -1, 0).astype(np.int64)
    return Protected(hide, rows, columns, -1, unsafe)
