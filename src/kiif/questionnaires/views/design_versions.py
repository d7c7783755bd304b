"""Published versions: the list, one of them, the difference of any two, an old one back in the draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.questionnaires.actions import design_publish
from kiif.questionnaires.drafting import kinds, sentences
from kiif.questionnaires.drafting.compare import Change
from kiif.questionnaires.drafting.compare import compare as differences
from kiif.questionnaires.drafting.conditions import by_path, subjects
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, Flat, flatten, questions
from kiif.questionnaires.models import Questionnaire, Version
from kiif.questionnaires.views.design_common import flat_of, frame, language_of, place_url, visible, words_of
from kiif.questionnaires.views.design_fields import label_of_field, told
from kiif.ui.errors import Refused

_STATES = {
    "new": (gettext_lazy("new"), "v"),
    "gone": (gettext_lazy("gone"), "o"),
    "moved": (gettext_lazy("moved"), ""),
    "changed": (gettext_lazy("changed"), "b"),
}
_EXPRESSIONS = frozenset({"relevant", "required_if", "constraint", "calculation"})


def lines_of(before: Flat, after: Flat, questionnaire: Questionnaire | None = None) -> list[dict[str, Any]]:
    """The difference of two definitions as the pages show it; links when `after` is the draft."""
    return [_line(change, before, after, questionnaire) for change in differences(before, after)]


def _line(change: Change, before: Flat, after: Flat, questionnaire: Questionnaire | None) -> dict[str, Any]:
    flat = after if change.element in after else before
    label, tone = _STATES[change.state]
    fields = flat[change.element]
    return {
        "state": label,
        "tone": tone,
        "what": words_of(flat, change.element, language_of(flat)),
        "kind": kinds.WORDS[fields["kind"]].label if "kind" in fields else "",
        "url": place_url(questionnaire, change.element) if questionnaire and change.state != "gone" else "",
        "fields": [
            {
                "label": label_of_field(name, flat, change.element) if name != "kind" else _("Kind of question"),
                "was": _told(name, old, before, change.element),
                "now": _told(name, new, after, change.element),
            }
            for name, old, new in change.fields
        ],
    }


def _told(name: str, value: Any, flat: Flat, element: str) -> str:
    if name == "kind" and value in kinds.WORDS:
        return str(kinds.WORDS[value].label)
    if name in _EXPRESSIONS and value:
        return sentences.say(value, by_path(subjects(flat, language_of(flat), own=element)))
    return told(value)


def _version(questionnaire: Questionnaire, number: int) -> Version:
    rows = questionnaire.versions.select_related("questionnaire", "published_by")
    return get_object_or_404(rows, number=min(number, 2**31 - 1))


@require_safe
def index(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every version, newest first, and the form that compares two."""
    questionnaire = visible(request, public_id)
    versions = list(questionnaire.versions.defer("definition").select_related("published_by"))
    numbers = [version.number for version in versions]
    context = frame(request, questionnaire, "versions") | {"versions": versions, "numbers": numbers}
    return render(request, "questionnaires/design/versions.html", context)


@require_safe
def detail(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """One version: its questions in order."""
    questionnaire = visible(request, public_id)
    version = _version(questionnaire, number)
    flat = flatten(version.definition)
    language = language_of(flat)
    context = frame(request, questionnaire, "versions") | {
        "version": version,
        "count": sum(1 for _question in questions(flat)),
        "sections": [
            (
                words_of(flat, section, language),
                [
                    (words_of(flat, key, language), kinds.WORDS[flat[key]["kind"]].label, flat[key]["name"])
                    for page in flat[section].get(CHILDREN, ())
                    for key in flat[page].get(CHILDREN, ())
                ],
            )
            for section in flat[ROOT].get(CHILDREN, ())
        ],
    }
    return render(request, "questionnaires/design/version.html", context)


@require_safe
def compare(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The difference of two versions, or of a version and the draft (`vers=brouillon`)."""
    questionnaire = visible(request, public_id)
    one, other = request.GET.get("de", ""), request.GET.get("vers", "brouillon")
    before = flatten(_asked(questionnaire, one).definition)
    to_draft = other == "brouillon"
    after = flat_of(questionnaire) if to_draft else flatten(_asked(questionnaire, other).definition)
    context = frame(request, questionnaire, "versions") | {
        "one": one,
        "other": _("the draft") if to_draft else _("version %(number)s") % {"number": other},
        "lines": lines_of(before, after, questionnaire if to_draft else None),
    }
    return render(request, "questionnaires/design/compare.html", context)


def _asked(questionnaire: Questionnaire, text: str) -> Version:
    if not text.isdecimal() or len(text) > 9:
        raise Http404
    return _version(questionnaire, int(text))


@require_POST
def restore(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Puts this version back in the draft."""
    questionnaire = visible(request, public_id)
    version = _version(questionnaire, number)
    try:
        design_publish.restore(version=version, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("questionnaires:version", questionnaire.public_id, number)
    messages.success(
        request,
        _("The draft is now that of version %(number)s; “Undo the last step” returns to yours.") % {"number": number},
    )
    return redirect(questionnaire)
