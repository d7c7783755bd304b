from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kiif.journal.checks import problems


class Command(BaseCommand):
    help = "Verifies that nobody rewrote the journal: triggers, seals, words of every entry."

    def handle(self, *args: Any, **options: Any) -> None:
        found = problems()
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"The journal is not whole: {len(found)} problems.")
        self.stdout.write("The journal is whole.")
