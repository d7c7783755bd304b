"""What the designer tells the lower floors when the product starts."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.attachments import registry as attachments
from kiif.journal import registry as journal
from kiif.questionnaires.queries import designs
from kiif.search import registry as search
from kiif.ui import navigation


def fill() -> None:
    from kiif.questionnaires import tasks_design, verbs_design  # noqa: F401 -- importing it declares its job
    from kiif.questionnaires.models import Questionnaire

    verbs_design.register()
    journal.register(Questionnaire, can_read=may_read)
    attachments.register(
        Questionnaire, can_read=_reads_models, can_write=_writes, organisation=lambda row: row.owner.specific
    )
    navigation.register(
        navigation.Entry(
            _("Questionnaires"),
            "questionnaires:list",
            order=35,
            show=designs,
            current_under=("questionnaires:*",),
        )
    )
    search.register(search.Source("questionnaires", _("Questionnaires"), find=find, order=45))


def may_read(actor: Actor, questionnaire: Any) -> bool:
    return bool(rules.test_rule("questionnaires.view_questionnaire", actor, questionnaire))


def _reads_models(actor: Actor, questionnaire: Any) -> bool:
    """Files of a questionnaire are models to fill: once published, whoever answers takes them."""
    return may_read(actor, questionnaire) or questionnaire.versions.exists()


def _writes(actor: Actor, questionnaire: Any) -> bool:
    allowed = rules.test_rule("questionnaires.change_questionnaire", actor, questionnaire)
    return bool(allowed) and questionnaire.archived_at is None


def find(actor: Actor, text: str, limit: int) -> list[search.Hit]:
    """Questionnaires that one may read, whose title holds the words."""
    from kiif.questionnaires.models import Questionnaire

    rows = Questionnaire.objects.visible_to(actor).filter(archived_at__isnull=True).with_ties()
    for word in text.split()[:8]:
        rows = rows.filter(title__holds=word)
    return [search.Hit(row.title, row.get_absolute_url(), str(row.owner)) for row in rows[:limit]]
