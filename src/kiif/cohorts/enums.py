"""Vocabulary of placements, cohorts and commitments."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Criterion(TextChoices):
    """What makes a host fit a project; each has a weight in the settings of a call."""

    TERRITORY = "territory", _("territory")
    WISH = "wish", _("wishes of the project")
    THEME = "theme", _("themes")
    STAGE = "stage", _("stage")
    LANGUAGE = "language", _("languages")
    LOAD = "load", _("room left")


#: Weights of a call that nobody changed: the territory first, as for *Les Sentiers*.
WEIGHTS: Final[dict[str, int]] = {
    Criterion.TERRITORY: 5,
    Criterion.WISH: 4,
    Criterion.THEME: 2,
    Criterion.STAGE: 1,
    Criterion.LANGUAGE: 1,
    Criterion.LOAD: 2,
}


class PlacementState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("placement", "proposed")
    HOST_AGREED = "accepted_by_host", pgettext_lazy("placement", "accepted by the host")
    CARRIER_AGREED = "accepted_by_carrier", pgettext_lazy("placement", "accepted by the project")
    HOSTED = "hosted", pgettext_lazy("placement", "hosted")
    REFUSED = "refused", pgettext_lazy("placement", "refused")
    EXPIRED = "expired", pgettext_lazy("placement", "without an answer in time")
    WITHDRAWN = "withdrawn", pgettext_lazy("placement", "withdrawn")
    REASSIGNED = "reassigned", pgettext_lazy("placement", "changed for another host")
    ENDED = "ended", pgettext_lazy("placement", "ended")


#: One of these at a time for an application.
OPEN: Final = frozenset({PlacementState.PROPOSED, PlacementState.HOST_AGREED, PlacementState.CARRIER_AGREED})
RUNNING: Final = OPEN | {PlacementState.HOSTED}
CLOSED: Final = frozenset(PlacementState) - RUNNING


class Side(TextChoices):
    """Who answers a proposal and signs a commitment."""

    CARRIER = "carrier", pgettext_lazy("side", "the project")
    HOST = "host", pgettext_lazy("side", "the host")
    ALLIANCE = "alliance", pgettext_lazy("side", "the team of the programme")


class Answer(TextChoices):
    YES = "yes", pgettext_lazy("answer to a placement", "accepts")
    NO = "no", pgettext_lazy("answer to a placement", "refuses")


class MemberState(TextChoices):
    ACTIVE = "active", pgettext_lazy("member", "taking part")
    PAUSED = "paused", pgettext_lazy("member", "pausing")
    DROPPED = "dropped", pgettext_lazy("member", "gave up")
    FINISHED = "finished", pgettext_lazy("member", "finished")
    ALUMNI = "alumni", pgettext_lazy("member", "alumni")


#: From a state, where one may go.
TURNS: Final[dict[str, frozenset[str]]] = {
    MemberState.ACTIVE: frozenset({MemberState.PAUSED, MemberState.DROPPED, MemberState.FINISHED}),
    MemberState.PAUSED: frozenset({MemberState.ACTIVE, MemberState.DROPPED, MemberState.FINISHED}),
    MemberState.DROPPED: frozenset({MemberState.ACTIVE}),
    MemberState.FINISHED: frozenset({MemberState.ALUMNI, MemberState.ACTIVE}),
    MemberState.ALUMNI: frozenset(),
}
#: Who still takes part in the life of the cohort.
PRESENT: Final = frozenset({MemberState.ACTIVE, MemberState.PAUSED, MemberState.FINISHED})


class LeaveReason(TextChoices):
    """Why a member pauses or gives up: a short list, so that the alliance learns from it."""

    FUNDING = "funding", _("funding was not found")
    TEAM = "team", _("change in the team")
    HEALTH = "health", _("health or family")
    TERRITORY = "territory", _("the territory does not follow")
    STRATEGY = "strategy", _("the organisation changed its strategy")
    TIME = "time", _("lack of time")
    CLOSING = "closing", _("the organisation closes")
    HOSTING = "hosting", _("the local support does not suit")
    WITHDREW = "withdrew", _("withdrew its application")
    DECISION = "decision", _("the decision changed")
    OTHER = "other", pgettext_lazy("reason to give up", "other")


class Audience(TextChoices):
    """Whom a message of the cohort is written to."""

    CARRIERS = "carriers", _("the projects")
    HOSTS = "hosts", _("the hosts")
    BOTH = "both", _("the projects and their hosts")


#: How a state reads in the colours of the design system.
TONES: Final[dict[str, str]] = {
    PlacementState.PROPOSED: "o",
    PlacementState.HOST_AGREED: "o",
    PlacementState.CARRIER_AGREED: "o",
    PlacementState.HOSTED: "v",
    MemberState.ACTIVE: "v",
    MemberState.PAUSED: "o",
}


def tone(state: Any) -> str:
    return TONES.get(str(state), "")
