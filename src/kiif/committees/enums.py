"""Vocabulary of committees: states, rules of a vote said beforehand, decisions."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SessionState(TextChoices):
    PLANNED = "planned", pgettext_lazy("committee", "in preparation")
    OPEN = "open", pgettext_lazy("committee", "open")
    SUSPENDED = "suspended", pgettext_lazy("committee", "suspended")
    CLOSED = "closed", pgettext_lazy("committee", "closed")


#: States in which the room works: members read what is on the agenda.
RUNNING: Final = frozenset({SessionState.OPEN, SessionState.SUSPENDED})


class Mode(TextChoices):
    VOTE = "vote", _("vote")
    CONSENSUS = "consensus", _("consensus: nobody objects")


class QuorumRule(TextChoices):
    """Share of the members who may vote on a dossier that must be there."""

    NONE = "none", _("no share asked")
    HALF = "half", _("half of those who may vote")
    MORE = "more", _("more than half of those who may vote")
    TWO_THIRDS = "two_thirds", _("two thirds of those who may vote")
    ALL = "all", _("all of those who may vote")


#: share, strictly more than it
QUORUM_SHARES: Final[dict[str, tuple[Fraction, bool]]] = {
    QuorumRule.NONE: (Fraction(0), False),
    QuorumRule.HALF: (Fraction(1, 2), False),
    QuorumRule.MORE: (Fraction(1, 2), True),
    QuorumRule.TWO_THIRDS: (Fraction(2, 3), False),
    QuorumRule.ALL: (Fraction(1), False),
}


class MajorityRule(TextChoices):
    """Share of the votes expressed; those who abstain express nothing."""

    MORE = "more", _("more than half of the votes expressed")
    TWO_THIRDS = "two_thirds", _("two thirds of the votes expressed")
    THREE_QUARTERS = "three_quarters", _("three quarters of the votes expressed")
    ALL = "all", _("all the votes expressed")


MAJORITY_SHARES: Final[dict[str, tuple[Fraction, bool]]] = {
    MajorityRule.MORE: (Fraction(1, 2), True),
    MajorityRule.TWO_THIRDS: (Fraction(2, 3), False),
    MajorityRule.THREE_QUARTERS: (Fraction(3, 4), False),
    MajorityRule.ALL: (Fraction(1), False),
}


class TieRule(TextChoices):
    """What equal votes mean; the codes of `methods.committee.voting.Tie`."""

    CHAIR = "chair", _("the vote of the chair counts twice")
    REFUSED = "refused", _("the proposal is refused")
    OPEN = "open", _("nothing is decided: the committee talks again")


class AgendaOrder(TextChoices):
    CONTESTED = "contested", _("those that divide the readers first")
    LINE = "line", _("those around the line first")
    RANK = "rank", _("by rank")
    DATE = "date", _("in the order in which they were received")


class MemberRole(TextChoices):
    CHAIR = "chair", pgettext_lazy("committee", "chair")
    MEMBER = "member", pgettext_lazy("committee", "member")
    SECRETARY = "secretary", pgettext_lazy("committee", "secretary")
    OBSERVER = "observer", pgettext_lazy("committee", "observer")


#: Who runs the room from the desk.
DESK_ROLES: Final = frozenset({MemberRole.CHAIR, MemberRole.SECRETARY})


class ItemState(TextChoices):
    WAITING = "waiting", pgettext_lazy("dossier of an agenda", "to come")
    NOW = "now", pgettext_lazy("dossier of an agenda", "now")
    ADJOURNED = "adjourned", pgettext_lazy("dossier of an agenda", "put off")
    DECIDED = "decided", pgettext_lazy("dossier of an agenda", "decided")


class Decision(TextChoices):
    """What a committee says of a dossier. `BACK`: it comes back in another session, nothing is prepared."""

    ACCEPT = "accept", pgettext_lazy("decision of a committee", "accept")
    RESERVE = "reserve", pgettext_lazy("decision of a committee", "reserve list")
    REFUSE = "refuse", pgettext_lazy("decision of a committee", "refuse")
    BACK = "back", pgettext_lazy("decision of a committee", "come back later")


class Choice(TextChoices):
    """A ballot; the codes of `methods.committee.voting.Ballot`. In a consensus, against is an objection."""

    FOR = "for", pgettext_lazy("vote", "for")
    AGAINST = "against", pgettext_lazy("vote", "against")
    ABSTAIN = "abstain", pgettext_lazy("vote", "abstention")


class Void(TextChoices):
    """Why a vote that was cast does not count."""

    CONFLICT = "conflict", _("a conflict of interest was declared")
    REMOVED = "removed", _("the person left the committee during the vote")
    LEFT = "left", _("the person left the room before the end of the vote")


class Step(TextChoices):
    """One step of the tie rule of the reserve list, higher first unless said."""

    VOTES = "votes", _("share of favourable votes")
    CORRECTED = "corrected", _("corrected mark")
    RAW = "raw", _("raw mark")
    AGREEMENT = "agreement", _("least disagreement between readers")
    EARLIEST = "earliest", _("received first")
