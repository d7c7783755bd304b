"""Questions put about a call, on the team's side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.alliance.views.common import form_page
from kiif.programmes.actions.inquiries import answer
from kiif.programmes.forms_calls import AnswerForm
from kiif.programmes.models import Inquiry
from kiif.programmes.tables import InquiriesTable
from kiif.programmes.views.calls import crumbs_of, managed
from kiif.programmes.views.common import call_context
from kiif.ui.tables import respond


@require_safe
def inquiries(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """What was asked, what waits."""
    managed(request, public_id)
    context = call_context(request, public_id, "questions")
    rows = context["call"].inquiries.select_related("call")
    return respond(request, InquiriesTable(rows, request), "programmes/calls/inquiries.html", context)


def inquiry(request: HttpRequest, public_id: UUID, inquiry_id: UUID) -> HttpResponse:
    """Answer one."""
    call = managed(request, public_id)
    found: Inquiry = get_object_or_404(call.inquiries.all(), public_id=inquiry_id)
    initial = {"shown_question": found.shown_question or found.question}
    form = AnswerForm(request.POST or None, instance=found, initial=initial)

    def act(data: Mapping[str, Any]) -> str:
        answer(inquiry=found, by=of(request), **data)
        messages.success(request, _("The answer is sent."))
        return reverse("programmes:call-inquiries", args=[call.public_id])

    back = reverse("programmes:call-inquiries", args=[call.public_id])
    return form_page(
        request, form, act, title=_("Answer a question"), verb=_("Send the answer"), back=back,
        crumbs=(*crumbs_of(call), (_("Questions"), back)), template="programmes/calls/inquiry.html", inquiry=found,
    )  # fmt: skip
