from typing import Any

from django.core.management.commands import flush
from django.db import connections

from kiif.journal import guards


class Command(flush.Command):
    """Django's `flush`, which empties a whole database, the guarded tables with it."""

    def handle(self, **options: Any) -> None:
        with guards.all_lifted(connections[options["database"]]):
            super().handle(**options)
