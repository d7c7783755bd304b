"""An export as sheets of typed cells, read some rows at a time: facts, marks, decisions, hosts, what happened.

They are sheets of `questionnaires.reading.book`, so that the same writers make CSV and Excel of them, with
one codebook. Every row begins with the number of the dossier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kiif.accounts.actor import Actor
from kiif.alliance import departments
from kiif.cohorts.models import Placement
from kiif.decisions.models import Decision
from kiif.organisations.enums import LegalForm
from kiif.programmes.enums import Rural, State, Verdict
from kiif.programmes.models import Application, Call, CorrectionRequest, HostWish, Target
from kiif.programmes.tables_applications import labels_of
from kiif.questionnaires.models import Participant
from kiif.questionnaires.reading.book import Book, Heading, Sheet, book
from kiif.questionnaires.reading.plan import Plan
from kiif.reviews.enums import Advice, AssignmentState
from kiif.reviews.models import Assignment, Mark, MarkLine, Score
from kiif.steering.exporting.choices import FACTS, Choices

CHUNK: Final = 250
Rows = Callable[[list[int]], Iterator[list[Any]]]


def chunks(keys: Sequence[int]) -> Iterator[list[int]]:
    found = iter(keys)
    while some := list(islice(found, CHUNK)):
        yield some


def _number() -> Heading:
    return Heading("dossier", _("Number"), "text")


def _sheet(title: str, headings: list[Heading], rows: Rows, keys: Sequence[int]) -> Sheet:
    """A sheet whose rows are read for some dossiers at a time."""
    return Sheet(title, [_number(), *headings], lambda: (row for some in chunks(keys) for row in rows(some)))


def _moment(value: Any) -> Any:
    return timezone.localtime(value) if value else None


def facts(call: Call, choices: Choices, keys: Sequence[int]) -> Sheet:
    labels = {
        "state": dict(State.choices), "eligibility": dict(Verdict.choices), "legal_form": dict(LegalForm.choices),
        "rural": dict(Rural.choices),
    }  # fmt: skip
    types = {"late": "boolean", "women_led": "boolean", "founded_year": "integer"}
    headings = [
        Heading(
            name,
            str(FACTS[name]),
            "choice" if name in labels else "datetime" if name.endswith("_at") else types.get(name, "text"),
            {str(key): str(words) for key, words in labels.get(name, {}).items()},
        )
        for name in choices.facts
    ]
    challenges = labels_of(call, "challenges")

    def rows(some: list[int]) -> Iterator[list[Any]]:
        for one in _applications(some):
            yield [one.number, *(_fact(one, name, challenges) for name in choices.facts)]

    return _sheet(_("Applications"), headings, rows, keys)


def _applications(some: list[int]) -> list[Application]:
    people = Prefetch("response__participants", Participant.objects.select_related("user"))
    rows = Application.objects.filter(pk__in=some).select_related("project", "organisation", "response__owner")
    rows = rows.prefetch_related("targets", "wishes__host__incubator", "wishes__host__branch", people)
    return list(rows.order_by("project__number", "pk"))


def _fact(one: Application, name: str, challenges: dict[str, str]) -> Any:
    written = _WRITTEN.get(name)
    if written is not None:
        return written(one)
    if name == "challenges":
        return ", ".join(challenges.get(key, key) for key in one.challenges)
    return getattr(one, name)


def _people(one: Application) -> str:
    people = [one.response.owner, *(row.user for row in one.response.participants.all())]
    return ", ".join(f"{person} <{person.email}>" for person in people if person is not None)


_WRITTEN: Final[dict[str, Callable[[Application], Any]]] = {
    "title": lambda one: one.title or one.project.name,
    "organisation": lambda one: str(one.organisation) if one.organisation else one.organisation_name,
    "contact": lambda one: one.contact_email,
    "people": _people,
    "themes": lambda one: ", ".join(one.themes),
    "region": lambda one: one.region_code,
    "territories": lambda one: ", ".join(f"{row.name} ({row.department_code})" for row in one.targets.all()),
    "hosts": lambda one: ", ".join(str(row.host) for row in one.wishes.all()) or _("not chosen yet"),
    "begun_at": lambda one: _moment(one.begun_at),
    "submitted_at": lambda one: _moment(one.submitted_at),
    "decided_at": lambda one: _moment(one.decided_at),
}


def marks(keys: Sequence[int], by: Actor) -> list[Sheet]:
    """Reads and marks; the same criterion by criterion; scores. What others gave is not told of the dossiers that the
    asker still has to mark: their lines are empty, and a line says so."""
    reads = [
        Heading("round", _("Round"), "text"), Heading("reader", _("Reader"), "text"),
        Heading("state", _("State"), "choice", {str(key): str(words) for key, words in AssignmentState.choices}),
        Heading("total", _("Total"), "number"),
        Heading("advice", _("Advice"), "choice", {str(key): str(words) for key, words in Advice.choices}),
        Heading("words_team", _("Words for those who select"), "text"),
        Heading("words_carriers", _("Words for the carriers"), "text"),
        Heading("done_at", pgettext("steering", "Given"), "datetime"), Heading("void", _("Does not count"), "boolean"),
        Heading("hidden", _("Hidden until your own mark is given"), "boolean"),
    ]  # fmt: skip
    lines = [
        Heading("round", _("Round"), "text"), Heading("reader", _("Reader"), "text"),
        Heading("criterion", _("Criterion"), "text"), Heading("mark", _("Mark"), "integer"),
        Heading("words", pgettext("steering", "Why"), "text"),
    ]  # fmt: skip
    scores = [
        Heading("round", _("Round"), "text"), Heading("reads_done", _("Reads given"), "integer"),
        Heading("raw", _("Raw score"), "number"), Heading("corrected", _("Corrected score"), "number"),
        Heading("low", _("Low end of the interval"), "number"),
        Heading("high", _("High end of the interval"), "number"),
        Heading("disagreement", _("Disagreement"), "number"), Heading("rank", _("Rank"), "integer"),
    ]  # fmt: skip
    return [
        _sheet(_("Reads"), reads, partial(_reads, by), keys),
        _sheet(_("Marks by criterion"), lines, partial(_mark_lines, by), keys),
        _sheet(pgettext("steering", "Scores"), scores, partial(_scores, by), keys),
    ]


def _reads(by: Actor, some: list[int]) -> Iterator[list[Any]]:
    rows = Assignment.objects.filter(application__in=some).select_related(
        "application__project", "round", "reviewer__person", "mark"
    )
    hidden = set(Score.objects.hidden_from(by).filter(application__in=some).values_list("round", "application"))
    mine = by.user.pk if by.user is not None else 0
    for row in rows.order_by("application__project__number", "round__number", "pk"):
        mark = getattr(row, "mark", None)
        given = mark if mark is not None and mark.submitted_at is not None else None
        kept = (row.round_id, row.application_id) in hidden and row.reviewer.person_id != mine
        given = None if kept else given
        yield [
            row.application.number, row.round.title, str(row.reviewer.person), row.state,
            given.total if given else None, given.advice if given else None,
            given.words_team if given else None, given.words_carriers if given else None,
            _moment(row.done_at), bool(mark and mark.voided_at), kept,
        ]  # fmt: skip


def _mark_lines(by: Actor, some: list[int]) -> Iterator[list[Any]]:
    shown = Mark.objects.filter(assignment__application__in=some, submitted_at__isnull=False).told(by)
    rows = MarkLine.objects.filter(mark__in=shown)
    path = "mark__assignment"
    found = rows.order_by(f"{path}__application__project__number", f"{path}__pk", "criterion__order").values_list(
        f"{path}__application__project__number", f"{path}__round__title", f"{path}__reviewer__person__full_name",
        "criterion__label", "value", "words",
    )  # fmt: skip
    yield from map(list, found)


def _scores(by: Actor, some: list[int]) -> Iterator[list[Any]]:
    rows = Score.objects.filter(application__in=some).told(by).order_by("application__project__number", "round__number")
    fields = ("reads_done", "raw", "corrected", "low", "high", "disagreement", "rank")
    yield from map(list, rows.values_list("application__project__number", "round__title", *fields))


def decisions(keys: Sequence[int]) -> Sheet:
    from kiif.decisions.enums import DecisionState, Outcome, Reply

    headings = [
        Heading("outcome", _("Decision"), "choice", {str(k): str(w) for k, w in Outcome.choices}),
        Heading("state", _("State"), "choice", {str(k): str(w) for k, w in DecisionState.choices}),
        Heading("rank", _("Rank on the reserve list"), "integer"), Heading("words", _("Reasons, for the team"), "text"),
        Heading("prepared_at", _("Prepared"), "datetime"),
        Heading("published_at", pgettext("steering", "Published"), "datetime"),
        Heading("reply", _("Reply of the carriers"), "choice", {str(k): str(w) for k, w in Reply.choices}),
        Heading("replied_at", _("Replied"), "datetime"),
    ]  # fmt: skip

    def rows(some: list[int]) -> Iterator[list[Any]]:
        found = Decision.objects.filter(application__in=some).select_related("application__project")
        for row in found.order_by("application__project__number", "pk"):
            yield [
                row.application.number, row.outcome, row.state, row.rank, row.words, _moment(row.prepared_at),
                _moment(row.published_at), row.reply, _moment(row.replied_at),
            ]  # fmt: skip

    return _sheet(_("Decisions"), headings, rows, keys)


def hosts(keys: Sequence[int]) -> list[Sheet]:
    """Hosts wished for, placements, territories aimed at."""
    from kiif.cohorts.enums import PlacementState

    wishes = [Heading("rank", _("Rank"), "integer"), Heading("host", pgettext("steering", "Host"), "text")]
    places = [
        Heading("host", pgettext("steering", "Host"), "text"),
        Heading("state", _("State"), "choice", {str(k): str(w) for k, w in PlacementState.choices}),
        Heading("score", _("Fit"), "number"), Heading("proposed_at", pgettext("steering", "Proposed"), "datetime"),
        Heading("deadline", _("Answers expected by"), "datetime"),
        Heading("host_at", _("Answer of the host"), "datetime"),
        Heading("carrier_at", _("Answer of the project"), "datetime"),
        Heading("hosted_at", _("Hosted since"), "datetime"),
    ]  # fmt: skip
    targets = [
        Heading("rank", _("Rank"), "integer"), Heading("level", _("Level"), "text"), Heading("code", _("Code"), "text"),
        Heading("name", _("Territory"), "text"), Heading("department", _("Department"), "text"),
        Heading("rural", _("Rural class"), "choice", {str(k): str(w) for k, w in Rural.choices}),
    ]  # fmt: skip
    return [
        _sheet(_("Hosts wished for"), wishes, _wishes, keys),
        _sheet(pgettext("steering", "Placements"), places, _placements, keys),
        _sheet(_("Territories"), targets, _targets, keys),
    ]


def _wishes(some: list[int]) -> Iterator[list[Any]]:
    rows = HostWish.objects.filter(application__in=some).select_related(
        "application__project", "host__incubator", "host__branch"
    )
    for row in rows.order_by("application__project__number", "rank"):
        yield [row.application.number, row.rank, str(row.host)]


def _placements(some: list[int]) -> Iterator[list[Any]]:
    for row in (
        Placement.objects.filter(application__in=some).with_ties().order_by("application__project__number", "pk")
    ):
        moments = (row.proposed_at, row.deadline, row.host_at, row.carrier_at, row.hosted_at)
        yield [row.application.number, str(row.host), row.state, row.score, *map(_moment, moments)]


def _targets(some: list[int]) -> Iterator[list[Any]]:
    rows = Target.objects.filter(application__in=some).select_related("application__project")
    for row in rows.order_by("application__project__number", "rank"):
        department = f"{row.department_code} {departments.name_of(row.department_code)}" if row.department_code else ""
        yield [row.application.number, row.rank, row.level, row.code, row.name, department, row.rural]


def timeline(keys: Sequence[int]) -> Sheet:
    """What happened to each dossier, in order."""
    headings = [Heading("at", _("When"), "datetime"), Heading("what", _("What"), "text")]
    return _sheet(_("Timeline"), headings, _happened, keys)


def _happened(some: list[int]) -> Iterator[list[Any]]:
    found: dict[int, list[tuple[Any, str]]] = {key: [] for key in some}
    own = (
        ("begun_at", pgettext("steering", "begun")), ("submitted_at", pgettext("steering", "received")),
        ("eligibility_at", _("eligibility decided")),
        ("decided_at", pgettext("steering", "answered")),
    )  # fmt: skip
    numbers: dict[int, str] = {}
    applications = Application.objects.filter(pk__in=some).order_by("project__number")
    for row in applications.values("pk", "project__number", *(name for name, _words in own)):
        numbers[row["pk"]] = row["project__number"]
        found[row["pk"]] += [(row[name], words) for name, words in own if row[name]]
    for key, asked, answered in CorrectionRequest.objects.filter(application__in=some).values_list(
        "application", "asked_at", "answered_at"
    ):
        found[key] += [(asked, _("corrections asked")), (answered, _("corrections received"))]
    done = Assignment.objects.filter(application__in=some, done_at__isnull=False)
    for key, at in done.values_list("application", "done_at"):
        found[key].append((at, pgettext("steering", "read")))
    for key, proposed, hosted in Placement.objects.filter(application__in=some).values_list(
        "application", "proposed_at", "hosted_at"
    ):
        found[key] += [(proposed, _("host proposed")), (hosted, pgettext("steering", "hosted"))]
    for key, number in numbers.items():
        for at, what in sorted(((at, what) for at, what in found[key] if at), key=lambda pair: pair[0]):
            yield [number, _moment(at), what]


def answers(plan: Plan, choices: Choices, keys: Sequence[int], language: str) -> Book | None:
    """The answers to the form of these dossiers, under their numbers; None when nobody sent any."""
    from kiif.questionnaires.models import Response

    groups = [one for one in plan.groups if not choices.questions or one.key in choices.questions]
    pairs = Application.objects.filter(pk__in=list(keys)).values_list("response__public_id", "project__number")
    numbers = {str(public_id): number for public_id, number in pairs}
    responses = Response.objects.filter(application__in=list(keys)).order_by("application__project__number")
    made = book(plan, groups, responses, plan.language(language), name="reponses")
    for sheet in made.sheets:
        _renumber(sheet, numbers)
    return made


def _renumber(sheet: Sheet, numbers: dict[str, str]) -> None:
    """Puts the number of the dossier in place of the identifier of its answer."""
    read = sheet.rows
    sheet.rows = lambda: ([numbers.get(str(row[0]), row[0]), *row[1:]] for row in read())
