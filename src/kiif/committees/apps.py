from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitteesConfig(AppConfig):
    name = "kiif.committees"
    verbose_name = _("Committees")

    def ready(self) -> None:
        from kiif.committees import registers

        registers.fill()
