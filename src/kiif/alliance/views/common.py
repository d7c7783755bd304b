"""What the pages of the alliance share: reading what may be seen, refusing in words, showing a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import rules
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, of
from kiif.alliance.models import Alliance
from kiif.ui.errors import NotAllowed, Refused

M = TypeVar("M", bound=Model)
Crumbs = Sequence[tuple[Any, str]]


def visible(rows: QuerySet[M], **key: Any) -> M:
    """The object among those that the actor may see (`visible_to`), else 404: its existence does not leak."""
    return get_object_or_404(rows, **key)


def check(rule: str, actor: Actor, obj: Any, sentence: str) -> None:
    """403 with the sentence unless the rule lets the actor do it."""
    if not rules.test_rule(rule, actor, obj):
        raise NotAllowed(sentence)


def can(rule: str, actor: Actor, obj: Any) -> bool:
    return bool(rules.test_rule(rule, actor, obj))


def staff_alliance(request: HttpRequest) -> Alliance:
    """The alliance that the person works in; 403 for whoever is not of its staff."""
    actor = of(request)
    check("alliance.open_staff_pages", actor, None, _("These pages are for the teams of the alliance’s members."))
    return get_object_or_404(Alliance.objects.visible_to(actor), pk=actor.acting_as.alliance_id)


def root_crumbs(*more: tuple[Any, str]) -> Crumbs:
    return ((_("Alliance"), reverse("alliance:home")), *more)


def form_page(
    request: HttpRequest,
    form: BaseForm,
    act: Callable[[Mapping[str, Any]], str],
    *,
    title: str,
    verb: str,
    back: str,
    lead: str = "",
    crumbs: Crumbs = (),
    template: str = "alliance/form.html",
    **context: Any,
) -> HttpResponse:
    """Shows a form; when it is sent and valid, `act(cleaned_data)` does the gesture and gives where to go.

    A refusal comes back as an error of its field, with status 422 and what was typed.
    """
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(act(form.cleaned_data))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    data = {"form": form, "title": title, "lead": lead, "verb": verb, "back": back, "crumbs": crumbs, **context}
    return render(request, template, data, status=422 if form.errors else 200)


def confirm_page(
    request: HttpRequest,
    act: Callable[[], str],
    *,
    title: str,
    consequences: Sequence[str],
    verb: str,
    back: str,
    crumbs: Crumbs = (),
) -> HttpResponse:
    """Asks once more before a gesture that cannot be undone; a refusal is shown above."""
    refusal = ""
    if request.method == "POST":
        try:
            return redirect(act())
        except Refused as refused:
            refusal = str(refused)
    data = {
        "title": title,
        "consequences": consequences,
        "verb": verb,
        "cancel_url": back,
        "crumbs": crumbs,
        "refusal": refusal,
    }
    return render(request, "alliance/confirm.html", data, status=422 if refusal else 200)
