"""Finds the sentences of a package, in its Python code and in its templates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.extract import extract
from django.utils.translation.template import templatize

KEYWORDS: dict[str, tuple[Any, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATE_SUFFIXES = {".html", ".txt", ".svg", ".xml"}


class Sentence(NamedTuple):
    """A sentence of the source: `text` is a string, or (singular, plural)."""

    text: str | tuple[str, str]
    context: str | None
    comments: tuple[str, ...]
    file: str


def sentences_of(package: Path) -> Iterator[Sentence]:
    """Every sentence of a package, files in alphabetical order. Raises SyntaxError with the file's name."""
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if {"migrations", "__pycache__", "static"} & set(inside.parts):
            continue
        if path.suffix == ".py":
            yield from _found_in(path.read_text("utf-8"), str(inside))
        elif path.suffix in TEMPLATE_SUFFIXES and "templates" in inside.parts:
            yield from _found_in(_python_of(path), str(inside))


def _python_of(template: Path) -> str:
    """The template as Python-like lines; indentation means nothing there and would upset the tokenizer."""
    code = templatize(template.read_text("utf-8"), str(template))
    return "\n".join(line.strip() for line in code.splitlines())


def _found_in(code: str, file: str) -> Iterator[Sentence]:
    source = io.BytesIO(code.encode())
    found = extract("python", source, KEYWORDS, ["Translators:"], {"encoding": "utf-8"}, strip_comment_tags=False)
    for _line, text, comments, context in found:
        if text and text != ("", ""):
            words = text if isinstance(text, str) else (text[0], text[1])
            yield Sentence(words, context, tuple(comments), file)
