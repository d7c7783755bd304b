"""What `kiif check` asks of the journal."""

from django.db import connection

from kiif.journal import append_only, chain


def problems() -> list[str]:
    """Sentences for the operator about everything that is wrong: lost triggers, broken seals, changed words."""
    lost = sorted(append_only.names(connection.vendor) - append_only.installed(connection))
    sentences = [f"The trigger {name} is missing: run `manage.py migrate` to put it back." for name in lost]
    return [*sentences, *chain.verify()]
