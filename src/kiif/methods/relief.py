"""Contour lines of a smoothed density: the relief that inhabitants make on a map.

A population given at points is laid on a square grid, smoothed by a Gaussian, and read as lines of equal density
(marching squares with linear interpolation; saddles are resolved by the mean of the four corners).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Grid:
    """Values at the centres of square cells: ``values[row, column]`` stands at ``x0 + column·step, y0 + row·step``
    (metres).
    """

    values: npt.NDArray[np.floating]
    x0: float
    y0: float
    step: float

    def window(self, min_x: float, min_y: float, max_x: float, max_y: float) -> Grid:
        """The part of the grid that covers a rectangle, with one more cell on each side where there is one."""
        rows, columns = self.values.shape
        left = int(np.clip(np.floor((min_x - self.x0) / self.step) - 1, 0, columns - 1))
        right = int(np.clip(np.ceil((max_x - self.x0) / self.step) + 2, left + 1, columns))
        low = int(np.clip(np.floor((min_y - self.y0) / self.step) - 1, 0, rows - 1))
        high = int(np.clip(np.ceil((max_y - self.y0) / self.step) + 2, low + 1, rows))
        x0, y0 = self.x0 + left * self.step, self.y0 + low * self.step
        return Grid(self.values[low:high, left:right], x0, y0, self.step)

    def refined(self, factor: int) -> Grid:
        """The same surface on a grid ``factor`` times finer (cubic splines), never below zero."""
        if factor == 1 or min(self.values.shape) < 4:
            return self
        rows, columns = ((n - 1) * factor + 1 for n in self.values.shape)
        fine = ndimage.zoom(
            np.asarray(self.values, dtype=np.float64), (rows / self.values.shape[0], columns / self.values.shape[1])
        )
        return Grid(np.maximum(fine, 0), self.x0, self.y0, self.step / factor)


def smoothed_density(x: Floats, y: Floats, population: Floats, step: float, sigma: float) -> Grid:
    """Inhabitants per km² on a grid of ``step`` metres, smoothed by a Gaussian of ``sigma`` metres.

    ``x``, ``y`` (n,) in metres, ``population`` (n,). Each inhabitant is shared between the four cells around
    (bilinear), so the sum over the grid times the area of a cell is the total population. Margins of 4 sigma are
    added.
    """
    margin = 4 * sigma + step
    x0, y0 = (np.floor((v.min() - margin) / step) * step for v in (x, y))
    columns, rows = (int(np.ceil((v.max() + margin - o) / step)) + 1 for v, o in ((x, x0), (y, y0)))
    u, v = (x - x0) / step, (y - y0) / step
    left, low = np.floor(u).astype(np.intp), np.floor(v).astype(np.intp)
    fu, fv = u - left, v - low
    total = np.zeros(rows * columns)
    for dx, dy, weight in ((0, 0, (1 - fu) * (1 - fv)), (1, 0, fu * (1 - fv)), (0, 1, (1 - fu) * fv), (1, 1, fu * fv)):
        total += np.bincount((low + dy) * columns + left + dx, population * weight, rows * columns)
    smooth = ndimage.gaussian_filter(total.reshape(rows, columns), sigma / step, mode="constant", truncate=4)
    return Grid((smooth / (step / 1000) ** 2).astype(np.float32), float(x0), float(y0), float(step))


def contour_lines(grid: Grid, level: float) -> list[Floats]:
    """Lines where the grid crosses ``level``: arrays (n, 2) of x and y in metres; closed ones repeat their first point.

    Lines stay open where they leave the grid. Values equal to the level count as above it.
    """
    values = np.asarray(grid.values, dtype=np.float64)
    if min(values.shape) < 2 or not values.min() < level <= values.max():
        return []
    points, links = _crossings(values, level)
    lines = _follow(links)
    origin = np.array([grid.x0, grid.y0])
    return [points[line] * grid.step + origin for line in lines if len(line) > 1]


def _crossings(values: Floats, level: float) -> tuple[Floats, Ints]:
    """Points (in cells: column, row) where edges of the grid cross the level, and their pairs (m, 2) inside cells."""
    above = values >= level
    across, along = above[:, 1:] != above[:, :-1], above[1:, :] != above[:-1, :]
    ids_across = np.full(across.shape, -1, dtype=np.intp)
    ids_across[across] = np.arange(across.sum())
    ids_along = np.full(along.shape, -1, dtype=np.intp)
    ids_along[along] = np.arange(along.sum()) + across.sum()
    r, c = np.nonzero(across)
    part = (level - values[r, c]) / (values[r, c + 1] - values[r, c])
    horizontal = np.stack([c + part, r.astype(np.float64)], axis=1)
    r, c = np.nonzero(along)
    part = (level - values[r, c]) / (values[r + 1, c] - values[r, c])
    vertical = np.stack([c.astype(np.float64), r + part], axis=1)
    corners = above.view(np.uint8)
    count = corners[:-1, :-1] + corners[:-1, 1:] + corners[1:, :-1] + corners[1:, 1:]
    row, column = np.nonzero((count > 0) & (count < 4))  # the cells that a line goes through
    # the four edges of each cell, in turn: low, right, high, left
    low, right = ids_across[row, column], ids_along[row, column + 1]
    edges = np.stack([low, right, ids_across[row + 1, column], ids_along[row, column]], axis=1)
    crossed = (edges >= 0).sum(axis=1)
    pairs = np.sort(edges[crossed == 2], axis=1)[:, 2:]
    row, column, saddle = row[crossed == 4], column[crossed == 4], edges[crossed == 4]
    mean = (values[row, column] + values[row, column + 1] + values[row + 1, column] + values[row + 1, column + 1]) / 4
    joined = (mean >= level) == above[row, column]
    # the low-left corner is linked with its opposite: the lines cut the two other corners off
    cut = np.where(joined[:, None], saddle, np.roll(saddle, 1, axis=1))
    return np.concatenate([horizontal, vertical]), np.concatenate([pairs, cut[:, :2], cut[:, 2:]])


def _follow(links: Ints) -> list[list[int]]:
    """Chain pairs of points, each in one or two pairs, into lines (open ones first)."""
    if len(links) == 0:
        return []
    size = int(links.max()) + 1
    order = np.argsort(links.ravel(), kind="stable")
    ends = links.ravel()[order]
    partner = links[:, ::-1].ravel()[order]
    first = np.searchsorted(ends, np.arange(size))
    degree = np.bincount(ends, minlength=size)
    one = partner[np.minimum(first, len(partner) - 1)].tolist()
    two = np.where(degree == 2, partner[np.minimum(first + 1, len(partner) - 1)], -1).tolist()
    seen = np.zeros(size, dtype=bool).tolist()
    lines = []
    for start in [*np.flatnonzero(degree == 1).tolist(), *np.flatnonzero(degree == 2).tolist()]:
        if seen[start]:
            continue
        line, here = [start], start
        seen[start] = True
        while True:
            ahead = one[here] if not seen[one[here]] else two[here]
            if ahead < 0 or seen[ahead]:
                break
            seen[ahead] = True
            line.append(ahead)
            here = ahead
        if degree[start] == 2:
            line.append(start)
        lines.append(line)
    return lines
