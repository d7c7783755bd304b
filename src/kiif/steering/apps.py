from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SteeringConfig(AppConfig):
    name = "kiif.steering"
    verbose_name = _("Steering")

    def ready(self) -> None:
        from kiif.steering import registers

        registers.fill()
