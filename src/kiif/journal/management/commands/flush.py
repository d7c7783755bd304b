from typing import Any

from django.core.management.commands import flush
from django.db import connections

from kiif.journal import append_only


class Command(flush.Command):
    """Django's `flush`, which empties a whole database, the guarded journal with it."""

    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        guarded = bool(append_only.installed(connection))
        if not guarded:
            super().handle(**options)
            return
        with append_only.lifted(connection):
            super().handle(**options)
