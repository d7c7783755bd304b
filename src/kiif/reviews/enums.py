"""Vocabulary of reviews: rounds, who sees whose marks, how reads were entrusted and where each stands."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RoundState(TextChoices):
    """A round is prepared (calibration happens then), read, closed. A closed one may be opened again."""

    DRAFT = "draft", pgettext_lazy("round", "in preparation")
    OPEN = "open", pgettext_lazy("round", "reading")
    CLOSED = "closed", pgettext_lazy("round", "closed")


class Sees(TextChoices):
    """Which applications of an open round its reviewers read."""

    ASSIGNED = "assigned", _("those entrusted to them")
    ALL = "all", _("all those of the round")


class Others(TextChoices):
    """When reviewers see the marks that others gave to an application."""

    NEVER = "never", _("never")
    AFTER = "after_mine", _("once they gave their own")
    ALWAYS = "always", _("at any time")


class Aggregate(TextChoices):
    """How the totals of the reviewers of an application become one."""

    MEAN = "mean", _("mean")
    MEDIAN = "median", _("median")


class Shown(TextChoices):
    """Which score orders the lists first; both are always beside each other."""

    RAW = "raw", _("raw scores")
    CORRECTED = "corrected", _("scores corrected for severity")


class Source(TextChoices):
    """How a read was entrusted."""

    AUTO = "auto", _("shared out")
    FORCED = "forced", _("chosen by hand")
    CALIBRATION = "calibration", _("calibration")
    SELF = "self", _("taken by the reviewer")


class AssignmentState(TextChoices):
    """Abstaining says "I cannot judge this one"; being recused, "I must not". Neither counts as a read."""

    TO_READ = "todo", pgettext_lazy("read", "to read")
    DRAFT = "draft", pgettext_lazy("read", "begun")
    DONE = "done", pgettext_lazy("read", "given")
    ABSTAINED = "abstained", pgettext_lazy("read", "abstained")
    RECUSED = "recused", pgettext_lazy("read", "recused")


#: what is still to be done by somebody
WAITING: Final = frozenset({AssignmentState.TO_READ, AssignmentState.DRAFT})
#: what takes room in a reviewer's capacity
HELD: Final = WAITING | {AssignmentState.DONE}


class ReviewerState(TextChoices):
    INVITED = "invited", pgettext_lazy("reviewer", "invited")
    ACCEPTED = "accepted", pgettext_lazy("reviewer", "reads")
    DECLINED = "declined", pgettext_lazy("reviewer", "declined")
    LEFT = "left", pgettext_lazy("reviewer", "no longer reads")


class Advice(TextChoices):
    """What a reviewer would do, besides the marks."""

    YES = "yes", pgettext_lazy("advice", "take it")
    MAYBE = "maybe", pgettext_lazy("advice", "to be discussed")
    NO = "no", pgettext_lazy("advice", "leave it")


class Skill(TextChoices):
    """What a reviewer knows well, besides themes: a round may want one such reader for each application."""

    FINANCE = "finance", pgettext_lazy("skill", "budgets and economic models")
    IMPACT = "impact", pgettext_lazy("skill", "measuring impact")
    SPREADING = "spreading", pgettext_lazy("skill", "spreading a model")
    GOVERNANCE = "governance", pgettext_lazy("skill", "governance and social economy")
    RURAL = "rural", pgettext_lazy("skill", "rural life")
    EXPERIENCE = "experience", pgettext_lazy("skill", "living what the project is about")


#: Languages in which applications come.
LANGUAGES: Final = (
    ("fr", pgettext_lazy("language", "French")),
    ("en", pgettext_lazy("language", "English")),
    ("de", _("German")),
    ("es", _("Spanish")),
    ("it", _("Italian")),
    ("br", _("Breton")),
    ("eu", _("Basque")),
)
