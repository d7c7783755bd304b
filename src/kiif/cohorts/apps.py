from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CohortsConfig(AppConfig):
    name = "kiif.cohorts"
    verbose_name = _("Cohorts")

    def ready(self) -> None:
        from kiif.cohorts import registers

        registers.fill()
