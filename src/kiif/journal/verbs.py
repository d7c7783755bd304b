"""The vocabulary of the journal: each app says, in `apps.ready()`, how its gestures read.

    verbs.register({"alliance.invited": _("invited {object}")})

A sentence is a verb phrase whose subject is the person: "Maïwenn Astruc *invited Les Mains vives*". `{object}` is
the object's label; any other `{name}` is a key of the entry's `data`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: A name in a phrase, to be filled in.
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_SHAPE = re.compile(r"[a-z_]+\.[a-z][a-z_]*")
_phrases: dict[str, Any] = {}


class UnknownVerbError(LookupError):
    """An action used a verb that no app registered: a mistake of ours, never of a person."""


def register(phrases: Mapping[str, Any]) -> None:
    """Adds verbs ("<app>.<past participle>") with their translatable phrases. Raises ValueError for another shape."""
    for verb in phrases:
        if not _SHAPE.fullmatch(verb):
            raise ValueError(f"{verb!r} is not of the shape <app>.<past_participle>")
    _phrases.update(phrases)


def check(verb: str) -> None:
    """Raises UnknownVerbError unless the verb is registered."""
    if verb not in _phrases:
        raise UnknownVerbError(f"{verb!r} is not registered: kiif.journal.verbs.register({{{verb!r}: …}})")


def phrase(verb: str) -> str:
    """The phrase in the reader's language; an old verb that no app knows any more reads as itself."""
    return str(_phrases.get(verb, verb))


def without_names(verb: str) -> str:
    """The phrase with an ellipsis in place of the object and of everything else that it would tell."""
    return PLACEHOLDER.sub("…", phrase(verb))


def registered() -> list[str]:
    """All verbs, sorted."""
    return sorted(_phrases)


def with_phrase_like(text: str) -> list[str]:
    """Verbs whose phrase, in the reader's language, holds this text (whatever the case)."""
    wanted = text.casefold()
    return [verb for verb in registered() if wanted in phrase(verb).casefold()]
