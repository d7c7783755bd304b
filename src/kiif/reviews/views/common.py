"""What the pages of reviews do first: who reads (by account or by personal link), which round, its frame and tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, of
from kiif.programmes.conflicts import waiting_for
from kiif.programmes.enums import SENT, ConflictState
from kiif.programmes.models import Conflict
from kiif.programmes.views.common import can, frame
from kiif.reviews import links
from kiif.reviews.models import Assignment, Reviewer, Round
from kiif.ui.components import Tab
from kiif.ui.errors import NotAllowed


class NotHere(Exception):  # noqa: N818 -- read as "not here: go there"
    """Nobody is signed in and no link is held: `response` is where to go."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True)
class Who:
    """Who reads. `by_link`: the reviewer of the personal link that this browser holds, who sees nothing else."""

    actor: Actor
    by_link: Reviewer | None = None

    def reads(self) -> Any:
        """Reads of this person that they may open, of one round only through a link."""
        rows = Assignment.objects.visible_to(self.actor).mine(self.actor)
        return rows.filter(reviewer=self.by_link) if self.by_link is not None else rows


def who(request: HttpRequest) -> Who:
    """The person of the account, else of the personal link. Raises NotHere."""
    actor = of(request)
    if actor.is_authenticated:
        return Who(actor)
    reviewer = links.held_by(request)
    if reviewer is None:
        raise NotHere(redirect_to_login(request.get_full_path()))
    return Who(Actor(user=reviewer.person), reviewer)


def asked_of(asks: Who) -> QuerySet[Conflict]:
    """Questions put to this person about what was sent, in calls in whose rounds they read."""
    person = asks.actor.user.pk if asks.actor.user is not None else 0
    # guarded: one’s own
    rounds = Reviewer.objects.filter(person_id=person, state__in=("invited", "accepted"))
    if asks.by_link is not None:
        rounds = rounds.filter(pk=asks.by_link.pk)
    # guarded: one’s own
    rows = Conflict.objects.filter(person_id=person, application__call__in=rounds.values("round__call_id"))
    rows = rows.filter(application__state__in=SENT)
    return rows.select_related(
        "application__project", "application__organisation", "application__response__owner", "application__call"
    )


def waiting_of(asks: Who) -> QuerySet[Conflict]:
    """Those that wait for an answer."""
    return asked_of(asks).filter(state=ConflictState.PROPOSED)


def my_read(request: HttpRequest, public_id: UUID) -> tuple[Who, Assignment]:
    """One's own read, or 404: of somebody else's, recused, or closed to reading. Raises NotHere, also while a question
    about a conflict of interest waits: nothing of the dossier is shown before it is settled."""
    asks = who(request)
    read = get_object_or_404(asks.reads().with_ties(), public_id=public_id)
    if waiting_for(read.reviewer.person, read.application) is not None:
        raise NotHere(redirect("reviews:conflict", read.public_id))
    return asks, read


def visible_round(request: HttpRequest, public_id: UUID) -> Round:
    """The round for who runs its call, or its hosts once it opened, else 404: reviewers have their own pages."""
    actor = of(request)
    rows = Round.objects.visible_to(actor).filter(call__in=_calls(actor)).with_ties()
    return get_object_or_404(rows, public_id=public_id)


def _calls(actor: Actor) -> Any:
    from kiif.programmes.models import Call

    return Call.objects.visible_to(actor).values("pk")


def run_round(request: HttpRequest, public_id: UUID) -> Round:
    """The round for who runs its call; 403 for who only sees it."""
    row = visible_round(request, public_id)
    if not can("reviews.change_round", of(request), row):
        raise NotAllowed(_("Only the team that runs this call looks after its reading."))
    return row


#: pages of a round: key, url name, for who runs the call only
_ROOMS = (
    ("round", "reviews:round", False),
    ("rubric", "reviews:rubric", False),
    ("reviewers", "reviews:reviewers", True),
    ("calibration", "reviews:calibration", True),
    ("conflicts", "reviews:conflicts", True),
    ("allocation", "reviews:allocation", True),
    ("board", "reviews:board", True),
    ("results", "reviews:results", False),
)


def _label(key: str) -> str:
    return {
        "round": _("The round"),
        "rubric": _("Rubric"),
        "reviewers": _("Reviewers"),
        "calibration": _("Calibration"),
        "conflicts": _("Conflicts of interest"),
        "allocation": _("Sharing out"),
        "board": _("Progress"),
        "results": _("Marks and scores"),
    }[key]


def round_frame(request: HttpRequest, round_: Round, room: str) -> dict[str, Any]:
    """The frame of a page of a round: that of its call, `round`, and its own pages as `rooms` (for `{% tabs %}`)."""
    context = frame(request, round_.call, "reviews")
    runs = context["runs"]
    rooms = [
        Tab(_label(key), address, key == room)
        for key, name, team in _ROOMS
        if (runs or not team) and (address := _address(name, round_))
    ]
    return {**context, "round": round_, "rooms": rooms, "runs": runs}


def _address(name: str, round_: Round) -> str:
    try:
        return reverse(name, args=[round_.public_id])
    except NoReverseMatch:
        return ""
