from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a job stands. `FAILED` is the dead-letter list: nothing happens to it without a person."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    DISMISSED = "dismissed", _("set aside")


UNFINISHED = (State.WAITING, State.RUNNING)
