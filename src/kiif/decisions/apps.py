from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DecisionsConfig(AppConfig):
    name = "kiif.decisions"
    verbose_name = _("Decisions")

    def ready(self) -> None:
        from kiif.decisions import registers

        registers.fill()
