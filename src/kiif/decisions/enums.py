"""Vocabulary of decisions, letters and appeals."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from kiif.programmes.enums import State


class Outcome(TextChoices):
    """What is decided of an application; the same words as the state that it leads to."""

    ACCEPTED = "accepted", pgettext_lazy("decision", "accepted")
    RESERVE = "reserve", pgettext_lazy("decision", "on the reserve list")
    REFUSED = "refused", pgettext_lazy("decision", "refused")


#: State of the application once the decision is published.
STATE_OF: Final[dict[str, str]] = {
    Outcome.ACCEPTED: State.ACCEPTED,
    Outcome.RESERVE: State.RESERVE,
    Outcome.REFUSED: State.REFUSED,
}


class DecisionState(TextChoices):
    """Pending: nobody but who runs the call may guess it. Reversed: another one was published in its place."""

    PENDING = "pending", pgettext_lazy("decision", "being prepared")
    PUBLISHED = "published", pgettext_lazy("decision", "published")
    REVERSED = "reversed", pgettext_lazy("decision", "replaced")


class Source(TextChoices):
    HAND = "hand", pgettext_lazy("source of a decision", "by hand")
    COMMITTEE = "committee", pgettext_lazy("source of a decision", "committee")
    RESERVE = "reserve", pgettext_lazy("source of a decision", "called from the reserve list")
    APPEAL = "appeal", pgettext_lazy("source of a decision", "review asked for by the carriers")


class Reply(TextChoices):
    """What the carriers of an accepted application said of the place."""

    NONE = "", pgettext_lazy("reply", "no reply yet")
    CONFIRMED = "confirmed", pgettext_lazy("reply", "place taken")
    DECLINED = "declined", pgettext_lazy("reply", "place declined")


class LetterState(TextChoices):
    """Draft: being written. Ready: a person read it again. Out: published and given to the outbox (`Standing`)."""

    DRAFT = "draft", pgettext_lazy("letter", "being written")
    READY = "ready", pgettext_lazy("letter", "ready")
    OUT = "out", pgettext_lazy("letter", "left")


class Standing(TextChoices):
    """Where a letter is, read from its state and from the last mail that carried it: never kept, so never stale."""

    NONE = "none", pgettext_lazy("letter", "not written")
    DRAFT = "draft", pgettext_lazy("letter", "being written")
    READY = "ready", pgettext_lazy("letter", "ready")
    WAITING = "waiting", pgettext_lazy("letter", "waiting for the mail server")
    SENT = "sent", pgettext_lazy("letter", "sent")
    FAILED = "failed", pgettext_lazy("letter", "refused by the mail server")
    RETURNED = "returned", pgettext_lazy("letter", "came back")
    UNSENT = "unsent", pgettext_lazy("letter", "could not leave")


#: Letters that somebody must look at after a publication.
IN_TROUBLE: Final = frozenset({Standing.FAILED, Standing.RETURNED, Standing.UNSENT})


class TemplateKind(TextChoices):
    """Which letter: by outcome, with two of their own for those who were already answered."""

    ACCEPTED = "accepted", pgettext_lazy("letter", "acceptance")
    RESERVE = "reserve", pgettext_lazy("letter", "reserve list")
    REFUSED = "refused", pgettext_lazy("letter", "refusal")
    CALLED = "called", pgettext_lazy("letter", "call from the reserve list")
    CHANGED = "changed", pgettext_lazy("letter", "change of a published decision")


class TieRule(TextChoices):
    """What tells apart two applications of the same rank on the reserve list; said before anybody is called."""

    MARK = "mark", pgettext_lazy("tie rule", "the higher corrected mark first")
    RECEIVED = "received", pgettext_lazy("tie rule", "the one received first")
    DRAW = "draw", pgettext_lazy("tie rule", "a draw with a published seed")
    PEOPLE = "people", pgettext_lazy("tie rule", "people choose")


class AppealState(TextChoices):
    OPEN = "open", pgettext_lazy("review of a decision", "to be answered")
    UPHELD = "upheld", pgettext_lazy("review of a decision", "accepted")
    REJECTED = "rejected", pgettext_lazy("review of a decision", "not accepted")
