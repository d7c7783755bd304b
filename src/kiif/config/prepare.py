"""What an instance needs before it serves: database, static files, territories. Each may be done again."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from kiif.config import backup
from kiif.config.speech import _

#: States of before an update that are kept, the last ones.
KEPT = 5


def missing_migrations() -> list[str]:
    """Migrations that the database lacks, "<app>.<name>". Raises DatabaseError when it does not answer."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def database() -> None:
    """Migrations and the cache table. A database that already holds something is saved first."""
    if missing_migrations() and MigrationRecorder(connection).applied_migrations():
        archive = backup.default_folder() / f"before-{timezone.localtime():%Y%m%d-%H%M%S}.kiif.tar.gz"
        print("… " + _("Saving the present state in %(file)s") % {"file": archive.name}, flush=True)
        backup.create(archive)
        backup.keep_last("before-*.kiif.tar.gz", KEPT)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def static() -> None:
    """Collects and compresses what browsers read."""
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def territories() -> None:
    """Puts the base pack (communes, groupings, departments, regions) into the database."""
    call_command("territories_load")


def maps() -> None:
    """Draws the maps of groupings and living areas: a minute of work that the first visitors are spared."""
    from kiif.territories import maps as drawn

    drawn.draw(drawn.SMALLER)


STEPS: dict[str, Callable[[], None]] = {"database": database, "static": static, "territories": territories}
#: Asked for by name only: the product serves meanwhile.
LATER: dict[str, Callable[[], None]] = {"maps": maps}
