"""Any table of alternatives and criteria, ranked by any method: so that a method can be checked outside the product."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kiif.methods.ranking import aggregation, outranking, robustness
from kiif.methods.ranking import weights as weighting
from kiif.methods.ranking.errors import RankingError

Floats = NDArray[np.float64]

MAX_ROWS: Final = 100_000
#: ELECTRE compares every pair on every criterion.
MAX_ELECTRE: Final = 300
METHODS: Final = ("sum", "geometric", "topsis", "vikor", "promethee", "electre")
_SHAPE_PARAMETERS: Final = {
    "usual": (),
    "u": ("q",),
    "v": ("p",),
    "level": ("q", "p"),
    "linear": ("q", "p"),
    "gaussian": ("s",),
}


@dataclass(frozen=True)
class Matrix:
    """`names (n,)`, `criteria (k,)`, `figures (n, k)` with NaN for an empty cell."""

    names: list[str]
    criteria: list[str]
    figures: Floats


def read_matrix(path: Path) -> Matrix:
    """Reads a CSV file: header, then a name and figures on each line; comma, semicolon or tab; decimal point or comma.

    Raises RankingError with the line and the column of the first mistake, OSError when the file cannot be read.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RankingError("The file is not in UTF-8.") from error
    lines = [line for line in csv.reader(text.splitlines(), delimiter=_delimiter(text)) if any(c.strip() for c in line)]
    if len(lines) < 2 or len(lines[0]) < 2:
        raise RankingError("A table needs a header, a column of names and at least one criterion.")
    if len(lines) > MAX_ROWS:
        raise RankingError("At most %(n)s lines.", n=MAX_ROWS)
    criteria = [name.strip() for name in lines[0][1:]]
    if len(set(criteria)) < len(criteria) or not all(criteria):
        raise RankingError("Each criterion needs a name of its own.")
    names, rows = [], []
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(criteria) + 1:
            raise RankingError(
                "Line %(line)s has %(found)s cells instead of %(n)s.", line=number, found=len(line), n=len(criteria) + 1
            )
        names.append(line[0].strip())
        rows.append([_figure(cell, number, column) for cell, column in zip(line[1:], criteria, strict=True)])
    if len(set(names)) < len(names):
        repeated = next(name for name in names if names.count(name) > 1)
        raise RankingError("%(name)s is there twice.", name=repeated)
    return Matrix(names, criteria, np.array(rows, dtype=np.float64))


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _figure(cell: str, line: int, column: str) -> float:
    text = cell.strip().replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    if not text:
        return float("nan")
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = float("inf")
    if not np.isfinite(value):
        raise RankingError(
            "Line %(line)s, %(column)s: “%(cell)s” is not a number.", line=line, column=column, cell=cell
        )
    return value


def parse_weights(text: str | None, k: int) -> Floats:
    """Weights of sum 1 from "3,2,1"; equal ones from nothing."""
    if text is None:
        return np.full(k, 1.0 / k)
    parts = text.split(",")
    if len(parts) != k:
        raise RankingError("There must be one weight per criterion.")
    return weighting.normalise([_figure(part, 1, "weights") for part in parts])


def parse_directions(text: str | None, k: int) -> NDArray[np.bool_]:
    """True where more is better, from "max,min,max" (or + and -); all True from nothing."""
    if text is None:
        return np.ones(k, dtype=bool)
    words = {"max": True, "+": True, "min": False, "-": False}
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != k or not set(parts) <= words.keys():
        raise RankingError("Directions are max or min, one per criterion.")
    return np.array([words[part] for part in parts])


def parse_preferences(text: str | None, k: int) -> list[outranking.Preference]:
    """PROMETHEE preferences from "usual,linear:1:3"; all usual from nothing."""
    if text is None:
        return [outranking.Preference()] * k
    parts = text.split(",")
    if len(parts) != k:
        raise RankingError("There must be one preference per criterion.")
    out = []
    for part in parts:
        shape, *numbers = part.strip().split(":")
        names = _SHAPE_PARAMETERS.get(shape)
        if names is None or len(numbers) != len(names):
            raise RankingError("The preference %(text)s is not understood.", text=part)
        parameters = {name: _figure(number, 1, shape) for name, number in zip(names, numbers, strict=True)}
        out.append(outranking.Preference(shape, **parameters))  # type: ignore[arg-type] # one of the shapes, looked up above
    return out


