"""From the text of an expression to a small frozen tree. Grammar: docs/expressions.md; twin: expressions.js."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from kiif.questionnaires.expressions import regular
from kiif.questionnaires.expressions.errors import ExpressionError

MAX_LENGTH: Final = 2_000
#: Operators one after the other go deeper in the tree than parentheses, which are read within one another.
MAX_DEPTH: Final = 100
MAX_NESTING: Final = 40

#: Functions and how many values each takes (least, most).
FUNCTIONS: Final = {
    "true": (0, 0), "false": (0, 0), "not": (1, 1), "boolean": (1, 1), "if": (3, 3), "coalesce": (2, 2),
    "selected": (2, 2), "selected-at": (2, 2), "count-selected": (1, 1), "jr:choice-name": (2, 2),
    "number": (1, 1), "int": (1, 1), "round": (1, 2), "abs": (1, 1),
    "string": (1, 1), "concat": (1, 40), "string-length": (1, 1), "contains": (2, 2), "starts-with": (2, 2),
    "ends-with": (2, 2), "regex": (2, 2),
    "today": (0, 0), "date": (1, 1), "decimal-date-time": (1, 1), "format-date": (2, 2),
    "sum": (1, 40), "count": (1, 40), "min": (1, 40), "max": (1, 40),
}  # fmt: skip

#: Operators from the loosest to the tightest; those of one line are read from left to right.
PRECEDENCE: Final = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
WORDS: Final = frozenset({"or", "and", "div", "mod"})


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression; `at`: code points from its start."""

    at: int = field(compare=False)

    @property
    def children(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: str | float


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """`${name}` or `${name.part}`; `end` is where it stops."""

    name: str
    part: str
    end: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Own(Node):
    """`.`: the answer itself."""


@dataclass(frozen=True, slots=True)
class Negative(Node):
    operand: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class Binary(Node):
    operator: str
    left: Node
    right: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.arguments


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    at: int


_TOKEN: Final = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<reference>\$\{[ ]*[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_.-]+)?[ ]*\})"
    r"|(?P<word>[a-z]+(?:[-:][a-z]+)*)"
    r"|(?P<sign><=|>=|!=|[=<>+*(),.-])"
)
_WRONG: Final = {"'": "quote", '"': "quote", "$": "reference"}


def tokens(source: str) -> Iterator[Token]:
    """The words of an expression, spaces included. Raises ExpressionError."""
    at = 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        if not found:
            raise ExpressionError(_WRONG.get(source[at], "character"), at, found=source[at])
        yield Token(str(found.lastgroup), found.group(), at)
        at = found.end()


def read_reference(text: str) -> tuple[str, str]:
    """`${name.part}` → ("name", "part")."""
    name, _, part = text[2:-1].strip(" ").partition(".")
    return name, part


@lru_cache(maxsize=8_192)
def parse(source: str) -> Node:
    """The tree of an expression that is not empty. Raises ExpressionError."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError("too-long", MAX_LENGTH, most=MAX_LENGTH)
    node = _Parser(source).whole()
    if _depth(node) > MAX_DEPTH:
        raise ExpressionError("too-deep", 0)
    return node


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def references(source: str) -> tuple[Reference, ...]:
    """Questions that an expression reads, in order, repeated as written; none for an empty one."""
    if not source.strip():
        return ()
    return tuple(node for node in walk(parse(source)) if isinstance(node, Reference))


def _depth(node: Node) -> int:
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in current.children)
    return deepest


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens = [token for token in tokens(source) if token.kind != "space"]
        self.end = Token("end", "", len(source))
        self.next = 0
        self.depth = 0

    def peek(self) -> Token:
        return self.tokens[self.next] if self.next < len(self.tokens) else self.end

    def take(self) -> Token:
        token = self.peek()
        self.next += 1
        return token

    def whole(self) -> Node:
        node = self.level(0)
        if (token := self.peek()).kind != "end":
            raise ExpressionError("unexpected", token.at, found=token.text)
        return node

    def level(self, level: int) -> Node:
        if level == len(PRECEDENCE):
            return self.unary()
        left = self.level(level + 1)
        while (token := self.peek()).kind in ("sign", "word") and token.text in PRECEDENCE[level]:
            self.next += 1
            left = Binary(token.at, token.text, left, self.level(level + 1))
        return left

    def unary(self) -> Node:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise ExpressionError("too-deep", self.peek().at)
        token = self.take()
        node = Negative(token.at, self.unary()) if token.text == "-" else self.primary(token)
        self.depth -= 1
        return node

    def primary(self, token: Token) -> Node:
        if token.kind == "number":
            return Literal(token.at, float(token.text))
        if token.kind == "text":
            return Literal(token.at, token.text[1:-1])
        if token.kind == "reference":
            return Reference(token.at, *read_reference(token.text), token.at + len(token.text))
        if token.text == ".":
            return Own(token.at)
        if token.text == "(":
            node = self.level(0)
            self.close()
            return node
        if token.kind == "word" and token.text not in WORDS:
            return self.call(token)
        if token.kind == "end":
            raise ExpressionError("end", token.at)
        raise ExpressionError("unexpected", token.at, found=token.text)

    def close(self) -> None:
        token = self.take()
        if token.text != ")":
            raise ExpressionError("closing", token.at)

    def call(self, name: Token) -> Node:
        if self.peek().text != "(":
            raise ExpressionError("word", name.at, found=name.text)
        if name.text not in FUNCTIONS:
            raise ExpressionError("function", name.at, found=name.text)
        self.next += 1
        arguments: list[Node] = []
        if self.peek().text != ")":
            arguments.append(self.level(0))
            while self.peek().text == ",":
                self.next += 1
                arguments.append(self.level(0))
        self.close()
        least, most = FUNCTIONS[name.text]
        if not least <= len(arguments) <= most:
            raise ExpressionError("arguments", name.at, function=name.text)
        return _checked(Call(name.at, name.text, tuple(arguments)))


_NAMED: Final = re.compile(r"\$\{[ ]*[A-Za-z_][A-Za-z0-9_-]*[ ]*\}")


def _checked(call: Call) -> Call:
    """Refuses what must be written out: the pattern of `regex`, the question of `jr:choice-name`."""
    if call.function not in ("regex", "jr:choice-name"):
        return call
    second = call.arguments[1]
    written = second.value if isinstance(second, Literal) else None
    if call.function == "regex":
        if not isinstance(written, str):
            raise ExpressionError("pattern-literal", second.at)
        try:
            regular.compiled(written)
        except regular.PatternError:
            raise ExpressionError("pattern", second.at) from None
    elif not isinstance(written, str) or not _NAMED.fullmatch(written):
        raise ExpressionError("choice-name", second.at)
    return call
