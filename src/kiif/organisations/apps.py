from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "kiif.organisations"
    verbose_name = _("Organisations")

    def ready(self) -> None:
        from kiif.organisations import registers

        registers.fill()
