"""The library of blocks: look, put in, keep one's own, remove one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.questionnaires.actions import design, design_draft
from kiif.questionnaires.drafting import kinds
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, Flat, level, parent_of
from kiif.questionnaires.forms_design import BlockForm, body_of
from kiif.questionnaires.models import Block, Questionnaire
from kiif.questionnaires.views.design_common import element_of, flat_of, frame, language_of, outline, place_url, visible
from kiif.questionnaires.views.design_list import refuse_outsiders
from kiif.ui.errors import Refused


def _shown(request: HttpRequest, language: str) -> list[dict[str, Any]]:
    rows = Block.objects.visible_to(of(request)).select_related("owner").order_by("owner__name", "title")
    return [
        {
            "block": row,
            # delivered blocks are written in English in the code, and read in the language of the page
            "title": gettext(row.title) if row.owner_id is None else row.title,
            "about": gettext(row.about) if row.owner_id is None and row.about else row.about,
            "questions": [_line(question, language) for question in row.page.get("questions", ())],
            "mine": row.owner is not None
            and rules.test_rule("questionnaires.change_questionnaire", of(request), Questionnaire(owner=row.owner)),
        }
        for row in rows
    ]


def _line(question: dict[str, Any], language: str) -> tuple[str, Any]:
    label = question.get("label", {})
    return label.get(language) or next(iter(label.values()), ""), kinds.WORDS[question["kind"]].label


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every block, delivered or kept by a house."""
    refuse_outsiders(request)
    language = (request.LANGUAGE_CODE or "fr")[:2]
    rows = _shown(request, language)
    context = {
        "kept": [row for row in rows if row["block"].owner_id],
        "delivered": [row for row in rows if not row["block"].owner_id],
    }
    return render(request, "questionnaires/design/library.html", context)


def put_in(request: HttpRequest, public_id: UUID, element: str) -> HttpResponse:
    """Chooses a block and puts its questions after this element."""
    questionnaire = visible(request, public_id)
    flat = flat_of(questionnaire)
    element = element_of(flat, element)
    if request.method == "POST":
        return _put(request, questionnaire, flat, element)
    context = frame(request, questionnaire, "design") | {
        "rows": _shown(request, language_of(flat)),
        "element": element,
        "back": place_url(questionnaire, element),
        "outline": outline(questionnaire, flat, element),
    }
    return render(request, "questionnaires/design/put_in.html", context)


def _put(request: HttpRequest, questionnaire: Questionnaire, flat: Flat, element: str) -> HttpResponse:
    asked = request.POST.get("block", "")
    rows = Block.objects.visible_to(of(request))
    block = get_object_or_404(rows, pk=int(asked) if asked.isdecimal() and len(asked) < 18 else 0)
    page, after = _where(flat, element)
    try:
        made = design_draft.put_in(
            questionnaire=questionnaire, by=of(request), page=page, content=block.page, after=after
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(place_url(questionnaire, element))
    messages.success(
        request,
        ngettext("%(n)s question was added.", "%(n)s questions were added.", len(made)) % {"n": len(made)},
    )
    return redirect(place_url(questionnaire, made[0] if made else element))


def _where(flat: Flat, element: str) -> tuple[str, str]:
    """The page to put questions on, and after which one."""
    if level(element) == "q":
        return parent_of(flat, element), element
    if level(element) == "p":
        return element, ""
    section = flat[ROOT][CHILDREN][-1] if element == ROOT else element
    return (flat[section][CHILDREN] or [""])[-1], ""


def keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keeps some questions of a questionnaire as a block of one's house."""
    questionnaire = visible(request, public_id)
    refuse_outsiders(request)
    flat = flat_of(questionnaire)
    asked = request.GET.get("depuis", "")
    chosen = set(request.POST.getlist("elements") or ([asked] if asked in flat else []))
    form = BlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = of(request)
        try:
            block = design.keep_block(
                questionnaire=questionnaire,
                by=actor,
                elements=sorted(chosen),
                owner=body_of(actor),
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("“%(title)s” is in the library.") % {"title": block.title})
            return redirect("questionnaires:library")
    context = frame(request, questionnaire, "design") | {
        "form": form,
        "outline": outline(questionnaire, flat, ""),
        "chosen": chosen,
    }
    return render(request, "questionnaires/design/keep.html", context, status=422 if form.errors else 200)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes a block of one's own house."""
    block = get_object_or_404(Block.objects.visible_to(of(request)), pk=min(pk, 2**62))
    try:
        design.drop_block(block=block, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The block is removed; the questionnaires that took it keep their questions."))
    return redirect("questionnaires:library")
