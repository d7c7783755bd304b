"""The filled form as an accessible PDF: what is there now, or a state that was sent, with its digest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from kiif.questionnaires.dossier import Dossier, Held
from kiif.questionnaires.models import Response, Snapshot
from kiif.questionnaires.reviewing import Line, Part, sections_of
from kiif.questionnaires.speaking import Speaker
from kiif.questionnaires.windows import moment
from kiif.ui.prints import heading, pdf

TEMPLATE: Final = Path(__file__).with_name("filled.typ")
_TAGS: Final = re.compile(r"<[^>]+>")


def of_snapshot(snapshot: Snapshot, language: str = "") -> Dossier:
    """An answer as it was sent, on the version that it was sent on. Nothing is read from the answers of today."""
    response = Response(
        pk=snapshot.response.pk,
        public_id=snapshot.response.public_id,
        collection=snapshot.response.collection,
        version=snapshot.version,
        language=snapshot.response.language,
        variants=snapshot.response.variants,
        owner=snapshot.response.owner,
        state=snapshot.response.state,
    )
    dossier = Dossier(response, language)
    dossier.__dict__["held"] = {key: Held(value, 0, None, snapshot.at) for key, value in snapshot.values.items()}
    return dossier


def pdf_of(dossier: Dossier, snapshot: Snapshot | None = None) -> bytes:
    """The file, in the language of the dossier."""
    with override(dossier.language if dossier.language in {"fr", "en"} else "fr"):
        return pdf(TEMPLATE, _content(dossier, snapshot))


def _content(dossier: Dossier, snapshot: Snapshot | None) -> dict[str, Any]:
    speak, response = Speaker(dossier), dossier.response
    at = snapshot.at if snapshot else response.updated_at
    summary = [[_("Collection"), response.collection.title], [_("Gathered by"), str(response.collection.owner.name)]]
    if response.owner is not None:
        summary.append([_("Answered by"), str(response.owner)])
    if snapshot:
        summary += [[_("Sent"), moment(snapshot.at)], [_("Digest (SHA-256)"), snapshot.sha256]]
    else:
        summary += [[_("State"), response.get_state_display()], [_("Last changed"), moment(at)]]
    return {
        "language": dossier.language,
        "title": heading(speak(dossier.definition.title).text),
        "kind": _("Filled form"),
        "summary": summary,
        "empty": _("No answer"),
        "sections": printed(sections_of(dossier, speak)),
        "footer": f"{response.collection.title} – {str(response.public_id)[:8]}",
        "page": _("Page"),
        "stamp": int(at.timestamp()),
    }


def printed(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Sections as the template reads them."""
    return [{"title": heading(part.title.text), "lines": [_line(line) for line in part.lines]} for part in parts]


def _line(line: Line) -> dict[str, Any]:
    texts = list(line.lines) or [f"{row}" for row in line.files]
    if line.html:
        texts = [text for text in unescape(_TAGS.sub("\n", line.html)).split("\n") if text.strip()]
    return {
        "label": heading(line.label.text),
        "texts": texts,
        "head": line.head,
        "rows": line.rows,
        "total": bool(line.total),
    }
