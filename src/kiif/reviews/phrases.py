"""What the journal says of reviews."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

VERBS: Final[dict[str, Any]] = {
    "reviews.round_created": _("prepared the reading round {object}"),
    "reviews.round_changed": _("changed the reading round {object}"),
    "reviews.calibration_opened": _("entrusted the anchor dossiers of {object}"),
    "reviews.anchors_chosen": _("chose the anchor dossiers of {object}"),
    "reviews.anchor_expected": _("wrote the marks expected for {object}"),
    "reviews.round_opened": _("opened the reading round {object}"),
    "reviews.round_closed": _("closed the reading round {object}"),
    "reviews.round_reopened": _("opened the reading round {object} again"),
    "reviews.application_left": _("took {object} out of a reading round"),
    "reviews.criterion_added": _("added the criterion “{criterion}” to {object}"),
    "reviews.criterion_changed": _("changed the criterion “{criterion}” of {object}"),
    "reviews.criterion_removed": _("took the criterion “{criterion}” off {object}"),
    "reviews.rubric_copied": _("copied the rubric of {source} into {object}"),
    "reviews.redacted": _("redacted an answer of {object}"),
    "reviews.reviewer_invited": _("asked {person} to read"),
    "reviews.reviewer_accepted": _("noted that {person} reads"),
    "reviews.reviewer_declined": _("noted that {person} does not read"),
    "reviews.reviewer_changed": _("changed what {person} can read"),
    "reviews.reviewer_removed": _("took {person} off the reviewers"),
    "reviews.link_renewed": _("sent a new personal link to {person}"),
    "reviews.link_revoked": _("revoked the personal link of {person}"),
    "reviews.mark_given": _("marked {object}"),
    "reviews.mark_changed": _("changed their mark of {object}"),
    "reviews.abstained": _("abstained from {object}"),
    "reviews.taken": _("took {object} to read"),
    "reviews.twin_counted": _("counted for {object} the read that {person} gave to {gone}"),
    "reviews.twin_uncounted": _("no longer counts for {object} the read that {person} gave to {gone}"),
    "reviews.remarked": _("talked about {object} with the other reviewers"),
}
