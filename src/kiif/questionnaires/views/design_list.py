"""The list of questionnaires; making one: from nothing, from another, from a block, from a file."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.questionnaires.actions import design, design_draft
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, flatten
from kiif.questionnaires.forms_design import CopyForm, NewForm, SettingsForm, body_of
from kiif.questionnaires.models import Block
from kiif.questionnaires.queries import designs
from kiif.questionnaires.tables_design import rows_for, table_of
from kiif.questionnaires.views.design_common import frame, visible
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import respond


def refuse_outsiders(request: HttpRequest) -> None:
    """Only the teams of the alliance design."""
    if not designs(of(request)) and not of(request).is_system:
        raise NotAllowed(_("The teams of the alliance make questionnaires. Ask one of them if you need one."))


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Questionnaires of the alliance; those that were put away behind a link."""
    refuse_outsiders(request)
    away = "ranges" in request.GET
    rows = rows_for(of(request)).filter(archived_at__isnull=not away)
    context = {"away": away, "may_make": of(request).can_write}
    return respond(request, table_of(request, rows), "questionnaires/design/list.html", context)


def create(request: HttpRequest) -> HttpResponse:
    """A new questionnaire, empty or with a block already in it (`?bloc=`)."""
    refuse_outsiders(request)
    actor = of(request)
    blocks = Block.objects.visible_to(actor).order_by("title")
    asked = request.GET.get("bloc", "")
    block = get_object_or_404(blocks, pk=int(asked)) if asked.isdecimal() and len(asked) < 18 else None
    form = NewForm(request.POST or None, initial={"title": gettext(block.title)} if block else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = design.create_questionnaire(by=actor, owner=body_of(actor), **form.cleaned_data)
            if block is not None:
                flat = flatten(made.draft)
                page = flat[flat[ROOT][CHILDREN][0]][CHILDREN][0]
                design_draft.put_in(questionnaire=made, by=actor, page=page, content=block.page)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The questionnaire is made. Add its questions."))
            return redirect(made)
    context = {"form": form, "from_block": gettext(block.title) if block else ""}
    return render(request, "questionnaires/design/new.html", context, status=422 if form.errors else 200)


def copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A copy for one's own house, of any questionnaire that one may read."""
    questionnaire = visible(request, public_id)
    actor = of(request)
    initial = {"title": _("%(title)s (copy)") % {"title": questionnaire.title[:180]}}
    form = CopyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = design.duplicate_questionnaire(
                questionnaire=questionnaire, by=actor, owner=body_of(actor), title=form.cleaned_data["title"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Here is your copy: change it as you like."))
            return redirect(made)
    context = {"questionnaire": questionnaire, "form": form}
    return render(request, "questionnaires/design/copy.html", context, status=422 if form.errors else 200)


def settings(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What it is for, its languages; copy it, put it away."""
    questionnaire = visible(request, public_id)
    context = frame(request, questionnaire, "settings")
    initial = {"purpose": questionnaire.purpose, "languages": ", ".join(questionnaire.draft["languages"])}
    form = SettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            design.change_settings(questionnaire=questionnaire, by=of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("questionnaires:settings", questionnaire.public_id)
    return render(
        request, "questionnaires/design/settings.html", context | {"form": form}, status=422 if form.errors else 200
    )


@require_POST
def archive(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Puts it away, or takes it out again (`out`)."""
    questionnaire = visible(request, public_id)
    try:
        if request.POST.get("out"):
            design.take_out(questionnaire=questionnaire, by=of(request))
            messages.success(request, _("It is back among the questionnaires."))
            return redirect(questionnaire)
        design.archive(questionnaire=questionnaire, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("questionnaires:settings", questionnaire.public_id)
    messages.success(request, _("It is put away; nothing is lost, and the link below the list shows it."))
    return redirect(reverse("questionnaires:list"))
