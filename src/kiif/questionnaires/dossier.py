"""One answer as it is now: its definition, what is held, what the engine makes of it. Three queries, once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from kiif.questionnaires import engine
from kiif.questionnaires.definition import Definition
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Answer, Response


@dataclass(frozen=True)
class Held:
    """What is kept for one question. `revision`: the one that the dossier reached when it was written."""

    value: Any
    revision: int
    by: int | None
    at: dt.datetime


class Dossier:
    """An answer read at once. `held` and `values` go by identifier of question."""

    def __init__(self, response: Response, language: str = "") -> None:
        self.response = response
        self.language = language or response.language
        self.definition: Definition = definition_of(response.version)

    @cached_property
    def held(self) -> dict[str, Held]:
        rows = Answer.objects.filter(response=self.response).values_list(
            "field__key", "value", "revision", "changed_by", "changed_at"
        )
        return {key: Held(*rest) for key, *rest in rows}

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the engine reads: questions of this version only. Others stay held, for the day they come back."""
        known = self.definition.by_id
        return {key: one.value for key, one in self.held.items() if key in known}

    @cached_property
    def state(self) -> engine.FormState:
        return self.state_of(self.values)

    def state_of(self, values: dict[str, Any]) -> engine.FormState:
        """What the form would be with these values."""
        return engine.state(
            self.definition,
            values,
            variants=self.response.variants,
            language=self.language,
            today=timezone.localdate(),
        )


def canonical(value: Any) -> str:
    """The one way to write a value as text: for digests and comparisons."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 of a value, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
