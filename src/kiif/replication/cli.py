"""``kiif rank``: rank territories from a profile, or any table of alternatives and criteria from a CSV file."""

from __future__ import annotations

import argparse
import gettext
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from kiif.methods.ranking import evaluation
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.model import Model, from_json
from kiif.opendata import base
from kiif.opendata.errors import DataError
from kiif.replication import engine
from kiif.replication.matrix import METHODS, Question, rank_matrix, read_matrix

_ = gettext.gettext


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of ``rank`` to a parser."""
    parser.add_argument("--profile", type=Path, help=_("ranking model in JSON (format: docs/ranking.md)"))
    parser.add_argument("--level", choices=engine.RANKED_LEVELS, help=_("level of territory, instead of the profile's"))
    parser.add_argument("--top", type=int, help=_("how many alternatives to show, and size of the top"))
    parser.add_argument("--draws", type=int, help=_("number of weightings drawn, instead of the profile's; 0: none"))
    parser.add_argument("--seed", type=int, help=_("seed of the draws, instead of the profile's"))
    parser.add_argument("--json", action="store_true", help=_("write the result as JSON"))
    table = parser.add_argument_group(_("any table of figures"))
    table.add_argument("--matrix", type=Path, help=_("CSV file: first column the names, then one column per criterion"))
    table.add_argument("--method", choices=METHODS, default="sum", help=_("method, without a profile"))
    table.add_argument("--weights", help=_("weights separated by commas (equal when not given)"))
    table.add_argument(
        "--directions", help=_("max or min for each criterion, separated by commas (all max when not given)")
    )
    table.add_argument("--normalisation", choices=("vector", "minmax"), default="vector", help=_("of TOPSIS"))
    table.add_argument(
        "--preferences",
        help=_("of PROMETHEE, separated by commas: usual, u:q, v:p, level:q:p, linear:q:p, gaussian:s"),
    )


def main(options: argparse.Namespace) -> int:
    """Runs ``rank``; returns the exit code. A refusal is one sentence on standard error."""
    try:
        result = _rank_file(options) if options.matrix else _rank_territories(options)
    except (RankingError, DataError) as error:
        print("kiif: " + (_(error.message) % error.params if error.params else _(error.message)), file=sys.stderr)
        return 1
    except OSError as error:
        print(f"kiif: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    if options.json:
        json.dump(result, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
        print()
    else:
        _print(result)
    return 0


def _rank_territories(options: argparse.Namespace) -> dict[str, Any]:
    if options.profile is None:
        raise RankingError("Give a profile (--profile) or a table (--matrix).")
    answer = engine.answer(_model(options))
    names = base.load_level(answer.level)["name"].to_list()
    return {"level": answer.level, "data": answer.data} | _answer(
        answer.evaluation, answer.codes.tolist(), names, options
    )


def _rank_file(options: argparse.Namespace) -> dict[str, Any]:
    matrix = read_matrix(options.matrix)
    if options.profile:
        found = evaluation.evaluate(_model(options), dict(zip(matrix.criteria, matrix.figures.T, strict=True)))
        return _answer(found, matrix.names, matrix.names, options)
    question = Question.read(
        len(matrix.criteria),
        method=options.method,
        weights=options.weights,
        directions=options.directions,
        normalisation=options.normalisation,
        preferences=options.preferences,
    )
    return rank_matrix(matrix, question, draws=options.draws or 0, seed=options.seed or 0, top=options.top)


def _model(options: argparse.Namespace) -> Model:
    """The profile, with what the command line changes."""
    try:
        content = json.loads(options.profile.read_text("utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RankingError("The profile is not readable JSON: %(why)s.", why=error) from error
    if not isinstance(content, dict):
        raise RankingError("A profile is a JSON object.")
    if options.level:
        content["level"] = options.level
    if options.top:
        content["top"] = options.top
    doubt = dict(content.get("uncertainty") or {})
    if options.draws is not None:
        doubt |= {"draws": options.draws} if options.draws > 0 else {"kind": "none"}
    if options.seed is not None:
        doubt["seed"] = options.seed
    return from_json(content | {"uncertainty": doubt})


def _answer(
    found: evaluation.Evaluation, codes: list[str], names: list[str], options: argparse.Namespace
) -> dict[str, Any]:
    """The best rows with their reasons, ready for JSON."""
    model = found.model
    certain = evaluation.how_sure(found) if model.method in {"sum", "geometric", "power"} else None
    shown = found.order[: options.top or model.top]
    rows = []
    for rank, row in enumerate(shown.tolist(), 1):
        entry: dict[str, Any] = {"rank": rank, "code": codes[row], "name": names[row], "score": _real(found.score[row])}
        entry["coverage"] = _real(found.coverage[row])
        if certain:
            entry["acceptability"] = _real(certain.acceptability[row])
            entry["interval"] = [_real(certain.low[row]), _real(certain.high[row])]
            entry["band"] = certain.band(row)
        if model.method == "sum":
            parts = found.contributions(row)
            entry["contributions"] = {c.id: _real(v) for c, v in zip(found.criteria, parts, strict=True)}
        entry["to_check"] = bool(found.to_check[row])
        rows.append(entry)
    return {
        "model": model.to_json(),
        "hash": model.hash,
        "weights": {c.id: _real(w) for c, w in zip(found.criteria, found.weights, strict=True)},
        "alternatives": len(found.score),
        "excluded": int(np.sum(found.excluded)),
        "set_aside": [c.id for c in found.set_aside],
        "ranking": rows,
    }


def _real(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _print(result: dict[str, Any]) -> None:
    for row in result["ranking"]:
        line = f"{row['rank']:>4}  {row.get('code', ''):<9} {row['name'][:44]:<44}"
        if row["score"] is not None:
            line += f" {row['score']:>9.4f}"
        if "acceptability" in row:
            line += f"  {row.get('band', '')} {100 * row['acceptability']:>5.1f} %"
        print(line)
