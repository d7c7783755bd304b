from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoriesConfig(AppConfig):
    name = "kiif.territories"
    verbose_name = _("Territories")

    def ready(self) -> None:
        from kiif.territories import registers

        registers.fill()
