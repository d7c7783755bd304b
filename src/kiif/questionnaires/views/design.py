"""The designer: an outline of the questionnaire, the element being written, its preview and its remarks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from csp.constants import SELF
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.questionnaires.actions import design_draft, design_steps
from kiif.questionnaires.drafting import kinds, typed
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, Flat, flatten, level, parent_of, questions, text
from kiif.questionnaires.drafting.patches import Clash, same
from kiif.questionnaires.models import Questionnaire
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
from kiif.questionnaires.views.design_fields import ElementForm, label_of_field, specs_for, told
from kiif.ui.errors import Refused


@require_safe
def page(request: HttpRequest, public_id: UUID, element: str = "") -> HttpResponse:
    """The designer at one element."""
    questionnaire = visible(request, public_id)
    flat = flat_of(questionnaire)
    return shown(request, questionnaire, flat, element_of(flat, element))


def shown(
    request: HttpRequest,
    questionnaire: Questionnaire,
    flat: Flat,
    element: str,
    *,
    form: ElementForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page at this element, with what was typed and refused if there is some."""
    language = language_of(flat)
    context = frame(request, questionnaire, "design") | {
        "element": element,
        "level": level(element),
        "title": words_of(flat, element, language),
        "form": form or ElementForm(flat, element, language),
        "outline": outline(questionnaire, flat, element),
        "count": sum(1 for _question in questions(flat)),
        "kind": kinds.WORDS.get(flat[element].get("kind", "")),
        "kind_groups": kinds.GROUPS,
        "revision": questionnaire.draft_revision,
        "places": _places(flat, element, language),
        "remarks": remarks_of(questionnaire, element),
        "may_undo": design_steps.last_of(questionnaire, of(request)) is not None,
        "saved": said(questionnaire),
        "model": flat[element].get("model", ""),
        "inside": _inside(flat, element, language, questionnaire),
        **_neighbours(flat, element),
        **more,
    }
    return framing(render(request, "questionnaires/design/designer.html", context, status=status))


def framing(response: HttpResponse) -> HttpResponse:
    """The page may show our own preview in a frame; see `csp.decorators.csp_update`, which does this to a view."""
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]  # read by the middleware of csp
    return response


def said(questionnaire: Questionnaire) -> str:
    who = questionnaire.draft_by
    hour = date_format(localtime(questionnaire.draft_at), "SHORT_DATETIME_FORMAT")
    if who is None:
        return _("Saved %(hour)s") % {"hour": hour}
    return _("Saved %(hour)s by %(name)s") % {"hour": hour, "name": who}


def remarks_of(questionnaire: Questionnaire, element: str) -> list[Any]:
    target = "" if element == ROOT else element
    return list(questionnaire.comments.filter(target=target).select_related("author", "resolved_by"))


def _neighbours(flat: Flat, element: str) -> dict[str, Any]:
    """Where to add from here, and whether there is somewhere to move to."""
    if element == ROOT:
        first = flat[ROOT][CHILDREN][0] if flat[ROOT].get(CHILDREN) else ""
        return {"add_section": first, "add_page": "", "after": ""}
    parent = parent_of(flat, element)
    here = {"s": element, "p": parent, "q": parent_of(flat, parent) if level(element) == "q" else ""}
    pages = {"s": (flat[element].get(CHILDREN) or [""])[-1], "p": element, "q": parent}
    return {"add_section": here[level(element)], "add_page": pages[level(element)], "after": element}


def _inside(flat: Flat, element: str, language: str, questionnaire: Questionnaire) -> list[tuple[str, str]]:
    """Pages of a section, questions of a page, as links."""
    if level(element) not in {"s", "p"}:
        return []
    found = []
    for number, key in enumerate(flat[element].get(CHILDREN, ()), 1):
        words = words_of(flat, key, language)
        if level(key) == "p" and not text(flat[key], "title"):
            words = _("Page %(number)s") % {"number": number}
        found.append((place_url(questionnaire, key), words))
    return found


def _places(flat: Flat, element: str, language: str) -> list[tuple[str, str, bool]]:
    """Where an element may be moved: pages for a question, sections for a page."""
    wanted = {"q": "p", "p": "s"}.get(level(element), "")
    found = []
    for section in flat[ROOT].get(CHILDREN, ()):
        for place in [section] if wanted == "s" else flat[section].get(CHILDREN, ()) if wanted == "p" else []:
            words = words_of(flat, section, language)
            if place != section:
                number = flat[section][CHILDREN].index(place) + 1
                words = f"{words} – {_('page %(number)s') % {'number': number}}"
            found.append((place, words, element in flat[place].get(CHILDREN, ())))
    return found


@require_POST
def write(request: HttpRequest, public_id: UUID, element: str = "") -> HttpResponse:
    """Writes the form of an element. What could not be read, or clashes, comes back beside what was typed."""
    questionnaire = visible(request, public_id)
    flat = flat_of(questionnaire)
    element = element_of(flat, element)
    data = _with_gesture(request.POST.copy(), request.POST.get("gesture", ""))
    if level(element) == "q" and data.get("kind") not in ("", None, flat[element]["kind"]):
        return _refused(request, questionnaire, flat, element, _("Its kind was changed meanwhile: look at it again."))
    found = typed.read(specs_for(flat, element), data, flat[ROOT]["languages"])
    revision = data.get("revision", "")
    # fields in which a choice between two writings is still to be made
    for name in data.getlist("pending"):
        found.values.pop(name, None)
    try:
        written = design_draft.write(
            questionnaire=questionnaire,
            by=of(request),
            element=element,
            values=found.values,
            revision=int(revision) if revision.isdecimal() and len(revision) < 10 else 0,
        )
    except Refused as refusal:
        if refusal.field is None:
            return _refused(request, questionnaire, flat, element, str(refusal))
        found.errors[refusal.field] = str(refusal)
        written = design_draft.Written(questionnaire, [])
    return _answer(request, written, element, found, data)


