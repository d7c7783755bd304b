from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def _after_migration(using: str, **kwargs: Any) -> None:
    from kiif.journal import guards
    from kiif.questionnaires import blocks, immutable

    guards.put_back(immutable.GUARD, using)
    blocks.install(using)


class QuestionnairesConfig(AppConfig):
    name = "kiif.questionnaires"
    verbose_name = _("Questionnaires")

    def ready(self) -> None:
        from kiif.journal import guards
        from kiif.questionnaires import immutable, registers

        guards.register(immutable.GUARD)
        post_migrate.connect(_after_migration, sender=self, dispatch_uid="questionnaires.immutable")
        registers.fill()
