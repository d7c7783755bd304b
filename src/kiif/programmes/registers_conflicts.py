"""What conflicts of interest tell the lower floors when the product starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.journal import registry as journal
from kiif.journal import verbs
from kiif.mailbox import registry as mailbox


def fill() -> None:
    _keep()
    verbs.register(
        {
            "programmes.conflicts_proposed": _("looked for conflicts of interest in {object}: {count} to settle"),
            "programmes.conflict_confirmed": _("recorded a conflict of interest of {person} with {object}"),
            "programmes.conflict_declared": _("declared a conflict of interest with {object}"),
            "programmes.conflict_dismissed": _("set aside a possible conflict of interest of {person} with {object}"),
            "programmes.conflict_reversed": _("lifted the conflict of interest of {person} with {object}"),
        }
    )


def _keep() -> None:
    """The journal and the outbox tell nothing of an application to those whom a conflict bars, nor to its carriers."""
    from kiif.programmes import keeping
    from kiif.programmes.models import Conflict, CorrectionRequest, Note, Project, Reminder
    from kiif.questionnaires.models import Response

    for model in (Conflict, CorrectionRequest, Note, Reminder):
        keeping.register(model, "application")
    keeping.register(Response, "application")
    keeping.register(Project, "applications")
    mailbox.register_sandbox(Reminder, lambda reminder: reminder.application.call.is_rehearsal)
    journal.register_hidden(keeping.entries_kept_from)
    mailbox.register_hidden(keeping.mails_kept_from)
