"""What an instance needs before it serves: database, static files, territories. Each may be done again."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from kiif.config.speech import _


def database() -> None:
    """Migrations and the cache table. A database that already holds something is saved first."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan and executor.loader.applied_migrations:
        from django.conf import settings

        from kiif.config.backup import create

        folder = settings.DATA_DIR / "backups"
        folder.mkdir(mode=0o700, exist_ok=True)
        archive = folder / f"before-{timezone.now():%Y%m%d-%H%M%S}.kiif.tar.gz"
        print("… " + _("Saving the present state in %(file)s") % {"file": archive.name}, flush=True)
        create(archive)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def static() -> None:
    """Collects and compresses what browsers read."""
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def territories() -> None:
    """Puts the base pack (communes, groupings, departments, regions) into the database."""
    call_command("territories_load")


STEPS: dict[str, Callable[[], None]] = {"database": database, "static": static, "territories": territories}
