"""What the journal says of questionnaires and answers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.journal import verbs

ANSWERS = {
    "questionnaires.opened": _("opened {object} to answers"),
    "questionnaires.collection_changed": _("changed the conditions of {object}"),
    "questionnaires.prolonged": _("gave more time for {object}"),
    "questionnaires.closed": _("closed {object}"),
    "questionnaires.begun": _("began the answer {object}"),
    "questionnaires.sent": _("sent the answer {object}"),
    "questionnaires.withdrawn": _("withdrew the answer {object}"),
    "questionnaires.reopened": _("reopened the answer {object} for corrections"),
    "questionnaires.closed_again": _("gave up the corrections of the answer {object}"),
    "questionnaires.moved": _("moved the answer {object} to a newer version"),
    "questionnaires.invited": _("invited somebody to the answer {object}"),
    "questionnaires.offer_withdrawn": _("took back an invitation to the answer {object}"),
    "questionnaires.offer_refused": _("declined an invitation to the answer {object}"),
    "questionnaires.joined": _("joined the answer {object}"),
    "questionnaires.role_changed": _("changed what somebody may do with the answer {object}"),
    "questionnaires.removed": _("took somebody off the answer {object}"),
    "questionnaires.transfer_offered": _("offered the answer {object} to somebody"),
    "questionnaires.transferred": _("took over the answer {object}"),
    "questionnaires.mandate_given": _("recorded a mandate on the answer {object}"),
    "questionnaires.mandate_ended": _("ended a mandate on the answer {object}"),
    "questionnaires.remarked": _("commented on the answer {object}"),
}


def register() -> None:
    """Tells the journal the verbs of whoever answers; those of designers are theirs to add."""
    verbs.register(ANSWERS)
