from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuestionnairesConfig(AppConfig):
    name = "kiif.questionnaires"
    verbose_name = _("Questionnaires")

    def ready(self) -> None:
        from kiif.questionnaires import registers

        registers.fill()
