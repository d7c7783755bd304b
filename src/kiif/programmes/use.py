"""What calls add to the engine of questionnaires: who reads an answer, what follows when it is sent, its hours."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.programmes import facts, use_calls
from kiif.programmes.actions import states
from kiif.programmes.enums import State
from kiif.programmes.models import Application
from kiif.questionnaires import uses
from kiif.questionnaires.actions import answering
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Response, Snapshot

KEY: Final = "call"


def register() -> None:
    uses.register(
        uses.Use(
            KEY,
            reads=reads,
            readable=readable,
            refuses=refuses,
            window=use_calls.window,
            entrance=use_calls.entrance,
            shows=use_calls.shows,
            happened=happened,
            saved=saved,
            home=home,
        )
    )


def _read_in_full(actor: Actor) -> Any:
    """Applications that this actor reads whole: of calls that they run, and not barred from them."""
    return Application.objects.run_by(actor)


def reads(actor: Actor, response: Response) -> bool:
    """Who runs the call reads all of an answer; hosts and reviewers read through `programmes.reading` only."""
    return bool(_read_in_full(actor).filter(response_id=response.pk).exists())


def readable(actor: Actor) -> Q:
    """Twin of `reads`."""
    return Q(pk__in=_read_in_full(actor).values("response_id"))


def refuses(response: Response) -> str | None:
    """Why an answer may not be written whatever the hour: its application goes on in another one, the call was
    cancelled."""
    application = use_calls.held(response)
    if application is not None and application.state == State.MERGED and application.merged_into is not None:
        return _("This application goes on as %(number)s: it can be read, no longer written.") % {
            "number": application.merged_into.number
        }
    return use_calls.refuses(application)


def _of(response: Response) -> Application | None:
    """The application round an answer, locked; None while it is being begun."""
    rows = Application.objects.with_ties().select_for_update(of=("self",))
    return rows.filter(response_id=response.pk).first()


def happened(response: Response, event: str, by: Actor) -> None:
    """What follows of an answer that was sent, reopened, withdrawn or handed over."""
    application = _of(response)
    if application is not None and event in _EVENTS:
        _EVENTS[event](application, response, by)


def _sent(application: Application, response: Response, by: Actor) -> None:
    snapshot = response.snapshots.select_related("version").first()
    if snapshot is None:
        return
    application.response = response
    first = application.state == State.DRAFT
    if first:
        application.submitted_at = snapshot.at
        application.late = use_calls.is_late(application.call, snapshot.at)
        application.save(update_fields=["submitted_at", "late"])
    facts.copy(application, definition_of(snapshot.version), snapshot.values)
    if first:
        states.move(application=application, to=State.SUBMITTED, by=by, verb="programmes.received")
    else:
        _corrected(application, snapshot, by)
    _look_for_twins(application)


def _corrected(application: Application, snapshot: Snapshot, by: Actor) -> None:
    """Corrections came back: the request is answered, who asked is told."""
    from kiif.programmes.application_mails import tell_of_corrections

    asked = application.correction_requests.open().select_for_update(of=("self",)).first()
    application.corrections_due = None
    application.save(update_fields=["corrections_due"])
    scope = application.call.edition.programme.owner.specific
    record(by=by, verb="programmes.corrected", obj=application, scope=scope)
    if asked is not None:
        asked.answered_at, asked.after = snapshot.at, snapshot
        asked.save(update_fields=["answered_at", "after"])
        tell_of_corrections(application, asked, by)


def _look_for_twins(application: Application) -> None:
    from kiif.accounts.actor import system
    from kiif.jobs.actions import enqueue
    from kiif.programmes.tasks_applications import find_duplicates

    enqueue(find_duplicates, application.call_id, by=system("programmes"), key=f"duplicates:{application.call_id}")


def _reopened(application: Application, response: Response, by: Actor) -> None:
    application.corrections_due = response.reopened_until
    application.save(update_fields=["corrections_due"])


def _withdrawn(application: Application, response: Response, by: Actor) -> None:
    if application.state != State.WITHDRAWN:
        states.move(application=application, to=State.WITHDRAWN, by=by, verb="programmes.withdrawn")
    application.corrections_due = None
    application.save(update_fields=["corrections_due"])
    application.correction_requests.open().update(closed_at=timezone.now())


def _handed_over(application: Application, response: Response, by: Actor) -> None:
    if response.owner is not None:
        application.project.carriers.add(response.owner)
        application.contact_email = response.owner.email
        application.save(update_fields=["contact_email"])


_EVENTS: Final[dict[str, Callable[[Application, Response, Actor], None]]] = {
    "sent": _sent,
    "reopened": _reopened,
    "withdrawn": _withdrawn,
    "transferred": _handed_over,
}


def saved(response: Response, keys: Collection[str], by: Actor) -> None:
    """The title of a draft follows what is written; choosing hosts in the form brings their annexes."""
    application = _of(response)
    if application is None or application.state != State.DRAFT:
        return
    questions = facts.asked(application.call.facts, definition_of(response.version))
    if (title := questions.get("title")) is not None and title.id in keys:
        _follow_title(application, response, title.id)
    if (hosts := questions.get("hosts")) is not None and hosts.id in keys:
        _follow_hosts(application, response, hosts.id)


def _value(response: Response, key: str) -> Any:
    return response.answers.filter(field__key=key).values_list("value", flat=True).first()


def _follow_title(application: Application, response: Response, key: str) -> None:
    title = str(_value(response, key) or "")[:200]
    application.title = title
    application.search_text = facts.searched(application)
    application.save(update_fields=["title", "search_text"])
    application.project.name = title or application.project.name
    application.project.save(update_fields=["name"])


def _follow_hosts(application: Application, response: Response, key: str) -> None:
    from kiif.programmes.actions.applications import annexes

    chosen = facts.rank_hosts(application, facts.chosen_keys(_value(response, key)))
    application.save(update_fields=["host_open"])
    application.response = response
    answering.carry(response=response, variants=annexes(application, chosen))


def home(response: Response) -> tuple[str, str] | None:
    """The page of the project, for its people."""
    rows = Application.objects.select_related("project")  # guarded: asked for the people of this very answer
    application = rows.filter(response_id=response.pk).first()
    if application is None:
        return None
    return reverse("programmes:project", args=[application.project.number]), application.project.number
