"""The applications of a call with what is decided of them, as one row each: for the lists of who runs it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from kiif.accounts.actor import Actor
from kiif.decisions.enums import DecisionState, LetterState, Outcome, Reply
from kiif.decisions.letters.standing import with_standing
from kiif.decisions.models import Decision, Letter
from kiif.decisions.queries import applications_of
from kiif.programmes.enums import DECIDED, RUNNING, State
from kiif.programmes.models import Call
from kiif.reviews import results
from kiif.reviews.models import Score

#: What these lists show: what may be answered, and places that were declined.
_SHOWN = RUNNING | DECIDED


def rows_of(actor: Actor, call: Call) -> QuerySet[Any]:
    """Applications with `p_*` (the pending decision), `d_*` (the published one), `now` (what counts: pending first),
    `raw` and `corrected` of the round that counts (none where `mark_awaited`: the actor still has to give theirs), and
    the standing of their letter. One query."""
    decided = Exists(Decision.objects.filter(application=OuterRef("pk")))
    rows = applications_of(actor, call).filter(Q(state__in=_SHOWN) | (Q(state=State.WITHDRAWN) & decided))
    rows = rows.select_related("project").annotate(
        pending=FilteredRelation("decisions", condition=Q(decisions__state=DecisionState.PENDING)),
        public=FilteredRelation("decisions", condition=Q(decisions__state=DecisionState.PUBLISHED)),
    )
    rows = rows.annotate(
        p_id=F("pending__pk"),
        d_id=F("public__pk"),
        p_outcome=F("pending__outcome"),
        d_outcome=F("public__outcome"),
        p_revision=F("pending__revision"),
        reply=F("public__reply"),
        now=Coalesce("pending__outcome", "public__outcome", Value(""), output_field=TextField()),
        now_rank=Coalesce("pending__rank", "public__rank"),
    )
    letter = Letter.objects.filter(decision_id=Coalesce(OuterRef("p_id"), OuterRef("d_id")))
    rows = rows.annotate(
        letter_id=Subquery(letter.values("pk")[:1]),
        letter_public_id=Subquery(letter.values("public_id")[:1]),
        letter_state=Subquery(letter.values("state")[:1]),
        letter_outcome=Subquery(letter.values("outcome")[:1]),
    )
    counts = results.latest(call)
    score = Score.objects.filter(application=OuterRef("pk"), round=counts.pk if counts is not None else 0)
    rows = rows.annotate(mark_awaited=Exists(score.hidden_from(actor)))
    score = score.told(actor)
    rows = rows.annotate(raw=Subquery(score.values("raw")[:1]), corrected=Subquery(score.values("corrected")[:1]))
    return with_standing(rows, "letter_id", "letter_state")  # type: ignore[no-any-return]  # the same rows, annotated


def without_letter(actor: Actor, call: Call) -> QuerySet[Decision]:
    """Answers being prepared that this person reads and for which nothing is written yet."""
    rows = Decision.objects.visible_to(actor).pending().filter(application__call=call)
    return rows.filter(~Exists(Letter.objects.filter(decision=OuterRef("pk"))))


def unread(actor: Actor, call: Call) -> QuerySet[Letter]:
    """Letters that somebody still has to read again before they may leave, in the order of the applications."""
    rows = Letter.objects.visible_to(actor, call).filter(state=LetterState.DRAFT, decision__state=DecisionState.PENDING)
    return rows.order_by("decision__application__project__number", "pk")


def undecided(actor: Actor, call: Call) -> QuerySet[Any]:
    """Applications in the running that nobody prepared an answer for."""
    rows = applications_of(actor, call).filter(state__in=RUNNING)
    return rows.exclude(pk__in=Decision.objects.pending().values("application_id"))


def counters(actor: Actor, call: Call) -> dict[str, int]:
    """How many of each outcome, being prepared and published; places taken; applications without an answer."""
    rows = Decision.objects.filter(application__in=applications_of(actor, call).values("pk"))
    asked = {}
    for outcome in Outcome.values:
        asked[f"pending_{outcome}"] = Count("pk", filter=Q(state=DecisionState.PENDING, outcome=outcome))
        asked[f"published_{outcome}"] = Count("pk", filter=Q(state=DecisionState.PUBLISHED, outcome=outcome))
    published = Q(state=DecisionState.PUBLISHED, outcome=Outcome.ACCEPTED)
    asked["confirmed"] = Count("pk", filter=published & Q(reply=Reply.CONFIRMED))
    asked["declined"] = Count("pk", filter=published & Q(reply=Reply.DECLINED))
    found: dict[str, int] = rows.aggregate(**asked)
    found["undecided"] = undecided(actor, call).count()
    #: what the cohort would be once everything is published
    kept = Decision.objects.filter(application__in=applications_of(actor, call).values("pk"))
    kept = kept.published().filter(outcome=Outcome.ACCEPTED).exclude(reply=Reply.DECLINED)
    staying = kept.exclude(application__decisions__state=DecisionState.PENDING).count()
    found["accepted"] = staying + found["pending_accepted"]
    return found
