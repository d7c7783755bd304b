from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "kiif.search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from kiif.accounts import privacy
        from kiif.search import live
        from kiif.search.privacy import HOLDER

        live.connect()
        privacy.register(HOLDER)
