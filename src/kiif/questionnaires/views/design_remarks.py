"""Remarks between designers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiif.accounts.actor import of
from kiif.questionnaires.actions import design
from kiif.questionnaires.drafting.elements import ROOT, flatten
from kiif.questionnaires.models import DesignComment
from kiif.questionnaires.views.design import shown
from kiif.questionnaires.views.design_common import element_of, flat_of, place_url, visible
from kiif.ui.errors import Refused


@require_POST
def say(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A remark on an element, or on the whole."""
    questionnaire = visible(request, public_id)
    flat = flat_of(questionnaire)
    element = element_of(flat, request.POST.get("element", ""))
    text = request.POST.get("text", "")
    try:
        design.comment(
            questionnaire=questionnaire, by=of(request), text=text, target="" if element == ROOT else element
        )
    except Refused as refusal:
        more: dict[str, Any] = {"remark_refusal": str(refusal), "remark_text": text[:4_000]}
        return shown(request, questionnaire, flat, element, status=422, **more)
    messages.success(request, _("Your remark is there for the others."))
    return redirect(f"{place_url(questionnaire, element)}#remarks")


@require_POST
def settle(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Says that a remark is dealt with, or opens it again (`again`)."""
    questionnaire = visible(request, public_id)
    rows = DesignComment.objects.filter(questionnaire=questionnaire)  # guarded: the questionnaire is visible
    remark = get_object_or_404(rows, pk=min(pk, 2**62))
    design.settle(remark=remark, by=of(request), settled=not request.POST.get("again"))
    messages.success(request, _("Opened again.") if request.POST.get("again") else _("Settled."))
    place = remark.target if remark.target in flatten(questionnaire.draft) else ROOT
    return redirect(f"{place_url(questionnaire, place)}#remarks")
