"""Values of the journal as JSON that keeps what a reader needs: kinds, references, the label of that day.

People are kept by reference only (`{"$user": 12}`), so that erasing a person erases the name everywhere.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Manager, Model, QuerySet

#: A longer text is cut: the journal tells a difference, it does not store versions.
LONGEST_TEXT = 10_000
_REFUSED_BY_DATABASES = re.compile(r"[\x00\ud800-\udfff]")


def clean_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text that every database takes: without NUL or lone surrogates, cut at `longest` characters."""
    text = _REFUSED_BY_DATABASES.sub("", text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _encode_model(value: Model) -> dict[str, Any]:
    if isinstance(value, get_user_model()):
        return {"$user": value.pk}
    return {"$ref": [value._meta.label_lower, str(value.pk)], "label": clean_text(str(value), 300)}


def _encode_scalar(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, dt.date):
        return {"$date": value.isoformat()}
    if isinstance(value, (Decimal, float)):
        return {"$number": str(value)}  # JSON of PostgreSQL does not keep how a number was written
    return clean_text(str(value))


def encode(value: Any) -> Any:
    """Anything that an action may pass, as JSON. Encoding what is encoded changes nothing."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Model):
        return _encode_model(value)
    if isinstance(value, Mapping):
        return {clean_text(str(key)): encode(inner) for key, inner in value.items()}
    if isinstance(value, Manager):
        value = value.all()
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    if isinstance(value, (list, tuple, QuerySet)):
        return [encode(inner) for inner in value]
    return _encode_scalar(value)


def people_in(value: Any) -> Iterable[int]:
    """Keys of the users that an encoded value refers to."""
    if isinstance(value, dict):
        if "$user" in value:
            yield value["$user"]
        for inner in value.values():
            yield from people_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from people_in(inner)
