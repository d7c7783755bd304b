"""Who can see what about my search: people, organisations, dated links. Only who owns it shares it."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.replication import actions, reading
from kiif.replication.actions.common import check
from kiif.replication.forms_study import BodyShareForm, LinkForm, PersonShareForm
from kiif.replication.models import Solution
from kiif.ui.errors import Refused

#: Addresses that one person may try in an hour: sharing is not a directory.
TRIES = 30


def visible_solution(request: HttpRequest, pk: int) -> Solution:
    rows = Solution.objects.visible_to(of(request)).select_related("owner", "owner_body")
    return get_object_or_404(rows, pk=pk)


@require_safe
def sharing(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who can see it and why; whoever owns it gives and withdraws."""
    return _page(request, visible_solution(request, pk))


def _page(request: HttpRequest, solution: Solution, *, new: dict[str, Any] | None = None, **forms: Any) -> HttpResponse:
    actor = of(request)
    shares = bool(rules.test_rule("replication.share", actor, solution))
    context = {
        "solution": solution,
        "shares": shares,
        "grants": solution.grants.select_related("user", "body", "granted_by"),
        "links": solution.links.select_related("made_by") if shares else [],
        "person_form": forms.get("person") or PersonShareForm(auto_id="person_%s"),
        "body_form": forms.get("body") or BodyShareForm(by=actor, auto_id="body_%s"),
        "link_form": forms.get("link") or LinkForm(auto_id="link_%s"),
        "new": new,
        "today": timezone.localdate().isoformat(),
    }
    refused = any(form.errors for form in forms.values())
    return render(request, "replication/sharing/sharing.html", context, status=422 if refused else 200)


@require_POST
def share_person(request: HttpRequest, pk: int) -> HttpResponse:
    """By exact address. The answer is the same whether somebody has this address here or not."""
    solution = visible_solution(request, pk)
    actor = of(request)
    check("replication.share", actor, solution)
    form = PersonShareForm(request.POST, auto_id="person_%s")
    if not form.is_valid():
        return _page(request, solution, person=form)
    key = f"replication.share-tries.{actor.user.pk if actor.user else 0}"
    cache.add(key, 0, 3600)
    try:
        if cache.incr(key) > TRIES:
            raise Refused(_("That is many addresses in an hour: go on a little later."))
        actions.grant_by_address(
            solution=solution,
            by=actor,
            address=form.cleaned_data["address"],
            may_write=form.cleaned_data["rights"] == "write",
            until=form.cleaned_data["until"],
        )
    except Refused as refusal:
        return _page(request, solution, person=_with(form, refusal))
    messages.success(
        request,
        _("If somebody has an account with this address, they now find it among their solutions, and receive a mail."),
    )
    return redirect("replication:sharing", solution.pk)


@require_POST
def share_body(request: HttpRequest, pk: int) -> HttpResponse:
    """With the team of an organisation, among those that one sees."""
    solution = visible_solution(request, pk)
    actor = of(request)
    check("replication.share", actor, solution)
    form = BodyShareForm(request.POST, by=actor, auto_id="body_%s")
    if not form.is_valid():
        return _page(request, solution, body=form)
    try:
        given = actions.grant(
            solution=solution,
            by=actor,
            body=form.cleaned_data["body"],
            may_write=form.cleaned_data["rights"] == "write",
            until=form.cleaned_data["until"],
        )
    except Refused as refusal:
        return _page(request, solution, body=_with(form, refusal))
    messages.success(request, _("%(who)s can see it from now on.") % {"who": given})
    return redirect("replication:sharing", solution.pk)


def _with(form: BaseForm, refusal: Refused) -> BaseForm:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return form


@require_POST
def share_end(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    solution = visible_solution(request, pk)
    check("replication.share", of(request), solution)
    given = get_object_or_404(solution.grants.select_related("solution", "user", "body"), pk=grant)
    actions.withdraw_grant(given=given, by=of(request))
    messages.success(request, _("The share is over: it takes effect at once."))
    return redirect("replication:sharing", solution.pk)


@require_POST
@never_cache
def link_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Makes a reading link and shows its address, once."""
    solution = visible_solution(request, pk)
    check("replication.share", of(request), solution)
    form = LinkForm(request.POST, auto_id="link_%s")
    if not form.is_valid():
        return _page(request, solution, link=form)
    try:
        link, token = actions.make_link(solution=solution, by=of(request), **form.cleaned_data)
    except Refused as refusal:
        return _page(request, solution, link=_with(form, refusal))
    address = request.build_absolute_uri(reverse("replication:reading", args=[token]))
    return _page(request, solution, new={"link": link, "address": address})


@require_POST
def link_close(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    solution = visible_solution(request, pk)
    check("replication.share", of(request), solution)
    actions.close_link(link=get_object_or_404(solution.links, pk=link), by=of(request))
    messages.success(request, _("The link is closed: its address opens nothing any more."))
    return redirect("replication:sharing", solution.pk)


@login_not_required
@require_safe
@never_cache
def reading_page(request: HttpRequest, token: str) -> HttpResponse:
    """What whoever holds the link reads. A wrong, closed or past link: the same 404."""
    link = reading.open_link(token)
    if link is None:
        raise Http404
    response = render(request, "replication/sharing/reading.html", reading.gather(link))
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
