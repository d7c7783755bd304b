"""Vocabulary of boards, exports and open data."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiif.programmes.enums import DECIDED, SENT, State


class Stage(TextChoices):
    """Steps of a call, each a part of the one before it, save the tests, which need no application."""

    TESTS = "tests", pgettext_lazy("step of a call", "tests taken")
    BEGUN = "begun", pgettext_lazy("step of a call", "begun")
    SENT = "sent", pgettext_lazy("step of a call", "received")
    ELIGIBLE = "eligible", pgettext_lazy("step of a call", "eligible")
    READ = "read", pgettext_lazy("step of a call", "read")
    DECIDED = "decided", pgettext_lazy("step of a call", "answered")
    ACCEPTED = "accepted", pgettext_lazy("step of a call", "accepted")
    HOSTED = "hosted", pgettext_lazy("step of a call", "hosted")


class ExportPart(TextChoices):
    """What an export of a call may hold."""

    FACTS = "facts", _("applications and their facts")
    ANSWERS = "answers", _("answers to the form, with their codebook")
    MARKS = "marks", _("reads, marks and scores")
    DECISIONS = "decisions", pgettext_lazy("part of an export", "decisions")
    HOSTS = "hosts", _("hosts wished for and placements")
    TIMELINE = "timeline", _("what happened, with dates")
    FILES = "files", _("attached files, in a folder for each dossier")
    PRINTS = "prints", _("each application as a PDF (longer)")


#: What is ticked for somebody who never chose.
USUAL_PARTS: Final = tuple(part.value for part in ExportPart if part != ExportPart.PRINTS)

#: Columns of a breakdown, by what was published: a decision being prepared is in none but "being read".
OUTCOMES: Final[dict[str, frozenset[str]]] = {
    "sent": frozenset(SENT),
    "running": frozenset({State.SUBMITTED, State.REVIEW}),
    "accepted": frozenset({State.ACCEPTED}),
    "reserve": frozenset({State.RESERVE}),
    "refused": frozenset({State.REFUSED}),
    "ineligible": frozenset({State.INELIGIBLE}),
}
ELIGIBLE_STATES: Final = frozenset({State.REVIEW}) | DECIDED


class Dimension(TextChoices):
    """What applications are told apart by, in the open summary."""

    CHALLENGES = "challenges", _("challenge")
    RURAL = "rural", _("rural class")
    LEGAL_FORM = "legal_form", _("kind of organisation")
    STAGE = "stage", _("stage")
    REGION = "region", _("region of the headquarters")
    DEPARTMENT = "department", _("department aimed at")
    HOST = "host", _("host wished for")
