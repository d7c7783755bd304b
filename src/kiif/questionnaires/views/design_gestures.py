"""Gestures on the outline: add, move, duplicate, take away, change the kind, undo. All are plain forms."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.questionnaires.actions import design_draft, design_steps
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, Flat, flatten, level, parent_of
from kiif.questionnaires.models import DraftChange, Questionnaire
from kiif.questionnaires.views.design_common import (
    QUIET,
    element_of,
    flat_of,
    frame,
    language_of,
    outline,
    place_url,
    visible,
    words_of,
)
from kiif.ui.errors import Refused


def _done(
    request: HttpRequest, questionnaire: Questionnaire, element: str, sentence: str, at: str = ""
) -> HttpResponse:
    """After a gesture: the page at this element, or for the script the outline as it is now and what to say."""
    if QUIET not in request.headers:
        messages.success(request, sentence)
        return redirect(place_url(questionnaire, element) + (f"#{at}" if at else ""))
    row = Questionnaire.objects.visible_to(of(request)).with_ties().get(pk=questionnaire.pk)
    flat = flatten(row.draft)
    context = {"outline": outline(row, flat, element), "questionnaire": row, "element": element}
    return JsonResponse(
        {
            "said": sentence,
            "revision": row.draft_revision,
            "outline": render_to_string("questionnaires/design/_outline.html", context, request),
        }
    )


def _or_why(
    request: HttpRequest, questionnaire: Questionnaire, element: str, gesture: Callable[[], HttpResponse]
) -> HttpResponse:
    """The gesture, or its refusal said at the place where one was."""
    try:
        return gesture()
    except Refused as refusal:
        if QUIET in request.headers:
            return JsonResponse({"error": str(refusal)}, status=422)
        messages.error(request, str(refusal))
        return redirect(place_url(questionnaire, element if element in flat_of(questionnaire) else ROOT))


@require_POST
def add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Adds a section, a page, or a question of a kind, after the element where one is."""
    questionnaire = visible(request, public_id)
    flat = flat_of(questionnaire)
    here = element_of(flat, request.POST.get("element", ""))
    what = request.POST.get("what", "q")

    def gesture() -> HttpResponse:
        key = _add(request, questionnaire, flat, here, what)
        sentence = {"s": _("Section added."), "p": _("Page added.")}.get(what, _("Question added: write it."))
        return _done(request, questionnaire, key, sentence, at="f-first")

    return _or_why(request, questionnaire, here, gesture)


def _add(request: HttpRequest, questionnaire: Questionnaire, flat: Flat, here: str, what: str) -> str:
    by = of(request)
    chain = _chain(flat, here)
    if what == "s":
        return design_draft.add_section(questionnaire=questionnaire, by=by, after=chain.get("s", ""))
    section = chain.get("s") or flat[ROOT][CHILDREN][-1]
    if what == "p":
        return design_draft.add_page(questionnaire=questionnaire, by=by, section=section, after=chain.get("p", ""))
    pages = flat[section].get(CHILDREN, [])
    page = chain.get("p") or (pages[-1] if pages else "")
    if not page:
        page = design_draft.add_page(questionnaire=questionnaire, by=by, section=section)
    kind = request.POST.get("kind", "")
    return design_draft.add_question(questionnaire=questionnaire, by=by, page=page, kind=kind, after=chain.get("q", ""))


def _chain(flat: Flat, element: str) -> dict[str, str]:
    """The element and what holds it, by level."""
    found: dict[str, str] = {}
    while element != ROOT:
        found[level(element)] = element
        element = parent_of(flat, element)
    return found


@require_POST
def move(request: HttpRequest, public_id: UUID, element: str) -> HttpResponse:
    """One place up or down (`way`), or to a place (`parent`, `position`)."""
    questionnaire = visible(request, public_id)
    flat = flat_of(questionnaire)
    element_of(flat, element)
    way = request.POST.get("way", "")

    def gesture() -> HttpResponse:
        if way in {"up", "down"}:
            design_draft.move_by(questionnaire=questionnaire, by=of(request), element=element, down=way == "down")
        else:
            parent, text = request.POST.get("parent", ""), request.POST.get("position", "")
            position = int(text) if text.isdecimal() and len(text) < 5 else 10_000
            design_draft.move_to(
                questionnaire=questionnaire, by=of(request), element=element, parent=parent, position=position
            )
        return _done(request, questionnaire, element, _where(questionnaire, element), at=f"go-{way}" if way else "")

    return _or_why(request, questionnaire, element, gesture)


