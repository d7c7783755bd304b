"""One way to read answers given on several versions: which question each column stands for.

A question keeps its identifier through versions. Where its kind stayed, one column reads all versions, with the
choices, lines and columns of each; where it changed, each kind has its own: a number is never read as a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from kiif.questionnaires import values
from kiif.questionnaires.definition import Base, Definition, said
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.loaded import definition_of, field_keys
from kiif.questionnaires.models import Answer, Collection, Snapshot, Version
from kiif.questionnaires.values.base import label_of

#: Parts of a question that grow from a version to the next.
_PARTS: Final = ("choices", "rows", "columns")


@dataclass(frozen=True)
class Group:
    """A question as read through the versions where it has this kind. `old`: no longer asked in this way."""

    question: Base
    versions: frozenset[int]
    old: bool = False

    @property
    def key(self) -> str:
        """Identifier in addresses: that of the question, with its kind when it is no longer that one."""
        return f"{self.question.id}.{self.question.kind}" if self.old else self.question.id

    def label(self, language: str) -> str:
        words = label_of(self.question, language)
        return _("%(question)s (before)") % {"question": words} if self.old else words


@dataclass(frozen=True)
class Plan:
    """What can be read of a collection. `definition`: of the newest version; `fields`: key of each identifier."""

    definition: Definition
    groups: tuple[Group, ...]
    fields: Mapping[str, int]

    def group(self, key: str) -> Group | None:
        return next((group for group in self.groups if group.key == key), None)

    def language(self, wanted: str) -> str:
        """The language wanted when the questionnaire speaks it, else its first."""
        return wanted if wanted in self.definition.languages else self.definition.languages[0]

    def title_of(self, group: Group, language: str) -> str:
        """Title of the section where the question stands today; empty when it stands nowhere."""
        place = self.definition.place.get(group.question.id)
        return said(place[0].title, language) if place and not group.old else ""


def plan_of(collection: Collection) -> Plan | None:
    """What can be read of a collection; None when its questionnaire was never published."""
    versions = list(Version.objects.filter(questionnaire_id=collection.questionnaire_id).order_by("-number"))
    if not versions:
        return None
    used = set(collection.responses.exclude(state="draft").values_list("version_id", flat=True).distinct())
    kept = [version for version in versions if version.pk in used or version is versions[0]]
    found: dict[tuple[str, str], list[tuple[int, Base]]] = {}
    for version in kept:
        for question in definition_of(version).walk():
            if values.of(question).operators:  # notes hold no answer
                found.setdefault((question.id, question.kind), []).append((version.pk, question))
    newest = definition_of(versions[0])
    groups = [
        Group(
            _merged([question for _pk, question in rows]), frozenset(pk for pk, _question in rows), _old(newest, rows)
        )
        for rows in found.values()
    ]
    order = {question.id: number for number, question in enumerate(newest.walk())}
    groups.sort(key=lambda group: (group.old, order.get(group.question.id, len(order))))
    return Plan(newest, tuple(groups), field_keys(versions[0]))


def _old(newest: Definition, rows: Sequence[tuple[int, Base]]) -> bool:
    today = newest.by_id.get(rows[0][1].id)
    return today is None or today.kind != rows[0][1].kind


def _merged(questions: Sequence[Base]) -> Base:
    """The newest wording, with every choice, line and column that some version had."""
    first, *older = questions
    changed: dict[str, Any] = {}
    for part in _PARTS:
        if isinstance(here := getattr(first, part, None), tuple):
            known = {_name(one) for one in here}
            for question in older:
                for one in getattr(question, part):
                    if _name(one) not in known:
                        known.add(_name(one))
                        here = (*here, one)
            changed[part] = here
    if any(getattr(question, "other", False) for question in older):
        changed["other"] = True
    return first.model_copy(update=changed) if changed else first


def _name(one: Any) -> str:
    return str(getattr(one, "key", None) or one.id)


def given(
    responses: Iterable[tuple[int, int]], groups: Sequence[Group], fields: Mapping[str, int]
) -> dict[int, dict[str, Any]]:
    """Values by response and by key of group. `responses`: (key, key of its version). Two queries."""
    versions = dict(responses)
    wanted = {fields[group.question.id]: [] for group in groups if group.question.id in fields}  # type: dict[int, list[Group]]
    for group in groups:
        if group.question.id in fields:
            wanted[fields[group.question.id]].append(group)
    rows = Answer.objects.filter(response__in=list(versions), field__in=list(wanted))
    found: dict[int, dict[str, Any]] = {}
    for response, field, value in rows.values_list("response_id", "field_id", "value"):
        for group in wanted[field]:
            if versions[response] in group.versions:
                found.setdefault(response, {})[group.key] = value
    for response, sent in _reopened(versions).items():
        found[response] = {
            group.key: sent[group.question.id]
            for group in groups
            if versions[response] in group.versions and group.question.id in sent
        }
    return found


def _reopened(responses: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What was sent of those under correction: until they are sent again, what their people write is theirs."""
    rows = Snapshot.objects.filter(response__in=list(responses), response__state=ResponseState.REOPENED)
    return dict(rows.order_by("at", "pk").values_list("response_id", "values"))
