"""Open files that come from outside: zip archives that may lie, text in unknown encodings, spreadsheets in a
limited process.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import polars as pl

from kiif.opendata import sandbox
from kiif.opendata.errors import RefusedFile
from kiif.opendata.errors import gettext_noop as _

MAX_ENTRIES: Final = 200
MAX_UNZIPPED: Final = 4 * 1024**3
MAX_RATIO: Final = 200
BLOCK: Final = 1 << 20
MAX_ROWS: Final = 30_000_000
#: Of the name that an entry of an archive gives itself, in characters.
LONGEST_NAME: Final = 100
SHEET_MEMORY: Final = 2 * 1024**3
_SHEET_CHILD: Final = Path(__file__).with_name("sheet_child.py")
_NO_SUCH_SHEET: Final = 3


@dataclass(frozen=True)
class Opened:
    """A file ready to read: its path (perhaps in a temporary folder) and the name to show."""

    path: Path
    name: str


@contextmanager
def opened(path: Path, pattern: str = "*", *, every: bool = False) -> Iterator[Opened]:
    """The file itself, or the entry of a zip archive whose name matches ``pattern`` (several patterns separated by
    ``|``).

    With ``every``, all the entries that match are put end to end (text tables with the same first line); else the
    largest is taken. An archive is refused when it holds too many entries, announces more than 4 GB, inflates more
    than 200 times, lies about its sizes, is damaged, encrypted, or has no entry of that name.
    """
    if not path.is_file():
        raise RefusedFile(_("The file %(file)s does not exist."), file=str(path))
    if path.stat().st_size == 0:
        raise RefusedFile(_("%(file)s is empty. Download it again."), file=path.name)
    if path.suffix.lower() in (".xlsx", ".xlsm") or not _is_zip(path):
        yield Opened(path, path.name)
        return
    with tempfile.TemporaryDirectory(prefix="kiif-zip-") as folder:
        yield _extract(path, pattern, Path(folder), every)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def check_zip(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """The files of an archive, or :class:`RefusedFile` when what it announces is not reasonable."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        raise RefusedFile(
            _("%(file)s holds %(count)d files; at most %(most)d are expected. It is not the file of the publisher."),
            file=name,
            count=len(entries),
            most=MAX_ENTRIES,
        )
    if sum(entry.file_size for entry in entries) > MAX_UNZIPPED:
        raise RefusedFile(_("%(file)s inflates beyond reason: refused."), file=name)
    for entry in entries:
        odd = entry.file_size > BLOCK and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        if odd or entry.file_size > MAX_UNZIPPED or entry.flag_bits & 0x1:
            raise RefusedFile(
                _(
                    "%(file)s holds “%(entry)s”, which is encrypted or inflates beyond reason (%(size)d bytes): "
                    "refused."
                ),
                file=name,
                entry=entry.filename,
                size=entry.file_size,
            )
    return entries


