"""Calls of the demonstration: Les Sentiers 2024 with its public dates, hosts and criteria; three at other stages.

Applications are received first: calls open around today are put back to their own days by `settle`, once
they are sent. Programmes, dates, hosts of Les Sentiers are public facts (2024); words and people are invented.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.alliance.models import Incubator
from kiif.programmes.actions import calendar, calls, eligibility, hosts, inquiries, programmes
from kiif.programmes.demo_words import CALLS, INQUIRIES, SHORT_TITLE, TESTS, CallPlan, short_form
from kiif.programmes.eligibility.starter import RURAL
from kiif.programmes.enums import CodeKind
from kiif.programmes.models import Call, Check, Inquiry, Moment
from kiif.programmes.shifting import move_call, move_moment, moved
from kiif.questionnaires.demo import small
from kiif.questionnaires.demo_sentiers_hosts import HOSTS
from kiif.questionnaires.enums import Purpose
from kiif.questionnaires.models import Collection
from kiif.territories.lookup import fold

#: Days before the closing at which the demonstration receives what a call of the past received.
_BEFORE_CLOSING: Final = 9


def build(world: Any) -> None:
    """Fills `world.things["calls"]`: "sentiers", "itineraires", "epilogue", "traversees"."""
    alliance = world.things["alliance"]
    short = small(world.by, alliance, SHORT_TITLE, short_form(), Purpose.CALL)
    forms = {"sentiers": world.things["questionnaires"]["sentiers"].questionnaire, "short": short.questionnaire}
    world.things["calls"] = {}
    for plan in CALLS:
        world.things["calls"][plan.key] = _call(world, plan, forms[plan.form])
    _codes(world)


def _call(world: Any, plan: CallPlan, form: Any) -> Call:
    by, alliance = world.by, world.things["alliance"]
    programme = programmes.create_programme(
        owner=alliance, by=by,
        fields={"name": plan.programme, "tagline": plan.tagline, "presentation": plan.presentation},
    )  # fmt: skip
    edition = programmes.create_edition(
        programme=programme, by=by,
        fields={"name": plan.edition, "starts_on": _day(plan, 0), "ends_on": _day(plan, plan.lasts)},
    )  # fmt: skip
    made = calls.create_call(edition=edition, by=by, questionnaire=form, fields={**plan.words, **_hours(plan)})
    calendar.set_calendar(call=made, by=by, fields={}, moments=[_moment(plan, row) for row in plan.moments])
    if plan.hosts:
        _hosts(world, made, plan)
    hosts.set_partners(call=made, by=by, partners=plan.partners)
    if plan.test:
        eligibility.set_rules(call=made, document=RURAL, by=by)
    made.refresh_from_db()
    if not plan.published:
        return made
    past = made.closes_at is not None and made.closes_at <= timezone.now()
    if past:
        _move(made, _days_to_today(made))
    calls.publish(call=made, by=by)
    made.refresh_from_db()
    return made


def _first(plan: CallPlan) -> dt.date:
    """The opening: its public day, or so many days from today."""
    return plan.opens if isinstance(plan.opens, dt.date) else timezone.localdate() + dt.timedelta(days=plan.opens)


def _day(plan: CallPlan, days: int) -> dt.date:
    return _first(plan) + dt.timedelta(days=days)


def _at(plan: CallPlan, days: int, hour: str) -> dt.datetime:
    """A moment so many days after the opening, at this hour of Paris."""
    return timezone.make_aware(dt.datetime.combine(_day(plan, days), dt.time.fromisoformat(hour)))


def _hours(plan: CallPlan) -> dict[str, Any]:
    return {
        "opens_at": _at(plan, 0, "09:00"),
        "closes_at": _at(plan, plan.closes, "23:59"),
        "answers_by": _day(plan, plan.answers),
        "grace": 15,
    }


def _moment(plan: CallPlan, row: tuple[Any, ...]) -> dict[str, Any]:
    kind, title, day, start, end, place = row
    return {
        "kind": kind, "title": title, "starts_at": _at(plan, day, start), "ends_at": _at(plan, day, end),
        "place": place, "link": "", "public": True,
    }  # fmt: skip


def _member(world: Any, name: str) -> Incubator:
    wanted = fold(name)
    found: Incubator = next(
        row for row in world.incubators.values() if wanted in (fold(row.name), fold(row.short_name))
    )
    return found


def _hosts(world: Any, call: Call, plan: CallPlan) -> None:
    variants = plan.form == "sentiers"
    for number, (key, name, departments) in enumerate(HOSTS):
        incubator = _member(world, name)
        contact = next(
            (row.user for row in incubator.memberships.current().filter(role="advisor").select_related("user")), None
        )
        hosts.add_host(
            call=call, incubator=incubator, by=world.by,
            fields={
                "variant": key if variants else "",
                "departments": [code for code, _place in departments],
                "places": plan.places_by_host[number % len(plan.places_by_host)],
                "themes": plan.themes[number % len(plan.themes)],
                "languages": ["fr", "de"] if key == "labo" else ["fr"],
                "contact": contact,
            },
        )  # fmt: skip


def _days_to_today(call: Call) -> int:
    """Days that put the closing a little after today, so that applications may be sent through the actions."""
    assert call.closes_at is not None  # noqa: S101 -- every plan has a closing
    return (timezone.localdate() - timezone.localdate(call.closes_at)).days + _BEFORE_CLOSING


def _move(call: Call, days: int) -> None:
    """Moves the dates of a call of the demonstration, written straight to the database."""
    move_call(call, days)
    Call.objects.filter(pk=call.pk).update(
        opens_at=call.opens_at, closes_at=call.closes_at, late_until=call.late_until, answers_by=call.answers_by
    )
    Collection.objects.filter(call=call).update(opens_at=call.opens_at, closes_at=call.ends_at)
    for moment in Moment.objects.filter(call=call):
        move_moment(moment, days)
        moment.save()


def settle(world: Any) -> dict[str, int]:
    """Puts the calls of the past back to their own days, once their applications are received.

    Gives, for each call moved, by how many days: whoever made rows in it moves them along.
    """
    shifts: dict[str, int] = {}
    for plan in CALLS:
        call = world.things["calls"][plan.key]
        call.refresh_from_db()
        if not isinstance(plan.opens, dt.date) or not plan.published:
            continue
        days = (plan.opens - timezone.localdate(call.opens_at)).days
        _move(call, days)
        Call.objects.filter(pk=call.pk).update(published_at=_at(plan, -6, "10:00"))
        call.refresh_from_db()
        shifts[plan.key] = days
    _tests_and_questions(world)
    return shifts


def _codes(world: Any) -> None:
    """A late code of Les Sentiers, for who was told so by phone."""
    call = world.things["calls"]["sentiers"]
    world.things["late_code"] = hosts.make_code(
        call=call, by=world.by, kind=CodeKind.LATE, why="Panne d’électricité dans la vallée, accord du 26 mai",
        most_uses=3, until=moved(call.closes_at, 2),
    )  # fmt: skip


def _tests_and_questions(world: Any) -> None:
    """Tests taken by visitors, questions asked: some wait for the team."""
    for key, asked in INQUIRIES.items():
        call = world.things["calls"][key]
        for number, (question, email, answer, shown) in enumerate(asked):
            made = inquiries.ask(call=call, question=question, email=email, by=Actor())
            if answer:
                inquiries.answer(
                    inquiry=made, answer=answer, by=world.by, public=bool(shown), shown_question=shown, send=False
                )
            when = moved(call.opens_at, 2 + number)
            Inquiry.objects.filter(pk=made.pk).update(asked_at=when, **({"answered_at": when} if answer else {}))
    call = world.things["calls"]["itineraires"]
    for number, (answers, email, words) in enumerate(TESTS):
        check = eligibility.take(call=call, answers=answers, by=Actor())
        if email:
            eligibility.ask_a_person(check=check, email=email, words=words)
        Check.objects.filter(pk=check.pk).update(at=timezone.now() - dt.timedelta(hours=7 * number + 3))
