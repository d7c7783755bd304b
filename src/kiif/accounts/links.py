"""Addresses and dates as they stand in mails."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation


def absolute(url_name: str, **kwargs: object) -> str:
    """A page's full address. It comes from the settings, never from the Host header of whoever asks."""
    return f"{settings.BASE_URL}{reverse(url_name, kwargs=kwargs or None)}"


def moment(at: dt.datetime, language: str) -> str:
    """Date and time in words, in Paris, in the reader's language."""
    with translation.override(language):
        return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")


def day(at: dt.datetime, language: str) -> str:
    """The date in words, in the reader's language."""
    with translation.override(language):
        return formats.date_format(timezone.localtime(at), "DATE_FORMAT")
