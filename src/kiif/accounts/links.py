"""Addresses and dates as they stand in mails; addresses that somebody may be sent back to."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme


def absolute(url_name: str, **kwargs: object) -> str:
    """A page's full address. It comes from the settings, never from the Host header of whoever asks."""
    return f"{settings.BASE_URL}{reverse(url_name, kwargs=kwargs or None)}"


def is_own_path(address: str) -> bool:
    """Whether somebody may be sent there: a path of ours, never a host, not even one that we answer to."""
    plain = address.startswith("/") and not address.startswith("//") and address.isprintable() and "\\" not in address
    return plain and url_has_allowed_host_and_scheme(address, allowed_hosts=set())


def moment(at: dt.datetime, language: str) -> str:
    """Date and time in words, in Paris, in the reader's language."""
    with translation.override(language):
        return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")


def day(at: dt.datetime, language: str) -> str:
    """The date in words, in the reader's language."""
    with translation.override(language):
        return formats.date_format(timezone.localtime(at), "DATE_FORMAT")