def _where(questionnaire: Questionnaire, element: str) -> str:
    """Where an element is now, for who does not see it."""
    questionnaire.refresh_from_db(fields=["draft", "draft_revision"])
    flat = flat_of(questionnaire)
    parent = parent_of(flat, element)
    siblings = flat[parent][CHILDREN]
    language = language_of(flat)
    held = words_of(flat, parent if level(parent) != "p" else parent_of(flat, parent), language)
    values = {
        "what": words_of(flat, element, language),
        "place": siblings.index(element) + 1,
        "of": len(siblings),
        "where": held,
    }
    if level(element) == "s":
        return _("“%(what)s” is now section %(place)s of %(of)s.") % values
    if level(element) == "p":
        return _("“%(what)s” is now page %(place)s of %(of)s in “%(where)s”.") % values
    return _("“%(what)s” is now question %(place)s of %(of)s of its page, in “%(where)s”.") % values


@require_POST
def duplicate(request: HttpRequest, public_id: UUID, element: str) -> HttpResponse:
    questionnaire = visible(request, public_id)
    element_of(flat_of(questionnaire), element)

    def gesture() -> HttpResponse:
        key = design_draft.duplicate(questionnaire=questionnaire, by=of(request), element=element)
        return _done(request, questionnaire, key, _("Here is the copy."))

    return _or_why(request, questionnaire, element, gesture)


@require_POST
def remove(request: HttpRequest, public_id: UUID, element: str) -> HttpResponse:
    """Takes an element away; a button beside the sentence brings it back."""
    questionnaire = visible(request, public_id)
    flat = flat_of(questionnaire)
    element_of(flat, element)
    parent = parent_of(flat, element) if element != ROOT else ROOT

    def gesture() -> HttpResponse:
        design_draft.remove(questionnaire=questionnaire, by=of(request), element=element)
        words = words_of(flat, element, language_of(flat))
        sentence = _("“%(what)s” was taken away. “Undo the last step” brings it again.") % {"what": words}
        return _done(request, questionnaire, parent, sentence, at="go-undo")

    return _or_why(request, questionnaire, parent, gesture)


@require_POST
def change_kind(request: HttpRequest, public_id: UUID, element: str) -> HttpResponse:
    questionnaire = visible(request, public_id)
    element_of(flat_of(questionnaire), element)

    def gesture() -> HttpResponse:
        design_draft.change_kind(
            questionnaire=questionnaire, by=of(request), element=element, kind=request.POST.get("kind", "")
        )
        return _done(
            request, questionnaire, element, _("The kind is changed; “Undo the last step” returns to the one before.")
        )

    return _or_why(request, questionnaire, element, gesture)


@require_POST
def set_model(request: HttpRequest, public_id: UUID, element: str) -> HttpResponse:
    """The file that people download, fill and send back; without a file, takes it off."""
    questionnaire = visible(request, public_id)
    element_of(flat_of(questionnaire), element)
    upload = request.FILES.get("file")

    def gesture() -> HttpResponse:
        design_draft.check_may_change(of(request), questionnaire)
        if upload is None and not request.POST.get("off"):
            raise Refused(_("Choose a file first."))
        design_draft.set_model(questionnaire=questionnaire, by=of(request), element=element, upload=upload)
        sentence = _("The model is there: people will find it above the field.") if upload else _("The model is off.")
        return _done(request, questionnaire, element, sentence)

    return _or_why(request, questionnaire, element, gesture)


@require_POST
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Takes back the last step of this person, or the one asked for (`step`)."""
    questionnaire = visible(request, public_id)
    asked = request.POST.get("step", "")
    step = None
    if asked:
        steps = DraftChange.objects.filter(questionnaire=questionnaire)  # guarded: the questionnaire is visible
        step = get_object_or_404(steps, revision=int(asked) if asked.isdecimal() and len(asked) < 10 else 0)

    def gesture() -> HttpResponse:
        done = design_steps.undo(questionnaire=questionnaire, by=of(request), step=step)
        questionnaire.refresh_from_db(fields=["draft", "draft_revision"])
        place = done.element if done.element in flat_of(questionnaire) else ROOT
        return _done(request, questionnaire, place, _("Taken back: %(what)s.") % {"what": design_steps.told(done)})

    return _or_why(request, questionnaire, ROOT, gesture)


@require_safe
def history(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every step of the draft, newest first, each with the way to take it back."""
    questionnaire = visible(request, public_id)
    steps = questionnaire.changes.select_related("by", "undone_by")[:200]
    flat = flat_of(questionnaire)
    rows = [
        {
            "step": step,
            "told": design_steps.told(step),
            "url": place_url(questionnaire, step.element) if step.element in flat else "",
            "undone": hasattr(step, "undone_by"),
        }
        for step in steps
    ]
    asked = request.GET.get("pas", "")
    context = frame(request, questionnaire, "history") | {"rows": rows, "asked": asked}
    return render(request, "questionnaires/design/history.html", context)
