"""Read a list of communes as people give it: codes, names, EPCI, pasted or in a CSV file. Nothing is written."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from kiif.territories import lookup
from kiif.territories.enums import Level
from kiif.territories.models import FormerCode, Territory
from kiif.ui.errors import Refused

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_ROWS: Final = 40_000
SHOWN: Final = 50

_COMMUNE = re.compile(r"^(?:\d{2}|2[AB])\d{3}$", re.IGNORECASE)
_SHORT = re.compile(r"^\d{4}$")
_EPCI = re.compile(r"^\d{9}$")
_WRAPPED = re.compile(r'^="?(.*?)"?$')


@dataclass
class Preview:
    """What a list would add: communes found, codes that changed, what nobody knows.

    ``former`` are triples (what was read, its name, the commune of today); ``unknown`` keeps what was typed.
    """

    found: list[Territory] = field(default_factory=list)
    former: list[tuple[str, str, Territory]] = field(default_factory=list)
    ambiguous: list[tuple[str, list[Territory]]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    repeated: int = 0
    read: int = 0

    @property
    def communes(self) -> list[Territory]:
        """Communes that would be added, each once, by code."""
        rows = {t.pk: t for t in self.found} | {t.pk: t for _, _, t in self.former}
        return sorted(rows.values(), key=lambda t: t.code)

    @property
    def codes(self) -> list[str]:
        return [commune.code for commune in self.communes]


def read_text(text: str) -> Preview:
    """A pasted list, one item per line or separated by commas, semicolons, tabs; spaces when all are codes."""
    lines = [piece.strip() for piece in re.split(r"[\n\r,;\t]+", text) if piece.strip()]
    items: list[str] = []
    for line in lines:
        words = line.split()
        items += words if len(words) > 1 and all(_looks_like_code(word) for word in words) else [line]
    return read_items(items)


def read_csv(content: bytes) -> Preview:
    """A CSV file: the column that holds most commune codes is read. Refused with a sentence when there is none."""
    if len(content) > MAX_BYTES:
        raise Refused(
            _("This file is larger than 2 MB. Keep only the column of commune codes and give it again."), field="file"
        )
    rows = _rows(_decode(content))
    if not rows:
        raise Refused(_("This file is empty. Give a CSV file with a column of commune codes."), field="file")
    if len(rows) > MAX_ROWS:
        raise Refused(
            _("This file has %(count)d rows, more than France has communes. Keep one row per commune.")
            % {"count": len(rows)},
            field="file",
        )
    width = max(len(row) for row in rows)
    scores = [sum(1 for row in rows if len(row) > i and _looks_like_code(_clean(row[i]))) for i in range(width)]
    best = max(range(width), key=lambda i: scores[i])
    if scores[best] == 0:
        raise Refused(
            _("No column of this file holds commune codes (five characters, such as 24311). Check it, or paste names."),
            field="file",
        )
    cells = [_clean(row[best]) for row in rows if len(row) > best]
    header = cells and not _looks_like_code(cells[0])
    return read_items([cell for cell in (cells[1:] if header else cells) if cell])


def read_items(items: Iterable[str]) -> Preview:
    """The items one by one, each a code of commune, a code of EPCI or a name."""
    preview = Preview()
    cleaned = [_clean(item) for item in items]
    counts = Counter(cleaned)
    preview.read = len(cleaned)
    preview.repeated = len(cleaned) - len(counts)
    codes = {item: _full_code(item) for item in counts if _COMMUNE.match(_full_code(item))}
    siren = [item for item in counts if _EPCI.match(item)]
    names = [item for item in counts if item not in codes and item not in siren]
    _read_codes(codes, preview)
    _read_epci(siren, preview)
    _read_names(names, preview)
    return preview


def _read_codes(codes: dict[str, str], preview: Preview) -> None:
    wanted = set(codes.values())
    rows = {t.code: t for t in _in_batches(wanted)}
    here = {code: t for code, t in rows.items() if t.is_open}
    missing = sorted(wanted - here.keys())
    former: dict[str, FormerCode] = {}
    for start in range(0, len(missing), 500):
        batch = FormerCode.objects.filter(code__in=missing[start : start + 500], territory__is_open=True)
        former |= {row.code: row for row in batch.select_related("territory__department")}
    for item, code in codes.items():
        if code in here:
            preview.found.append(here[code])
        elif code in former:
            preview.former.append((item, former[code].name, former[code].territory))
        else:
            preview.unknown.append(item)


def _in_batches(codes: set[str]) -> Iterable[Territory]:
    ordered = sorted(codes)
    for start in range(0, len(ordered), 500):
        batch = Territory.objects.at(Level.COMMUNE).filter(code__in=ordered[start : start + 500])
        yield from batch.select_related("department")


def _read_epci(siren: list[str], preview: Preview) -> None:
    known = set(Territory.objects.at(Level.EPCI).open().filter(code__in=siren).values_list("code", flat=True))
    members = Territory.objects.at(Level.COMMUNE).open().filter(epci__code__in=known).select_related("department")
    preview.found += list(members) if known else []
    preview.unknown += [code for code in siren if code not in known]


def _read_names(names: list[str], preview: Preview) -> None:
    for name in names[:1_000]:
        hits = lookup.index().search(name, levels=[Level.COMMUNE], limit=12) if name else []
        exact = [hit for hit in hits if hit.how == lookup.EXACT]
        rows = Territory.objects.select_related("department").in_order([hit.pk for hit in exact])
        if len(rows) == 1 and exact[0].former:
            preview.former.append((name, exact[0].former, rows[0]))
        elif len(rows) == 1:
            preview.found.append(rows[0])
        elif rows:
            preview.ambiguous.append((name, rows))
        elif name:
            preview.unknown.append(name)
    preview.unknown += names[1_000:]


def _looks_like_code(text: str) -> bool:
    return bool(_COMMUNE.match(text) or _SHORT.match(text) or _EPCI.match(text))


def _full_code(text: str) -> str:
    """A code whose leading zero was eaten by a spreadsheet gets it back."""
    return ("0" + text if _SHORT.match(text) else text).upper()


def _clean(cell: str) -> str:
    text = cell.strip().strip('"').strip()
    wrapped = _WRAPPED.match(text)
    return (wrapped.group(1) if wrapped and text.startswith("=") else text)[:200]


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _rows(text: str) -> list[list[str]]:
    if "\x00" in text:
        raise Refused(
            _("This is not a text file. Save the table as CSV (comma or semicolon separated) and give it again."),
            field="file",
        )
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t|", key=first.count)
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Refused(
            _("This file cannot be read as CSV. Save the table again as CSV and give it again."), field="file"
        ) from error
