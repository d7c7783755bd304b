"""What the script of the form asks for while one types: save, what is new, who is here, files, places.

Each answers in JSON; the form does the same without any of them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import VISITOR, of
from kiif.organisations.queries import find
from kiif.organisations.validators import parse_identifier
from kiif.questionnaires import presence, values
from kiif.questionnaires.actions import files
from kiif.questionnaires.actions.saving import Conflict, Outcome, save
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.enums import WRITABLE
from kiif.questionnaires.gathering import find_places, gather, shown_page
from kiif.questionnaires.models import Response
from kiif.questionnaires.speaking import Speaker
from kiif.questionnaires.typed import written
from kiif.questionnaires.views.answering_common import NotHere, Who, frame, signed_out, visible, who
from kiif.questionnaires.widgets import Shown
from kiif.ui.errors import Refused

View = Callable[..., HttpResponseBase]


def _in_json(view: View) -> View:
    """Refusals as sentences in JSON: the script keeps the text and shows why."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotHere:
            return JsonResponse({"error": signed_out()}, status=401)
        except Refused as refusal:
            return JsonResponse({"error": str(refusal)}, status=422)
        except PermissionDenied as refusal:
            return JsonResponse({"error": str(refusal)}, status=403)

    return answer


@login_not_required
@require_POST
@_in_json
def save_fields(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Keeps the fields sent (`here` names them). 200 with what became of each, even when all were refused."""
    shown, asks = visible(request, public_id)
    dossier = Dossier(shown)
    keys = list(dict.fromkeys(request.POST.getlist("here")))[:200]
    gathered = gather(dossier, keys, request.POST)
    outcome = save(response=shown, sent=gathered.sent, **asks.rights)
    fresh = Dossier(outcome.response, dossier.language)
    return JsonResponse(_became(request, fresh, outcome, gathered.unread, keys, asks))


def _became(  # noqa: PLR0917 -- one step of the view above
    request: HttpRequest, dossier: Dossier, outcome: Outcome, unread: dict[str, str], keys: list[str], asks: Who
) -> dict[str, Any]:
    refused = unread | outcome.refused
    redrawn = _questions(dossier, outcome.merged, asks)
    fields: dict[str, Any] = {}
    for key in keys:
        if key in refused:
            fields[key] = {"state": "refused", "words": refused[key]}
        elif key in outcome.conflicts:
            fields[key] = _clash(dossier, key, outcome.conflicts[key])
        else:
            state = dossier.state.questions.get(key)
            fields[key] = {
                "state": "saved",
                "problems": state.problems if state else [],
                "warnings": state.warnings if state else [],
                "was": _was(dossier, key),
                **({"html": redrawn[key]} if key in redrawn else {}),
            }
    return {
        "revision": outcome.response.revision,
        "said": said(),
        "fields": fields,
        **_around(dossier, request.POST.get("page", ""), asks),
    }


def _clash(dossier: Dossier, key: str, clash: Conflict) -> dict[str, Any]:
    question = dossier.definition.by_id[key]
    one = shown_page(dossier, dossier.definition.place[key][1], Speaker(dossier), VISITOR)
    shown = next(item for item in one if item.id == key)
    shown.clash = clash
    html = render_to_string("questionnaires/answer/_conflict.html", {"q": shown})
    return {
        "state": "conflict",
        "html": html,
        "theirs": written(question, clash.theirs),
        "was": _was(dossier, key),
        "base": clash.revision,
    }


def _was(dossier: Dossier, key: str) -> str:
    if key not in dossier.state.questions:
        return ""
    return Shown(dossier, key, Speaker(dossier)).was


def said() -> str:
    """ "Saved at 14:02", by the clock of the server."""
    return _("Saved at %(hour)s") % {"hour": date_format(timezone.localtime(), "TIME_FORMAT")}


def _around(dossier: Dossier, page_id: str, asks: Who) -> dict[str, Any]:
    """What may have changed round the fields: what is shown, what is calculated, the steps."""
    here = [key for key, (_section, page) in dossier.definition.place.items() if page.id == page_id]
    section = next((one.id for one in dossier.definition.sections for page in one.pages if page.id == page_id), "")
    context = frame(dossier, asks, section)
    states = {key: dossier.state.questions[key] for key in here}
    return {
        "shown": {key: state.relevant for key, state in states.items()},
        "calculated": {
            key: values.show(state.question, state.value, dossier.language)
            for key, state in states.items()
            if state.question.kind == "calculated"
        },
        "steps": render_to_string("questionnaires/answer/_steps.html", context),
    }


def _questions(dossier: Dossier, keys: Any, asks: Who) -> dict[str, str]:
    """Questions drawn again, by identifier, for the page to put in the place of the old ones."""
    drawn: dict[str, str] = {}
    speak = Speaker(dossier)
    for page in {page.id: page for key in keys for page in [dossier.definition.place[key][1]]}.values():
        for one in shown_page(dossier, page, speak, asks.actor):
            if one.id in keys:
                drawn[one.id] = render_to_string("questionnaires/answer/question.html", {"q": one})
    return drawn


@login_not_required
@require_safe
@_in_json
def news(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """What is new since a revision. When nothing is: one query for the answer, one look at who is here."""
    asks = who(request)
    rows = Response.objects.visible_to(asks.actor, asks.links).filter(public_id=public_id)
    row = rows.only("pk", "revision", "state", "owner_id", "link_hash", "version_id").first()
    if row is None:
        return JsonResponse({"error": signed_out()}, status=401 if asks.actor.user is None else 404)
    since, version = request.GET.get("since", ""), request.GET.get("version", "")
    here = presence.others(row, asks.actor)
    told: dict[str, Any] = {
        "revision": row.revision,
        "here": [
            {
                "initials": one.initials,
                "part": one.part,
                "said": _("%(name)s writes here") % {"name": one.name} if one.part else one.name,
                "name": one.name,
            }
            for one in here
        ],
    }
    if request.GET.get("csrf") == "1":
        told["csrf"] = get_token(request)
    if row.state not in WRITABLE or version != str(row.version_id):
        told["reload"] = _("This form has changed. Your text is kept here: reload the page to go on.")
    elif since.isdecimal() and len(since) < 10 and int(since) < row.revision:
        told |= _since(request, public_id, int(since))
    return JsonResponse(told)


def _since(request: HttpRequest, public_id: str, since: int) -> dict[str, Any]:
    """Fields of this page that changed, drawn again, with who wrote them."""
    shown, asks = visible(request, public_id)
    if not asks.inside(shown):
        return {}
    dossier, page_id = Dossier(shown), request.GET.get("page", "")
    changes = shown.changes.filter(revision__gt=since).select_related("by", "field")
    here = [
        change
        for change in changes
        if (place := dossier.definition.place.get(change.field.key)) is not None and place[1].id == page_id
    ]
    drawn = _questions(dossier, {change.field.key for change in here}, asks)
    return {
        "changed": {
            change.field.key: {
                "html": drawn[change.field.key],
                "revision": change.revision,
                "by": str(change.by) if change.by else "",
                "mine": change.by_id == (asks.actor.user.pk if asks.actor.user else None),
                "said": _("%(name)s has just written here") % {"name": change.by} if change.by else "",
            }
            for change in reversed(here)
        },
        **_around(dossier, page_id, asks),
    }


@login_not_required
@require_POST
@_in_json
def beat(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A sign of life: where this person writes."""
    asks = who(request)
    row = Response.objects.visible_to(asks.actor, asks.links).filter(public_id=public_id).only("pk").first()
    if row is None:
        return JsonResponse({"error": signed_out()}, status=401 if asks.actor.user is None else 404)
    presence.note(row, asks.actor, request.POST.get("part", "")[:30])
    return JsonResponse({})


@login_not_required
@require_POST
@_in_json
def upload(request: HttpRequest, public_id: str, key: str) -> HttpResponseBase:
    """Adds a file to a question, or takes one off (`drop`); answers with the question drawn again."""
    shown, asks = visible(request, public_id)
    if dropped := request.POST.get("drop", ""):
        files.drop(response=shown, name=dropped, **asks.rights)
    for sent in request.FILES.getlist("file"):
        files.add(response=shown, key=key, upload=sent, **asks.rights)
    fresh = Dossier(visible(request, public_id)[0])
    drawn = _questions(fresh, {key} & fresh.definition.place.keys(), asks)
    around = _around(fresh, request.POST.get("page", ""), asks)
    return JsonResponse({"revision": fresh.response.revision, "said": said(), "html": drawn.get(key, ""), **around})


@login_not_required
@require_safe
def places(request: HttpRequest) -> HttpResponseBase:
    """Territories for what is typed in a field, with the rural answer and its source."""
    levels = [level for level in request.GET.get("levels", "").split(",") if level][:5]
    text = request.GET.get("q", "")[:100].replace("\x00", "")
    found = find_places(text, levels or ["commune"], of(request), set()) if text.strip() else []
    return JsonResponse({"found": [vars(one) for one in found]})


@login_not_required
@require_safe
def organisations(request: HttpRequest) -> HttpResponseBase:
    """Organisations that this person knows, for what is typed; a number that does not hold is told in a sentence."""
    text = request.GET.get("q", "")[:100].replace("\x00", "")
    problem = ""
    if sum(letter.isdigit() for letter in text) >= 9:
        try:
            parse_identifier(text)
        except ValueError as error:
            problem = str(error)
    rows = find(of(request), text, limit=6) if len(text.strip()) > 2 else []
    found = [
        {"identifier": row.siret or row.siren or row.rna, "name": row.name, "about": str(row.commune or "")}
        for row in rows
    ]
    return JsonResponse({"found": found, "problem": problem})
