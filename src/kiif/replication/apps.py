from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReplicationConfig(AppConfig):
    name = "kiif.replication"
    verbose_name = _("Replication")

    def ready(self) -> None:
        from kiif.replication import registers

        registers.fill()
