"""An application as its carriers read it: where it stands in their words, its steps, the one thing to do next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.programmes import journey, use_calls
from kiif.programmes.enums import DECIDED, CallState, Phase, State
from kiif.programmes.models import Application, Call, CorrectionRequest, HostWish, Moment, Project
from kiif.questionnaires.actions.answer_common import may
from kiif.questionnaires.definition import said
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Participant, Snapshot
from kiif.questionnaires.windows import answer_ends_at, why_not_write
from kiif.ui.components import TimelineItem
from kiif.ui.today import relative_day


@dataclass(frozen=True)
class Next:
    """The one thing to do: a sentence, and where."""

    words: str
    url: str = ""
    action: str = ""


@dataclass
class Story:
    """`timeline`: what happened and what will, in order; `asked`: corrections under way, with their questions."""

    application: Application
    title: str
    standing: str
    next: Next
    timeline: list[TimelineItem]
    ends_at: dt.datetime | None = None
    ends_when: str = ""
    asked: CorrectionRequest | None = None
    to_correct: list[tuple[str, str, str]] = field(default_factory=list)
    told: list[journey.Told] = field(default_factory=list)
    may_submit: bool = False
    people: list[Any] = field(default_factory=list)
    tone: str = "b"


def stories(project: Project, actor: Actor) -> list[Story]:
    """The applications of a project that this person carries, what presses first."""
    rows = Application.objects.own(actor).with_ties().filter(project=project)
    rows = rows.select_related("response__owner", "response__version", "response__collection", "merged_into__project")
    found: list[Any] = list(rows.select_related("code"))
    _read_around(found)
    for row in found:
        use_calls.known(row)
    told = [story(row, actor) for row in found]
    return sorted(told, key=_press)


def _press(story: Story) -> tuple[bool, bool, float]:
    """What waits for an answer first (corrections, a place offered), then what is under way, the newest first."""
    application = story.application
    asked = story.asked is not None or application.corrections_due is not None
    asked = asked or any(told.url and told.tone == journey.WAITS for told in story.told)
    return not asked, application.state not in _RUNNING, -application.begun_at.timestamp()


_RUNNING: Final = (State.DRAFT, State.SUBMITTED, State.REVIEW)


def _read_around(rows: list[Any]) -> None:
    """What stories read besides: people, hosts wished for where they are asked, corrections and what was sent once it
    is, public dates to come while an answer is awaited."""
    users = Participant.objects.select_related("user")  # guarded: of answers that one carries
    wishes = HostWish.objects.select_related("host__incubator", "host__branch")  # guarded: of what one carries
    corrections = CorrectionRequest.objects.prefetch_related("items")  # guarded: of what one carries
    sent = Snapshot.objects.defer("values")  # guarded: of answers that one carries
    coming = Moment.objects.filter(public=True, starts_at__gt=timezone.now())  # guarded: public dates
    responses = [row.response for row in rows]
    prefetch_related_objects(responses, Prefetch("participants", users))
    prefetch_related_objects([row for row in rows if row.call.consortium], Prefetch("wishes", wishes))
    received = [row for row in rows if row.submitted_at is not None]
    prefetch_related_objects(received, Prefetch("correction_requests", corrections, to_attr="asked"))
    prefetch_related_objects([row.response for row in received], Prefetch("snapshots", sent, to_attr="sent"))
    calls = [row.call for row in rows if row.state in _RUNNING]
    prefetch_related_objects(calls, Prefetch("moments", coming, to_attr="coming"))
    for row in rows:
        for held, name in ((row, "asked"), (row.response, "sent"), (row.call, "coming")):
            held.__dict__.setdefault(name, [])


def story(application: Any, actor: Actor) -> Story:
    """One application of `stories`, as told to this person. A draft has nothing to be told by other rooms."""
    response = application.response
    told = journey.of_application(application, actor) if application.state != State.DRAFT else []
    asked = next((one for one in application.asked if one.answered_at is None and one.closed_at is None), None)
    ends = answer_ends_at(response) if application.state == State.DRAFT or asked else None
    return Story(
        application=application,
        title=application.title or application.project.name or _("A project without a title yet"),
        standing=str(application.state_for_carriers),
        next=_next(application, actor, asked),
        timeline=_timeline(application, told),
        ends_at=ends,
        ends_when=relative_day(timezone.localdate(ends)) if ends else "",
        asked=asked,
        to_correct=_to_correct(application, asked),
        told=told,
        may_submit=may("submit", actor, response),
        people=_people(application),
        tone={State.ACCEPTED: "v", State.DRAFT: "o", State.RESERVE: "o"}.get(State(application.state), "b"),
    )


def _people(application: Application) -> list[Any]:
    owner = application.response.owner
    return ([owner] if owner else []) + [row.user for row in application.response.participants.all()]


def _to_correct(application: Application, asked: CorrectionRequest | None) -> list[tuple[str, str, str]]:
    """Question, what is wrong with it, in words."""
    if asked is None:
        return []
    known = definition_of(application.response.version).by_id
    language = application.response.language
    made = []
    for item in asked.items.all():
        question = known.get(item.field_key)
        label = said(question.label, language) if question is not None else item.field_key
        made.append((label, str(item.get_kind_display()), item.words))
    return made


def _next(application: Application, actor: Actor, asked: CorrectionRequest | None) -> Next:
    """The one primary action of the page."""
    if asked is not None or application.corrections_due is not None:
        return Next(
            _("The team asks for corrections. The other answers stay as you sent them."),
            application.response.get_absolute_url(),
            _("Correct the answers"),
        )
    by_state = {
        State.DRAFT: _next_of_draft,
        State.SUBMITTED: _next_of_sent,
        State.REVIEW: _next_of_sent,
        State.INELIGIBLE: _next_of_ineligible,
        State.MERGED: _next_of_merged,
        State.WITHDRAWN: _next_of_withdrawn,
    }
    tell = by_state.get(State(application.state))
    return tell(application, actor) if tell is not None else Next("")


def _next_of_draft(application: Application, actor: Actor) -> Next:
    response = application.response
    if refusal := why_not_write(response):
        return Next(refusal, reverse("answers:review", args=[response.public_id]), _("Read what I wrote"))
    left = max(response.expected - response.done, 0)
    words = (
        _("Everything expected is there: read once more, then send.")
        if not left
        else _("%(done)s of %(expected)s expected answers are given.")
        % {"done": response.done, "expected": response.expected}
    )
    url = reverse("answers:review", args=[response.public_id]) if not left else response.get_absolute_url()
    return Next(words, url, _("Read again, then send") if not left else _("Go on with my application"))


def _next_of_sent(application: Application, actor: Actor) -> Next:
    promised = application.call.answers_by
    if promised is None:
        return Next(_("Nothing to do for now."))
    day = {"day": date_format(promised, "DATE_FORMAT")}
    if promised < timezone.localdate():
        return Next(_("The answer was promised by %(day)s: it is late. The team of the call can tell you more.") % day)
    return Next(_("Nothing to do: the answer is promised by %(day)s.") % day)


def _next_of_ineligible(application: Application, actor: Actor) -> Next:
    return Next(application.door_words, application.door_url, _("See this other way") if application.door_url else "")


def _next_of_withdrawn(application: Application, actor: Actor) -> Next:
    call = application.call
    if call.state != CallState.PUBLISHED or call.phase() not in {Phase.OPEN, Phase.LATE}:
        if application.gave_up:
            return Next(_("Your place goes to another project. What you wrote stays yours, and its number too."))
        return Next(_("It is withdrawn: nobody selects it any more. What you wrote stays yours."))
    return Next(
        _("It is withdrawn: nobody selects it any more. While the call is open, you may begin another from it."),
        reverse("programmes:apply", args=[call.slug]) + again(application),
        _("Begin another application from it"),
    )


def _next_of_merged(application: Application, actor: Actor) -> Next:
    kept = application.merged_into
    if kept is None:
        return Next("")
    if Application.objects.own(actor).filter(pk=kept.pk).exists():
        url = reverse("programmes:project", args=[kept.project.number])
        return Next(
            _("It goes on as %(number)s.") % {"number": kept.number}, url, _("See %(number)s") % {"number": kept.number}
        )
    return Next(
        _("It goes on as %(number)s, carried by other people of yours: ask them to invite you.")
        % {"number": kept.number}
    )


def _timeline(application: Any, told: list[journey.Told]) -> list[TimelineItem]:
    """What happened, what rooms above tell, what will come, by date."""
    now = timezone.now()
    items = [(_moment(application.begun_at), TimelineItem(application.begun_at, _("Application begun")))]
    for snapshot in application.response.sent:
        first = snapshot.at == application.submitted_at
        items.append((snapshot.at, TimelineItem(snapshot.at, _("Received") if first else _("Corrections received"))))
    items += [(one.asked_at, TimelineItem(one.asked_at, _("Corrections asked"))) for one in application.asked]
    for one in told:
        if one.when is not None:
            at = _moment(one.when)
            state = "done" if at <= now else ""
            items.append((at, TimelineItem(one.when, one.title, one.words, url=one.url, state=state)))
    items += _to_come(application, now)
    if application.state in (State.INELIGIBLE, State.WITHDRAWN, State.MERGED):
        words = application.state_words
        title = str(application.state_for_carriers)
        items.append((application.state_at, TimelineItem(application.state_at, title[:1].upper() + title[1:], words)))
    return [item for _at, item in sorted(items, key=lambda pair: pair[0])]


def _to_come(application: Any, now: dt.datetime) -> list[tuple[dt.datetime, TimelineItem]]:
    """The deadline while it is a draft; the public dates of the call and the promised day of the answer after."""
    call, made = application.call, []
    if application.state == State.DRAFT and call.ends_at:
        made.append((call.ends_at, TimelineItem(call.ends_at, _("The call closes"), _("Paris time"), state="")))
    if application.state in _RUNNING:
        made += [(row.starts_at, TimelineItem(row.starts_at, row.title, row.place, state="")) for row in call.coming]
        if call.answers_by and application.state not in DECIDED:
            made.append(
                (_moment(call.answers_by), TimelineItem(call.answers_by, _("Answer promised by this day"), state=""))
            )
    return made


def _moment(when: dt.date | dt.datetime) -> dt.datetime:
    """A day, as its last second in Paris; a moment as it is."""
    if isinstance(when, dt.datetime):
        return when
    return timezone.make_aware(dt.datetime.combine(when, dt.time(23, 59, 59)))


def other_calls(actor: Actor, project: Project | None = None) -> list[Call]:
    """Calls that are open now and to which this project (this person) has not applied."""
    now = timezone.now()
    rows = Call.objects.public().with_ties().filter(state=CallState.PUBLISHED, opens_at__lte=now)
    rows = rows.filter(Q(closes_at__isnull=True) | Q(closes_at__gt=now) | Q(late_until__gt=now))
    own = Application.objects.own(actor).exclude(state__in=(State.WITHDRAWN, State.MERGED))
    if project is not None:
        own = own.filter(project=project)
    return list(rows.exclude(pk__in=own.values("call_id")).order_by("closes_at")[:6])


def again(application: Application) -> str:
    """What the address of a beginning takes, so that another call starts from this project and these answers."""
    return f"?{urlencode({'projet': application.project.number, 'reprise': application.pk})}"
