"""A letter as an accessible PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiif.decisions.enums import LetterState
from kiif.decisions.letters.values import Frame, filled, values_of
from kiif.decisions.models import Letter
from kiif.ui.prints import heading, pdf

TEMPLATE: Final = Path(__file__).with_name("letter.typ")


def pdf_of(letter: Letter) -> bytes:
    """The file: as it was sent, or as it would leave today, then marked as a draft."""
    with override(letter.language):
        return pdf(TEMPLATE, _content(letter))


def _content(letter: Letter) -> dict[str, Any]:
    decision = letter.decision
    application, call = decision.application, decision.application.call
    left = letter.state == LetterState.OUT
    if left:
        subject, body = letter.sent_subject, letter.sent_body
    else:
        subject, body = filled(letter, values_of(letter, Frame(call, timezone.localdate())))
    at = decision.published_at or letter.edited_at
    owner = application.response.owner
    return {
        "language": letter.language,
        "title": heading(subject),
        "sender": str(call.edition.programme.owner.name),
        "to": [str(owner) if owner else "", application.title or application.project.name, application.number],
        "day": date_format(timezone.localtime(at), "DATE_FORMAT"),
        "draft": "" if left else _("Draft: this letter has not left"),
        "paragraphs": [_paragraph(part) for part in body.split("\n\n") if part.strip()],
        "footer": f"{call.title} – {application.number}",
        "page": _("Page"),
        "stamp": int(at.timestamp()),
    }


def _paragraph(part: str) -> list[dict[str, Any]]:
    """Runs of lines and of items, in order."""
    groups: list[dict[str, Any]] = []
    for line in part.strip().split("\n"):
        item = line.startswith("- ")
        if not groups or groups[-1]["list"] != item:
            groups.append({"list": item, "lines": []})
        groups[-1]["lines"].append(line[2:] if item else line)
    return groups
