"""Addresses and header lines: what may stand there, and nothing that could end a line."""

from __future__ import annotations

import re
from email.headerregistry import Address

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from kiif.ui.errors import Refused

#: Line breaks of every sort: ASCII, the C1 next line, the Unicode separators.
_BREAKS = re.compile("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\x00]")


def check_address(address: str) -> str:
    """The address in lower case. Raises Refused if it is none, line breaks included."""
    try:
        if _BREAKS.search(address):
            raise ValidationError("line break")
        validate_email(address)
    except ValidationError:
        raise Refused(_("This is not an e-mail address: check it, letter by letter."), field="address") from None
    return address.strip().lower()


def check_header(value: str, *, field: str) -> str:
    """A value that goes into a header. Raises Refused for a line break, which could forge another header."""
    if _BREAKS.search(value):
        raise Refused(_("Write this on one line, without a line break."), field=field)
    return value


def with_name(name: str, address: str) -> str:
    """`Yaël Orsenne <yael@exemple.org>`, with whatever could confuse a mail program taken out of the name."""
    name = " ".join(_BREAKS.sub(" ", name).split())
    name = re.sub(r'[<>"\\@,;:]', " ", name).strip()[:100]
    user, _at, domain = address.rpartition("@")
    return str(Address(display_name=" ".join(name.split()), username=user, domain=domain))
