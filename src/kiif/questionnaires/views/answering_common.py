"""What every page of an answer does first: which answer, who asks, in which language, what stands round the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, of
from kiif.questionnaires import links, presence, progress, rules, uses
from kiif.questionnaires.actions.answer_common import may
from kiif.questionnaires.dossier import Dossier, Held
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.models import Response
from kiif.questionnaires.speaking import LANGUAGES, Speaker
from kiif.questionnaires.windows import answer_ends_at, why_not_write
from kiif.ui.components import Tab

#: Sent by the script that saves while one types: it wants the answer, not the page.
AUTOSAVE = "X-Autosave"
#: Session key: questions of an answer that a link filled, by public identifier of the answer.
PREFILLED = "questionnaires_prefilled"


@dataclass(frozen=True)
class Who:
    """Who asks: an account, personal links, or both."""

    actor: Actor
    links: tuple[str, ...]

    def may(self, verb: str, response: Response) -> bool:
        return may(verb, self.actor, response, self.links)

    def inside(self, response: Response) -> bool:
        """Whether they are among its people, who read it while it is written."""
        return rules.among_its_people(self.actor, response, self.links)

    @property
    def rights(self) -> dict[str, Any]:
        """As the actions take them."""
        return {"by": self.actor, "links": self.links}


def who(request: HttpRequest) -> Who:
    return Who(of(request), links.held(request))


class NotHere(Exception):  # noqa: N818 -- carries an answer, not a fault
    """This answer is not shown to whoever asks: `response` says what they get instead."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__()
        self.response = response


def visible(request: HttpRequest, public_id: Any) -> tuple[Response, Who]:
    """The answer and who asks. Raises Http404, or NotHere towards the sign-in page (401 for the script)."""
    asks = who(request)
    rows = Response.objects.visible_to(asks.actor, asks.links).with_ties()
    found = rows.prefetch_related("participants__user", "mandates__staff").filter(public_id=public_id).first()
    if found is not None:
        return found, asks
    if asks.actor.user is None:
        if AUTOSAVE in request.headers:
            raise NotHere(JsonResponse({"error": signed_out()}, status=401))
        raise NotHere(redirect_to_login(request.get_full_path()))
    raise Http404


def signed_out() -> str:
    return _("Not saved: you are signed out. Your text is kept here: sign in in another tab, it will be sent.")


def dossier_of(request: HttpRequest, response: Response) -> Dossier:
    """The dossier in the language asked for in the address, else in its own."""
    wanted = request.GET.get("langue", "")
    dossier = Dossier(response)
    if wanted in dossier.definition.languages:
        dossier.language = wanted
    return dossier


def readable(request: HttpRequest, response: Response, asks: Who) -> Dossier:
    """The dossier as this reader knows it: corrections under way are its people's; the others read what was sent."""
    dossier = dossier_of(request, response)
    if response.state == ResponseState.REOPENED and not asks.inside(response):
        snapshot = response.snapshots.first()
        given = snapshot.values if snapshot is not None else {}
        dossier.held = {key: Held(value, 0, None, response.updated_at) for key, value in given.items()}
    return dossier


def frame(dossier: Dossier, asks: Who, current: str) -> dict[str, Any]:
    """What stands round every page of an answer: title, steps, who is here, who reads, what closes when."""
    response, speak = dossier.response, Speaker(dossier)
    refusal = why_not_write(response)
    writable = not refusal and asks.may("edit", response)
    return {
        "dossier": dossier,
        "answer": response,
        "collection": response.collection,
        "speak": speak,
        "title": speak(dossier.definition.title),
        "steps": progress.steps(dossier, speak, current, bad=response.state == ResponseState.REOPENED),
        "writable": writable,
        "refusal": refusal,
        "may_submit": not refusal and asks.may("submit", response),
        "may_share": asks.may("share", response),
        "may_comment": asks.may("comment", response),
        "mandate": rules.mandate(asks.actor, response),
        "owner_mandates": [row for row in response.mandates.all() if row.ended_at is None],
        "languages": [
            (code, LANGUAGES.get(code, code), code == dossier.language) for code in dossier.definition.languages
        ],
        "variants": [(one.key, speak(one.label), one.key in response.variants) for one in dossier.definition.variants],
        "ends_at": answer_ends_at(response),
        "minutes": progress.minutes_left(dossier),
        "others": presence.others(response, asks.actor),
        "people": people_of(response),
        "me": asks.actor.user,
        "draft": response.state == ResponseState.DRAFT,
        "moved": response.moved_from_id is not None,
        "home": uses.of(response.collection.use).home(response) if asks.inside(response) else None,
        "page": None,
        "questions": [],
        "remarks": [],
    }


def people_of(response: Response) -> list[Any]:
    """Owner and participants, those who write first."""
    people = [response.owner] if response.owner else []
    return [*people, *(row.user for row in response.participants.all())]


def tabs(response: Response, current: str) -> list[Tab]:
    """Faces of an answer beside the form itself."""
    faces = [
        ("review", _("The answer"), "answers:review"),
        ("people", _("Who reads, who writes"), "answers:people"),
        ("history", _("History"), "answers:history"),
    ]
    return [Tab(label, reverse(name, args=[response.public_id]), key == current) for key, label, name in faces]


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page that no cache keeps: it holds what people wrote."""
    shown = render(request, f"questionnaires/{template}", context, status=status)
    shown["Cache-Control"] = "private, no-store"
    return shown
