"""Living areas drawn by people: list, page, versions, differences, sharing."""

from __future__ import annotations

from typing import Any, ClassVar

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kiif.accounts.actor import of
from kiif.territories import areas
from kiif.territories.actions import drawn as actions
from kiif.territories.enums import Visibility
from kiif.territories.forms import DescribeForm, ShareForm
from kiif.territories.models import DrawnTerritory, DrawnVersion, Territory
from kiif.territories.tables import AREA, CODE, DENSITY, DEPARTMENT, NAME, POPULATION, RURAL, CommunesTable
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import Column, Filter, Table, respond


def author_of(drawn: DrawnTerritory) -> str:
    """Who drew it, for whom; without the person's name for a body that speaks for itself."""
    if drawn.drawn_for is not None:
        return drawn.drawn_for.label
    return str(drawn.drawn_by) if drawn.drawn_by else _("somebody who left")


class DrawnTable(Table):
    """Living areas that the reader may see."""

    name: ClassVar[str] = "dessines"
    caption: ClassVar[Any] = gettext_lazy("Living areas drawn by people")
    columns: ClassVar[tuple[Column, ...]] = (
        Column("name", gettext_lazy("Name"), url=lambda d: d.get_absolute_url(), sort="name", head=True),
        Column("communes", gettext_lazy("Communes"), value="current.size", sort="current__size", end=True),
        Column("drawn_by", gettext_lazy("Drawn by"), value=author_of),
        Column("version", gettext_lazy("Version"), value="current.number", sort="current__number", end=True),
        Column("drawn_at", gettext_lazy("Last drawn"), value="current.drawn_at", sort="current__drawn_at"),
        Column("visibility", gettext_lazy("Read by"), value="get_visibility_display", sort="visibility"),
    )
    search_fields: ClassVar[tuple[str, ...]] = ("name", "description")
    filters: ClassVar[tuple[Filter, ...]] = (
        Filter("lecture", gettext_lazy("Read by"), choices=Visibility.choices, lookup="visibility"),
    )
    default_sort: ClassVar[str] = "name"
    empty_title: ClassVar[Any] = gettext_lazy("Nobody has drawn a living area yet")
    empty_text: ClassVar[Any] = gettext_lazy("A territory is also what its inhabitants feel it is: draw the first one.")


def find(request: HttpRequest, slug: str) -> DrawnTerritory:
    """The area, if this person may see it; else 404."""
    return get_object_or_404(DrawnTerritory.objects.visible_to(of(request)).for_list(), slug=slug)


def changeable(request: HttpRequest, slug: str) -> DrawnTerritory:
    """The area, if this person may change it: 404 when it cannot be seen, 403 with the reason otherwise."""
    drawn = find(request, slug)
    if not rules.test_rule("territories.change_drawn", of(request), drawn):
        raise NotAllowed(_("Only who drew this area, or their organisation, may change it."))
    return drawn


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    rows = DrawnTerritory.objects.visible_to(of(request)).for_list()
    return respond(request, DrawnTable(rows, request), "territories/drawn_list.html")


class AreaCommunes(CommunesTable):
    columns: ClassVar[tuple[Column, ...]] = (NAME, DEPARTMENT, CODE, POPULATION, DENSITY, AREA, RURAL)


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponseBase:
    drawn = find(request, slug)
    if drawn.current is None:
        raise Http404
    return _show(request, drawn, drawn.current)


@login_not_required
@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    drawn = find(request, slug)
    shown = get_object_or_404(drawn.versions.select_related("author"), number=min(number, 2**31 - 1))
    return _show(request, drawn, shown)


def _show(request: HttpRequest, drawn: DrawnTerritory, version: DrawnVersion) -> HttpResponseBase:
    actor = of(request)
    area = areas.of_version(version, actor)
    rows = Territory.objects.filter(pk__in=version.members.values("territory_id")).select_related("department")
    context: dict[str, Any] = {
        "drawn": drawn,
        "version": version,
        "is_current": drawn.current_id == version.pk,
        "author": author_of(drawn),
        "page": area,
        "may_change": rules.test_rule("territories.change_drawn", actor, drawn),
        "may_withdraw": rules.test_rule("territories.withdraw_drawn", actor, drawn),
        "versions": list(drawn.versions.select_related("author")[:6]),
    }
    return respond(request, AreaCommunes(rows, request), "territories/drawn.html", context)


@login_not_required
@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version, newest first, with what it changed."""
    drawn = find(request, slug)
    versions = list(drawn.versions.select_related("author"))
    context = {"drawn": drawn, "versions": versions, "author": author_of(drawn)}
    return render(request, "territories/drawn_history.html", context)


@login_not_required
@require_safe
def differences(request: HttpRequest, slug: str) -> HttpResponse:
    """From one version to another; by default from the one before the last to the last."""
    drawn = find(request, slug)
    versions = {v.number: v for v in drawn.versions.select_related("author")}
    newest = max(versions, default=0)
    before = _number(request.GET.get("de", ""), newest - 1)
    after = _number(request.GET.get("a", ""), newest)
    if before not in versions or after not in versions:
        raise Http404
    context = {
        "drawn": drawn,
        "versions": sorted(versions.values(), key=lambda v: v.number),
        "difference": areas.difference(versions[before], versions[after]),
    }
    return render(request, "territories/drawn_differences.html", context)


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, slug: str) -> HttpResponse:
    drawn = changeable(request, slug)
    form = DescribeForm(request.POST or None, instance=DrawnTerritory.objects.get(pk=drawn.pk))  # guarded: changeable
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe(drawn=drawn, by=of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The description is saved."))
            return redirect(drawn)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "territories/drawn_form.html", {"drawn": drawn, "form": form, "kind": "describe"}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, slug: str) -> HttpResponse:
    drawn = changeable(request, slug)
    form = ShareForm(request.POST or None, instance=DrawnTerritory.objects.get(pk=drawn.pk))  # guarded: changeable
    if request.method == "POST" and form.is_valid():
        actions.share(drawn=drawn, by=of(request), visibility=form.cleaned_data["visibility"])
        messages.success(request, _("Saved: you can change it at any time."))
        return redirect(drawn)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "territories/drawn_form.html", {"drawn": drawn, "form": form, "kind": "share"}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Confirm, then withdraw."""
    drawn = find(request, slug)
    if not rules.test_rule("territories.withdraw_drawn", of(request), drawn):
        raise NotAllowed(_("Only its authors or a coordinator of the alliance may withdraw this area."))
    if request.method == "POST":
        actions.withdraw(drawn=drawn, by=of(request))
        messages.success(request, _("The area is withdrawn from the lists. It can be restored."))
        return redirect("territories:drawn-list")
    context = {"drawn": drawn, "action": request.path, "cancel_url": drawn.get_absolute_url()}
    return render(request, "territories/drawn_withdraw.html", context)


@require_http_methods(["POST"])
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    drawn = find(request, slug)
    actions.restore(drawn=drawn, by=of(request))
    messages.success(request, _("The area is back on the lists."))
    return redirect(drawn)
