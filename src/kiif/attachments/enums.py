from django.db import models
from django.utils.translation import gettext_lazy as _


class Scan(models.TextChoices):
    """What the scanner said. Only `clean` and `unscanned` (no scanner here) can be downloaded."""

    PENDING = "pending", _("being checked")
    CLEAN = "clean", _("checked")
    INFECTED = "infected", _("infected")
    UNSCANNED = "unscanned", _("not checked")


DOWNLOADABLE = (Scan.CLEAN, Scan.UNSCANNED)
