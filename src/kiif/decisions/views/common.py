"""What the pages of the room share: the call for who runs it, its steps, refusals in words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import of
from kiif.decisions.models import Decision, Letter
from kiif.decisions.queries import applications_of
from kiif.decisions.rules import may
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call
from kiif.programmes.views.common import call_context, frame
from kiif.ui.components import Tab
from kiif.ui.errors import NotAllowed, Refused

_STEPS = (
    ("call", "decisions:call"),
    ("letters", "decisions:letters"),
    ("publish", "decisions:publish"),
    ("reserve", "decisions:reserve"),
    ("reviews", "decisions:reviews"),
    ("texts", "decisions:texts"),
    ("terms", "decisions:terms"),
)


def _labels() -> dict[str, str]:
    return {
        "call": _("Answers"),
        "letters": _("Letters"),
        "publish": _("Publish"),
        "reserve": _("Reserve list"),
        "reviews": _("Reviews asked for"),
        "texts": _("Texts"),
        "terms": _("Terms"),
    }


def context(request: HttpRequest, public_id: UUID, step: str) -> dict[str, Any]:
    """Context of a page of a call, for who runs it: 404 when the call is not seen, 403 in words for its other teams."""
    data = call_context(request, public_id, "decisions")
    require_reads(request, data["call"])
    return _with_steps(request, data, step)


def context_of(request: HttpRequest, call: Call, step: str) -> dict[str, Any]:
    """The same for a page whose call is already read."""
    require_reads(request, call)
    return _with_steps(request, frame(request, call, "decisions"), step)


def require_reads(request: HttpRequest, call: Call) -> None:
    if not may(of(request), "view_call", call):
        raise NotAllowed(_("The answers of a call are prepared by those who run it."))


def _with_steps(request: HttpRequest, data: dict[str, Any], step: str) -> dict[str, Any]:
    labels, call = _labels(), data["call"]
    data["steps"] = [Tab(labels[key], reverse(name, args=[call.public_id]), key == step) for key, name in _STEPS]
    data["may_change"] = may(of(request), "change_call", call)
    return data


def application_of(request: HttpRequest, public_id: UUID) -> Application:
    """An application whose answer this person prepares: 404 for everybody else, whoever they are."""
    rows = (
        applications_of(of(request))
        .exclude(state=State.DRAFT)
        .select_related("project", "call__edition__programme__owner", "call__collection", "response__owner")
    )
    return get_object_or_404(rows, public_id=public_id)


def decision_of(request: HttpRequest, public_id: UUID) -> Decision:
    rows = Decision.objects.visible_to(of(request)).select_related(
        "application__project", "application__call__edition__programme__owner", "application__response__owner"
    )
    return get_object_or_404(rows, public_id=public_id)


def letter_of(request: HttpRequest, public_id: UUID) -> Letter:
    rows = Letter.objects.visible_to(of(request)).select_related(
        "decision__application__project",
        "decision__application__call__edition__programme__owner",
        "decision__application__response__owner",
        "template",
    )
    return get_object_or_404(rows, public_id=public_id)


def show_refusal(form: BaseForm, refusal: Refused) -> None:
    """A refusal as an error of its field, or of the whole form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def refuse(request: HttpRequest, refusal: Refused) -> None:
    """A refusal after a button without a form, said on the next page."""
    messages.error(request, str(refusal))
