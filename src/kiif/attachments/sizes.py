"""Sizes of files as people say them: "2.4 MB", thousands and not powers of two."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_STEP = 1_000


def human_size(size: int) -> str:
    """Bytes in the reader's language: "431 bytes", "12 kB", "2.4 MB", "5 GB"."""
    if size < _STEP:
        return ngettext("%(size)s byte", "%(size)s bytes", size) % {"size": size}
    if size < _STEP**2:
        return _("%(size)s kB") % {"size": _short(size / _STEP)}
    if size < _STEP**3:
        return _("%(size)s MB") % {"size": _short(size / _STEP**2)}
    return _("%(size)s GB") % {"size": _short(size / _STEP**3)}


def _short(number: float) -> str:
    """One decimal below ten, unless it is a zero."""
    rounded = round(number, 1) if number < 10 else round(number)
    whole = rounded == int(rounded)
    return number_format(int(rounded) if whole else rounded, 0 if whole else 1)
