"""``kiif data …``: list, fetch, build, import and export official data.

Mounted by the main command, and usable alone.
"""

from __future__ import annotations

import argparse
import gettext
import json
import sys
from pathlib import Path
from typing import Any, Final

from kiif.opendata import packs, paths
from kiif.opendata.errors import DataError, MissingPack
from kiif.opendata.levels import LEVELS

_ = gettext.gettext

BAR: Final = 24


class Meter:
    """Progress of a long step: one line that moves on a terminal, one line by step elsewhere."""

    def __init__(self, quiet: bool) -> None:
        self.quiet, self.last = quiet, ""
        self.live = sys.stderr.isatty()

    def __call__(self, step: str, done: int, total: int) -> None:
        if self.quiet:
            return
        name = _(step)
        if not self.live:
            if name != self.last:
                sys.stderr.write(f"{name}…\n")
        else:
            filled = BAR * done // total if total else 0
            amount = f"{done:,}/{total:,}" if total else f"{done:,}"
            sys.stderr.write(f"\r\x1b[2K{'█' * filled}{'·' * (BAR - filled)} {name} ({amount})")
        self.last = name
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the moving line."""
        if self.live and self.last and not self.quiet:
            sys.stderr.write("\n")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of ``data`` to a parser."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar=_("COMMAND"))

    def verb(name: str, help_text: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=help_text, description=help_text)
        sub.add_argument("--json", action="store_true", help=_("write the result as JSON"))
        sub.add_argument("--quiet", action="store_true", help=_("show no progress"))
        return sub

    verb("list", _("list the sources of data: name, publisher, vintage, licence, and whether they are loaded"))
    verb("status", _("show the data packs present, with their provenance"))
    fetch = verb("fetch", _("fetch files from their publishers, and import those that can be"))
    fetch.add_argument("sources", nargs="+", metavar=_("SOURCE"), help=_("identifiers given by “list”"))
    fetch.add_argument("--no-import", action="store_true", help=_("only fetch the file"))
    build = verb("build", _("build the base pack from its two packages, and the map tiles"))
    build.add_argument("--no-tiles", action="store_true", help=_("do not build the map tiles"))
    build.add_argument("--if-missing", action="store_true", help=_("build only what is not there"))
    load = verb("import", _("import files already on disk"))
    load.add_argument("files", nargs="+", type=Path, metavar=_("FILE"))
    load.add_argument("--source", help=_("identifier of the source (recognised from the file when not given)"))
    load.add_argument("--dry-run", action="store_true", help=_("read and report, publish nothing"))
    load.add_argument(
        "--partial", action="store_true", help=_("accept an excerpt, which is otherwise refused as truncated")
    )
    register = verb("register", _("build the register of organisations from the files of Sirene and of the RNA"))
    register.add_argument("--units", type=Path, metavar=_("FILE"), help=_("StockUniteLegale of Sirene"))
    register.add_argument("--establishments", type=Path, metavar=_("FILE"), help=_("StockEtablissement of Sirene"))
    register.add_argument("--associations", type=Path, metavar=_("FILE"), help=_("rna_waldec of the RNA"))
    export = verb("export", _("export territories with every figure"))
    export.add_argument("--level", choices=LEVELS, default="commune", help=_("level of territory"))
    export.add_argument("--columns", help=_("columns separated by commas (all when not given)"))
    export.add_argument("--format", choices=("csv", "parquet", "geojson"), default="csv", help=_("format of the file"))
    export.add_argument("--output", "-o", type=Path, help=_("file to write (standard output when not given)"))


def main(args: argparse.Namespace) -> int:
    """Run one sub-command; 0 done, 1 refused (the reason is on the error stream)."""
    verbs = {
        "list": _list, "status": _status, "fetch": _fetch, "build": _build, "import": _import, "export": _export,
        "register": _register,
    }  # fmt: skip
    meter = Meter(args.quiet)
    try:
        return verbs[args.verb](args, meter)
    except DataError as error:
        meter.end()
        sys.stderr.write(_(error.message) % error.params + "\n")
        return 1
    except BrokenPipeError:  # "| head" closed the pipe
        return 0


def _print(args: argparse.Namespace, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """A table with aligned columns, or JSON."""
    if args.json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1, default=str) + "\n")
        return
    texts = [[str(row[name]) for name in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *texts, strict=True)]
    for line in (columns, *texts):
        sys.stdout.write("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() + "\n")


def _list(args: argparse.Namespace, _meter: Meter) -> int:
    from kiif.opendata.sources import OFFERED

    present = {pack.source: pack.vintage for pack in packs.list_packs()}
    rows = [
        {
            "id": source.id,
            "name": source.name,
            "publisher": source.publisher,
            "vintage": source.vintage,
            "licence": source.licence,
            "kind": source.kind,
            "addresses": source.addresses,
            "indicators": source.indicators,
            "loaded": present.get(source.id, ""),
        }
        for source in OFFERED.values()
    ]
    _print(args, rows, ("id", "name", "publisher", "vintage", "licence", "loaded"))
    return 0


def _status(args: argparse.Namespace, _meter: Meter) -> int:
    rows = [
        {"name": p.name, "title": p.title, "vintage": p.vintage, "rows": p.rows, "licence": p.licence,
         "built_at": p.built_at, "address": p.address, "checksum": p.checksum, "notes": p.notes}
        for p in packs.list_packs()
    ]  # fmt: skip
    tiles = paths.tiles_path()
    if args.json:
        found = {"path": str(tiles), "size": tiles.stat().st_size} if tiles.exists() else None
        sys.stdout.write(json.dumps({"packs": rows, "tiles": found}, ensure_ascii=False, indent=1) + "\n")
        return 0
    if rows:
        _print(args, rows, ("name", "title", "vintage", "rows", "licence", "built_at"))
    else:
        sys.stdout.write(_("No data yet: run “kiif data build”.") + "\n")
    size = f"{tiles.stat().st_size / 1e6:.1f} MB" if tiles.exists() else _("not built")
    sys.stdout.write(_("Map tiles: %(state)s") % {"state": size} + "\n")
    return 0


def _fetch(args: argparse.Namespace, meter: Meter) -> int:
    from kiif.opendata import download, importers

    failed = 0
    results = []
    for source_id in args.sources:
        try:
            path = download.fetch(source_id, meter)
            meter.end()
            results.append({"source": source_id, "path": str(path)})
            if importers.source_named(source_id).parser and not args.no_import:
                _tell(args, importers.import_file(path, source_id, progress=meter))
        except DataError as error:
            meter.end()
            failed += 1
            sys.stderr.write(f"{source_id}: {_(error.message) % error.params}\n")
    if results or args.json:
        _print(args, results, ("source", "path"))
    return 1 if failed else 0


def _build(args: argparse.Namespace, meter: Meter) -> int:
    from kiif.opendata import base, tiles

    if not (args.if_missing and base.is_built()):
        base.build(meter)
        meter.end()
    if not args.no_tiles and not (args.if_missing and tiles.archive_path().exists()):
        tiles.build(meter)
        meter.end()
    return _status(args, meter)


def _import(args: argparse.Namespace, meter: Meter) -> int:
    from kiif.opendata import importers

    failed = 0
    for file in args.files:
        try:
            report = importers.import_file(
                file, args.source, dry_run=args.dry_run, partial=args.partial, progress=meter
            )
            meter.end()
            _tell(args, report)
        except DataError as error:
            meter.end()
            failed += 1
            sys.stderr.write(f"{file.name}: {_(error.message) % error.params}\n")
            if isinstance(error, MissingPack):
                break
    return 1 if failed else 0


def _register(args: argparse.Namespace, meter: Meter) -> int:
    from kiif.opendata import registers_build

    found = registers_build.build(
        units=args.units, establishments=args.establishments, associations=args.associations, progress=meter
    )
    meter.end()
    sys.stdout.write(
        _("%(rows)d organisations in the register, %(vintage)s") % {"rows": found.rows, "vintage": found.vintage} + "\n"
    )
    return 0


def _tell(args: argparse.Namespace, report: Any) -> None:
    """The report of an import, in a few lines."""
    facts = report.as_dict()
    if args.json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False, default=str) + "\n")
        return
    facts |= {"converted": len(report.converted), "unmatched": len(report.unmatched), "absent": len(report.absent)}
    head = _("%(file)s: %(title)s, %(vintage)s") % facts
    if report.dry_run:
        head = _("%(head)s (nothing published)") % {"head": head}
    sys.stdout.write(f"{head}\n")
    sys.stdout.write(
        "  " + _(
            "%(rows)d rows: %(matched)d with a code of today, %(converted)d through a former code, %(arrondissements)d "
            "municipal districts, %(outside)d outside the territory covered, %(unmatched)d unknown; %(secret)d "
            "secret cells; "
            "%(absent)d territories without a row."
        ) % facts + "\n"
    )  # fmt: skip
    if report.unmatched:
        more = " …" if len(report.unmatched) > 20 else ""
        sys.stdout.write(
            "  " + _("Unknown codes: %(codes)s") % {"codes": ", ".join(report.unmatched[:20]) + more} + "\n"
        )


def _export(args: argparse.Namespace, _meter: Meter) -> int:
    from kiif.opendata.export import export

    columns = [name.strip() for name in args.columns.split(",") if name.strip()] if args.columns else None
    if args.output is None:
        export(args.level, columns, args.format, sys.stdout.buffer)
        return 0
    draft = args.output.with_name(f"{args.output.name}.part")
    rows = export(args.level, columns, args.format, draft)
    draft.replace(args.output)
    if not args.quiet:
        sys.stderr.write(_("%(rows)d rows in %(file)s") % {"rows": rows, "file": str(args.output)} + "\n")
    return 0
