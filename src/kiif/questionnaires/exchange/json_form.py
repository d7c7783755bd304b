"""Definitions as JSON documents, with their published schema."""

from __future__ import annotations

import json
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.questionnaires.definition import FORMAT, Definition, DefinitionError, read
from kiif.questionnaires.exchange.remarks import ExchangeError, Imported, Remark
from kiif.ui.middleware import clean_json

MAX_BYTES: Final = 5 << 20
#: Deepest document: a definition never goes beyond ten.
MAX_DEPTH: Final = 30


def to_json(definition: Definition) -> bytes:
    """The document, readable: the same definition gives the same bytes."""
    return (json.dumps(definition.document(), ensure_ascii=False, indent=2) + "\n").encode()


def from_json(content: bytes) -> Imported:
    """The definition of a JSON document; each fault with its place. Raises ExchangeError when it is not JSON."""
    if len(content) > MAX_BYTES:
        raise ExchangeError(_("This file weighs more than 5 MB: it is not read. A form weighs much less."))
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise ExchangeError(_("This file is not readable JSON.")) from None
    if not isinstance(document, dict) or document.get("format", FORMAT) != FORMAT:
        raise ExchangeError(
            _("This file is not a questionnaire: its “format” should be “%(format)s”.") % {"format": FORMAT}
        )
    if _depth(document) > MAX_DEPTH:
        raise ExchangeError(_("This file is not a questionnaire: it goes too deep."))
    if not clean_json(document):  # NUL, halves of characters: no database nor page takes them
        raise ExchangeError(_("This file is not readable JSON."))
    try:
        return Imported(read(document))
    except DefinitionError as error:
        return Imported(None, tuple(Remark("error", f"{place}: {words}") for place, words in error.problems[:300]))


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of definitions."""
    found: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:kiif:{FORMAT}",
        **Definition.model_json_schema(),
    }
    return found | {"title": "kiif questionnaire"}


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _depth(document: Any) -> int:
    deepest, waiting = 0, [(document, 1)]
    while waiting:
        part, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        waiting.extend((one, depth + 1) for one in inner)
    return deepest
