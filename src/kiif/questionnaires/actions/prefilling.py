"""Answers known before one begins: named in the address of a link, or taken from an earlier answer of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.questionnaires import values
from kiif.questionnaires.actions.answering import prefill
from kiif.questionnaires.definition import Base, Definition
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Response
from kiif.questionnaires.values.places import DRAWN
from kiif.ui.errors import NotAllowed

#: Kinds that a link may fill: short facts, never a consent, a signature or a file.
BY_LINK: Final = frozenset(
    {"text", "number", "money", "percent", "date", "choice", "choices", "scale", "email", "phone", "url", "yes_no",
     "territories", "organisation"}
)  # fmt: skip
#: Kinds that are given anew each time.
NEVER: Final = frozenset({"consent", "signature", "files", "calculated", "note"})
#: Longest value in a link, most values.
LONGEST: Final = 300
MOST: Final = 30


def allowed(definition: Definition, query: Mapping[str, str]) -> dict[str, tuple[Base, str]]:
    """Questions that a link names and may fill, by identifier, with the text given."""
    found: dict[str, tuple[Base, str]] = {}
    for name, text in list(query.items())[:100]:
        question = definition.by_name.get(name)
        kind = getattr(question, "kind", "")
        if question is not None and kind in BY_LINK and 0 < len(text) <= LONGEST and len(found) < MOST:
            found[question.id] = (question, text)
    return found


def labels(definition: Definition, query: Mapping[str, str], speak: Any) -> list[tuple[Any, str]]:
    """What a link will fill, in words: shown before one begins."""
    made = []
    for key, value in _read(definition, query).items():
        question = definition.by_id[key]
        made.append((speak(question.label), values.show(question, value, speak.language)))
    return made


class _Sent(dict[str, list[str]]):
    """What a form would have sent."""

    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])


def _read(definition: Definition, query: Mapping[str, str]) -> dict[str, Any]:
    made = {}
    for key, (question, text) in allowed(definition, query).items():
        kind = getattr(question, "kind", "")
        parts = text.split(",") if kind in {"choices", "territories"} else [text]
        # who opens a link is not known yet: it names official places only, never areas that somebody drew
        parts = [part for part in parts if not part.strip().startswith(f"{DRAWN}:")]
        try:
            value = values.read(question, values.Raw(_Sent({key: parts}).getlist, key))
        except ValueError:
            continue
        if value is not None:
            made[key] = value
    return made


def from_query(*, response: Response, query: Mapping[str, str], by: Actor, links: Iterable[str] = ()) -> list[str]:
    """Fills what is still empty from a link; gives the identifiers of what it filled. What cannot be read is left."""
    return prefill(response=response, found=_read(definition_of(response.version), query), by=by, links=links)


def from_earlier(*, response: Response, source: Response, by: Actor, links: Iterable[str] = ()) -> int:
    """Fills what is still empty from another answer of the same person: same question, else same name and kind.

    Raises NotAllowed for somebody else's answer.
    """
    if by.user is None or source.owner_id != by.user.pk:
        raise NotAllowed(_("Only an answer of your own can be taken over."))
    before, after = Dossier(source), Dossier(response)
    found: dict[str, Any] = {}
    for question in after.definition.walk():
        kind = getattr(question, "kind", "")
        other: Any = before.definition.by_id.get(question.id) or before.definition.by_name.get(question.name)
        if other is None or other.kind != kind or kind in NEVER or other.id not in before.values:
            continue
        if question.id in after.values:
            continue
        try:
            found[question.id] = values.accept(question, before.values[other.id])
        except ValueError:
            continue
    return len(prefill(response=response, found=found, by=by, links=links))
