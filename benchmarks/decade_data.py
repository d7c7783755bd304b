"""An alliance at ten years of age, written straight into the database: what `decade.py` measures. All invented."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

SEED = 20_260_101
CRITERIA = ("besoin", "impact", "modele", "equipe", "ancrage", "gouvernance")
STATES = (("accepted", 8), ("reserve", 4), ("refused", 70), ("ineligible", 8), ("withdrawn", 6), ("draft", 4))


@dataclass(frozen=True)
class Size:
    """How much: the first call is the largest, the others share the rest."""

    applications: int = 20_000
    calls: int = 20
    largest: int = 5_000
    reviewers: int = 500
    by_round: int = 60
    reads: int = 3


def in_bulk(model: Any, rows: Iterable[Any], batch: int = 2_000) -> list[Any]:
    """Every row created, batch by batch; the list has its keys."""
    made: list[Any] = []
    waiting = iter(rows)
    while part := list(islice(waiting, batch)):
        made += model.objects.bulk_create(part)
    return made


def fill(size: Size) -> Any:
    """Writes the decade beside the demonstration; returns the largest call."""
    from django.utils import timezone

    from kiif.accounts.models import User

    chance, now = random.Random(SEED), timezone.now()
    carriers = in_bulk(
        User,
        (
            User(email=f"decennie-{n}@porteurs.kiif.example", full_name=f"Personne inventée {n}", password="!")
            for n in range(size.applications)
        ),
    )
    reviewers = in_bulk(
        User,
        (
            User(email=f"lecture-{n}@lecteurs.kiif.example", full_name=f"Lectrice inventée {n}", password="!")
            for n in range(size.reviewers)
        ),
    )
    calls = _calls(size, now)
    rest = (size.applications - size.largest) // max(1, size.calls - 1)
    taken = 0
    for number, call in enumerate(calls):
        count = size.largest if number == 0 else rest
        people = carriers[taken : taken + count]
        taken += count
        applications = _applications(call, people, chance)
        _reads(call, applications, chance.sample(reviewers, size.by_round), size, chance)
        _decisions(applications)
    return calls[0]


def _calls(size: Size, now: dt.datetime) -> list[Any]:
    """Closed calls, one a semester, with the form and the hosts of the demonstration's consortium."""
    from kiif.programmes.models import Call, Edition, Host
    from kiif.questionnaires.models import Collection

    model = Call.objects.filter(consortium=True, collection__isnull=False).order_by("pk").first()
    if model is None or model.collection is None:
        raise SystemExit("the demonstration holds no consortium call")
    made = []
    for number in range(size.calls):
        closed = now - dt.timedelta(days=180 * number + 30)
        edition = Edition.objects.create(
            programme=model.edition.programme, name=f"décennie {number}", slug=f"decennie-{number}",
            starts_on=closed.date(),
        )  # fmt: skip
        collection = Collection.objects.create(
            questionnaire=model.collection.questionnaire, owner=model.collection.owner, title=f"Décennie {number}",
            slug=f"decennie-{number}", use="call", one_each=False, opens_at=closed - dt.timedelta(days=60),
            closes_at=closed,
        )  # fmt: skip
        call = Call.objects.create(
            edition=edition, title=f"Appel de la décennie {number}", slug=f"appel-decennie-{number}",
            state="published", published_at=closed - dt.timedelta(days=70), opens_at=closed - dt.timedelta(days=60),
            closes_at=closed, collection=collection, consortium=True, places=30,
            answers_by=(closed + dt.timedelta(days=40)).date(), facts=model.facts,
        )  # fmt: skip
        collection.about = call
        collection.save()
        hosts = model.hosts.all()
        in_bulk(Host, (Host(call=call, incubator=host.incubator, places=4, themes=host.themes) for host in hosts))
        made.append(call)
    return made


