"""Look an organisation up in the official registers on disk: Sirene (INSEE), national register of associations (RNA).

The pack ``register`` is built by :mod:`kiif.opendata.registers_build`; it holds legal persons only, never the name of
a person. DuckDB reads its Parquet files where they lie: they are cut and sorted by what is asked, so that a look-up
reads one small group of rows among millions. Every function raises :class:`~kiif.opendata.errors.MissingPack` without
the pack.
"""

from __future__ import annotations

import atexit
import gc
import re
import threading
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from kiif.opendata import packs, paths

PACK: Final = "register"
#: Folders of the pack, one file for each beginning of what is asked: two digits of the SIREN, "W" and two signs of the
#: RNA number, the department ("00" when the place is not known).
BY_NUMBER: Final = "by_number"
BY_RNA: Final = "by_rna"
BY_PLACE: Final = "by_place"
#: Memory and threads that look-ups may take in a web process.
SETTINGS: Final[dict[str, Any]] = {"threads": 2, "memory_limit": "256MB"}
MOST: Final = 50
MOST_WORDS: Final = 6
LONGEST: Final = 100

#: Columns of the three files, in the order of `Entry`; those of texts first.
TEXTS: Final = (
    "siren", "siret", "rna", "name", "short_name", "usual_name", "legal_code", "address", "postcode", "commune",
    "commune_name", "source",
)  # fmt: skip
COLUMNS: Final = ", ".join((*TEXTS, "state", "social_economy", "employer", "created_on", "closed_on"))


@dataclass(frozen=True, slots=True)
class Entry:
    """What the registers tell of one organisation; empty texts and None where they are silent.

    ``siret`` is that of the headquarters; ``commune`` its INSEE code; ``is_open`` is False when the register says
    that it ended (an association that ended may well be still there: nothing obliges it to dissolve).
    ``social_economy``: None when the register does not say. ``source``: ``"sirene"``, or ``"rna"`` for an association
    without SIREN. ``vintage``: month of that register.
    """

    siren: str
    siret: str
    rna: str
    name: str
    short_name: str
    usual_name: str
    legal_code: str
    address: str
    postcode: str
    commune: str
    commune_name: str
    source: str
    is_open: bool
    social_economy: bool | None
    employer: bool | None
    created_on: date | None
    closed_on: date | None
    vintage: str


def is_built() -> bool:
    """Whether a register can be asked."""
    return bool(packs.stamp(PACK))


def vintages() -> dict[str, str]:
    """Month of each register held, such as ``{"sirene": "2026-11", "rna": "2026-10"}``."""
    found: dict[str, str] = packs.provenance(PACK).notes["vintages"]
    return found


def by_siren(siren: str) -> Entry | None:
    """The organisation of a SIREN (9 digits), or None."""
    return _one(BY_NUMBER, "siren", siren)


def by_siret(siret: str) -> Entry | None:
    """The organisation of a SIRET (14 digits), be it that of its headquarters or of another establishment."""
    return by_siren(siret[:9])


def by_rna(rna: str) -> Entry | None:
    """The association of an RNA number; what Sirene tells of it when it has a SIREN."""
    found = _one(BY_RNA, "rna", rna)
    return (by_siren(found.siren) or found) if found is not None and found.siren else found


def search(text: str, *, commune: str = "", department: str = "", limit: int = 20) -> list[Entry]:
    """Organisations whose names hold all the words, open ones first, the closest names first.

    ``commune``: INSEE code; ``department``: its code. Without either, the whole country is read: slower.
    """
    words = fold(text[:LONGEST]).split()[:MOST_WORDS]
    if not words:
        return []
    conditions = ["contains(folded, ?)"] * len(words)
    values: list[Any] = list(words)
    if commune:
        conditions.append("commune = ?")
        values.append(commune)
    asked = " ".join(words)
    order = "state = 'closed', folded <> ?, NOT starts_with(folded, ?), length(folded), siren, rna"
    return _read(
        _file(BY_PLACE, department_of(commune) or department or "*"),
        f"SELECT {COLUMNS} FROM read_parquet(?) WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT ?",
        [*values, asked, asked, min(max(limit, 1), MOST)],
    )


def department_of(commune: str) -> str:
    """The department of a commune's code, which names its file."""
    return commune[:3] if commune.startswith("97") else commune[:2]


def fold(text: str) -> str:
    """Names as the register is searched: lower case, no accent, one space for anything else."""
    lower = text.lower().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def _one(folder: str, column: str, value: str) -> Entry | None:
    found = _read(
        _file(folder, value[: 2 if folder == BY_NUMBER else 3]),
        f"SELECT {COLUMNS} FROM read_parquet(?) WHERE {column} = ? LIMIT 1",
        [value],
    )
    return found[0] if found else None


def _file(folder: str, part: str) -> str:
    """The file of a part, every file of the folder for "*"; empty when there is none."""
    packs.provenance(PACK)  # says in words that there is none
    inside = paths.pack_dir(PACK).resolve() / folder
    if part == "*":
        return str(inside / "*.parquet")
    path = inside / f"{part}.parquet"
    return str(path) if re.fullmatch(r"[0-9A-Z]{1,3}", part) and path.exists() else ""


def _read(file: str, query: str, values: list[Any]) -> list[Entry]:
    if not file:
        return []
    months = vintages()
    rows = _connection().execute(query, [file, *values]).fetchall()
    return [_entry(row, months) for row in rows]


def _entry(row: tuple[Any, ...], months: dict[str, str]) -> Entry:
    texts = dict(zip(TEXTS, (text or "" for text in row), strict=False))
    state, social_economy, employer, created_on, closed_on = row[len(TEXTS) :]
    return Entry(
        **texts,
        is_open=state != "closed",
        social_economy=social_economy,
        employer=employer,
        created_on=created_on,
        closed_on=closed_on,
        vintage=months.get(texts["source"], ""),
    )


_lock = threading.Lock()
_state: dict[str, Any] = {}


def _connection() -> Any:
    """A cursor of this thread on the one DuckDB of the process: it reads the packs and nothing else."""
    import duckdb  # 60 ms that only look-ups pay

    folder = str(Path(paths.packs_dir()).resolve())
    with _lock:
        if _state.get("folder") != folder:
            connection = duckdb.connect(":memory:", config=dict(SETTINGS))
            connection.execute("SET parquet_metadata_cache = true")
            connection.execute(f"SET allowed_directories = ['{folder.replace(chr(39), chr(39) * 2)}/']")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            # a process that froze its long-lived objects (territories.lookup) would not let DuckDB go at its end,
            # which the binding reports line by line
            atexit.register(gc.unfreeze)
            _state.update(folder=folder, connection=connection)
        return _state["connection"].cursor()
