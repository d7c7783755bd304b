"""What the app tells the lower floors when the product starts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from kiif.accounts import privacy as accounts_privacy
from kiif.accounts.actor import Actor
from kiif.journal import registry as journal
from kiif.journal import verbs
from kiif.programmes import clearing, copying, panels, readers, tabs
from kiif.programmes.rules import hosts, of_its_teams, runs
from kiif.ui import navigation, today

#: Pages of who runs a call, below *Programmes*; those of reviewers are below *Readings*.
OF_A_CALL = (
    *(
        "call",
        "round*",
        "rubric*",
        "criterion*",
        "reviewer*",
        "expert*",
        "calibration*",
        "redact",
        "conflicts",
        "settle-conflict",
        "remind",
    ),
    *("allocation*", "plan*", "board*", "sharing*", "bar", "result*", "severities"),
)
#: Those of who reads.
OF_A_READER = ("reviews:read", "reviews:abstain", "reviews:conflict", "reviews:my-conflicts")


def fill() -> None:
    from kiif.reviews import clearing_readers, mails, phrases, registers_allocation
    from kiif.reviews.copying import COPIER
    from kiif.reviews.models import Round
    from kiif.reviews.panel import context
    from kiif.reviews.privacy import HOLDER
    from kiif.reviews.reading_limits import READER

    readers.register(READER)
    copying.register(COPIER)
    clearing.register("reviews", lacks_of)
    clearing.register("reviews.readers", clearing_readers.lacks_of)
    tabs.register(tabs.Tab("reviews", gettext_lazy("Reading"), "reviews:call", 40, _shows_tab))
    panels.register(panels.Panel("reviews", gettext_lazy("Reading"), "reviews/panel.html", context, order=30))
    verbs.register(phrases.VERBS)
    mails.register()
    accounts_privacy.register(HOLDER)
    journal.register(Round, can_read=_reads_journal)
    today.register(today.Source(reads_awaited, tell_reads))
    registers_allocation.fill()
    navigation.lead_to("programmes:list", *(f"reviews:{name}" for name in OF_A_CALL))
    navigation.register(
        navigation.Entry(
            gettext_lazy("Readings"), "reviews:mine", order=20, show=reads_somewhere, current_under=OF_A_READER
        )
    )


def _shows_tab(actor: Actor, call: Any) -> bool:
    if runs(actor, call):
        return True
    return bool(of_its_teams(actor, call)) and bool(hosts(actor, call)) and call.rounds.exclude(state="draft").exists()


def _reads_journal(actor: Actor, round_: Any) -> bool:
    return bool(runs(actor, round_.call))


def reads_somewhere(actor: Actor) -> bool:
    """Whether somebody has, or is offered, something to read."""
    from kiif.reviews.enums import ReviewerState
    from kiif.reviews.models import Reviewer

    if actor is None or actor.user is None:
        return False
    asked = (ReviewerState.INVITED, ReviewerState.ACCEPTED)
    return Reviewer.objects.filter(person=actor.user, state__in=asked).exists()


def lacks_of(call: Any) -> list[clearing.Lack]:
    """What the reading of a call lacks before it is published; nothing of it holds a publication back."""
    rounds = list(call.rounds.all())
    url = reverse("reviews:call", args=[call.public_id])
    if not rounds:
        return [clearing.Lack(_("No reading round is prepared: who will read the applications, and how?"), url)]
    return [
        clearing.Lack(sentence % {"round": one}, one.get_absolute_url())
        for one in rounds
        for sentence in _missing(one, call)
    ]


def _missing(round_: Any, call: Any) -> list[str]:
    found = []
    if not round_.criteria.exists():
        found.append(_("“%(round)s” has no rubric."))
    if round_.closes_at is None:
        found.append(_("“%(round)s” does not say until when people read."))
    elif call.closes_at and round_.closes_at <= call.closes_at:
        found.append(_("“%(round)s” ends before the call closes."))
    return found


def reads_awaited(actor: Actor) -> Any:
    """Seats of this person that ask for something: an invitation to answer, applications to read in an open round."""
    from django.db.models import Exists, OuterRef, Q

    from kiif.reviews.enums import WAITING, ReviewerState, RoundState
    from kiif.reviews.models import Assignment, Reviewer

    to_read = Exists(Assignment.objects.filter(reviewer=OuterRef("pk"), state__in=WAITING))
    rows = Reviewer.objects.filter(person=actor.user).exclude(round__state=RoundState.CLOSED)
    return rows.filter(Q(state=ReviewerState.INVITED) | Q(to_read, state=ReviewerState.ACCEPTED))


def tell_reads(actor: Actor, rows: Any) -> list[today.Gesture]:
    from django.db.models import Count, Q

    from kiif.reviews.enums import WAITING

    rows = rows.select_related("round__call")
    rows = rows.annotate(left=Count("assignments", filter=Q(assignments__state__in=WAITING)))
    return [gesture for row in rows[:20] if (gesture := _gesture(row)) is not None]


def _gesture(row: Any) -> today.Gesture | None:
    """What one round asks of a reviewer (`left`: how many wait)."""
    from kiif.reviews.enums import ReviewerState

    if row.state == ReviewerState.INVITED:
        return today.Gesture(
            title=_("Say whether you can read"),
            about=row.round.call.title,
            detail=_("up to %(n)s applications") % {"n": row.capacity},
            url=reverse("reviews:invitation", args=[row.public_id]),
            action=pgettext("verb", "Answer"),
            due=row.round.opens_at,
            tone="o",
        )
    if not (row.round.is_open or row.round.is_calibrating):
        return None
    return today.Gesture(
        title=ngettext("Read %(n)s application", "Read %(n)s applications", row.left) % {"n": row.left},
        about=row.round.call.title,
        detail=row.round.title,
        url=reverse("reviews:mine"),
        action=_("Read"),
        due=row.round.closes_at,
    )
