"""Our expressions in XLSForm, and back. They are the same language: only names inside a table differ.

A column of a table is `${column}` in its own row with us, `${table.column}` in XLSForm, where every name is unique; a
coded answer (`${name.coded}`) does not exist there. `to_xpath` and `from_xpath` are inverse of one another, except for
what has no name in XLSForm, which the workbook keeps beside (`kiif_spec`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from kiif.questionnaires.expressions import ExpressionError
from kiif.questionnaires.expressions.syntax import Token, read_reference, tokens

_ACCENTED: Final = re.compile(r"\$\{\s*([^\s{}]*[^\x00-\x7f][^\s{}]*)\s*\}")
_QUOTED: Final = re.compile(r"['\"]\$\{[ ]*[A-Za-z_][A-Za-z0-9_.-]*[ ]*\}['\"]")


def renamed(source: str, rename: Callable[[str, str], str]) -> str:
    """The expression with each `${name.part}` replaced by what `rename(name, part)` gives; the rest untouched.

    An expression that cannot be cut into words comes back as it is.
    """
    try:
        words = list(tokens(source))
    except ExpressionError:
        return source
    return "".join(_renamed(word, rename) for word in words)


def _renamed(word: Token, rename: Callable[[str, str], str]) -> str:
    """A reference, or the quoted one of `jr:choice-name`, under its new name; anything else as it is."""
    if word.kind == "reference":
        return rename(*read_reference(word.text))
    if word.kind == "text" and _QUOTED.fullmatch(word.text):
        return word.text[0] + rename(*read_reference(word.text[1:-1])) + word.text[-1]
    return word.text


def reference(name: str, part: str = "") -> str:
    return f"${{{name}.{part}}}" if part else f"${{{name}}}"


def to_xpath(source: str, table: str = "", columns: frozenset[str] = frozenset()) -> str:
    """An expression as XLSForm writes it; `table` and `columns` when it stands in a row."""

    def rename(name: str, part: str) -> str:
        if part == "coded":
            return "''"
        return reference(table, name) if not part and name in columns else reference(name, part)

    return renamed(source, rename)


def from_xpath(source: str, names: Mapping[str, str], table: str = "", columns: frozenset[str] = frozenset()) -> str:
    """An expression of XLSForm as ours. `names`: ours for each name of the workbook (as is when not there)."""

    # names with accents, which no expression of ours has, are replaced before anything is read
    source = _ACCENTED.sub(lambda found: reference(names[found[1]]) if found[1] in names else found[0], source)

    def rename(name: str, part: str) -> str:
        whole = f"{name}.{part}" if part else name
        known = names.get(whole, whole)
        name, _dot, part = known.partition(".")
        return reference(part) if table and name == table and part in columns else reference(name, part)

    return renamed(source, rename)
