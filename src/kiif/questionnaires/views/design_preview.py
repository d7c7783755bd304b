"""The draft as people will meet it: on a phone or wide, in each language, for each annex, or as whoever reads answers.

The form in the frame works (conditions, calculations, pages) and keeps nothing: what is typed travels in the page.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.questionnaires import engine, values
from kiif.questionnaires.actions.saving import refused_areas
from kiif.questionnaires.definition import Definition, Page, Section, read, said
from kiif.questionnaires.dossier import Dossier, Held
from kiif.questionnaires.drafting.elements import Flat, level, parent_of
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.gathering import add_places, gather
from kiif.questionnaires.models import Response
from kiif.questionnaires.speaking import Speaker
from kiif.questionnaires.views.design_common import element_of, flat_of, frame, visible
from kiif.questionnaires.views.design_fields import language_name
from kiif.questionnaires.widgets import Shown

SALT: Final = "questionnaires.preview"
#: Characters that the answers being tried may take from one page to the next.
MOST: Final = 200_000


class Trial(Dossier):
    """A draft being tried: nobody's answer, on no version, kept nowhere."""

    def __init__(self, definition: Definition, held: dict[str, Any], language: str, variants: list[str]) -> None:
        self.response = Response(language=language, variants=variants, state=ResponseState.DRAFT)
        self.language, self.definition, self.tried = language, definition, held

    @property
    def held(self) -> dict[str, Held]:
        return {}

    @property
    def values(self) -> dict[str, Any]:
        return self.tried

    @property
    def state(self) -> engine.FormState:
        if not hasattr(self, "_state"):
            self._state = self.state_of(self.tried)
        return self._state


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know views without arguments only
@require_safe
def page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The choice of who looks, in which language and width; the frame follows."""
    questionnaire = visible(request, public_id)
    definition = read(questionnaire.draft)
    asked = _asked(request, definition)
    element = element_of(flat_of(questionnaire), request.GET.get("e", ""))
    context = frame(request, questionnaire, "preview") | {
        "asked": asked,
        "element": element if element != "root" else "",
        "languages": [(code, language_name(code)) for code in definition.languages],
        "variants": [(one.key, said(one.label, asked["language"])) for one in definition.variants],
        "wide": request.GET.get("largeur") == "ecran",
        "query": request.GET.urlencode(),
    }
    return render(request, "questionnaires/design/preview.html", context)


def _asked(request: HttpRequest, definition: Definition) -> dict[str, Any]:
    """Language, annexes and role asked for in the address; anything else falls back on the first."""
    data = request.POST if request.method == "POST" else request.GET
    language = data.get("langue", "")
    known = {one.key for one in definition.variants}
    return {
        "language": language if language in definition.languages else definition.languages[0],
        "variants": [key for key in data.getlist("annexe") if key in known],
        "role": "reads" if data.get("role") == "reads" else "answers",
    }


@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]  # as above
@xframe_options_sameorigin
def frame_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What stands in the frame. POST tries answers: nothing is written anywhere."""
    questionnaire = visible(request, public_id)
    definition = read(questionnaire.draft)
    asked = _asked(request, definition)
    trial = Trial(definition, _kept(request, definition), asked["language"], asked["variants"])
    context: dict[str, Any] = {"asked": asked, "questionnaire": questionnaire}
    if asked["role"] == "reads":
        speak = Speaker(trial)
        return render(request, "questionnaires/design/frame_reads.html", context | _everything(trial, speak))
    flat = flat_of(questionnaire)
    trial.response.variants = asked["variants"] = asked["variants"] or _annex_of(flat, request)
    here = _page_of(flat, element_of(flat, request.GET.get("e", "") or request.POST.get("e", "")))
    trial, refused = _tried(request, trial)
    speak = Speaker(trial)
    pages = [(section, one) for section, one in _pages(trial) if trial.state.sections[section.id].relevant]
    place = _place(request, pages, request.POST.get("page", "") or here)
    context |= {"speak": speak, "kept": signing.dumps(trial.tried, salt=SALT, compress=True), "title": definition.title}
    if place is not None:
        context |= _one(trial, speak, pages, place, request, refused)
    context["title"] = speak(definition.title)
    context["introduction"] = speak(definition.description) if not place else ""
    return render(request, "questionnaires/design/frame.html", context)


