"""Regular expressions matched in linear time: a set of states walked along the text, never a way back.

A hostile or clumsy pattern cannot stop the server or the page, and both give the same answer (expressions-pattern.js
holds the twin). Read: characters, `.`, classes `[a-z]` and `[^…]`, `\\d \\w \\s` and their capitals (ASCII, as ODK
does), `\\p{L}` `\\p{Lu}` `\\p{Ll}` `\\p{N}`, groups `(…)` and `(?:…)`, `|`, `* + ?`, `{n}` `{n,}` `{n,m}`, `^` and
`$`. Not read, hence refused: references back, look-around, lazy quantifiers. The whole text must match.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

MAX_STATES: Final = 600
MAX_TEXT: Final = 1_000
MAX_REPEAT: Final = 200

Test = Callable[[str], bool]


class PatternError(ValueError):
    """A pattern that cannot be read, or that needs too many states."""


@dataclass(slots=True)
class _State:
    """A step: `test` on a character, or none (`kind`: "split", "start", "end", "done")."""

    kind: str
    test: Test | None = None
    out: list[int] = field(default_factory=list)


#: ("test", Test), ("cat", pieces), ("alt", pieces), ("rep", piece, least, most), ("start",), ("end",)
Piece = tuple[Any, ...]

_SHORT: Final[dict[str, Test]] = {
    "d": lambda c: "0" <= c <= "9",
    "w": lambda c: c.isascii() and (c.isalnum() or c == "_"),
    "s": lambda c: c in " \t\n\r\f\v",
}
_CATEGORIES: Final = ("L", "Lu", "Ll", "N")
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r"}
_SPECIAL: Final = "\\^$.|?*+()[]{}"


def _not(test: Test) -> Test:
    return lambda c: not test(c)


def _one(char: str) -> Test:
    return lambda c: c == char


def _between(low: str, high: str) -> Test:
    return lambda c: low <= c <= high


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0

    def more(self) -> str:
        return self.pattern[self.at] if self.at < len(self.pattern) else ""

    def take(self) -> str:
        if not (char := self.more()):
            raise PatternError
        self.at += 1
        return char

    def accept(self, text: str) -> bool:
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def whole(self) -> Piece:
        piece = self.alternatives()
        if self.more():
            raise PatternError
        return piece

    def alternatives(self) -> Piece:
        options = [self.sequence()]
        while self.accept("|"):
            options.append(self.sequence())
        return ("alt", options)

    def sequence(self) -> Piece:
        pieces = []
        while self.more() and self.more() not in "|)":
            pieces.append(self.repeated(self.atom()))
        return ("cat", pieces)

    def repeated(self, piece: Piece) -> Piece:
        char = self.more()
        if not char or char not in "*+?{":
            return piece
        if piece[0] in ("start", "end"):
            raise PatternError
        self.at += 1
        if char == "{":
            least, most = self.counts()
        else:
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        if self.more() and self.more() in "*+?{":
            raise PatternError
        return ("rep", piece, least, most)

    def counts(self) -> tuple[int, int | None]:
        least = self.integer()
        most: int | None = least
        if self.accept(","):
            most = None if self.more() == "}" else self.integer()
        if not self.accept("}") or (most is not None and most < least):
            raise PatternError
        return least, most

    def integer(self) -> int:
        digits = ""
        while self.more() and self.more() in "0123456789" and len(digits) < 4:
            digits += self.take()
        if not digits or int(digits) > MAX_REPEAT:
            raise PatternError
        return int(digits)

    def atom(self) -> Piece:
        char = self.take()
        if char == "(":
            return self.group()
        if char == "[":
            return ("test", self.group_of_characters())
        if char == "\\":
            return ("test", self.escaped())
        if char in "^$":
            return ("start" if char == "^" else "end",)
        if char == ".":
            return ("test", lambda c: c != "\n")
        if char in "*+?{})]":
            raise PatternError
        return ("test", _one(char))

    def group(self) -> Piece:
        if self.accept("?") and not self.accept(":"):
            raise PatternError
        self.depth += 1
        if self.depth > 20:
            raise PatternError
        piece = self.alternatives()
        self.depth -= 1
        if not self.accept(")"):
            raise PatternError
        return piece

    def escaped(self) -> Test:
        char = self.take()
        if char.lower() in _SHORT:
            test = _SHORT[char.lower()]
            return test if char in _SHORT else _not(test)
        if char in "pP":
            for name in _CATEGORIES:
                if self.accept("{" + name + "}"):
                    test = self.category(name)
                    return test if char == "p" else _not(test)
            raise PatternError
        return _one(self.character(char))

    @staticmethod
    def category(name: str) -> Test:
        return lambda c: unicodedata.category(c).startswith(name)

    @staticmethod
    def character(escaped: str) -> str:
        if escaped in _CONTROLS:
            return _CONTROLS[escaped]
        if escaped.isascii() and escaped.isalnum():
            raise PatternError
        return escaped

    def group_of_characters(self) -> Test:
        negative = self.accept("^")
        tests: list[Test] = []
        while not self.accept("]"):
            tests.append(self.member())
        if not tests:
            raise PatternError
        found = tuple(tests)

        def among(char: str) -> bool:
            return any(test(char) for test in found) is not negative

        return among

    def member(self) -> Test:
        low = self.take()
        if low == "[":
            raise PatternError
        if low == "\\":
            if self.more() and self.more() in "dwsDWSpP":
                return self.escaped()
            low = self.character(self.take())
        if self.more() != "-" or self.pattern[self.at + 1 : self.at + 2] in ("]", ""):
            return _one(low)
        self.at += 1
        high = self.take()
        if high == "[":
            raise PatternError
        if high == "\\":
            high = self.character(self.take())
        if high < low:
            raise PatternError
        return _between(low, high)


class Machine:
    """A pattern ready to match; steps already made are remembered."""

    def __init__(self, pattern: str) -> None:
        self.states: list[_State] = []
        self._left = MAX_STATES * 10
        self.start = self._build(_Reader(pattern).whole(), self._add("done"))
        self._steps: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def _add(self, kind: str, test: Test | None = None, out: tuple[int, ...] = ()) -> int:
        if len(self.states) >= MAX_STATES:
            raise PatternError
        self.states.append(_State(kind, test, list(out)))
        return len(self.states) - 1

    def _build(self, piece: Piece, then: int) -> int:
        """The state from which `piece`, then `then`, is read."""
        self._left -= 1
        if self._left < 0:  # `(((){200}){200}){200}` makes no state, yet would never end
            raise PatternError
        kind = piece[0]
        if kind == "test":
            return self._add("test", piece[1], (then,))
        if kind == "cat":
            for inner in reversed(piece[1]):
                then = self._build(inner, then)
            return then
        if kind == "alt":
            if len(piece[1]) == 1:
                return self._build(piece[1][0], then)
            return self._add("split", None, tuple(self._build(option, then) for option in piece[1]))
        if kind == "rep":
            return self._repeat(piece[1], piece[2], piece[3], then)
        return self._add(kind, None, (then,))

    def _repeat(self, piece: Piece, least: int, most: int | None, then: int) -> int:
        if most is None:
            loop = self._add("split", None, (then,))
            self.states[loop].out.append(self._build(piece, loop))
            then = loop
        else:
            end = then
            for _ in range(most - least):
                then = self._add("split", None, (end, self._build(piece, then)))
        for _ in range(least):
            then = self._build(piece, then)
        return then

    def _reach(self, begun: list[int], first: bool, last: bool) -> frozenset[int]:
        """States reached without reading a character."""
        seen: set[int] = set()
        while begun:
            index = begun.pop()
            if index in seen:
                continue
            seen.add(index)
            state = self.states[index]
            if state.kind == "split" or (state.kind == "start" and first) or (state.kind == "end" and last):
                begun.extend(state.out)
        return frozenset(seen)

    def matches(self, text: str) -> bool:
        """Whether the whole text is described; a text longer than `MAX_TEXT` never is."""
        if len(text) > MAX_TEXT:
            return False
        current = self._reach([self.start], True, not text)
        for place, char in enumerate(text):
            current = self._step(current, char, place == len(text) - 1)
        return 0 in current

    def _step(self, current: frozenset[int], char: str, last: bool) -> frozenset[int]:
        key = (current, char)
        found = None if last else self._steps.get(key)
        if found is None:
            states = (self.states[index] for index in current)
            nexts = [state.out[0] for state in states if state.test is not None and state.test(char)]
            found = self._reach(nexts, False, last)
            if not last and len(self._steps) < 5_000:
                self._steps[key] = found
        return found


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Machine:
    """The machine of a pattern. Raises PatternError."""
    return Machine(pattern)
