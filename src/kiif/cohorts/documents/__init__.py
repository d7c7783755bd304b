"""A commitment with its signatures, as an accessible PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.cohorts.enums import Side
from kiif.cohorts.models import Commitment, Member, Signature
from kiif.ui.prints import heading, pdf

TEMPLATE: Final = Path(__file__).with_name("commitment.typ")


def pdf_of(commitment: Commitment, member: Member) -> bytes:
    """The file: text, version, digest, who signed when. The same signatures give the same bytes."""
    return pdf(TEMPLATE, content_of(commitment, member))


def content_of(commitment: Commitment, member: Member) -> dict[str, Any]:
    """Text only, ready for JSON."""
    signed = {one.side: one for one in Signature.objects.filter(commitment=commitment, member=member)}
    moments = [one.at for one in signed.values()]
    last = max([commitment.opened_at or commitment.created_at, *moments])
    host = str(member.placement.host) if member.placement else "–"
    return {
        "language": (get_language() or "fr")[:2],
        "kind": _("Commitment"),
        "title": heading(commitment.title),
        "summary": [
            [_("Cohort"), str(member.cohort)],
            [_("Project"), str(member.application)],
            [_("Host"), host],
            [_("Version"), str(commitment.version)],
            [_("Digest (SHA-256)"), commitment.digest],
        ],
        "paragraphs": [part.strip() for part in commitment.text.replace("\r", "").split("\n\n") if part.strip()],
        "signatures_title": _("Signatures"),
        "head": [_("On behalf of"), _("Name"), _("Signed"), _("Digest of the text")],
        "rows": [_row(Side(side), signed.get(side)) for side in commitment.sides],
        "footer": f"{commitment.title}, {member.application.number}",
        "page": _("Page"),
        "stamp": int(last.timestamp()),
    }


def _row(side: Side, one: Signature | None) -> list[str]:
    if one is None:
        return [str(side.label), _("not signed yet"), "–", "–"]
    return [str(side.label), one.name, date_format(localtime(one.at), "DATETIME_FORMAT"), one.digest[:16]]