@dataclass(frozen=True)
class Question:
    """A method and what it needs to know of `k` criteria."""

    method: str
    weights: Floats
    more: NDArray[np.bool_]
    preferences: list[outranking.Preference]
    normalisation: aggregation.Normalisation = "vector"

    @classmethod
    def read(
        cls,
        k: int,
        *,
        method: str = "sum",
        weights: str | None = None,
        directions: str | None = None,
        preferences: str | None = None,
        normalisation: aggregation.Normalisation = "vector",
    ) -> Question:
        """From the words of the command line. Raises RankingError with a sentence."""
        return cls(
            method,
            parse_weights(weights, k),
            parse_directions(directions, k),
            parse_preferences(preferences, k),
            normalisation,
        )


def rank_matrix(
    matrix: Matrix, question: Question, *, draws: int = 0, seed: int = 0, top: int | None = None
) -> dict[str, Any]:
    """Ranks the table; with `draws`, adds the acceptability of the top under any weighting (weighted sum only)."""
    score, details = _score(matrix.figures, question)
    order = np.lexsort((np.arange(len(score)), -np.where(np.isnan(score), -np.inf, score)))
    certain = (
        _certain(matrix.figures, question.more, draws, seed, top or 1) if draws and question.method == "sum" else None
    )
    rows = []
    for rank, row in enumerate(order[: top or len(order)].tolist(), 1):
        entry: dict[str, Any] = {"rank": rank, "name": matrix.names[row]}
        entry["score"] = None if np.isnan(score[row]) else float(score[row])
        entry |= {name: float(values[row]) for name, values in details.items()}
        if certain is not None:
            entry["acceptability"] = float(certain[row])
        rows.append(entry)
    weights = dict(zip(matrix.criteria, question.weights.tolist(), strict=True))
    return {"method": question.method, "weights": weights, "ranking": rows}


def _score(x: Floats, question: Question) -> tuple[Floats, dict[str, Floats]]:
    w, more = question.weights, question.more
    if question.method == "topsis":
        return aggregation.topsis(x, w, more, question.normalisation), {}
    if question.method == "vikor":
        s, r, q = aggregation.vikor(x, w, more)
        return -q, {"S": s, "R": r, "Q": q}
    if question.method == "promethee":
        flows = outranking.promethee(x, w, more, question.preferences)
        return flows.net, {"positive": flows.positive, "negative": flows.negative}
    if question.method == "electre":
        return _electre(x, w, more)
    mean = aggregation.geometric if question.method == "geometric" else aggregation.weighted_sum
    found = mean(_minmax(x, more), w)
    return found.score, {"coverage": found.coverage}


def _electre(x: Floats, w: Floats, more: NDArray[np.bool_]) -> tuple[Floats, dict[str, Floats]]:
    """ELECTRE II on columns divided by their sum, with its usual levels: minus the rank, which alternatives share."""
    if len(x) > MAX_ELECTRE:
        raise RankingError("ELECTRE II is for short lists, of %(n)s alternatives at most.", n=MAX_ELECTRE)
    totals = x.sum(axis=0)
    if np.any(totals <= 0):
        raise RankingError("ELECTRE II divides each column by its sum, which must be above zero.")
    ranks = outranking.electre_ii_ranks(
        outranking.electre_concordance(x, w, more),
        outranking.electre_discordance(x / totals, more),
        outranking.electre_advantage(x, w, more),
    )
    return -ranks.astype(np.float64), {}


def _minmax(x: Floats, more: NDArray[np.bool_]) -> Floats:
    low, high = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    if np.any(low == high):
        raise RankingError("A criterion has the same value everywhere: it cannot order anything.")
    share = (x - low) / (high - low)
    return np.asarray(np.where(more, share, 1.0 - share), dtype=np.float64)


def _certain(x: Floats, more: NDArray[np.bool_], draws: int, seed: int, top: int) -> Floats:
    drawn = weighting.draw_uniform(draws, x.shape[1], np.random.default_rng(seed))
    return robustness.top_sets(_minmax(x, more), drawn, min(top, len(x))).acceptability()
