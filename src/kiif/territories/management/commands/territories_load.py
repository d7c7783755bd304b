from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kiif.accounts.actor import system
from kiif.opendata.errors import DataError
from kiif.territories import maps
from kiif.territories.actions.load import load_base_pack


class Command(BaseCommand):
    help = "Loads the base pack of official territories into the database (idempotent)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="read the pack again even if it did not change")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load = load_base_pack(by=system("territories_load"), force=options["force"])
            drawn = maps.draw(maps.LARGEST)
        except DataError as error:
            raise CommandError(_(error.message) % error.params) from error
        self.stdout.write(
            _("Vintage %(vintage)s: %(created)d created, %(changed)d changed, %(closed)d closed, in %(seconds).1f s.")
            % {
                "vintage": load.vintage, "created": load.created, "changed": load.changed,
                "closed": load.closed, "seconds": load.seconds,
            }
        )  # fmt: skip
        if drawn:
            self.stdout.write(_("%(count)d maps of departments and regions drawn.") % {"count": drawn})
