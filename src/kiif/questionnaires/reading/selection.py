"""What an address asks to read of a collection: which answers, which columns, in which language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from kiif.accounts.actor import Actor
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.models import Collection, Response
from kiif.questionnaires.reading.filters import Condition, matching, read_conditions
from kiif.questionnaires.reading.plan import Group, Plan
from kiif.questionnaires.reading.tables import MOST_SHOWN, first_columns


@dataclass(frozen=True)
class Selection:
    """`sent`: the answers before the conditions; `problems`: sentences about what could not be used."""

    plan: Plan
    sent: QuerySet[Response]
    conditions: Sequence[Condition]
    problems: Sequence[str]
    chosen: Sequence[Group]
    language: str

    @property
    def settled(self) -> QuerySet[Response]:
        """Answers that nobody is correcting: indexes hold what is being written, so what is corrected is shown as
        it was sent, and neither searched nor counted."""
        return self.sent.exclude(state=ResponseState.REOPENED)

    @property
    def readable(self) -> QuerySet[Response]:
        """What conditions are asked of; all that was sent when there is none."""
        return self.settled if self.conditions else self.sent

    @property
    def responses(self) -> QuerySet[Response]:
        """The answers that meet the conditions."""
        return matching(self.readable, self.conditions, self.plan.fields)

    @property
    def counted(self) -> QuerySet[Response]:
        """The same, for what reads many answers through their indexes."""
        return matching(self.settled, self.conditions, self.plan.fields)

    @property
    def shown(self) -> list[Group]:
        """Columns of the table."""
        return list(self.chosen)[:MOST_SHOWN] or first_columns(self.plan)

    @property
    def exported(self) -> list[Group]:
        """Columns of an export: those chosen, or all."""
        return list(self.chosen) or list(self.plan.groups)


def sent_answers(collection: Collection, actor: Actor) -> QuerySet[Response]:
    """Answers of a collection that were sent and that this actor may read."""
    kept = {ResponseState.SUBMITTED, ResponseState.REOPENED}
    return Response.objects.visible_to(actor).filter(collection=collection, state__in=kept)


def select(plan: Plan, collection: Collection, actor: Actor, asked: QueryDict) -> Selection:
    """Reads `f` (conditions), `c` (columns) and `langue` of an address."""
    conditions, problems = read_conditions(plan.definition, asked.getlist("f"))
    wanted = set(asked.getlist("c"))
    chosen = [group for group in plan.groups if group.key in wanted]
    language = plan.language(asked.get("langue", ""))
    return Selection(plan, sent_answers(collection, actor), conditions, problems, chosen, language)