def _kept(request: HttpRequest, definition: Definition) -> dict[str, Any]:
    """The answers typed so far, which the page itself carries, signed."""
    text = request.POST.get("kept", "")
    if not text or len(text) > MOST:
        return {}
    try:
        found = signing.loads(text, salt=SALT, max_age=86_400)
    except signing.BadSignature:
        return {}
    return {key: value for key, value in found.items() if key in definition.by_id}


def _tried(request: HttpRequest, trial: Trial) -> tuple[Trial, dict[str, str]]:
    """The trial with what was just typed, and what could not be read."""
    if request.method != "POST":
        return trial, {}
    keys = [key for key in request.POST.getlist("here") if key in trial.definition.by_id]
    found = gather(trial, keys, request.POST)
    for key in [key for key in found.sent if trial.definition.by_id[key].kind == "territories"]:
        if refusal := refused_areas(found.sent[key].value, trial.tried.get(key), of(request)):
            found.unread[key] = refusal
            del found.sent[key]
    typed = {**trial.tried, **{key: one.value for key, one in found.sent.items()}}
    held = {key: value for key, value in typed.items() if value is not None}
    return Trial(trial.definition, held, trial.language, list(trial.response.variants)), found.unread


def _pages(trial: Trial) -> list[tuple[Section, Page]]:
    found = []
    for section in trial.definition.sections:
        wanted = not section.variants or set(section.variants) & set(trial.response.variants)
        if wanted:
            found += [(section, one) for one in section.pages if one.questions]
    return found


def _annex_of(flat: Flat, request: HttpRequest) -> list[str]:
    """The annex in which the element asked for stands: it is shown although nobody chose it."""
    element = request.GET.get("e", "")
    while element in flat and element != "root":
        if level(element) == "s":
            return list(flat[element].get("variants", ()))[:1]
        element = parent_of(flat, element)
    return []


def _page_of(flat: Flat, element: str) -> str:
    """The page that holds an element; empty for the whole and for sections without pages."""
    if level(element) == "q":
        return parent_of(flat, element)
    if level(element) == "s":
        return str((flat[element].get("children") or [""])[0])
    return element if level(element) == "p" else ""


def _place(request: HttpRequest, pages: list[tuple[Section, Page]], wanted: str) -> int | None:
    """Which page is shown; None for the introduction, or when there is no page."""
    now = next((number for number, (_section, one) in enumerate(pages) if one.id == wanted), None)
    go = request.POST.get("go", "")
    if go == "next":
        return min((-1 if now is None else now) + 1, len(pages) - 1) if pages else None
    if go == "back":
        return None if not now else now - 1
    return now


def _one(  # noqa: PLR0917 -- one step of the view above
    trial: Trial,
    speak: Speaker,
    pages: list[tuple[Section, Page]],
    place: int,
    request: HttpRequest,
    refused: dict[str, str],
) -> dict[str, Any]:
    section, one = pages[place]
    data = request.POST if request.method == "POST" else None
    made = [
        Shown(
            trial,
            question.id,
            speak,
            sent=data if question.id in refused else None,
            refusal=refused.get(question.id, ""),
        )
        for question in one.questions
    ]
    add_places(made, of(request), data)
    for shown in made:
        shown.room = getattr(shown.question, "at_most", 0) if shown.kind == "files" else 0
        shown.revise = bool(data) and request.POST.get("go") == "check"
    return {
        "page": one,
        "heading": speak(one.title or section.title),
        "lead": speak(one.description or section.description),
        "questions": made,
        "number": place + 1,
        "total": len(pages),
        "at": request.GET.get("e", "") or request.POST.get("e", ""),
    }


def _everything(trial: Trial, speak: Speaker) -> dict[str, Any]:
    """Every question as whoever reads answers meets it, in the order of the form."""
    sections = []
    for section in trial.definition.sections:
        rows = [
            {
                "label": speak(question.label),
                "kind": values.of(question).answered,
                "relevant": trial.state.questions[question.id].relevant,
                "annex": [
                    said(one.label, trial.language) for one in trial.definition.variants if one.key in section.variants
                ],
            }
            for one in section.pages
            for question in one.questions
        ]
        sections.append((speak(section.title), rows))
    return {"sections": sections, "title": speak(trial.definition.title)}