def _extract(path: Path, pattern: str, folder: Path, every: bool) -> Opened:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = check_zip(archive, path.name)
            names = [Path(entry.filename).name for entry in entries]
            for wanted in pattern.split("|"):
                chosen = [e for e, n in zip(entries, names, strict=True) if fnmatch(n.lower(), wanted.lower())]
                if chosen:
                    break
            else:
                raise RefusedFile(
                    _("%(file)s does not hold %(expected)s. Found: %(found)s."),
                    file=path.name,
                    expected=pattern.replace("|", ", "),
                    found=", ".join(names[:10]) or "–",
                )
            entry = max(chosen, key=lambda e: e.file_size)
            target = folder / _plain_name(entry.filename)
            for part in sorted(chosen, key=lambda e: e.filename) if every else [entry]:
                _copy(archive, part, target, path.name)
            return Opened(target, target.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise RefusedFile(
            _("%(file)s is a damaged or truncated archive (%(reason)s). Download it again."),
            file=path.name,
            reason=str(error),
        ) from error


def refuse_bad_zip(path: Path) -> None:
    """Refuse an archive that is damaged, lies about itself or inflates beyond reason; nothing for a sound one."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_zip(archive, path.name)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise RefusedFile(
            _("%(file)s is a damaged or truncated archive (%(reason)s). Download it again."),
            file=path.name,
            reason=str(error),
        ) from error


def _plain_name(name: str) -> str:
    """The last part of the name of an entry, as one that any folder takes: it decides nothing about the place."""
    return Path(name).name[-LONGEST_NAME:].lstrip(".") or "entry"


def holds(path: Path, pattern: str) -> bool:
    """Whether an archive has an entry of this name, told by its directory: nothing is inflated."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(fnmatch(Path(name).name.lower(), pattern.lower()) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, name: str) -> None:
    """Inflate one entry at the end of the target (then without its first line), never beyond the size that it
    announces.
    """
    written = 0
    with archive.open(entry) as source, target.open("ab") as output:
        if output.tell():
            written = len(_same_first_line(source.readline(200_000), target, name, entry.filename))
        while block := source.read(BLOCK):
            written += len(block)
            if written > entry.file_size:
                raise RefusedFile(_("%(file)s lies about the size of “%(entry)s”."), file=name, entry=entry.filename)
            output.write(block)


def _same_first_line(line: bytes, target: Path, name: str, entry: str) -> bytes:
    """The first line of a following table, refused when it is not that of the first one."""
    with target.open("rb") as first:
        expected = first.readline(200_000)
    if line.strip() != expected.strip():
        raise RefusedFile(
            _("%(file)s holds tables that differ: “%(entry)s” has other columns than the first."),
            file=name,
            entry=entry,
        )
    return line


def encoding_of(path: Path) -> str:
    """``utf-8-sig``, ``utf-8`` or ``cp1252``: the first that decodes the whole file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        start = file.read(BLOCK)
        bom = start.startswith(codecs.BOM_UTF8)
        try:
            while start:
                decoder.decode(start)
                start = file.read(BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig" if bom else "utf-8"


def header(path: Path) -> tuple[list[str], str]:
    """The column names of a text table and its separator (the one of ``; , tab |`` that gives most columns)."""
    with path.open("r", encoding=encoding_of(path), errors="replace", newline="") as file:
        line = file.readline(200_000)
    if "\x00" in line or not line.strip():
        raise RefusedFile(_("%(file)s is not a text table: its first line cannot be read."), file=path.name)
    separator = max(";,\t|", key=line.count)
    names = next(csv.reader(io.StringIO(line), delimiter=separator))
    return [name.strip() for name in names], separator


def read_table(path: Path, columns: tuple[str, ...] | None = None) -> pl.DataFrame:
    """A text table (all of it, or some columns), every cell as text, names stripped; empty cells are null.

    Raises :class:`RefusedFile` when a row has not the number of columns of the first one (typically a truncated
    download) or when quotes are not closed.
    """
    names, separator = header(path)
    encoding = encoding_of(path)
    source: Path | bytes = path if encoding.startswith("utf-8") else path.read_bytes().decode(encoding).encode()
    wanted = None if columns is None else [names.index(name) for name in columns]
    try:
        frame = pl.read_csv(source, separator=separator, infer_schema=False, columns=wanted, n_rows=MAX_ROWS)
    except pl.exceptions.PolarsError as error:
        raise RefusedFile(
            _("%(file)s cannot be read as a table of %(count)d columns (%(reason)s). Is the download complete?"),
            file=path.name,
            count=len(names),
            reason=str(error).splitlines()[0],
        ) from error
    _refuse_cut_row(path, names, separator, encoding)
    return frame.rename({name: name.strip() for name in frame.columns})


def _refuse_cut_row(path: Path, names: list[str], separator: str, encoding: str) -> None:
    """Refuse a file whose last row is cut (readers fill the missing cells silently)."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        size = file.tell()
        file.seek(max(0, size - 100_000))
        tail = file.read().decode(encoding, errors="replace")
    if tail.endswith("\n") or not tail.strip():
        return
    last = tail.splitlines()[-1]
    if last.count('"') % 2 or last.count(separator) < len(names) - 1:
        raise RefusedFile(
            _("%(file)s stops in the middle of its last row (“%(row)s”): the download is truncated. Fetch it again."),
            file=path.name,
            row=last[:60],
        )


def read_sheet(path: Path, sheets: tuple[str, ...], key: str, timeout: float = 120) -> pl.DataFrame:
    """A sheet of a spreadsheet, every cell as text.

    ``sheets``: accepted names (``"*"``: any); ``key``: a column name, which tells the row of the names among the
    first thirty.

    The file is read by a child process with limits of memory (2 GB) and time: a hostile workbook kills the child only.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_zip(archive, path.name)
    except zipfile.BadZipFile as error:
        raise RefusedFile(
            _("%(file)s is a damaged or truncated archive (%(reason)s). Download it again."),
            file=path.name,
            reason=str(error),
        ) from error
    limits = sandbox.Limits(memory=SHEET_MEMORY, cpu=int(timeout), written=MAX_UNZIPPED, wall=timeout)
    with sandbox.folder() as folder:
        target = folder / "sheet.csv"
        outcome = sandbox.run(_SHEET_CHILD, [str(path.absolute()), str(target), key, *sheets], folder, limits)
        if outcome.code is None:
            raise RefusedFile(_("%(file)s takes too long to read: refused."), file=path.name)
        if outcome.code == _NO_SUCH_SHEET:
            raise RefusedFile(
                _("%(file)s has no sheet named %(expected)s with a column %(column)s. Found: %(found)s."),
                file=path.name,
                expected=", ".join(sheets),
                column=key,
                found=outcome.output.strip() or "–",
            )
        if outcome.code != 0 or not target.exists():
            reason = f"code {outcome.code}"
            raise RefusedFile(_("%(file)s cannot be read as a workbook (%(reason)s)."), file=path.name, reason=reason)
        frame = pl.read_csv(target, infer_schema=False, truncate_ragged_lines=True)
    return frame.rename({name: name.strip() for name in frame.columns})
