"""What the journal says of replication."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.journal import verbs

VERBS = {
    "replication.solution_described": _("described the solution {object}"),
    "replication.solution_changed": _("changed the solution {object}"),
    "replication.solution_adopted": _("kept the trial {object}"),
    "replication.solution_removed": _("removed the solution {object}"),
    "replication.search_opened": _("opened the search {object}"),
    "replication.model_changed": _("changed what counts in {object}"),
    "replication.answered": _("answered questions on what counts in {object}"),
    "replication.figures_brought": _("brought the figures {object}"),
    "replication.figures_removed": _("removed the figures {object}"),
    "replication.score_given": _("gave a score: {object}"),
    "replication.result_kept": _("kept the result {object}"),
    "replication.picked": _("kept {object} on the short list"),
    "replication.set_aside": _("set {object} aside"),
    "replication.pick_noted": _("wrote a note on {object}"),
    "replication.pick_moved": _("moved {object} on the short list"),
    "replication.pick_removed": _("took {object} off the short list"),
    "replication.shared": _("shared with {object}"),
    "replication.share_ended": _("ended the share with {object}"),
    "replication.link_made": _("made the reading link {object}"),
    "replication.link_closed": _("closed the reading link {object}"),
    "replication.study_opened": _("opened the feasibility study {object}"),
    "replication.part_written": _("wrote in the study {object}"),
    "replication.line_added": _("added {object}"),
    "replication.line_changed": _("changed {object}"),
    "replication.line_removed": _("removed {object}"),
    "replication.proposals_declined": _("put proposals aside in {object}"),
    "replication.decided": _("decided on {object}"),
}


def register() -> None:
    verbs.register(VERBS)
