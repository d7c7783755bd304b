from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def _guard(using: str, **kwargs: Any) -> None:
    from kiif.journal import append_only, guards

    guards.put_back(append_only.GUARD, using)


class JournalConfig(AppConfig):
    name = "kiif.journal"
    verbose_name = _("Journal")

    def ready(self) -> None:
        from kiif.accounts import privacy, trail
        from kiif.journal import actions, append_only, guards, registry, verbs
        from kiif.journal.privacy import HOLDER
        from kiif.ui import navigation
        from kiif.ui.navigation import Entry

        trail.set_recorder(actions.record)
        guards.register(append_only.GUARD)
        verbs.register(trail.VERBS)
        privacy.register(HOLDER)
        navigation.register(Entry(_("Journal"), "journal:whole", order=90, show=registry.can_read_whole, place="staff"))
        post_migrate.connect(_guard, sender=self, dispatch_uid="journal.append_only")
