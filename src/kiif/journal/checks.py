"""What `kiif check` asks of the journal."""

from django.db import connection

from kiif.journal import chain, guards


def problems() -> list[str]:
    """Sentences for the operator about everything that is wrong: lost triggers, broken seals, changed words."""
    lost = sorted(
        name for guard in guards.every() for name in guard.names(connection.vendor) - guard.installed(connection)
    )
    sentences = [f"The trigger {name} is missing: run `manage.py migrate` to put it back." for name in lost]
    return [*sentences, *chain.verify()]
