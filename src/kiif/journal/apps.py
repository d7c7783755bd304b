from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def _guard(using: str, **kwargs: Any) -> None:
    from django.db import connections

    from kiif.journal import append_only

    connection = connections[using]
    if set(append_only.TABLES) <= set(connection.introspection.table_names()):
        append_only.install(connection)


class JournalConfig(AppConfig):
    name = "kiif.journal"
    verbose_name = _("Journal")

    def ready(self) -> None:
        from kiif.accounts import privacy, trail
        from kiif.journal import actions, registry, verbs
        from kiif.journal.privacy import HOLDER
        from kiif.ui import navigation
        from kiif.ui.navigation import Entry

        trail.set_recorder(actions.record)
        verbs.register(trail.VERBS)
        privacy.register(HOLDER)
        navigation.register(Entry(_("Journal"), "journal:whole", order=90, show=registry.can_read_whole, place="staff"))
        post_migrate.connect(_guard, sender=self, dispatch_uid="journal.append_only")
