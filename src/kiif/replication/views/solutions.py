"""“My solution”: describe it, where it works today, at which level to look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiif.accounts.actor import of
from kiif.opendata.errors import DataError
from kiif.replication import actions
from kiif.replication.actions.common import Conflict
from kiif.replication.actions.solutions import TEXTS
from kiif.replication.enums import MAX_SITES, VISITOR_DAYS, Level
from kiif.replication.forms import LevelForm, SolutionForm
from kiif.replication.models import Solution
from kiif.replication.views.common import may_change, solution_of, url_if_any
from kiif.replication.views.pace import paced, slower, too_fast
from kiif.replication.visitors import key_of, make_key
from kiif.replication.words import sentence
from kiif.territories import lookup
from kiif.territories.enums import Level as TerritoryLevel
from kiif.territories.models import Territory
from kiif.territories.results import results_for
from kiif.ui.errors import Refused


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new solution. The buttons of the sites (search, take off) show the page again and write nothing."""
    kind = request.GET.get("genre", "")[:20]
    form = SolutionForm(request.POST or None, initial={"kind": kind})
    if request.method == "POST" and not _is_about_sites(request) and form.is_valid():
        actor = of(request)
        if too_fast(request, "trial"):
            return slower(request, "trial")
        try:
            solution = actions.describe_solution(
                by=actor,
                texts=_texts(request),
                sites=request.POST.getlist("sites"),
                visitor_key="" if actor.user else make_key(request),
            )
        except Refused as refusal:
            _add(form, refusal)
        else:
            return redirect(solution)
    return _form(request, form)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("write")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The same form on what exists. Somebody else's change in between: both texts are shown."""
    solution = solution_of(request, pk)
    form = SolutionForm(request.POST or None, instance=Solution.objects.get(pk=solution.pk))  # guarded: solution_of
    conflict: Solution | None = None
    if request.method == "POST" and not _is_about_sites(request) and form.is_valid():
        try:
            actions.change_solution(
                solution=solution,
                by=of(request),
                texts=_texts(request),
                sites=request.POST.getlist("sites"),
                version=_version(request),
                visitor_key=key_of(request),
            )
        except Conflict as error:
            conflict = error.current
        except Refused as refusal:
            _add(form, refusal)
        else:
            messages.success(request, _("Your solution is up to date."))
            return redirect(solution)
    return _form(request, form, solution=solution, conflict=conflict)


def _form(request: HttpRequest, form: SolutionForm, **more: Any) -> HttpResponse:
    solution = more.get("solution")
    posted = request.method == "POST"
    codes = request.POST.getlist("sites") if posted else []
    if not posted and solution is not None:
        codes = [site.commune_code for site in solution.sites.all()]
    dropped = request.POST.get("oter", "")
    codes = [code[:5] for code in dict.fromkeys([*codes, *request.POST.getlist("ajouter")]) if code != dropped]
    text = request.POST.get("commune", "")[: lookup.MAX_QUERY]
    rows = Territory.objects.at(TerritoryLevel.COMMUNE).filter(code__in=codes).select_related("department")
    found = results_for(text, levels=[TerritoryLevel.COMMUNE], limit=8) if text.strip() else []
    conflict = more.get("conflict")
    context = {
        "form": form,
        "sites": list(rows.order_by("name")),
        "text": text,
        "found": [r for r in found if r.key.partition(":")[2] not in codes],
        "searched": bool(text.strip()),
        "most": MAX_SITES,
        "version": conflict.version if conflict else more["solution"].version if solution else 0,
        "differences": _differences(form, conflict) if conflict else [],
        **more,
        "solution": solution,
        "conflict": conflict,
    }
    refused = posted and not _is_about_sites(request) and (bool(form.errors) or conflict is not None)
    return render(request, "replication/solution_form.html", context, status=422 if refused else 200)


def _differences(form: SolutionForm, current: Solution) -> list[tuple[Any, str]]:
    """Fields where the other person's words are not those typed here."""
    out = []
    for name in TEXTS:
        mine, theirs = str(form.cleaned_data.get(name, "")), str(getattr(current, name))
        if mine.replace("\r\n", "\n") != theirs:
            out.append((form.fields[name].label, theirs or "–"))
    return out


def _is_about_sites(request: HttpRequest) -> bool:
    return any(name in request.POST for name in ("chercher", "ajouter", "oter"))


def _texts(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "").replace("\r\n", "\n") for name in TEXTS}


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _add(form: SolutionForm, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


@login_not_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of the solution, its searches, and the choice of the level for the next one."""
    solution = solution_of(request, pk)
    return _detail(request, solution, LevelForm(initial={"level": Level.EPCI}))


def _detail(request: HttpRequest, solution: Solution, form: LevelForm, status: int = 200) -> HttpResponse:
    codes = [site.commune_code for site in solution.sites.all()]
    actor = of(request)
    context = {
        "solution": solution,
        "searches": list(solution.searches.select_related("updated_by")),
        "sites": list(Territory.objects.at(TerritoryLevel.COMMUNE).filter(code__in=codes).select_related("department")),
        "form": form,
        "may_change": may_change(request, solution),
        "is_trial": solution.owner_id is None,
        "days": VISITOR_DAYS,
        "sharing_url": url_if_any("sharing", solution.pk) if actor.user else "",
    }
    return render(request, "replication/solution.html", context, status=status)


@login_not_required
@require_POST
@paced("write")
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Opens a search at the level chosen; on to the criteria."""
    solution = solution_of(request, pk)
    form = LevelForm(request.POST)
    if not form.is_valid():
        return _detail(request, solution, form, status=422)
    try:
        search = actions.open_search(
            solution=solution, by=of(request), level=form.cleaned_data["level"], visitor_key=key_of(request)
        )
    except DataError as error:
        form.add_error("level", sentence(error))
        return _detail(request, solution, form, status=422)
    except Refused as refusal:
        form.add_error("level", str(refusal))
        return _detail(request, solution, form, status=422)
    return redirect("replication:criteria", search.pk)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then removes the solution with its searches."""
    solution = solution_of(request, pk)
    if request.method == "POST":
        actions.remove_solution(solution=solution, by=of(request), visitor_key=key_of(request))
        messages.success(request, _("“%(name)s” and its searches are removed.") % {"name": solution.name})
        return redirect("replication:home")
    context = {
        "solution": solution,
        "action": request.path,
        "cancel_url": solution.get_absolute_url(),
        "danger": True,
        "searches": solution.searches.count(),
    }
    return render(request, "replication/solution_remove.html", context)
