"""What a summary reads of many questions at once: seven queries at most, however many questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from django.db.models import Count, QuerySet

from kiif.questionnaires.models import Answer, AnswerItem, Response
from kiif.questionnaires.reading.plan import Group, Plan
from kiif.questionnaires.values.base import CODED

#: Kinds whose answers are one key each, several keys, a number.
ONE_KEY: Final = frozenset({"choice", "yes_no"})
KEYS: Final = frozenset({"choices", "ranking", "territories", "grid"})
NUMBERS: Final = frozenset({"number", "money", "percent", "scale", "date", "calculated", "files", "table"})


class Tally:
    """Counts by group. An answer counts for the group that reads its version (see `plan`)."""

    def __init__(self, plan: Plan, groups: Sequence[Group], responses: QuerySet[Response]) -> None:
        self._owner = {
            (plan.fields[group.question.id], version): group.key
            for group in groups
            if group.question.id in plan.fields
            for version in group.versions
        }
        self._fields = {group.key: plan.fields.get(group.question.id) for group in groups}
        self._kinds = {group.key: group.question.kind for group in groups}
        self._among = responses.order_by().values("pk")
        self.asked: Counter[int] = Counter(dict(responses.order_by().values_list("version").annotate(Count("pk"))))
        self.answered: Counter[str] = Counter()
        self.keys: dict[str, Counter[str]] = {group.key: Counter() for group in groups}
        self.numbers: dict[str, np.ndarray] = {}
        self._count()
        self._count_keys()
        self._read_numbers()

    def _of(self, kinds: frozenset[str]) -> list[int]:
        return [field for key, field in self._fields.items() if field is not None and self._kinds[key] in kinds]

    def _rows(self, fields: list[int]) -> QuerySet[Answer]:
        return Answer.objects.filter(field__in=fields, response__in=self._among).order_by()

    def _count(self) -> None:
        rows = self._rows([field for field in self._fields.values() if field is not None])
        for field, version, count in rows.values_list("field", "response__version").annotate(Count("pk")):
            if key := self._owner.get((field, version)):
                self.answered[key] += count

    def _count_keys(self) -> None:
        """Keys of choices; coded answers ("I do not know") of the kinds with several keys stand in `text` too."""
        one, several = self._of(ONE_KEY), self._of(KEYS)
        coded = self._rows(several).filter(text__in=[f"={code}" for code in CODED])
        items = AnswerItem.objects.filter(field__in=several, response__in=self._among).order_by()
        for rows in (self._rows(one), coded, items):
            for field, version, text, count in rows.values_list("field", "response__version", "text").annotate(
                Count("pk")
            ):
                if text and (key := self._owner.get((field, version))):
                    self.keys[key][text] += count

    def _read_numbers(self) -> None:
        held: dict[str, list[float]] = {}
        rows = self._rows(self._of(NUMBERS)).filter(number__isnull=False)
        for field, version, number in rows.values_list("field", "response__version", "number").iterator():
            if (key := self._owner.get((field, version))) and number is not None:
                held.setdefault(key, []).append(number)
        self.numbers = {key: np.asarray(found) for key, found in held.items()}
