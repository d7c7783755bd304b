"""The print of an application as its reader reads it: an accessible PDF, from the same template as a filled form."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from kiif.accounts.actor import Actor
from kiif.programmes import reading
from kiif.programmes.models import Application
from kiif.programmes.reading import Reading
from kiif.questionnaires.documents.filled import TEMPLATE, printed
from kiif.questionnaires.windows import moment
from kiif.ui.prints import heading, pdf


def pdf_of(actor: Actor, application: Application, read: Reading) -> bytes:
    """The file. What is hidden from this reader is not in it; its summary says when something is."""
    if read.dossier is None:
        raise ValueError("A draft is not printed for the team")
    language = read.dossier.language
    with override(language if language in {"fr", "en"} else "fr"):
        return pdf(TEMPLATE, _content(actor, application, read))


def _content(actor: Actor, application: Application, read: Reading) -> dict[str, Any]:
    who = reading.names(actor, application, read.limits)
    summary = [[_("Call"), application.call.title], [_("Number"), application.number]]
    if who.organisation:
        summary.append([_("Organisation"), who.organisation])
    if who.people:
        summary.append([_("Carried by"), ", ".join(person.name for person in who.people)])
    if application.submitted_at:
        summary.append([_("Received"), moment(application.submitted_at)])
    if read.limits.blind or read.limits.hidden or read.limits.without_files or read.limits.replaced:
        summary.append([_("This copy"), _("Some answers are not shown to its reader.")])
    return {
        "language": read.dossier.language if read.dossier else "fr",
        "title": heading(reading.title_for(actor, application, read.limits)),
        "kind": _("Application"),
        "summary": summary,
        "empty": _("No answer"),
        "sections": printed(read.parts),
        "footer": f"{application.call.title} – {application.number}",
        "page": _("Page"),
        "stamp": int((application.submitted_at or application.begun_at).timestamp()),
    }
