"""What is done to many applications of a list: asked first, computed again row by row when it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiif.accounts.actor import of
from kiif.programmes.actions import applications_bulk as actions
from kiif.programmes.actions.applications_team import Door
from kiif.programmes.eligibility.doors import doors
from kiif.programmes.forms_applications import IneligibleForm, NoteTextForm
from kiif.programmes.models import Application
from kiif.programmes.tables_applications import ApplicationsTable, listed
from kiif.programmes.views import common
from kiif.programmes.views.applications_lists import choices_of
from kiif.ui.errors import Refused

#: Applications that one page of a bulk gesture shows at most.
MOST: Final = 500


@dataclass(frozen=True)
class Words:
    """What the page of a gesture says. `form`: what it asks besides; `harm`: its button warns."""

    title: Any
    lead: Any
    verb: Any
    nothing: Any
    form: type[forms.Form] | None = None
    harm: bool = False


GESTURES: Final[Mapping[str, Words]] = {
    "review": Words(
        gettext_lazy("Put in review"),
        gettext_lazy("These are eligible: they go to those who read."),
        gettext_lazy("Put them in review"),
        gettext_lazy("None of the list is “received” any more, or corrections are under way."),
    ),
    "ineligible": Words(
        gettext_lazy("They do not fit this call"),
        gettext_lazy(
            "The same reason and the same door for all of them: each of their carriers receives these words. Write to "
            "those who deserve other words one by one."
        ),
        gettext_lazy("Declare them ineligible and tell their carriers"),
        gettext_lazy("None of the list is “received” any more, or corrections are under way."),
        IneligibleForm,
        harm=True,
    ),
    "note": Words(
        gettext_lazy("Write the same note on several"),
        gettext_lazy("Between colleagues who run the call: the carriers never read it."),
        gettext_lazy("Keep the note on each"),
        gettext_lazy("No application of the list was sent."),
        NoteTextForm,
    ),
}


def bulk(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """A gesture on those of the list that it fits. Those that somebody changes meanwhile are left as they are."""
    context = common.call_context(request, public_id, tab="applications")
    call, actor = context["call"], of(request)
    common.check(
        "programmes.change_call", actor, call, _("Only the team that runs this call handles its applications.")
    )
    gesture = (request.POST.get("geste") or request.GET.get("geste") or "review")[:20]
    words = GESTURES.get(gesture)
    if words is None:
        raise Http404
    form = words.form(request.POST or None) if words.form is not None else None
    keys = [key for key in request.POST.getlist("key") if _is_uuid(key)][:MOST]
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            done = actions.in_bulk(call=call, gesture=gesture, keys=keys, by=actor, said=_said(form))
        except Refused as refusal:
            if form is None:
                messages.error(request, str(refusal))
                return redirect("programmes:applications", call.public_id)
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            # read again: the tabs count what is left to do
            context = common.call_context(request, public_id, tab="applications")
            context |= {"done": done, "title": _done(gesture, len(done.done)), "told": gesture == "ineligible"}
            return render(request, "programmes/applications/bulk_done.html", context)
    rows = actions.fitting(gesture, listed(actor, call).prefetch_related(None))
    table = ApplicationsTable(rows, request, **choices_of(actor, call))
    fitting = table.rows.slice(0, MOST)
    context |= {
        "gesture": gesture,
        "words": words,
        "form": form,
        "doors": doors(call, []) if gesture == "ineligible" else [],
        "fitting": fitting,
        "beyond": max(table.rows.count() - MOST, 0) if len(fitting) == MOST else 0,
        "kept": set(keys) if request.method == "POST" else _ticked(words, table, fitting),
        "back": reverse("programmes:applications", args=[call.public_id]) + f"?{table.along}",
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "programmes/applications/bulk.html", context, status=status)


def _ticked(words: Words, table: ApplicationsTable, fitting: Sequence[Application]) -> set[str]:
    """What is ticked beforehand: all, except where harm could be done to a whole list that nobody narrowed."""
    return set() if words.harm and not table.is_narrowed else {str(row.public_id) for row in fitting}


def _said(form: forms.Form | None) -> actions.Said:
    data = form.cleaned_data if form is not None else {}
    door = Door(data.get("door_words", ""), data.get("door_url", ""))
    return actions.Said(data.get("words") or data.get("text", ""), door)


def _done(gesture: str, count: int) -> str:
    """What became of them, in a sentence."""
    said = {
        "review": ngettext("%(n)s application is in review", "%(n)s applications are in review", count),
        "ineligible": ngettext(
            "%(n)s application does not fit the call", "%(n)s applications do not fit the call", count
        ),
        "note": ngettext("The note is on %(n)s application", "The note is on %(n)s applications", count),
    }
    return said[gesture] % {"n": count}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
