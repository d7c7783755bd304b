"""Import a file of official data: recognise it, read it, reconcile its codes, publish a pack, and tell everything
that happened.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import polars as pl

from kiif.opendata import base, files, packs
from kiif.opendata.errors import DataError, RefusedFile
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.parsers import PARSERS
from kiif.opendata.parsing import Parsed, require
from kiif.opendata.sources import SOURCES, Source

Progress = Callable[[str, int, int], None]
STEPS = (_("Recognise the file"), _("Read and reconcile"), _("Write the pack"))


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do (``dry_run``).

    ``rows`` read, of which ``matched`` bear a code of today, ``converted`` (former code → commune of today),
    ``arrondissements`` of Paris, Lyon, Marseille, ``outside`` (collectivities that the product does not cover),
    ``unmatched`` (their codes); ``secret`` cells are unknown; ``absent``: territories of today that the file says
    nothing of.
    """

    source: str
    title: str
    vintage: str
    file: str
    dry_run: bool
    rows: int
    matched: int
    converted: dict[str, str]
    arrondissements: int
    outside: int
    unmatched: tuple[str, ...]
    absent: tuple[str, ...]
    secret: int
    tables: dict[str, int]
    notes: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return dataclasses.asdict(self)


def recognise(path: Path) -> Source:
    """The source of a file, from its name and its columns; :class:`RefusedFile` when none or several fit."""
    fits = [source for source in SOURCES.values() if source.parser and _fits(source, path)]
    by_name = [s for s in fits if any(fnmatch(path.name.lower(), pattern.lower()) for pattern in s.files)]
    best = by_name or fits
    if len(best) > 1:  # the source that asks for most columns is the most precise
        most = max(len(source.columns) for source in best)
        best = [source for source in best if len(source.columns) == most]
    if len(best) == 1:
        return best[0]
    if path.suffix.lower() in (".zip", ".xlsx"):
        files.refuse_bad_zip(path)
    if best:
        raise RefusedFile(
            _("%(file)s could be several datasets: %(found)s. Say which one it is (on the command line: “--source”)."),
            file=path.name,
            found=", ".join(source.name for source in best),
        )
    raise RefusedFile(
        _(
            "%(file)s is not recognised. Its columns: %(found)s. Say which dataset it is (on the command line: "
            "“--source”, and “kiif data list” for their names), or keep the name that its publisher gave it."
        ),
        file=path.name,
        found=", ".join(_columns(path)[:12]) or "–",
    )


def _fits(source: Source, path: Path) -> bool:
    by_name = any(fnmatch(path.name.lower(), pattern.lower()) for pattern in source.files)
    if source.kind == "programme" or path.suffix.lower() in (".xlsx", ".zip"):
        named = path.suffix.lower() == ".zip" and source.entry != "*"
        inside = named and files.holds(path, source.entry.split("|", maxsplit=1)[0])
        return by_name or inside
    columns = _columns(path)
    return (bool(source.columns) and set(source.columns) <= set(columns)) or by_name


def _columns(path: Path) -> list[str]:
    """Columns of a text or Parquet table; nothing for other files."""
    if path.suffix.lower() == ".parquet":
        try:
            return list(pl.read_parquet_schema(path))
        except (pl.exceptions.PolarsError, OSError) as error:
            raise RefusedFile(
                _("%(file)s is not a whole Parquet file (%(reason)s): the download is truncated? Fetch it again."),
                file=path.name,
                reason=str(error).splitlines()[0],
            ) from error
    if path.suffix.lower() in (".xlsx", ".zip", ".geojson", ".json"):
        return []
    return files.header(path)[0]


def source_named(source_id: str) -> Source:
    """A source by its identifier; :class:`DataError` when there is none, or when it has no parser."""
    source = SOURCES.get(source_id)
    if source is None:
        raise DataError(_("“%(source)s” is not a source. See “kiif data list”."), source=source_id)
    return source


def import_file(
    path: Path | str, source_id: str | None = None, *, dry_run: bool = False, partial: bool = False,
    progress: Progress | None = None,
) -> ImportReport:  # fmt: skip
    """Import one file and publish its pack; the pack already there goes on serving if anything fails.

    ``source_id``: recognised when not given. ``dry_run`` reads and reports without publishing. ``partial`` accepts an
    excerpt, which is otherwise refused as truncated. Raises :class:`RefusedFile`, :class:`MissingPack` (the base pack
    is needed) or :class:`DataError`.
    """
    tell = progress or (lambda _step, _done, _total: None)
    file = Path(path)
    base.load_communes()
    tell(STEPS[0], 0, len(STEPS))
    if not file.is_file():
        raise RefusedFile(_("The file %(file)s does not exist."), file=str(file))
    source = source_named(source_id) if source_id else recognise(file)
    if source.parser is None:
        raise DataError(_("The source “%(source)s” is kept as a file: nothing reads it into a pack."), source=source.id)
    tell(STEPS[1], 1, len(STEPS))
    with files.opened(file, source.entry, every=source.every_entry) as found:
        if found.path.suffix.lower() == ".parquet":
            require(_columns(found.path), source.columns, found.name)
        parsed = PARSERS[source.parser](found.path, source)
    _refuse_excerpt(parsed, source, file.name, partial)
    report = _report(parsed, source, file.name, dry_run)
    tell(STEPS[2], 2, len(STEPS))
    if not dry_run:
        _publish(parsed, source, file, report)
    tell(STEPS[2], len(STEPS), len(STEPS))
    return report


def _refuse_excerpt(parsed: Parsed, source: Source, name: str, partial: bool) -> None:
    if parsed.codes.rows < source.least and not partial and not _counted_otherwise(parsed, source):
        raise RefusedFile(
            _(
                "%(file)s holds %(rows)d rows; at least %(least)d are expected from “%(source)s”. If the download "
                "was cut, "
                "fetch it again; to import an excerpt on purpose, use “--partial”."
            ),
            file=name,
            rows=parsed.codes.rows,
            least=source.least,
            source=source.name,
        )


def _counted_otherwise(parsed: Parsed, source: Source) -> bool:
    """Sources whose rows are not territories (facilities): their least number counts facilities."""
    return int(parsed.notes.get("facilities", -1)) >= source.least


def _report(parsed: Parsed, source: Source, name: str, dry_run: bool) -> ImportReport:
    codes = parsed.codes
    return ImportReport(
        source.id, source.name, parsed.vintage, name, dry_run, codes.rows, codes.matched,
        dict(sorted(codes.converted.items())),
        codes.arrondissements, codes.outside, tuple(sorted(set(codes.unmatched))), tuple(codes.absent), parsed.secret,
        {stem: frame.height for stem, frame in parsed.tables.items()}, parsed.notes,
    )  # fmt: skip


def _publish(parsed: Parsed, source: Source, file: Path, report: ImportReport) -> None:
    with packs.publish(source.pack_name) as draft:
        for stem, frame in parsed.tables.items():
            frame.write_parquet(draft.folder / f"{stem}.parquet")
        draft.finish(
            source=source.id,
            title=source.name,
            publisher=source.publisher,
            vintage=parsed.vintage,
            licence=source.licence,
            address=source.addresses[0] if source.addresses else source.page,
            checksum=packs.sha256(file),
            rows=report.rows,
            notes={
                "file": file.name,
                "matched": report.matched,
                "converted": len(report.converted),
                "arrondissements": report.arrondissements,
                "outside": report.outside,
                "unmatched": list(report.unmatched)[:200],
                "absent": len(report.absent),
                "secret": report.secret,
                **parsed.notes,
            },
        )
