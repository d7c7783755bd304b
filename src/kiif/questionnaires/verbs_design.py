"""What the journal says of the design of questionnaires."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.journal import verbs

VERBS = {
    "questionnaires.created": _("made the questionnaire {object}"),
    "questionnaires.copied": _("copied the questionnaire {object}"),
    "questionnaires.changed": _("changed the settings of {object}"),
    "questionnaires.draft_changed": _("wrote in the draft of {object}"),
    "questionnaires.archived": _("put {object} away"),
    "questionnaires.taken_out": _("took {object} out again"),
    "questionnaires.published": _("published {object}"),
    "questionnaires.design_remarked": _("made a remark: {object}"),
    "questionnaires.design_settled": _("settled the remark {object}"),
    "questionnaires.block_kept": _("kept the block {object}"),
    "questionnaires.block_dropped": _("removed the block {object}"),
}


def register() -> None:
    verbs.register(VERBS)