def _refused(
    request: HttpRequest, questionnaire: Questionnaire, flat: Flat, element: str, sentence: str
) -> HttpResponse:
    if QUIET in request.headers:
        return JsonResponse({"error": sentence}, status=422)
    return shown(request, questionnaire, flat, element, refusal=sentence, status=422)


def _answer(
    request: HttpRequest, written: design_draft.Written, element: str, found: typed.Typed, data: Any
) -> HttpResponse:
    row = written.questionnaire
    flat = flatten(row.draft)
    clashes = [_clash(clash, flat, element) for clash in written.clashes]
    if QUIET in request.headers:
        told_clashes = render_to_string("questionnaires/design/_clashes.html", {"clashes": clashes}) if clashes else ""
        state = _state(row, flat, element) | {"errors": found.errors, "clashes": told_clashes}
        state |= _news(flat, element, found, {clash.field for clash in written.clashes})
        return JsonResponse(state, status=409 if clashes else 422 if found.errors else 200)
    if clashes or found.errors:
        form = ElementForm(flat, element, language_of(flat), data=data, typed=found)
        return shown(request, row, flat, element, form=form, clashes=clashes, status=409 if clashes else 422)
    if data.get("gesture"):
        return redirect(f"{place_url(row, element)}#f-rows")
    messages.success(request, _("Saved."))
    return redirect(place_url(row, element))


def _news(flat: Flat, element: str, found: typed.Typed, clashing: set[str]) -> dict[str, Any]:
    """What somebody else wrote meanwhile in fields that this person left alone: the page takes it over.

    Without it, the next saving would take the old text of the page for a change of this person.
    """
    fields = flat[element]
    defaults = kinds.defaults_of(fields["kind"]) if level(element) == "q" else {}
    theirs, stale = {}, []
    for name, sent in found.values.items():
        now = fields.get(name, defaults.get(name))
        if name in clashing or name == "name" or same(now, sent):
            continue
        if isinstance(now or sent, list):
            stale.append(name)
        else:
            theirs[name] = now if isinstance(now, bool) else "" if now is None else str(now)
    return {"theirs": theirs, "stale": stale}


def _clash(clash: Clash, flat: Flat, element: str) -> dict[str, Any]:
    return {
        "field": clash.field,
        "label": label_of_field(clash.field, flat, element),
        "theirs": told(clash.theirs),
        "mine": told(clash.mine),
        "raw": clash.theirs if isinstance(clash.theirs, str | int | float) else "",
        "simple": clash.theirs is None or isinstance(clash.theirs, str | int | float),
    }


def _state(row: Questionnaire, flat: Flat, element: str) -> dict[str, Any]:
    """What the script of the page brings up to date without asking for the page again."""
    language = language_of(flat)
    form = ElementForm(flat, element, language)
    keys = {
        f"{choice.prefix}-{'key' if one.spec.widget != 'columns' else 'name'}": choice.key
        for one in form.shown
        for choice in one.rows
        if choice.key
    }
    keys |= {
        f"{choice.prefix}-id": str(choice.column["id"])
        for one in form.shown
        if one.spec.widget == "columns"
        for choice in one.rows
        if not choice.spare
    }
    if "name" in flat[element]:
        keys["name"] = flat[element]["name"]
    return {
        "revision": row.draft_revision,
        "said": _("Saved at %(hour)s") % {"hour": date_format(localtime(row.draft_at), "TIME_FORMAT")},
        "title": words_of(flat, element, language),
        "keys": keys,
        "required": bool(flat[element].get("required") or flat[element].get("required_if")),
        "conditional": bool(flat[element].get("relevant")),
    }


def _with_gesture(data: Any, gesture: str) -> Any:
    """The form after one of its own buttons: a row up, down or away (`choices:up:3`)."""
    part, _colon, rest = gesture.partition(":")
    what, _colon, number = rest.partition(":")
    if what not in {"up", "down", "drop"} or not number.isdecimal() or len(number) > 4:
        return data
    place = int(number)
    if what == "drop":
        _clear(data, f"{part}-{place}-")
        return data
    other = place - 1 if what == "up" else place + 1
    _swap(data, f"{part}-{place}-", f"{part}-{other}-")
    return data


def _clear(data: Any, prefix: str) -> None:
    for name in [name for name in data if name.startswith(prefix)]:
        del data[name]


def _swap(data: Any, one: str, other: str) -> None:
    first = {name.removeprefix(one): data[name] for name in data if name.startswith(one)}
    second = {name.removeprefix(other): data[name] for name in data if name.startswith(other)}
    _clear(data, one)
    _clear(data, other)
    for prefix, values in ((one, second), (other, first)):
        for name, value in values.items():
            data[prefix + name] = value


@require_safe
def kinds_menu(request: HttpRequest, public_id: UUID, element: str) -> HttpResponse:
    """Which kind of question to add after this element (on this page, or at the end of this section)."""
    questionnaire = visible(request, public_id)
    flat = flat_of(questionnaire)
    element = element_of(flat, element)
    language = language_of(flat)
    context = frame(request, questionnaire, "design") | {
        "element": element,
        "title": words_of(flat, element, language),
        "outline": outline(questionnaire, flat, element),
        "count": sum(1 for _question in questions(flat)),
        "kind_groups": kinds.GROUPS,
        "back": place_url(questionnaire, element),
        "add_url": reverse("questionnaires:add", args=[questionnaire.public_id]),
        "saved": said(questionnaire),
    }
    return render(request, "questionnaires/design/kinds.html", context)
