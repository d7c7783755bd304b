"""Names of questions and keys of choices made from words, and their change everywhere they are used."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any, Final

from kiif.questionnaires.drafting.elements import Flat, copied

LONGEST: Final = 40
#: A name that nobody chose: it follows the label until somebody does, or uses it.
AUTOMATIC: Final = re.compile(r"^question(_\d+)?$")
_LITTLE: Final = re.compile(
    r"^(a|au|aux|avec|ce|ces|d|dans|de|des|du|elle|en|est|et|il|ils|elles|l|la|le|les|leur|leurs|ne|nous|on|ou|par|pas|"
    r"pour|qu|que|quel|quelle|quels|quelles|qui|s|sa|se|ses|si|son|sont|sur|un|une|vos|votre|vous|y|the|of|your|you|is|"
    r"are|what|which|how|do|does|in|to|for|and)$"
)


def slug(text: str, longest: int = 30) -> str:
    """Letters, digits and underscores, without the little words: slug("Nom de la structure") → "nom_structure"."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = [word for word in re.split(r"[^a-z0-9]+", plain) if word]
    kept = [word for word in words if not _LITTLE.match(word)] or words
    found = ""
    for word in kept:
        longer = f"{found}_{word}" if found else word
        if found and len(longer) > longest:
            break
        found = longer[:longest]
    return found.strip("_")


def name_from(text: str, taken: Collection[str]) -> str:
    """A free name for a question, from its words."""
    wanted = slug(text) or "question"
    if not wanted[0].isalpha():
        wanted = f"q_{wanted}"
    return free(wanted, taken)


def key_from(text: str, taken: Collection[str]) -> str:
    """A free key for a choice, from its words."""
    wanted = slug(text, 24) or "choix"
    return free(wanted if wanted != "other" else "autre", taken)


def free(wanted: str, taken: Collection[str]) -> str:
    """This name, or the first free one with a number after it."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted[: LONGEST - 4]}_{number}" in taken:
        number += 1
    return f"{wanted[: LONGEST - 4]}_{number}"


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(r"\$\{\s*" + re.escape(name) + r"(?=\s*[}.])")


def uses(flat: Flat, name: str) -> list[str]:
    """Elements whose conditions, calculations or words call this name."""
    pattern = _pattern(name)
    return [key for key, fields in flat.items() if _found(fields, pattern)]


def _found(value: Any, pattern: re.Pattern[str]) -> bool:
    if isinstance(value, str):
        return bool(pattern.search(value))
    if isinstance(value, Mapping):
        return any(_found(one, pattern) for one in value.values())
    return isinstance(value, list) and any(_found(one, pattern) for one in value)


def renamed(flat: Flat, names: Mapping[str, str], within: Collection[str] | None = None) -> Flat:
    """The elements where `${old}` is `${new}` everywhere (or in those of `within` only)."""
    result = copied(flat)
    patterns = [(_pattern(old), "${" + new) for old, new in names.items() if old != new]
    for key in result if within is None else within:
        result[key] = {name: _replaced(value, patterns) for name, value in result[key].items()}
    return result


def _replaced(value: Any, patterns: list[tuple[re.Pattern[str], str]]) -> Any:
    if isinstance(value, str):
        for pattern, new in patterns:
            value = pattern.sub(new.replace("\\", r"\\"), value)
        return value
    if isinstance(value, dict):
        return {name: _replaced(one, patterns) for name, one in value.items()}
    return [_replaced(one, patterns) for one in value] if isinstance(value, list) else value
