"""Sharing out a round: settings and supply, the plan that is proposed, its application."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import Actor, of
from kiif.jobs.models import Run
from kiif.methods.allocation.errors import AllocationError
from kiif.methods.allocation.supply import supply
from kiif.programmes.models import Application
from kiif.reviews import wording
from kiif.reviews.actions import allocation
from kiif.reviews.allocation import Decisions, Scene, Settings
from kiif.reviews.enums import RoundState
from kiif.reviews.forms_allocation import SettingsForm
from kiif.reviews.models import Plan, Reviewer, Round
from kiif.reviews.tables_allocation import Line, PlanLines
from kiif.reviews.views.common import round_frame, run_round
from kiif.ui.errors import Refused
from kiif.ui.tables import respond


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is asked, what there is to give, what people decided; asking computes a plan."""
    round_ = run_round(request, public_id)
    form = SettingsForm(request.POST or None, round_=round_)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                plan = allocation.ask(round_=round_, by=of(request), settings=form.settings())
            except Refused as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                return redirect("reviews:plan", round_.public_id, plan.public_id)
    return render(request, "reviews/sharing/allocation.html", _context(request, round_, form), status=status)


def _context(request: HttpRequest, round_: Round, form: SettingsForm) -> dict[str, Any]:
    scene, known = Scene.of(round_), Settings.of(round_)
    labels = wording.theme_labels(round_.call)
    # guarded: run_round
    plans = list(Plan.objects.filter(round=round_).select_related("made_by").defer("result")[:5])
    wanted = sum(scene.reads(key, known) for key in scene.applications)
    places = sum(scene.capacity(one) for one in scene.reviewers.values())
    return {
        **round_frame(request, round_, "allocation"),
        "form": form,
        "scene": scene,
        "wanted": wanted,
        "places": places,
        "lacking": max(wanted - places, 0),
        "options": _supply(scene, known, labels),
        "decisions": _decisions(of(request), scene),
        "plans": plans,
        "may_change": round_.state != RoundState.CLOSED,
    }


def _supply(scene: Scene, known: Settings, labels: dict[str, str]) -> list[dict[str, Any]]:
    """What is scarce, option by option, the scarcest first."""
    try:
        options = supply(scene.question(known))
    except AllocationError:
        return []
    return [
        {
            "kind": wording.KINDS[one.kind],
            "name": wording.named(one.kind, one.name, labels),
            "wanted": one.wanted,
            "places": one.places,
            "reviewers": one.reviewers,
            "balance": one.balance,
        }
        for one in options[:12]
    ]


def _decisions(actor: Actor, scene: Scene) -> list[dict[str, Any]]:
    """Pairs that people decided upon, of applications that this actor sees."""
    known = Decisions.of(scene.round)
    pairs = [(pair, "force") for pair in sorted(known.forced)] + [(pair, "forbid") for pair in sorted(known.forbidden)]
    seen = _seen(actor, scene.round, [pair[0] for pair, _what in pairs])
    # guarded: run_round
    people = {row.pk: row for row in Reviewer.objects.filter(round=scene.round).select_related("person")}
    return [
        {"application": seen[a], "reviewer": people[r], "what": what}
        for (a, r), what in pairs
        if a in seen and r in people
    ]


def _seen(actor: Actor, round_: Round, keys: list[int]) -> dict[int, Application]:
    rows = Application.objects.visible_to(actor).filter(pk__in=keys, call=round_.call_id).select_related("project")
    return {row.pk: row for row in rows}


def _plan(request: HttpRequest, public_id: UUID, plan_id: UUID) -> Plan:
    round_ = run_round(request, public_id)
    # guarded: run_round
    plan = get_object_or_404(Plan.objects.select_related("made_by"), round=round_, public_id=plan_id)
    plan.round = round_
    return plan


def plan(request: HttpRequest, public_id: UUID, plan_id: UUID) -> HttpResponseBase:
    """The proposal: who would read what and why, what is missing and what would help, beside the simple method."""
    found = _plan(request, public_id, plan_id)
    context = round_frame(request, found.round, "allocation") | {"plan": found}
    if not found.result:
        # guarded: run_round
        run = Run.objects.filter(name="reviews.plan", key=f"plan:{found.pk}").first()
        return render(request, "reviews/sharing/plan_waiting.html", context | {"run": run})
    context |= _plan_context(of(request), found)
    lines: list[Line] = context["lines"]
    table = PlanLines(lines, request, round=found.round, plan=found, applicable=context["applicable"])
    return respond(request, table, "reviews/sharing/plan.html", context)


def _plan_context(actor: Actor, plan: Plan) -> dict[str, Any]:
    result: dict[str, Any] = plan.result
    labels = wording.theme_labels(plan.round.call)
    seen = _seen(actor, plan.round, sorted({row[0] for row in result["pairs"]}
                                           | {row["dossier"] for row in result["shortages"]}))  # fmt: skip
    # guarded: run_round
    people = {row.pk: row for row in Reviewer.objects.filter(round=plan.round).select_related("person", "body")}
    return {
        "lines": _lines(plan, seen, people, labels),
        "loads": _loads(result, people),
        "shortages": _shortages(result, seen),
        "bottlenecks": _bottlenecks(result, seen, people, labels),
        "compared": wording.compared(result["value"], result["baseline"]),
        "worth": wording.worth(result["value"], result["baseline"]),
        "missing": result["value"]["missing"],
        "lost": len(result["lost"]),
        "moved": len(result["moved"]),
        "overloaded": [people[int(key)] for key in result["overloaded"] if int(key) in people],
        "settings": allocation.settings_of(plan),
        "applicable": plan.applied_at is None and plan.round.state != RoundState.CLOSED,
    }


