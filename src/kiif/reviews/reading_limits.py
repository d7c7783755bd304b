"""What reviewers read, and what a round hides from them: told to `programmes.readers` when the product starts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import reduce
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.programmes import masking
from kiif.programmes.models import Application
from kiif.programmes.readers import Limits, Reader
from kiif.questionnaires.models import Participant
from kiif.reviews.enums import HELD, AssignmentState, ReviewerState, RoundState, Sees, Source
from kiif.reviews.models import Assignment, RedactedAnswer, Reviewer, Round, Score

#: After a round closed, what one marked is read again for this long (the committee follows).
KEPT: Final = dt.timedelta(days=30)


def _reading(actor: Actor) -> QuerySet[Reviewer]:
    person = actor.user.pk if actor.user is not None else 0
    return Reviewer.objects.filter(person_id=person, state=ReviewerState.ACCEPTED)


def open_reads(actor: Actor) -> QuerySet[Assignment]:
    """Reads of this person that are open to them now: entrusted in a round that reads, anchor dossiers while it is
    calibrated, what they marked for a month after. Never one from which they are recused."""
    rows = Assignment.objects.filter(reviewer__in=_reading(actor).values("pk"))
    calibrated = Q(source=Source.CALIBRATION, round__state=RoundState.DRAFT, round__calibration_at__isnull=False)
    read = Q(round__state=RoundState.OPEN) & ~Q(source=Source.CALIBRATION)
    since = timezone.now() - KEPT
    given = Q(round__state=RoundState.CLOSED, round__closed_at__gt=since, state=AssignmentState.DONE)
    return rows.filter(read | calibrated | given).exclude(state=AssignmentState.RECUSED)


def readable(actor: Actor) -> Q:
    """Applications that somebody reads as a reviewer; for `programmes.readers`."""
    if actor.user is None:
        return Q(pk__in=())
    entrusted = Q(pk__in=open_reads(actor).values("application_id"))
    everything = Score.objects.filter(
        round__state=RoundState.OPEN, round__sees=Sees.ALL, round__reviewers__in=_reading(actor).values("pk")
    )
    return entrusted | Q(pk__in=everything.values("application_id"))


def limits(actor: Actor, application: Application) -> Limits | None:
    """What the rounds in which somebody reads this application hide from them; None when they read it in none."""
    entrusted = Q(pk__in=open_reads(actor).filter(application=application).values("round_id"))
    reads = Exists(_reading(actor).filter(round=OuterRef("pk")))
    inside = Exists(Score.objects.filter(round=OuterRef("pk"), application=application))
    rounds = Round.objects.filter(entrusted | Q(reads, inside, state=RoundState.OPEN, sees=Sees.ALL))
    as_expert = Exists(_reading(actor).filter(round=OuterRef("pk"), external=True))
    found = [
        limits_in(one, application, outside=one.outside)  # type: ignore[attr-defined]  # annotated
        for one in rounds.annotate(outside=as_expert)
    ]
    return reduce(Limits.joined, found) if found else None


def limits_in(round_: Round, application: Application, *, outside: bool) -> Limits:
    """What a round hides of an application from one of its reviewers, with its redacted copies. `outside`: they are an
    external expert, from whom it may hide more."""
    replaced = dict(
        RedactedAnswer.objects.filter(round=round_, application=application).values_list("question", "text")
    )
    return Limits(round_.hidden_from(outside=outside), round_.blind, round_.without_files, replaced)


def limits_of_list(round_: Round, *, outside: bool) -> Limits:
    """The same for a list of titles: redacted copies are not of titles."""
    return Limits(round_.hidden_from(outside=outside), round_.blind, round_.without_files)


def prepare_masks(applications: Iterable[Application]) -> None:
    """Reads at once the names to mask in many applications (`programmes.masking` would ask for each). They come with
    `organisation` and `response__owner`."""
    rows = list(applications)
    people: dict[int, list[Any]] = {}
    shared = Participant.objects.filter(response_id__in=[one.response_id for one in rows]).select_related("user")
    for one in shared:
        people.setdefault(one.response_id, []).append(one.user)
    for application in rows:
        owner = application.response.owner
        organisation = application.organisation
        names = [application.organisation_name, organisation.name if organisation else "", application.siren]
        names += [str(person) for person in ([owner] if owner else []) + people.get(application.response_id, [])]
        application.__dict__["_mask"] = masking.pattern(names)


def held_count(reviewer: Reviewer) -> int:
    """How many applications somebody holds, anchor dossiers apart."""
    return Assignment.objects.real().filter(reviewer=reviewer, state__in=HELD).count()


READER: Final = Reader("reviews", readable, limits)
