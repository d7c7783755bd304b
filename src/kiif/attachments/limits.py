"""How much may be attached. Settings may name other figures (`ATTACHMENTS = {"max_size": …}`)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Quotas:
    """Bytes: of one file, of all files that a person sent, of all files of an organisation; files on one object."""

    max_size: int = 10_000_000
    per_person: int = 500_000_000
    per_organisation: int = 5_000_000_000
    per_object: int = 50


def quotas() -> Quotas:
    """The figures of this instance."""
    return Quotas(**getattr(settings, "ATTACHMENTS", {}))
