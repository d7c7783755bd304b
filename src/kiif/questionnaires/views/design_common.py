"""What every page of the designer does first: who asks, which questionnaire, which element, what the frame shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import rules
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.accounts.actor import of
from kiif.questionnaires.drafting import kinds
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, Flat, flatten, level, on_one_line, text
from kiif.questionnaires.models import Questionnaire
from kiif.ui.components import Tab

#: Sent by the scripts of the designer: they want the answer, not the page.
QUIET = "X-Design"


def visible(request: HttpRequest, public_id: UUID) -> Questionnaire:
    """The questionnaire if this person may read it, else 404."""
    rows = Questionnaire.objects.visible_to(of(request)).with_ties()
    return get_object_or_404(rows, public_id=public_id)


def may_change(request: HttpRequest, questionnaire: Questionnaire) -> bool:
    """Whether buttons that write are shown."""
    actor = of(request)
    allowed = actor.impersonator is None and questionnaire.archived_at is None
    return allowed and bool(rules.test_rule("questionnaires.change_questionnaire", actor, questionnaire))


def language_of(flat: Flat) -> str:
    """In which language of the questionnaire its designer reads it: that of the page if it has it, else its first."""
    languages = flat[ROOT]["languages"]
    mine = (get_language() or "fr")[:2]
    return mine if mine in languages else str(languages[0])


def element_of(flat: Flat, asked: str) -> str:
    """The element asked for; 404 when it is not there. Nothing asked: the questionnaire itself."""
    if not asked:
        return ROOT
    if asked not in flat:
        raise Http404
    return asked


def place_url(questionnaire: Questionnaire, element: str = ROOT) -> str:
    """The address of an element in the designer."""
    if element == ROOT:
        return questionnaire.get_absolute_url()
    return reverse("questionnaires:element", args=[questionnaire.public_id, element])


def words_of(flat: Flat, element: str, language: str) -> str:
    """What an element is called in the outline, even before it has words."""
    fields = flat[element]
    found = text(fields, "label" if level(element) == "q" else "title", (language, *flat[ROOT]["languages"]))
    if found:
        return on_one_line(found)
    if level(element) == "q":
        return str(kinds.WORDS[fields["kind"]].label)
    return _("Section without title") if level(element) == "s" else _("Page")


def frame(request: HttpRequest, questionnaire: Questionnaire, current: str) -> dict[str, Any]:
    """The head of every page of a questionnaire: tabs, state, the right to change."""
    key = questionnaire.public_id
    faces = [
        ("design", _("Write"), "questionnaires:questionnaire"),
        ("preview", _("Preview"), "questionnaires:preview"),
        ("check", _("Check and publish"), "questionnaires:check"),
        ("versions", _("Versions"), "questionnaires:versions"),
        ("collections", _("Collections"), "questionnaires:questionnaire-collections"),
        ("history", _("History"), "questionnaires:history"),
        ("exchange", _("Import and export"), "questionnaires:exchange"),
        ("settings", _("Settings"), "questionnaires:settings"),
    ]
    return {
        "questionnaire": questionnaire,
        "tabs": [Tab(label, reverse(name, args=[key]), face == current) for face, label, name in faces],
        "writable": may_change(request, questionnaire),
    }


def flat_of(questionnaire: Questionnaire) -> Flat:
    return flatten(questionnaire.draft)


def outline(questionnaire: Questionnaire, flat: Flat, current: str) -> list[dict[str, Any]]:
    """Sections, pages and questions as lines; few words each, whatever their number."""
    language = language_of(flat)
    remarks = _remarks(questionnaire)
    base = questionnaire.get_absolute_url()

    def line(key: str) -> dict[str, Any]:
        fields = flat[key]
        return {
            "key": key,
            "url": f"{base}e/{key}/",
            "words": words_of(flat, key, language),
            "current": key == current,
            "remarks": remarks.get(key, 0),
            "required": bool(fields.get("required") or fields.get("required_if")),
            "conditional": bool(fields.get("relevant")),
        }

    return [
        {
            **line(section),
            "pages": [
                {
                    **line(page),
                    "number": number,
                    "titled": bool(text(flat[page], "title")),
                    "only": len(flat[section][CHILDREN]) == 1 and not text(flat[page], "title"),
                    "questions": [line(question) for question in flat[page].get(CHILDREN, ())],
                }
                for number, page in enumerate(flat[section].get(CHILDREN, ()), 1)
            ],
        }
        for section in flat[ROOT].get(CHILDREN, ())
    ]


def _remarks(questionnaire: Questionnaire) -> dict[str, int]:
    found: dict[str, int] = {}
    for target in questionnaire.comments.filter(resolved_at__isnull=True).values_list("target", flat=True):
        found[target] = found.get(target, 0) + 1
    return found