def _lines(plan: Plan, seen: dict[int, Application], people: dict[int, Reviewer], labels: dict[str, str]) -> list[Line]:
    """One line by application, with its readers."""
    by_application: dict[int, list[dict[str, Any]]] = {key: [] for key in seen}
    for application, reviewer, reasons, _affinity in plan.result["pairs"]:
        if application in seen and reviewer in people:
            why = wording.reasons(reasons, labels)
            fixed = any(reason[0] in {"done", "forced"} for reason in reasons)
            by_application[application].append({"reviewer": people[reviewer], "why": why, "fixed": fixed})
    return [Line(plan.round.public_id, seen[key], rows) for key, rows in by_application.items()]


def _loads(result: dict[str, Any], people: dict[int, Reviewer]) -> list[dict[str, Any]]:
    rows = [
        {"reviewer": person, "load": result["loads"].get(str(key), 0), "capacity": person.capacity}
        for key, person in people.items()
        if str(key) in result["loads"]
    ]
    return sorted(rows, key=lambda row: (-int(row["load"]), str(row["reviewer"])))


def _shortages(result: dict[str, Any], seen: dict[int, Application]) -> list[dict[str, Any]]:
    return [
        {
            "application": seen[row["dossier"]],
            "words": wording.shortage(row["wanted"] - row["found"]),
            "obstacles": wording.obstacles(row["obstacles"]),
        }
        for row in result["shortages"]
        if row["dossier"] in seen
    ]


def _bottlenecks(
    result: dict[str, Any], seen: dict[int, Application], people: dict[int, Reviewer], labels: dict[str, str]
) -> list[dict[str, Any]]:
    out = []
    for row in result["bottlenecks"]:
        ways = [
            wording.way(remedy, reads, [str(people[key]) for key in keys if key in people])
            for remedy, reads, keys in row["ways"]
        ]
        out.append(
            {
                "words": ngettext(
                    "%(n)s application wants more reads than those who may read it can give",
                    "%(n)s applications together want more reads than those who may read them can give",
                    len(row["dossiers"]),
                ) % {"n": len(row["dossiers"])},
                "missing": wording.shortage(row["missing"]),
                "themes": [labels.get(code, code) for code in row["themes"]],
                "applications": [seen[key] for key in row["short"] if key in seen][:12],
                "ways": ways,
            }
        )  # fmt: skip
    return out


@require_POST
def apply(request: HttpRequest, public_id: UUID, plan_id: UUID) -> HttpResponse:
    """Entrusts what the plan says."""
    found = _plan(request, public_id, plan_id)
    try:
        done = allocation.apply(plan=found, by=of(request))
    except Refused as error:
        messages.error(request, str(error))
        return redirect("reviews:plan", found.round.public_id, found.public_id)
    made = ngettext("%(n)s read was entrusted.", "%(n)s reads were entrusted.", done.made) % {"n": done.made}
    taken = ngettext("%(n)s was taken back.", "%(n)s were taken back.", done.removed) % {"n": done.removed}
    messages.success(request, f"{made} {taken}" if done.removed else made)
    if done.skipped:
        words = ", ".join(sorted({why for _pair, why in done.skipped}))
        said = ngettext(
            "%(n)s pair was left aside: %(why)s.", "%(n)s pairs were left aside: %(why)s.", len(done.skipped)
        )
        messages.warning(request, said % {"n": len(done.skipped), "why": words})
    return redirect("reviews:board", found.round.public_id)


@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A decision on a pair; from a plan, the plan is computed again around it."""
    round_ = run_round(request, public_id)
    actor = of(request)
    application = get_object_or_404(
        Application.objects.visible_to(actor, round_.call), public_id=_uuid(request, "application")
    )
    reviewer = get_object_or_404(Reviewer, round=round_, public_id=_uuid(request, "reviewer"))
    what = request.POST.get("what", "")
    try:
        allocation.decide(round_=round_, application=application, reviewer=reviewer, what=what, by=actor)
        # guarded: run_round
        before = Plan.objects.filter(round=round_, public_id=_uuid(request, "plan")).first()
        if before is not None:
            asked = allocation.settings_of(before)
            plan = allocation.ask(round_=round_, by=actor, settings=asked, earlier=before)
            return redirect("reviews:plan", round_.public_id, plan.public_id)
    except Refused as error:
        messages.error(request, str(error))
    return redirect(_back(request, round_))


def _back(request: HttpRequest, round_: Round) -> str:
    """The plan that one was looking at, else the settings."""
    # guarded: run_round
    plan = Plan.objects.filter(round=round_, public_id=_uuid(request, "plan")).first()
    if plan is None:
        return reverse("reviews:allocation", args=[round_.public_id])
    return reverse("reviews:plan", args=[round_.public_id, plan.public_id])


def _uuid(request: HttpRequest, name: str) -> UUID:
    """An identifier that a form sent; one that nothing has when it is none."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return UUID(int=0)
