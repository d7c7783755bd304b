"""The check list before publication, with the way to each place; publishing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.questionnaires import audit, tasks_design
from kiif.questionnaires.actions import design_publish
from kiif.questionnaires.audit_shape import Finding
from kiif.questionnaires.definition import read
from kiif.questionnaires.drafting.elements import ROOT, Flat, flatten
from kiif.questionnaires.forms_design import PublishForm
from kiif.questionnaires.models import Questionnaire
from kiif.questionnaires.views.design_common import flat_of, frame, language_of, place_url, visible, words_of
from kiif.questionnaires.views.design_versions import lines_of
from kiif.ui.errors import Refused

#: Where on the page of an element the field at fault is.
_ANCHORS = {"relevant": "logic", "required_if": "logic", "constraint": "logic", "message": "logic", "choices": "f-rows"}


@require_safe
def page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _shown(request, visible(request, public_id))


def _shown(
    request: HttpRequest, questionnaire: Questionnaire, form: PublishForm | None = None, status: int = 200
) -> HttpResponse:
    """What prevents publication, what to look at, what changes since the last version, and the form."""
    flat = flat_of(questionnaire)
    report = audit.look(read(questionnaire.draft))
    last = questionnaire.versions.order_by("-number").first()
    lines = lines_of(flatten(last.definition), flat, questionnaire) if last else []
    context = frame(request, questionnaire, "check") | {
        "blocking": [_finding(one, flat, questionnaire) for one in report.blocking],
        "warnings": [_finding(one, flat, questionnaire) for one in report.warnings],
        "minutes": report.minutes,
        "last": last,
        "lines": lines,
        "same": last is not None and last.sha256 == design_publish.digest(read(questionnaire.draft).document()),
        "drafts": tasks_design.drafts_of(questionnaire),
        "form": form or PublishForm(initial={"revision": questionnaire.draft_revision}, first=last is None),
    }
    return render(request, "questionnaires/design/check.html", context, status=status)


def _finding(finding: Finding, flat: Flat, questionnaire: Questionnaire) -> dict[str, Any]:
    place = finding.place if finding.place in flat else ROOT
    anchor = _ANCHORS.get(finding.what.partition(":")[0], "f-first")
    return {
        "sentence": finding.sentence,
        "advice": finding.advice,
        "where": words_of(flat, place, language_of(flat)),
        "url": f"{place_url(questionnaire, place)}#{anchor}",
    }


@require_POST
def publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Makes the next version."""
    questionnaire = visible(request, public_id)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _shown(request, questionnaire, form, status=422)
    drafts = tasks_design.drafts_of(questionnaire)
    try:
        version = design_publish.publish(questionnaire=questionnaire, by=of(request), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal))
        questionnaire.refresh_from_db()
        data = {"note": form.cleaned_data["note"], "revision": questionnaire.draft_revision}
        again = PublishForm(data)
        again.full_clean()
        again.add_error(refusal.field, str(refusal))
        return _shown(request, questionnaire, again, status=422)
    messages.success(request, _("Version %(number)s is published.") % {"number": version.number})
    if drafts:
        words = ngettext(
            "%(n)s answer in progress moves to it; its people are told what changes.",
            "%(n)s answers in progress move to it; their people are told what changes.",
            drafts,
        )
        messages.info(request, words % {"n": drafts})
    return redirect("questionnaires:version", questionnaire.public_id, version.number)
