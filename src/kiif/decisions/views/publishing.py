"""The click that makes everything known."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.decisions import actions, listing, telling
from kiif.decisions.actions.publishing import Held, examine
from kiif.decisions.enums import Outcome
from kiif.decisions.forms import PublishForm
from kiif.decisions.models import Decision, Publication
from kiif.decisions.views.common import context, show_refusal
from kiif.ui.errors import NotAllowed, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What leaves, what stays, and the number to type."""
    data = context(request, public_id, "publish")
    actor, call = of(request), data["call"]
    if request.method == "POST" and not data["may_change"]:
        raise NotAllowed(_("The answers of a call are published by those who run it."))
    left = listing.undecided(actor, call).count()
    form = PublishForm(request.POST or None, initial={"token": uuid.uuid4()}, leaving=bool(left))
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.publish(
                call=call, token=form.cleaned_data["token"], expected=form.cleaned_data["number"], by=actor
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            sentence = ngettext("%(n)s answer is published.", "%(n)s answers are published.", done.answers)
            messages.success(request, sentence % {"n": done.answers})
            return redirect("decisions:letters", call.public_id)
    data |= {
        "form": form,
        "left": left,
        "missing": listing.without_letter(actor, call).count(),
        "first": listing.unread(actor, call).first(),
        "promise": telling.promise(call),
        # guarded: run_call
        "publications": Publication.objects.filter(call=call).select_related("by"),
        **_summary(actor, examine(call)),
    }
    return render(request, "decisions/publish.html", data, status=422 if form.errors else 200)


def _summary(actor: Any, held: Held) -> dict[str, Any]:
    """Counts of all; names and outcomes only of those that this person may read."""
    keys = [one.pk for one in held.ready] + [one.pk for one, _flags in held.held_back]
    seen = set(Decision.objects.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True))
    ready = [one for one in held.ready if one.pk in seen]
    first = [one for one in ready if not one.replaces_id]
    counts = [(str(capfirst(label)), sum(one.outcome == value for one in first)) for value, label in Outcome.choices]
    if changed := len(ready) - len(first):
        counts.append((_("Published answers that change"), changed))
    return {
        "total": len(held.ready),
        "hidden": len(held.ready) - len(ready),
        "counts": [(_("Answers ready"), len(held.ready)), *counts],
        "held_back": [(one, found) for one, found in held.held_back if one.pk in seen],
        "held_hidden": sum(one.pk not in seen for one, _flags in held.held_back),
    }
