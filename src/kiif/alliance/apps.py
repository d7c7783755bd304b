from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def _guard(using: str, **kwargs: Any) -> None:
    from django.db import connections

    from kiif.alliance import constraints

    connection = connections[using]
    if constraints.TABLE in connection.introspection.table_names():
        constraints.install(connection)


class AllianceConfig(AppConfig):
    name = "kiif.alliance"
    verbose_name = _("Alliance")

    def ready(self) -> None:
        from kiif.alliance import registrations

        post_migrate.connect(_guard, sender=self, dispatch_uid="alliance.constraints")
        registrations.register_all()
