from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "kiif.ui"
    verbose_name = _("User interface")

    def ready(self) -> None:
        from kiif.ui import checks, frame, keys
        from kiif.ui.formats import days
        from kiif.ui.tables import lookups

        lookups.install()
        keys.install()
        days.install()
        frame.register()
        checks.install()
