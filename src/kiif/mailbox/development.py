"""When the page that shows every mail exists: on a developer's machine and in a demonstration that sends nothing."""

from django.conf import settings

KEEP = "kiif.mailbox.backends.KeepInOutboxBackend"


def is_open() -> bool:
    """DEBUG, or the demonstration while no mail leaves the house. Never where real people receive real mails."""
    return bool(settings.DEBUG or (settings.DEMO and settings.EMAIL_BACKEND == KEEP))
