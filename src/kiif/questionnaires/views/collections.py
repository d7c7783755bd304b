"""Collections for the teams: open one, look after it, prolong, close; write for somebody under a mandate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import rules as permissions
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.questionnaires import rules
from kiif.questionnaires.actions import answering, collections, people
from kiif.questionnaires.definition import said
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.forms_answering import CollectionForm, MandateForm, ProlongForm, ReopenForm
from kiif.questionnaires.loaded import definition_of, newest
from kiif.questionnaires.models import Collection, Questionnaire, Response
from kiif.questionnaires.queries import designs
from kiif.questionnaires.tables_collections import rows_for, table_of
from kiif.questionnaires.views.design_common import frame, visible
from kiif.questionnaires.windows import ends_at, why_not_begin
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import respond


def _visible(request: HttpRequest, public_id: str) -> Collection:
    rows = Collection.objects.visible_to(of(request)).select_related("questionnaire", "owner")
    return get_object_or_404(rows, public_id=public_id)


def _manage(request: HttpRequest, obj: Any) -> None:

    if not permissions.test_rule("questionnaires.change_collection", of(request), obj):
        raise NotAllowed(_("Only the team that owns this questionnaire opens it and closes it."))


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every questionnaire of the alliance that was opened to answers."""
    if not designs(of(request)):
        raise NotAllowed(_("The teams of the alliance look after the collections of answers."))
    return respond(request, table_of(request, rows_for(of(request))), "questionnaires/collection/list.html", {})


@require_safe
def of_questionnaire(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Where one questionnaire is, or was, open to answers."""
    questionnaire = visible(request, public_id)
    rows = rows_for(of(request)).filter(questionnaire=questionnaire)
    allowed = bool(permissions.test_rule("questionnaires.change_collection", of(request), questionnaire))
    context = frame(request, questionnaire, "collections") | {
        "manages": allowed and of(request).impersonator is None,
        "published": newest(questionnaire) is not None,
    }
    return respond(request, table_of(request, rows), "questionnaires/collection/of_questionnaire.html", context)


def create(request: HttpRequest, public_id: str) -> HttpResponse:
    """Opens a questionnaire to answers."""
    rows = Questionnaire.objects.visible_to(of(request)).select_related("owner")
    questionnaire = get_object_or_404(rows, public_id=public_id)
    _manage(request, questionnaire)
    form = CollectionForm(request.POST or None, initial={"title": questionnaire.title, "grace": 15, "one_each": True})
    back = reverse("questionnaires:questionnaire", args=[questionnaire.public_id])
    if newest(questionnaire) is None:
        messages.error(request, _("Publish the questionnaire first: people always answer a published version."))
        return redirect(back)
    if request.method == "POST" and form.is_valid():
        try:
            made = collections.open_collection(questionnaire=questionnaire, by=of(request), fields=form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("It is open: here is the address to give."))
            return redirect(made)
    context = {"form": form, "questionnaire": questionnaire, "collection": None, "back": back}
    return render(request, "questionnaires/collection/form.html", context, status=422 if form.errors else 200)


@require_safe
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """The address to give, the dates, how many answers; what its team may do."""
    collection = _visible(request, public_id)
    states = collection.responses.order_by().values_list("state", flat=True)
    counts = dict.fromkeys(ResponseState.values, 0)
    for state in states:
        counts[state] += 1
    context = {
        "collection": collection,
        "counts": counts,
        "ends_at": ends_at(collection),
        "refusal": why_not_begin(collection),
        "address": request.build_absolute_uri(reverse("answers:open", args=[collection.slug])),
        "manages": bool(rules.manages_it(of(request), collection)),
        "reads": bool(permissions.test_rule("questionnaires.read_answers", of(request), collection)),
        "version": newest(collection.questionnaire),
    }
    return render(request, "questionnaires/collection/collection.html", context)


def change(request: HttpRequest, public_id: str) -> HttpResponse:
    collection = _visible(request, public_id)
    _manage(request, collection)
    form = CollectionForm(request.POST or None, instance=_copy(collection))
    if request.method == "POST" and form.is_valid():
        try:
            collections.change_collection(collection=collection, by=of(request), fields=form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The conditions are changed."))
            return redirect(collection)
    context = {"form": form, "collection": collection, "questionnaire": None, "back": collection.get_absolute_url()}
    return render(request, "questionnaires/collection/form.html", context, status=422 if form.errors else 200)


def _copy(collection: Collection) -> Collection:
    """A form fills the row that it is given: the action must see the one of the database."""
    return Collection.objects.get(pk=collection.pk)  # guarded: seen by its caller


def prolong(request: HttpRequest, public_id: str) -> HttpResponse:
    collection = _visible(request, public_id)
    _manage(request, collection)
    form = ProlongForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            collections.prolong(collection=collection, by=of(request), until=form.cleaned_data["until"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("There is more time."))
            return redirect(collection)
    context = {"form": form, "collection": collection, "ends_at": ends_at(collection)}
    return render(request, "questionnaires/collection/prolong.html", context, status=422 if form.errors else 200)


def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asks, then closes."""
    collection = _visible(request, public_id)
    _manage(request, collection)
    if request.method == "POST":
        try:
            collections.close(collection=collection, by=of(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("It is closed. It can be given more time at any moment."))
        return redirect(collection)
    drafts = collection.responses.filter(state=ResponseState.DRAFT).count()
    context = {"collection": collection, "drafts": drafts, "cancel_url": collection.get_absolute_url(), "danger": True}
    return render(request, "questionnaires/collection/close.html", context)


def mandate(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write for somebody who asked."""
    collection = _visible(request, public_id)
    _manage(request, collection)
    form = MandateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = people.give_mandate(collection=collection, by=of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The mandate is recorded. What you write is signed with your name."))
            return redirect(made.response)
    context = {"form": form, "collection": collection}
    return render(request, "questionnaires/collection/mandate.html", context, status=422 if form.errors else 200)


def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asks for corrections of named questions until a date."""
    rows = Response.objects.visible_to(of(request)).with_ties()
    response = get_object_or_404(rows, public_id=public_id)
    answering.may_reopen(response, of(request))
    definition = definition_of(response.version)
    choices = [
        (question.id, said(question.label, response.language, definition.languages)[:120])
        for question in definition.walk()
        if question.kind not in {"note", "calculated"}
    ]
    form = ReopenForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            answering.reopen(
                response=response, fields=data["fields_"], until=data["until"], words=data["words"], by=of(request)
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("It is reopened, and its owner is told."))
            return redirect("answers:review", response.public_id)
    context = {"form": form, "answer": response}
    return render(request, "questionnaires/collection/reopen.html", context, status=422 if form.errors else 200)
