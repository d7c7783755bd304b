"""Our expressions in XLSForm, and back. They are the same language: only names inside a table differ.

A column of a table is `${column}` in its own row with us, `${table.column}` in XLSForm, where every name is unique; a
coded answer (`${name.coded}`) does not exist there. `to_xpath` and `from_xpath` are inverse of one another, except for
what has no name in XLSForm, which the workbook keeps beside (`kiif_spec`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiif.questionnaires.expressions import ExpressionError
from kiif.questionnaires.expressions.syntax import read_reference, tokens


def renamed(source: str, rename: Callable[[str, str], str]) -> str:
    """The expression with each `${name.part}` replaced by what `rename(name, part)` gives; the rest untouched.

    An expression that cannot be cut into words comes back as it is.
    """
    try:
        words = list(tokens(source))
    except ExpressionError:
        return source
    return "".join(rename(*read_reference(word.text)) if word.kind == "reference" else word.text for word in words)


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

    def rename(name: str, part: str) -> str:
        whole = f"{name}.{part}" if part else name
        known = names.get(whole, whole)
        name, _dot, part = known.partition(".")
        return reference(part) if table and name == table and part in columns else reference(name, part)

    return renamed(source, rename)
