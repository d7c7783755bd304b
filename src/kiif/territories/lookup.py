"""Find a territory by half its name, with or without accents, by code or postcode: an index in memory.

Some 36,000 names in one string: a substring is found in a fraction of a millisecond, and the ranking is ours (exact,
start of the name, start of words, inside a word; then inhabitants). The index is built from the database in each
process, and again when a new load of the referential is seen.
"""

from __future__ import annotations

import gc
import re
import threading
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from kiif.territories.enums import Level
from kiif.territories.models import FormerCode, ReferentialLoad, Territory
from kiif.territories.words import short_name

MAX_QUERY: Final = 100
#: Names read at most for one query, the most inhabited first.
MAX_HITS: Final = 6_000
MAX_HITS_SHORT: Final = 1_500
ABBREVIATIONS: Final = {"st": "saint", "ste": "sainte", "sts": "saints", "s": "sur"}
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"^\d[\dab]?\d{0,7}$")

EXACT, PREFIX, WORDS, INSIDE, NEAR = range(5)


def fold(text: str) -> str:
    """Search form of a text: lower case, no accent, ligatures opened, one space for anything else."""
    lower = text.lower().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", plain).strip()


@dataclass(frozen=True, slots=True)
class Entry:
    """A name under which a territory can be found; ``former`` is the name that it had, if it is no longer its own."""

    text: str
    pk: int
    level: str
    department: str
    population: int
    former: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A territory found: ``how`` is the class of the match (lower is better), ``former`` the old name that matched.

    ``by`` is what was read: a name or a code.
    """

    pk: int
    how: int
    population: int
    former: str = ""
    by: str = "name"


@dataclass
class NameIndex:
    """The index itself; immutable once built."""

    entries: list[Entry]
    codes: list[tuple[str, Entry]]
    stamp: int = 0
    blob: str = field(init=False)
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.blob = "\n" + "\n".join(entry.text for entry in self.entries) + "\n"
        self.starts, position = [], 1
        for entry in self.entries:
            self.starts.append(position)
            position += len(entry.text) + 1
        self.codes.sort(key=lambda pair: pair[0])

    def search(self, text: str, *, levels: Iterable[str] = (), department: str = "", limit: int = 20) -> list[Hit]:
        """The best territories for what was typed, best first. Empty text finds nothing."""
        query = fold(text[:MAX_QUERY])
        if not query:
            return []
        wanted = frozenset(levels)
        compact = query.replace(" ", "")
        found = self._by_code(compact) if _CODE.match(compact) else []
        found += self._by_name(query)
        if not found and len(query) >= 4:
            found = self._nearly(query)
        best: dict[int, tuple[Entry, Hit]] = {}
        for entry, hit in found:
            if (wanted and entry.level not in wanted) or (department and entry.department != department):
                continue
            if hit.pk not in best or _order(hit) < _order(best[hit.pk][1]):
                best[hit.pk] = (entry, hit)
        return sorted((hit for _, hit in best.values()), key=_order)[:limit]

    def _by_code(self, code: str) -> list[tuple[Entry, Hit]]:
        low = bisect_left(self.codes, code, key=lambda pair: pair[0])
        high = bisect_right(self.codes, code + "~", key=lambda pair: pair[0])
        found = []
        for key, entry in self.codes[low : min(high, low + MAX_HITS)]:
            how = EXACT if key == code else PREFIX
            found.append((entry, Hit(entry.pk, how, entry.population, entry.former, "code")))
        return found

    def _by_name(self, query: str) -> list[tuple[Entry, Hit]]:
        words = [ABBREVIATIONS.get(word, word) if len(word) > 1 else word for word in query.split()]
        expanded = " ".join(words)
        if len(expanded) == 1:
            return self._short(expanded)
        key = max(words, key=len)
        found = []
        most = MAX_HITS if len(words) > 1 or len(key) > 3 else MAX_HITS_SHORT
        for entry in islice(self._holding(key), most):
            how = _match(entry.text, expanded, words)
            if how is not None:
                found.append((entry, Hit(entry.pk, how, entry.population, entry.former)))
        return found

    def _short(self, letter: str) -> list[tuple[Entry, Hit]]:
        return [
            (e, Hit(e.pk, EXACT if e.text == letter else PREFIX, e.population, e.former))
            for e in islice(self._holding("\n" + letter, offset=1), MAX_HITS_SHORT)
        ]

    def _holding(self, piece: str, offset: int = 0) -> Iterable[Entry]:
        """Entries whose text holds a piece, each once, in index order (the most inhabited first)."""
        position, last = 0, -1
        while (position := self.blob.find(piece, position)) >= 0:
            index = bisect_right(self.starts, position + offset) - 1
            position = self.starts[index] + len(self.entries[index].text)
            if index != last:
                last = index
                yield self.entries[index]

    def _nearly(self, query: str) -> list[tuple[Entry, Hit]]:
        """One or two slips of the keyboard: half of what was typed must be right."""
        slips = 1 if len(query) < 8 else 2
        size = max(len(query) // (slips + 1), 2)
        pieces = {query[i : i + size] for i in range(0, len(query) - size + 1, size)}
        found: dict[str, tuple[Entry, Hit]] = {}
        for piece in pieces:
            for entry in islice(self._holding(piece), MAX_HITS):
                start = entry.text[: len(query) + slips]
                if _distance(query, start, slips) <= slips:
                    found[entry.text + str(entry.pk)] = (entry, Hit(entry.pk, NEAR, entry.population, entry.former))
        return list(found.values())


def _order(hit: Hit) -> tuple[int, bool, int, int]:
    return (hit.how, bool(hit.former), -hit.population, hit.pk)


def _match(text: str, query: str, words: Sequence[str]) -> int | None:
    """Class of the match of a query in a name, None when one of its words is missing."""
    if text == query:
        return EXACT
    if text.startswith(query):
        return PREFIX
    padded = " " + text
    if all(" " + word in padded for word in words):
        return WORDS
    return INSIDE if all(word in text for word in words) else None


def _distance(first: str, second: str, most: int) -> int:
    """Edits (insertion, deletion, substitution, swap) from ``first`` to the closest prefix of ``second``.

    Counts up to ``most + 1``.
    """
    previous: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        current = [i]
        for j, other in enumerate(second, 1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, previous[j - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        previous, row = row, current
    return min(row)


_lock = threading.Lock()
_index: NameIndex | None = None


def index() -> NameIndex:
    """The index of this process, built again when the referential was loaded anew; else one small query."""
    global _index  # noqa: PLW0603 -- one index per process, replaced whole
    stamp = ReferentialLoad.objects.values_list("pk", flat=True).first() or 0
    current = _index
    if current is not None and current.stamp == stamp:
        return current
    with _lock:
        if _index is None or _index.stamp != stamp:
            _index = build(stamp)
            gc.collect()
            gc.freeze()  # 100,000 objects that live as long as the process: not worth a visit at each collection
        return _index


def build(stamp: int = 0) -> NameIndex:
    """Read names, codes, postcodes and former names from the database."""
    entries: list[Entry] = []
    codes: list[tuple[str, Entry]] = []
    by_pk: dict[int, Entry] = {}
    rows = Territory.objects.filter(is_open=True).order_by("-population")
    columns = ("pk", "level", "code", "name", "search", "population", "postcodes", "department__code")
    for pk, level, code, name, search, population, postcodes, department in rows.values_list(*columns):
        own = code if level == Level.DEPARTMENT else department or ""
        entry = Entry(search, pk, level, own, population or 0)
        by_pk[pk] = entry
        entries.append(entry)
        if level == Level.EPCI and (short := fold(short_name(name))) != search:
            entries.append(replace(entry, text=short))
        codes.append((code.lower(), entry))
        codes += [(postcode, entry) for postcode in postcodes]
    former = FormerCode.objects.filter(territory__is_open=True).values_list("code", "name", "search", "territory_id")
    for code, name, search, pk in former:
        today = by_pk[pk]
        entry = Entry(search, pk, Level.COMMUNE, today.department, today.population, name or code)
        codes.append((code.lower(), entry))
        if search and search != today.text:
            entries.append(entry)
    return NameIndex(entries, codes, stamp)


def forget() -> None:
    """Drop the index (tests, and after a load in the same process)."""
    global _index  # noqa: PLW0603 -- see index()
    _index = None
