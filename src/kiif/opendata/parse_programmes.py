"""Parser of the programmes of the State: CSV lists and GeoJSON exports of the ANCT."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import polars as pl

from kiif.opendata import base, files, reconcile
from kiif.opendata.errors import RefusedFile
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.parsing import Parsed, require
from kiif.opendata.programmes import SCHEMA
from kiif.opendata.sources import Source

#: ``liste_geo`` reads "Name (code); Name (code)"; names have parentheses too: "CIREST" in "… Est (CIREST) (249740093)".
CODE: Final = re.compile(r"\(\s*((?:\d{2}|2[AB])\d{3}|\d{9})\s*\)")


def codes_in(text: str | None) -> list[str]:
    """The codes between parentheses (5 characters of a commune, 9 digits of a SIREN) of a ``liste_geo``."""
    return CODE.findall(text or "")


def programme(path: Path, source: Source) -> Parsed:
    """Memberships of one programme: by commune, or by EPCI where the list gives SIREN numbers."""
    key = source.id.removeprefix("programme-")
    pairs = _from_geojson(path) if path.suffix.lower() in (".geojson", ".json") else _from_table(path)
    epci = set(base.load_epci()["code"].to_list())
    of_siren = dict(base.load_communes().select("siren", "code").iter_rows())
    pairs = [(of_siren.get(code, code), label) for code, label in pairs]
    report = reconcile.CodeReport()
    groups = [(code, label) for code, label in pairs if len(code) == 9]
    members = [(code, label) for code, label in pairs if len(code) != 9]
    rows = [(key, "epci", code, label) for code, label in groups if code in epci]
    lost = [code for code, _label in groups if code not in epci]
    here = reconcile.to_communes([code for code, _label in members], report)
    rows += [(key, "commune", code, label) for code, (_c, label) in zip(here, members, strict=True) if code is not None]
    report.rows += len(groups)
    report.matched += len(groups) - len(lost)
    report.unmatched += lost
    reconcile.refuse_strange_codes(report, path.name, "liste_geo")
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row").unique().sort("level", "code", "label")
    dated = re.search(r"20\d{2}(?:\d{4})?", path.name)
    return Parsed(
        {"memberships": frame},
        report,
        dated.group() if dated else source.vintage,
        notes={"territories": len(set(pairs))},
    )


def _from_geojson(path: Path) -> list[tuple[str, str]]:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
        features = document["features"]
        properties = [feature["properties"] for feature in features]
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedFile(
            _("%(file)s is not a whole GeoJSON collection (%(reason)s): the download is truncated? Fetch it again."),
            file=path.name,
            reason=str(error)[:80],
        ) from error
    if properties:
        require(list(properties[0]), ("liste_geo", "lib_territoire"), path.name)
    return [(code, str(p.get("lib_territoire") or "")) for p in properties for code in codes_in(p.get("liste_geo"))]


def _from_table(path: Path) -> list[tuple[str, str]]:
    names, _separator = files.header(path)
    column = next((name for name in ("insee_com", "siren_groupement", "code_insee") if name in names), None)
    if column is None:
        require(names, ("insee_com", "lib_com"), path.name)
    label = next((name for name in names if name.startswith("lib_")), str(column))
    frame = files.read_table(path, tuple(dict.fromkeys((str(column), label))))
    return [(reconcile.clean_code(row[0]), str(row[-1] or "")) for row in frame.iter_rows() if row[0]]
