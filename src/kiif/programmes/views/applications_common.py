"""What every page of an application does first, on the team's side: which one, for whom, what they read of it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst

from kiif.accounts.actor import Actor, of
from kiif.programmes import reading, rules
from kiif.programmes.models import Application, Conflict, CorrectionRequest, Note, Pair
from kiif.programmes.queries import concerned, run_by
from kiif.programmes.views import common
from kiif.questionnaires.models import Mandate
from kiif.ui.errors import NotAllowed

_ME: Final = OuterRef("pk")
#: Whether there is anything to ask for at all; what this reader sees of it is asked afterwards, with its own rules.
MARKS: Final = {
    "has_requests": Exists(CorrectionRequest.objects.filter(application=_ME)),  # guarded: a flag, nothing is shown
    "has_pairs": Exists(Pair.objects.filter(Q(first=_ME) | Q(second=_ME))),  # guarded: a flag, nothing is shown
    "has_conflicts": Exists(Conflict.objects.filter(application=_ME)),  # guarded: a flag, nothing is shown
    "has_notes": Exists(Note.objects.filter(application=_ME)),  # guarded: a flag, nothing is shown
    "has_mandates": Exists(Mandate.objects.filter(response=OuterRef("response_id"))),  # guarded: a flag, as above
    # guarded: a flag, nothing is shown
    "has_others": Exists(Application.objects.filter(project=OuterRef("project_id")).exclude(pk=_ME)),
}


def visible(request: HttpRequest, public_id: UUID) -> Application:
    """The application if this person reads it as one who selects, else 404."""
    rows = Application.objects.visible_to(of(request)).with_ties()
    ties = ("response__owner", "response__version", "response__collection", "merged_into__project", "eligibility_by")
    rows = rows.select_related(*ties).prefetch_related("response__participants__user", "wishes__host__incubator")
    rows = rows.prefetch_related("wishes__host__branch", "targets").annotate(**MARKS)
    found = get_object_or_404(rows, public_id=public_id)
    if request.method in ("GET", "HEAD"):
        rules.seen(of(request), found)
    return found


def handles(actor: Actor, application: Application) -> bool:
    """Whether buttons that change it are shown: who runs the call, not barred."""
    return common.can("programmes.change_application", actor, application)


def must_handle(actor: Actor, application: Application, sentence: str) -> None:
    if not handles(actor, application):
        raise NotAllowed(sentence)


def of_team(actor: Actor, application: Application) -> bool:
    """Runs the call or hosts in it: they read the list it stands in. Others (reviewers) come from their own room."""
    if actor.is_system or rules.runs(actor, application.call):
        return True
    mine = run_by(actor, "call__edition__programme__") | concerned(actor)
    return Application.objects.filter(mine, pk=application.pk).exists()  # guarded: already seen by this actor


def frame(request: HttpRequest, application: Application) -> dict[str, Any]:
    """Round every page of an application: its call, the heading for this reader, the list that they came from."""
    actor, call = of(request), application.call
    request.edition_shown = call.edition  # type: ignore[attr-defined]  # the banner of a rehearsal asks nothing again
    limits = reading.limits_of(actor, application)
    return {
        "call": call,
        "edition": call.edition,
        "programme": call.edition.programme,
        "runs": common.can("programmes.change_call", actor, call),
        "application": application,
        "heading": _heading(actor, application, limits),
        "names": reading.names(actor, application, limits),
        "limits": limits,
        "handles": handles(actor, application),
        "team": of_team(actor, application),
    }


def _heading(actor: Actor, application: Application, limits: Any) -> str:
    """Its title; of a draft, the state alone: the title is one of its answers."""
    if reading.is_draft(application):
        return str(capfirst(application.get_state_display()))
    return reading.title_for(actor, application, limits)


def private(response: HttpResponse) -> HttpResponse:
    """No cache keeps what people wrote."""
    response["Cache-Control"] = "private, no-store"
    return response
