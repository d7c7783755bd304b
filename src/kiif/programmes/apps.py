from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "kiif.programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        from kiif.programmes import registers

        registers.fill()