def _applications(call: Any, people: Sequence[Any], chance: random.Random) -> list[Any]:
    from kiif.alliance.models import Alliance
    from kiif.programmes.models import Application, HostWish, Project, Target
    from kiif.questionnaires.models import Response
    from kiif.territories.models import Territory

    alliance = Alliance.objects.get(pk=call.edition.programme.owner.alliance_key)
    version = call.collection.questionnaire.versions.order_by("-number").first()
    places = list(Territory.objects.filter(level="commune")[:2_000].values_list("pk", "code", "name"))
    hosts = list(call.hosts.all())
    states = chance.choices([s for s, _ in STATES], [w for _, w in STATES], k=len(people))
    begun = [call.opens_at + dt.timedelta(hours=chance.randrange(1, 59 * 24)) for _ in people]
    answer = {"draft": "draft", "withdrawn": "withdrawn"}
    responses = in_bulk(
        Response,
        (
            Response(
                collection=call.collection, version=version, owner=person, state=answer.get(state, "submitted"),
                submitted_at=None if state in answer else at, done=60, expected=70, created_at=at, updated_at=at,
            )
            for person, state, at in zip(people, states, begun, strict=True)
        ),
    )  # fmt: skip
    projects = in_bulk(
        Project,
        (
            Project(alliance=alliance, number=f"KX-{call.pk}-{n:05}", name=f"Projet inventé {call.pk}-{n}")
            for n in range(len(people))
        ),
    )
    made = in_bulk(
        Application,
        (
            Application(
                call=call, project=project, response=response, state=state, title=project.name, begun_at=at,
                organisation_name=f"Structure inventée {chance.randrange(9_000)}", host_open=chance.random() < 0.2,
                challenges=[chance.choice(("jobs", "services", "transition", "cohesion"))], language="fr",
                rural=chance.choice(("rural", "urban")), region_code=chance.choice(("75", "84", "32", "28")),
                legal_form="association", search_text=project.name.lower(),
                submitted_at=None if state in answer else at, late=chance.random() < 0.03,
                decided_at=at + dt.timedelta(days=70) if state in {"accepted", "reserve", "refused"} else None,
            )
            for project, response, state, at in zip(projects, responses, states, begun, strict=True)
        ),
    )  # fmt: skip
    in_bulk(
        Target,
        (
            Target(
                application=one, rank=1, territory_id=place[0], level="commune", code=place[1], name=place[2],
                department_code=place[1][:2], rural=one.rural,
            )
            for one in made
            for place in [chance.choice(places)]
        ),
    )  # fmt: skip
    wishes = (
        HostWish(application=one, host=host, rank=rank)
        for one in made
        if not one.host_open
        for rank, host in enumerate(chance.sample(hosts, min(2, len(hosts))), start=1)
    )
    in_bulk(HostWish, wishes)
    return made


def _reads(call: Any, applications: Sequence[Any], people: Sequence[Any], size: Size, chance: random.Random) -> None:
    """A closed round: every application that was sent, read by so many, marked, scored."""
    from kiif.programmes.models import Conflict
    from kiif.reviews.models import Assignment, Criterion, Mark, MarkLine, Reviewer, Round, Score

    read_on = call.closes_at + dt.timedelta(days=20)
    round_ = Round.objects.create(
        call=call, number=1, title="Première lecture", state="closed", opens_at=call.closes_at,
        closes_at=call.closes_at + dt.timedelta(days=30), opened_at=call.closes_at, closed_at=read_on,
    )  # fmt: skip
    criteria = in_bulk(
        Criterion, (Criterion(round=round_, key=key, label=key, order=n) for n, key in enumerate(CRITERIA))
    )
    readers = in_bulk(Reviewer, (Reviewer(round=round_, person=one, state="accepted", capacity=30) for one in people))
    sent = [one for one in applications if one.submitted_at is not None]
    assignments = in_bulk(
        Assignment,
        (
            Assignment(round=round_, application=one, reviewer=reader, state="done", done_at=read_on, opened_at=read_on)
            for one in sent
            for reader in chance.sample(readers, size.reads)
        ),
    )
    marks = in_bulk(
        Mark,
        (
            Mark(
                assignment=one, total=chance.uniform(4, 19), submitted_at=read_on, words_team="À discuter.",
                words_carriers="Le modèle est clair.",
            )
            for one in assignments
        ),
    )  # fmt: skip
    in_bulk(
        MarkLine,
        (MarkLine(mark=mark, criterion=one, value=chance.randint(1, 5)) for mark in marks for one in criteria),
    )
    in_bulk(
        Score,
        (
            Score(
                round=round_, application=one, reads_assigned=size.reads, reads_done=size.reads, raw=score,
                corrected=score, error=1.0, low=score - 2, high=score + 2, disagreement=chance.random(), rank=rank,
                raw_rank=rank, computed_at=read_on,
            )
            for rank, (one, score) in enumerate(((one, chance.uniform(4, 19)) for one in sent), start=1)
        ),
    )  # fmt: skip
    barred = chance.sample(sent, len(sent) // 50)
    in_bulk(
        Conflict,
        (
            Conflict(application=one, person=chance.choice(people), state="confirmed", settled_at=read_on)
            for one in barred
        ),
    )


def _decisions(applications: Sequence[Any]) -> None:
    from kiif.decisions.models import Decision, Letter, Sending

    decided = [one for one in applications if one.decided_at is not None]
    decisions = in_bulk(
        Decision,
        (
            Decision(
                application=one, outcome=one.state, state="published", published_at=one.decided_at,
                prepared_at=one.decided_at,
            )
            for one in decided
        ),
    )  # fmt: skip
    letters = in_bulk(
        Letter,
        (
            Letter(
                decision=one, kind=one.outcome, outcome=one.outcome, decision_revision=1, subject="Votre candidature",
                body="Bonjour,", state="out", checked_at=one.published_at, sent_subject="Votre candidature",
                sent_body="Bonjour,",
            )
            for one in decisions
        ),
    )  # fmt: skip
    # their mails were put away since: a sending without a mail
    in_bulk(Sending, (Sending(letter=letter, at=letter.checked_at) for letter in letters))
