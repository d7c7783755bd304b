"""*Mon projet*: what carriers see of their project, from the first contact on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.programmes import carrying, facts
from kiif.programmes.actions import applications as actions
from kiif.programmes.enums import State
from kiif.programmes.forms_applications import WithdrawForm
from kiif.programmes.models import Application, Project
from kiif.programmes.views.common import ranked
from kiif.questionnaires.actions.answer_common import may
from kiif.ui.errors import NotAllowed, Refused


def _private(response: HttpResponse) -> HttpResponse:
    """No cache keeps what people carry."""
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """My projects; straight to it when there is one."""
    actor = of(request)
    projects = list(Project.objects.own(actor).filter(merged_into__isnull=True).distinct()[:50])
    if len(projects) == 1:
        return redirect("programmes:project", projects[0].number)
    rows = Application.objects.own(actor).with_ties().filter(project__in=projects).order_by("-begun_at")
    lines = [{"project": one, "applications": [row for row in rows if row.project_id == one.pk]} for one in projects]
    context = {"lines": lines, "calls": carrying.other_calls(actor)}
    return _private(render(request, "programmes/mine/index.html", context))


def _own(request: HttpRequest, public_id: UUID) -> Application:
    return get_object_or_404(Application.objects.own(of(request)).with_ties(), public_id=public_id)


@require_safe
def of_application(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The page of the project, at this application."""
    row = _own(request, public_id)
    return redirect(f"{reverse('programmes:project', args=[row.project.number])}#candidature-{row.pk}")


@require_safe
def project(request: HttpRequest, number: str) -> HttpResponseBase:
    """Where a project stands: its applications, what comes next, what to do. The number of a merged one leads on."""
    actor = of(request)
    found = get_object_or_404(
        Project.objects.own(actor).select_related("organisation", "merged_into").distinct(), number=number.upper()[:20]
    )
    other = found.merged_into
    if other is not None and Project.objects.own(actor).filter(pk=other.pk).exists():
        messages.info(
            request, _("%(gone)s goes on under the number %(kept)s.") % {"gone": found.number, "kept": other.number}
        )
        return redirect("programmes:project", other.number)
    stories = carrying.stories(found, actor)
    context = {
        "project": found,
        "current": stories[0] if stories else None,
        "others": stories[1:],
        "calls": carrying.other_calls(actor, found),
        "again": carrying.again(stories[0].application) if stories else f"?projet={found.number}",
    }
    return _private(render(request, "programmes/mine/project.html", context))


def wishes(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """By whom one would like to be hosted, in order; "not chosen yet" is an answer."""
    row = _own(request, public_id)
    hosts = list(row.call.hosts.filter(left_at__isnull=True).select_related("incubator", "branch"))
    if not hosts or "hosts" in (row.call.facts or {}):
        raise Http404
    if request.method == "POST":
        chosen = [] if request.POST.get("open") == "1" else ranked(request.POST)
        try:
            actions.wish(application=row, hosts=chosen, by=of(request))
        except (Refused, NotAllowed) as refusal:
            messages.error(request, str(refusal))
            return redirect("programmes:application-wishes", row.public_id)
        messages.success(request, _("Your wishes are kept; the annexes of your form follow."))
        return redirect(row.response)
    wished = {wish.host_id: wish.rank for wish in row.wishes.all()}
    context = {
        "application": row,
        "hosts": [(facts.host_key(host), host, wished.get(host.pk)) for host in hosts],
        "ranks": range(1, row.call.most_hosts + 1),
        "writable": row.state == State.DRAFT and may("edit", of(request), row.response),
        "open": row.host_open and not wished,
    }
    return _private(render(request, "programmes/mine/wishes.html", context))


def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Asks why, then withdraws."""
    row, actor = _own(request, public_id), of(request)
    if not may("submit", actor, row.response):
        raise NotAllowed(_("The person who carries this application withdraws it, or whoever may send it."))
    form = WithdrawForm(request.POST or None)
    back = reverse("programmes:project", args=[row.project.number])
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(application=row, words=form.cleaned_data["words"], by=actor)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The application is withdrawn. You can still read what you wrote."))
        return redirect(back)
    context: dict[str, Any] = {"application": row, "form": form, "cancel_url": back, "danger": True}
    return render(request, "programmes/mine/withdraw.html", context)
