from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "kiif.reviews"
    verbose_name = _("Reviews")

    def ready(self) -> None:
        from kiif.reviews import registers

        registers.fill()
