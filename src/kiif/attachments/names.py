"""The name that a person gave to a file: only ever a label, made safe to show and to save under."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 120
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


def clean_name(raw: str) -> str:
    """A name without folders, control or direction characters, nor what an operating system refuses.

    At most 120 characters, the extension kept. "file" when nothing is left.
    """
    last = re.split(r"[\\/]", raw)[-1]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in _HIDDEN)
    shown = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", shown)).strip(" .")
    path = PurePosixPath(shown or "file")
    stem, suffix = path.stem.strip(" ."), path.suffix
    if not stem or stem.split(".")[0].lower() in _RESERVED:
        stem = f"file_{stem}".rstrip("_")
    suffix = suffix[:20]
    return stem[: LONGEST - len(suffix)].rstrip(" .") + suffix


#: Controls, format characters (direction overrides among them), surrogates, private and unassigned.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def extensions(name: str) -> list[str]:
    """Extensions of a clean name, lower case, without the points: ["pdf"], or ["exe", "pdf"]."""
    return [suffix[1:].lower() for suffix in PurePosixPath(name).suffixes]


def clean_label(raw: str, longest: int = 200) -> str:
    """A line of text that a person typed, on one line, without hidden characters."""
    shown = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", raw))
    shown = "".join(c for c in shown if unicodedata.category(c) not in _HIDDEN)
    return re.sub(r" +", " ", shown).strip()[:longest]
