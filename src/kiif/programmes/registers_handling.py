"""What the handling of applications by the team tells the lower floors when the product starts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kiif.jobs import schedule
from kiif.journal import verbs
from kiif.mailbox import registry as mailbox

VERBS: Final = {
    "programmes.hosts_changed": _("changed by whom {object} would be hosted"),
    "programmes.corrections_reminded": _("reminded the carriers of {object} of the corrections that are waited for"),
    "programmes.joined": _("let the people of a merged application write the answers of {object}"),
}

_ONE: Final = {
    "call": "Les Sentiers 2027",
    "title": "La Bricole fertile",
    "number": "KF-2027-0421",
    "link": "https://kiif.example/mon-projet/KF-2027-0421/",
}
#: key, label, placeholders with examples
MAILS: Final[tuple[tuple[str, Any, dict[str, str]], ...]] = (
    (
        "programmes.hosts_changed",
        _("Who would host a project was changed"),
        {**_ONE, "hosts": "1. Cap Berriat", "words": "Votre commune est dans leur département."},
    ),
    (
        "programmes.corrections_due",
        _("Corrections are waited for in two days"),
        {**_ONE, "until": "4 juin 2027 à 18:00", "questions": "- Charges de l’année (inexacte)"},
    ),
)


def fill() -> None:
    from kiif.programmes import application_mails, life, tasks_drafts
    from kiif.programmes.models import CorrectionRequest
    from kiif.programmes.tasks_corrections import remind_corrections, something_waits

    verbs.register(VERBS)
    for key, label, placeholders in MAILS:
        mailbox.register(mailbox.MailKind(key, label, "programmes", placeholders, optional=False))
    mailbox.register_visibility(CorrectionRequest, application_mails.may_open_request)
    mailbox.register_sandbox(CorrectionRequest, lambda asked: asked.application.call.is_rehearsal)
    schedule.register(
        "programmes.remind_corrections", remind_corrections, every=timedelta(hours=1), when=something_waits
    )
    tasks_drafts.register()
    life.fill()
