"""What a reader would stumble on: missing or half translations, lost placeholders, typed-in typography."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!%)%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_NOT_PROSE = re.compile(r"</?[a-zA-Z][^>]*>|&#?\w+;|\w+://\S+|mailto:\S+|\S+\?\w+=\S*|`[^`]*`")
_TYPOGRAPHY = (
    (re.compile(r"\w'\w"), "straight apostrophe: write ’ (U+2019)"),
    (re.compile(r'"'), "straight quotes: write « … » with no-break spaces"),
    (re.compile(r"\.\.\."), "three dots: write … (U+2026)"),
    (
        re.compile(r"(?<![\u202f!?;(«])[;!?](?!\w)"),
        "before ; ! ? write a narrow no-break space (U+202F)",
    ),
    (re.compile(r"(?<!\u00a0):(?=\s|$)"), "before a colon write a no-break space (U+00A0)"),
    (re.compile(r"«(?![\u00a0\u202f])|(?<![\u00a0\u202f])»"), "inside « » write no-break spaces"),
    (re.compile(r"[0-9s)] (?:%|€)"), "before % and € write a no-break space"),
)


def problems(path: Path, kept: Catalog, wanted: Catalog) -> Iterator[str]:
    """One sentence for each fault of the catalogue at `path`."""
    ids = {(m.id, m.context) for m in wanted if m.id}
    known = {(m.id, m.context) for m in kept if m.id}
    for message in kept.obsolete.values():
        yield f"{path}: obsolete entry {_short(message.id)} (run make messages PRUNE=1)"
    for id_, _context in sorted(ids - known, key=str):
        yield f"{path}: missing entry {_short(id_)} (run make messages)"
    for id_, _context in sorted(known - ids, key=str):
        yield f"{path}: obsolete entry {_short(id_)} (run make messages PRUNE=1)"
    for message in kept:
        if message.id and (message.id, message.context) in ids:
            yield from (f"{path}: {_short(message.id)}: {fault}" for fault in faults(message))


def faults(message: Message) -> Iterator[str]:
    """What is wrong with one translation."""
    ids = (message.id,) if isinstance(message.id, str) else message.id
    strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    if message.fuzzy:
        yield "fuzzy: read it again, then remove the flag"
    if not strings or not all(strings):
        yield "not translated"
        return
    yield from _placeholder_faults(tuple(ids), tuple(strings))
    for string in strings:
        prose = PLACEHOLDER.sub("x", _NOT_PROSE.sub("x", string))
        yield from (f"{name} in {_short(string)}" for pattern, name in _TYPOGRAPHY if pattern.search(prose))
        if sorted(TAG.findall(string)) != sorted(TAG.findall(ids[-1])) and len(ids) == 1:
            yield "its HTML tags differ from the source"


def _placeholder_faults(ids: tuple[str, ...], strings: tuple[str, ...]) -> Iterator[str]:
    wanted = sorted(PLACEHOLDER.findall(ids[-1]))
    for string in strings:
        found = sorted(PLACEHOLDER.findall(string))
        # a singular may say "un" instead of the number
        if found != wanted and not (len(ids) > 1 and string == strings[0] and set(found) <= set(wanted)):
            yield f"placeholders {found} instead of {wanted}"


def disagreements(catalogues: dict[Path, Catalog]) -> Iterator[str]:
    """Sentences that two apps translate differently: only one of them would be shown."""
    first: dict[tuple[object, str | None], tuple[Path, object]] = {}
    for path, catalogue in catalogues.items():
        for message in catalogue:
            if not message.id or not message.string:
                continue
            where, string = first.setdefault((message.id, message.context), (path, message.string))
            if string != message.string:
                yield f"{path}: {_short(message.id)} is translated otherwise in {where}: agree, or use pgettext"


def _short(text: object) -> str:
    shown = text if isinstance(text, str) else " | ".join(text)  # type: ignore[arg-type] # a plural is a tuple
    shown = " ".join(shown.split(" "))
    return "“" + (shown if len(shown) < 70 else shown[:67] + "…") + "”"
