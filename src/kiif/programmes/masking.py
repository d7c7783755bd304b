"""Hiding in words who applies: the name of the organisation, those of its people, their addresses and numbers."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kiif.attachments import kinds
from kiif.programmes.models import Application
from kiif.questionnaires.reviewing import Line

#: What stands in the place of a name.
MASK: Final = "[…]"
#: Shorter words than this are too common to be taken for a name.
SHORTEST: Final = 4
#: Words of an organisation's name that say nothing of who it is.
_COMMON: Final = frozenset({"association", "société", "sarl", "scic", "scop", "collectif", "coopérative", "exemple"})
_ADDRESSES: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+|www\.\S+")
_PHONES: Final = re.compile(r"(?<!\d)(?:\+33|0)\s?[1-9](?:[\s.-]?\d{2}){4}(?!\d)")
_AROUND: Final = re.compile(r"\s*[(\[].*?[)\]]\s*$")


def of(application: Application) -> re.Pattern[str]:
    """What to mask in the texts of an application, asked once for each object."""
    kept: re.Pattern[str] | None = application.__dict__.get("_mask")
    if kept is None:
        kept = application.__dict__["_mask"] = pattern(_names(application))
    return kept


def _names(application: Application) -> list[str]:
    organisation = application.organisation
    found = [application.organisation_name, organisation.name if organisation else "", application.siren]
    response = application.response
    people = [response.owner] if response.owner else []
    people += [row.user for row in response.participants.select_related("user")]
    return found + [str(person) for person in people]


def pattern(names: list[str]) -> re.Pattern[str]:
    """One expression for all these names, whatever their case; the longest first."""
    kept = set()
    for name in names:
        bare = _AROUND.sub("", name).strip()
        if len(bare) >= SHORTEST and bare.casefold() not in _COMMON:
            kept.add(bare)
    words = sorted(kept, key=len, reverse=True)
    if not words:
        return re.compile(r"(?!)")
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in words) + r")(?!\w)", re.IGNORECASE)


def text(words: str, mask: re.Pattern[str]) -> str:
    """The same words without names, e-mail or web addresses, phone numbers."""
    return _PHONES.sub(MASK, _ADDRESSES.sub(MASK, mask.sub(MASK, words)))


def line(one: Line, mask: re.Pattern[str], numbers: Iterator[int]) -> Line:
    """An answer whose words hide who applies. `numbers`: those of its files, which follow each other in a dossier."""
    return replace(
        one,
        lines=[text(words, mask) for words in one.lines],
        rows=[[text(cell, mask) for cell in row] for row in one.rows],
        html=_html(one.html, mask) if one.html else one.html,
        files=[_unnamed(file, number) for file, number in zip(one.files, numbers, strict=False)],
    )


def _unnamed(file: Any, number: int) -> Any:
    """The same file under a number: people name their files after themselves. For reading only, never to be kept."""
    made, kind = copy.copy(file), kinds.of_key(file.kind)
    name = _("File %(number)s") % {"number": number}
    made.label, made.original_name = "", f"{name}.{kind.extensions[0]}" if kind else name
    return made


def _html(html: str, mask: re.Pattern[str]) -> SafeString:
    """Rich text: words between tags are masked; links are taken off, since they may name somebody."""
    bare = re.sub(r"</?a\b[^>]*>", "", html)
    pieces = re.split(r"(<[^>]+>)", bare)
    made = [piece if piece.startswith("<") else escape_once(text(piece, mask)) for piece in pieces]
    return mark_safe("".join(made))  # noqa: S308 -- cleaned before, and only words were replaced


def escape_once(words: str) -> str:
    """Words of a cleaned page stay as they are: only a lone "<" could open a tag."""
    return words if "<" not in words else escape(words)
