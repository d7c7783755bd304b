"""This app's part of the demonstration: *Épilogue* is answered, a place was declined and the next one called, a review
was asked for; *Les Sentiers* has a few answers being prepared, that nobody else may guess."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.decisions import actions
from kiif.decisions.actions.publishing import examine
from kiif.decisions.enums import Outcome, Reply, TieRule
from kiif.decisions.models import Appeal, Change, Decision, Letter, Publication, Sending
from kiif.mailbox.enums import State as MailState
from kiif.mailbox.models import Mail
from kiif.programmes.enums import DECIDED, RUNNING, State
from kiif.programmes.models import Application, Call

ORDER = 66
NAME = _("Decisions: answers published, a place declined, a review asked for")

#: What reviewers said, as the coordination edited it.
FEEDBACK: Final = (
    "On comprend tout de suite à quoi sert le projet, et à qui. Ce qui manque encore : qui paiera la deuxième année.",
    "Le lien avec les familles est décrit avec une grande justesse. Le budget demande à être repris avec quelqu’un.",
    "L’équipe connaît son métier. Nous n’avons pas vu ce que le programme lui apporterait de plus que ses partenaires.",
    "Une idée forte, encore jeune : revenez avec six mois d’essai derrière vous.",
)
#: Places, and dossiers on the reserve list, when no committee has decided.
PLACES: Final = 10
RESERVE: Final = 3


def build(world: Any) -> None:
    """Answers the calls that are there; a call without applications is left alone."""
    calls = world.things.get("calls", {})
    if "epilogue" in calls:
        _answered(world, calls["epilogue"])
    if "sentiers" in calls:
        _being_prepared(world, calls["sentiers"])


def _answered(world: Any, call: Call) -> None:
    """Everything published on one day of the past, then what followed."""
    rows = list(Application.objects.filter(call=call, state__in=RUNNING).order_by("project__number"))
    if not rows:
        return
    actions.set_terms(call=call, by=world.by, values={"tie_rule": TieRule.RECEIVED})
    pending = set(Decision.objects.pending().filter(application__in=rows).values_list("application_id", flat=True))
    for place, row in enumerate(rows, start=1):
        if row.pk not in pending:
            _decide(world, row, place, call.places or PLACES)
    for decision in Decision.objects.pending().filter(application__call=call).order_by("pk"):
        _write(world, decision)
    held = examine(call)
    if held.ready:
        token = uuid5(NAMESPACE_URL, f"kiif-demo-{call.slug}")
        actions.publish(call=call, token=token, expected=len(held.ready), by=world.by)
    _replies(world, call)
    _review(world, call)
    _backdate(call)
    _call_next(world, call)


def _decide(world: Any, row: Application, place: int, places: int) -> None:
    outcome, rank = Outcome.REFUSED, None
    if place <= places:
        outcome = Outcome.ACCEPTED
    elif place <= places + RESERVE:
        outcome, rank = Outcome.RESERVE, place - places
    words = "Décidé en comité." if outcome != Outcome.REFUSED else "Trop tôt, à encourager."
    actions.prepare(application=row, outcome=outcome, rank=rank, words=words, by=world.by)


def _write(world: Any, decision: Decision) -> Letter:
    letter = actions.write(decision=decision, by=world.by)
    said = FEEDBACK[decision.pk % len(FEEDBACK)]
    letter = actions.save_letter(letter=letter, subject=letter.subject, body=letter.body, feedback=said, by=world.by)
    return actions.mark_ready(letter=letter, by=world.by)


def _replies(world: Any, call: Call) -> None:
    """Everybody takes their place but the last one."""
    accepted = list(
        Decision.objects.published().filter(application__call=call, outcome=Outcome.ACCEPTED).order_by("-pk")
    )
    for number, decision in enumerate(accepted):
        if decision.reply:
            continue
        if number == 0 and len(accepted) > 1:
            words = "Notre salarié part : nous ne tiendrions pas le rythme cette année."
            actions.reply(decision=decision, answer=Reply.DECLINED, words=words, by=_carrier(world, decision))
        else:
            actions.reply(decision=decision, answer=Reply.CONFIRMED, by=_carrier(world, decision))


def _carrier(world: Any, decision: Decision) -> Actor:
    owner = decision.application.response.owner
    return Actor(user=owner) if owner is not None else world.by


def _review(world: Any, call: Call) -> None:
    decision = (
        Decision.objects.published().filter(application__call=call, outcome=Outcome.REFUSED).order_by("pk").first()
    )
    if decision is None or decision.appeals.exists():
        return
    appeal = actions.ask_review(
        decision=decision,
        words="Notre convention avec le centre funéraire était jointe, page 7. A-t-elle été lue ?",
        by=_carrier(world, decision),
    )
    actions.answer_review(
        appeal=appeal,
        upheld=False,
        answer="Deux personnes ont relu votre dossier avec cette convention. Elle éclaire le partenariat, "
        "pas le modèle économique, qui reste ce qui a manqué. Nous vous proposons une heure pour en parler.",
        by=world.by,
    )


def _backdate(call: Call) -> None:
    """The demonstration was answered on the day it promised, else a month after its closing."""
    zone = timezone.get_current_timezone()
    promised = call.answers_by or (call.closes_at and timezone.localdate(call.closes_at) + dt.timedelta(days=30))
    if promised is None or promised >= timezone.localdate():
        return
    day = dt.datetime.combine(promised, dt.time(10, 0), tzinfo=zone)
    Publication.objects.filter(call=call).update(at=day)
    decisions = Decision.objects.filter(application__call=call)
    decisions.update(
        published_at=day, prepared_at=day - dt.timedelta(days=6), reply_by=promised + dt.timedelta(days=14)
    )
    decisions.exclude(outcome=Outcome.ACCEPTED).update(reply_by=None)
    decisions.exclude(reply=Reply.NONE).update(replied_at=day + dt.timedelta(days=5))
    Change.objects.filter(decision__in=decisions).update(at=day - dt.timedelta(days=6))
    letters = Letter.objects.filter(decision__in=decisions)
    letters.update(edited_at=day - dt.timedelta(days=3), checked_at=day - dt.timedelta(days=1))
    sendings = Sending.objects.filter(letter__in=letters)
    Mail.objects.filter(pk__in=sendings.values("mail_id")).update(
        state=MailState.SENT, sent_at=day, created_at=day, next_try_at=None
    )
    sendings.update(at=day)
    Appeal.objects.filter(decision__in=decisions).update(
        received_at=day + dt.timedelta(days=9),
        answer_by=promised + dt.timedelta(days=39),
        answered_at=day + dt.timedelta(days=20),
    )
    answered = Application.objects.filter(call=call, state__in=(*DECIDED, State.WITHDRAWN), decisions__in=decisions)
    Application.objects.filter(pk__in=answered.values("pk")).update(state_at=day, decided_at=day)


def _call_next(world: Any, call: Call) -> None:
    """The first of the reserve list takes the place that was declined."""
    rows = Decision.objects.published().filter(application__call=call, outcome=Outcome.RESERVE)
    declined = Decision.objects.published().filter(application__call=call, reply=Reply.DECLINED).exists()
    first = rows.filter(application__state=State.RESERVE).order_by("rank", "pk").first()
    if first is None or not declined:
        return
    called = actions.call_next(decision=first, by=world.by, words="La première de la liste, comme annoncé.")
    actions.mark_ready(letter=called.letter, by=world.by)
    token = uuid5(NAMESPACE_URL, f"kiif-demo-{call.slug}-reserve")
    actions.publish(call=call, token=token, expected=1, by=world.by)
    called.refresh_from_db()
    called.application = first.application
    actions.reply(decision=called, answer=Reply.CONFIRMED, by=_carrier(world, called))
    _backdate_called(called, token)


def _backdate_called(called: Decision, token: Any) -> None:
    """The place was declined on the fifth day: the next one is called on the sixth, and answers on the eighth."""
    declined = Decision.objects.published().filter(application__call=called.application.call, reply=Reply.DECLINED)
    replied = declined.order_by("replied_at").values_list("replied_at", flat=True).first()
    if replied is None or replied.date() >= timezone.localdate():
        return
    day = replied + dt.timedelta(days=1)
    Publication.objects.filter(token=token).update(at=day)
    rows = Decision.objects.filter(pk=called.pk)
    rows.update(
        published_at=day, prepared_at=day, reply_by=day + dt.timedelta(days=7), replied_at=day + dt.timedelta(2)
    )
    if called.replaces_id is not None:
        Decision.objects.filter(pk=called.replaces_id).update(reversed_at=day)
    Change.objects.filter(decision=called).update(at=day)
    Letter.objects.filter(decision=called).update(edited_at=day, checked_at=day)
    sendings = Sending.objects.filter(letter__decision=called)
    mails = Mail.objects.filter(pk__in=sendings.values("mail_id"))
    mails.update(state=MailState.SENT, sent_at=day, created_at=day, next_try_at=None)
    sendings.update(at=day)
    Application.objects.filter(pk=called.application_id).update(state_at=day, decided_at=day)


def _being_prepared(world: Any, call: Call) -> None:
    """A few answers, one letter ready, one begun, one decision alone: the others have none."""
    rows = Application.objects.filter(call=call, state=State.REVIEW).exclude(decisions__isnull=False)
    wanted = (
        (Outcome.ACCEPTED, "Solide, attendu sur son territoire.", "ready"),
        (Outcome.REFUSED, "Le besoin est réel, l’équipe encore seule.", "ready"),
        (Outcome.REFUSED, "Hors des quatre familles de critères.", "draft"),
        (Outcome.RESERVE, "Très proche de la ligne.", ""),
    )
    for row, (outcome, words, step) in zip(rows.order_by("project__number")[:4], wanted, strict=False):
        rank = 1 if outcome == Outcome.RESERVE else None
        decision = actions.prepare(application=row, outcome=outcome, rank=rank, words=words, by=world.by)
        if step == "ready":
            _write(world, decision)
        elif step == "draft":
            actions.write(decision=decision, by=world.by)
