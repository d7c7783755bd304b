from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_lazy as _

from kiif.jobs import runner, worker


class Command(BaseCommand):
    help = str(_("Takes jobs from the queue, until SIGTERM. Run as many as you have processors."))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", action="store_true", help=str(_("Stop when the queue is empty.")))
        parser.add_argument(
            "--interval", type=float, default=worker.INTERVAL, help=str(_("Seconds between two looks at the queue."))
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not runner.uses_database_queue():
            raise CommandError(str(_("The jobs of this instance run at once: there is no queue to take them from.")))
        if options["interval"] <= 0:
            raise CommandError(str(_("The interval must be more than zero seconds.")))
        worker.run_in_foreground(batch=options["batch"], interval=options["interval"])
