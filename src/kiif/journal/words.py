"""The difference inside a text, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Shorter values are shown whole, before and after.
SHORT = 60
#: Above, the comparison would cost more than it tells (its worst case grows with the square).
MOST_WORDS = 800
_WORDS = re.compile(r"\S+|\s+")


@dataclass(frozen=True)
class Piece:
    """A run of text: `kind` is "same", "removed" or "added"."""

    kind: str
    text: str


def difference_of_texts(before: str, after: str) -> list[Piece]:
    """Runs of words kept, removed and added, in order; empty when either text is empty, short or very long.

    The kept and removed runs together make `before`, the kept and added ones make `after`.
    """
    if not before or not after or max(len(before), len(after)) <= SHORT:
        return []
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return []
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(old[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(new[c:d])))
    return pieces
