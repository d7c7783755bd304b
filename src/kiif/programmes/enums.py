"""Vocabulary of programmes, calls and applications: states, and from which to which one may go."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CallState(TextChoices):
    """What people decided of a call. Whether it is open now is read from its dates (`Call.phase`)."""

    DRAFT = "draft", pgettext_lazy("call", "in preparation")
    PUBLISHED = "published", pgettext_lazy("call", "published")
    CANCELLED = "cancelled", pgettext_lazy("call", "cancelled")
    ARCHIVED = "archived", pgettext_lazy("call", "put away")


CALL_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    CallState.DRAFT: frozenset({CallState.PUBLISHED, CallState.CANCELLED}),
    CallState.PUBLISHED: frozenset({CallState.CANCELLED, CallState.ARCHIVED}),
    CallState.CANCELLED: frozenset({CallState.ARCHIVED}),
    CallState.ARCHIVED: frozenset(),
}


class Phase(TextChoices):
    """Where a published call stands at a moment, for everybody."""

    PREPARING = "preparing", pgettext_lazy("phase of a call", "in preparation")
    ANNOUNCED = "announced", pgettext_lazy("phase of a call", "opens soon")
    OPEN = "open", pgettext_lazy("phase of a call", "open")
    LATE = "late", pgettext_lazy("phase of a call", "closed, late applications still received")
    CLOSED = "closed", pgettext_lazy("phase of a call", "closed")
    CANCELLED = "cancelled", pgettext_lazy("phase of a call", "cancelled")


class MomentKind(TextChoices):
    INFORMATION = "information", _("information meeting")
    REVIEW = "review", _("reading of applications")
    COMMITTEE = "committee", _("selection committee")
    ANSWER = "answer", _("answers")
    WORKSHOP = "workshop", _("collective time")
    WEBINAR = "webinar", _("webinar")
    OTHER = "other", pgettext_lazy("kind of date", "other")


class CodeKind(TextChoices):
    EARLY = "early", _("before the opening")
    LATE = "late", _("after the closing")


class Verdict(TextChoices):
    """What the rules of a call say. `PERSON`: a person decides, because the rule is not mechanical."""

    YES = "yes", pgettext_lazy("eligibility", "eligible")
    PERSON = "person", pgettext_lazy("eligibility", "to be looked at by a person")
    NO = "no", pgettext_lazy("eligibility", "not eligible")


class State(TextChoices):
    """Where an application stands. Decisions being prepared are not here: nobody but the team may guess them."""

    DRAFT = "draft", pgettext_lazy("application", "draft")
    SUBMITTED = "submitted", pgettext_lazy("application", "received")
    INELIGIBLE = "ineligible", pgettext_lazy("application", "not eligible")
    REVIEW = "review", pgettext_lazy("application", "being read")
    ACCEPTED = "accepted", pgettext_lazy("application", "accepted")
    RESERVE = "reserve", pgettext_lazy("application", "on the reserve list")
    REFUSED = "refused", pgettext_lazy("application", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")
    MERGED = "merged", pgettext_lazy("application", "merged with another")


_DECIDED = frozenset({State.ACCEPTED, State.RESERVE, State.REFUSED})
#: From a state, where one may go. Decided states change among themselves when a published decision is reversed.
TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN, State.MERGED}),
    State.SUBMITTED: frozenset({State.REVIEW, State.INELIGIBLE, State.WITHDRAWN, State.MERGED}) | _DECIDED,
    State.INELIGIBLE: frozenset({State.SUBMITTED, State.REVIEW, State.WITHDRAWN, State.MERGED}),
    State.REVIEW: frozenset({State.SUBMITTED, State.INELIGIBLE, State.WITHDRAWN, State.MERGED}) | _DECIDED,
    State.ACCEPTED: frozenset({State.RESERVE, State.REFUSED, State.WITHDRAWN}),
    State.RESERVE: frozenset({State.ACCEPTED, State.REFUSED, State.WITHDRAWN}),
    State.REFUSED: frozenset({State.ACCEPTED, State.RESERVE}),
    State.WITHDRAWN: frozenset({State.DRAFT}),
    #: undone within its time (`actions.duplicates.part`)
    State.MERGED: frozenset({State.DRAFT, State.SUBMITTED, State.INELIGIBLE, State.REVIEW}),
}
#: What the team reads: everything that was sent, whatever became of it.
SENT: Final = frozenset(State) - {State.DRAFT, State.WITHDRAWN, State.MERGED}
#: What is still in the running.
RUNNING: Final = frozenset({State.SUBMITTED, State.REVIEW})
DECIDED: Final = _DECIDED

#: The same state as its carriers read it, and as the public does (None: the public reads nothing).
FOR_CARRIERS: Final[dict[str, Any]] = {
    State.DRAFT: _("your application is not sent yet"),
    State.SUBMITTED: _("your application was received"),
    State.INELIGIBLE: _("your application does not fit this call"),
    State.REVIEW: _("your application is being read"),
    State.ACCEPTED: _("your application was accepted"),
    State.RESERVE: _("your application is on the reserve list"),
    State.REFUSED: _("your application was not chosen"),
    State.WITHDRAWN: _("you withdrew your application"),
    State.MERGED: _("this application goes on in another one"),
}
#: Withdrawn once it was answered: what it had been given is given up.
GIVEN_UP: Final = _("you gave up your place")
FOR_PUBLIC: Final[dict[str, Any]] = {State.ACCEPTED: pgettext_lazy("application", "chosen")}


class ConflictState(TextChoices):
    """A conflict of interest between somebody and an application. Only a confirmed one bars; proposed ones ask."""

    PROPOSED = "proposed", pgettext_lazy("conflict", "to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("conflict", "confirmed")
    DISMISSED = "dismissed", pgettext_lazy("conflict", "set aside")


class ConflictReason(TextChoices):
    """Facts that we hold (the first ones), or what a person says."""

    CARRIER = "carrier", _("takes part in this application")
    ORGANISATION = "organisation", _("is in the organisation that applies")
    SUPPORT = "support", _("supported this organisation")
    MANDATE = "mandate", _("wrote for its carriers, who had asked")
    CO_EDITOR = "co_editor", _("wrote another application with the same people")
    DOMAIN = "domain", _("has an e-mail address of the same domain")
    OWN_WORDS = "own_words", _("said so")


class PairState(TextChoices):
    OPEN = "open", pgettext_lazy("pair of applications", "to be looked at")
    APART = "apart", pgettext_lazy("pair of applications", "two applications")
    MERGED = "merged", pgettext_lazy("pair of applications", "merged")


class CorrectionKind(TextChoices):
    """What is wrong with an answer that its carriers are asked to correct."""

    INCORRECT = "incorrect", pgettext_lazy("answer to correct", "incorrect")
    INCOMPLETE = "incomplete", pgettext_lazy("answer to correct", "incomplete")
    OUTDATED = "outdated", pgettext_lazy("answer to correct", "out of date")


class NoteReach(TextChoices):
    """Who reads a note of the team, beside its author."""

    TEAM = "team", pgettext_lazy("note read by", "those who run the call")
    HOUSE = "house", pgettext_lazy("note read by", "my house only")
    EVERY = "every", pgettext_lazy("note read by", "everybody who reads the application")


class Rural(TextChoices):
    """Class of a territory by the official grid (else its estimate: the source is kept beside)."""

    RURAL = "rural", pgettext_lazy("class of a territory", "rural")
    URBAN = "urban", pgettext_lazy("class of a territory", "urban")
