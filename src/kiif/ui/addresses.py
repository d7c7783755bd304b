"""Where somebody may be sent back to."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_own_path(address: str) -> bool:
    """Whether somebody may be sent there: a path of ours, never a host, not even one that we answer to."""
    plain = address.startswith("/") and not address.startswith("//") and address.isprintable() and "\\" not in address
    return plain and url_has_allowed_host_and_scheme(address, allowed_hosts=set())


def asked_for(request: HttpRequest, otherwise: str) -> str:
    """The path posted as `next`, if it is one of ours; `otherwise` if not."""
    address = request.POST.get("next", "")
    return address if is_own_path(address) else otherwise
