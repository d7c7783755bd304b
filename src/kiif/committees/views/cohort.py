"""The cohort: scenarios that people make, side by side; what an exchange would change. Nothing is chosen here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.committees import simulator
from kiif.committees.actions import scenarios
from kiif.committees.models import Scenario, Session
from kiif.committees.views.common import check, frame, gesture, seat_of, seen_session
from kiif.ui.errors import Refused
from kiif.ui.tables import Column, Table
from kiif.ui.tables.export import export as export_table


def _sets(session: Session, picture: simulator.Picture, request: HttpRequest) -> list[simulator.Set]:
    """All that may be laid side by side: what is accepted so far, then the scenarios that one sees."""
    rows = Scenario.objects.visible_to(of(request)).filter(session=session).select_related("author")
    return [simulator.decided(session, picture), *(simulator.set_of(row, picture) for row in rows)]


def _chosen(request: HttpRequest, sets: list[simulator.Set]) -> list[simulator.Set]:
    asked = request.GET.getlist("s")
    found = [one for one in sets if one.key in asked]
    return found[: simulator.MOST] or ([one for one in sets if one.chosen] or sets)[:2]


@require_safe
def cohort(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Two or three scenarios side by side."""
    session = seen_session(request, public_id)
    picture = simulator.picture_of(session, of(request))
    sets = _sets(session, picture, request)
    chosen = _chosen(request, sets)
    context = frame(request, session, "cohort") | {
        "sets": sets,
        "chosen": [one.key for one in chosen],
        "comparison": simulator.compare(picture, chosen),
        "may": _may(request, session),
        "hosts": picture.hosts,
        "too_many": len(request.GET.getlist("s")) > simulator.MOST,
        "query": request.GET.urlencode(),
    }
    return render(request, "committees/cohort.html", context)


def _may(request: HttpRequest, session: Session) -> bool:
    actor = of(request)
    return actor.impersonator is None and (
        seat_of(request, session) is not None or frame(request, session, "cohort")["prepares"]
    )


@require_safe
def export(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The comparison as a file."""
    session = seen_session(request, public_id)
    picture = simulator.picture_of(session, of(request))
    chosen = _chosen(request, _sets(session, picture, request))
    comparison = simulator.compare(picture, chosen)
    rows: list[dict[str, Any]] = []
    for face in comparison.faces:
        for line in face.lines:
            counts = {f"c{n}": count for n, count in enumerate(line.counts)}
            rows.append({"face": face.label, "label": line.label, "wish": line.wish, **counts})
    columns = [_column("face", _("Dimension")), _column("label", _("Value")), _column("wish", _("Wish"))]
    columns += [_column(f"c{n}", one.set.name) for n, one in enumerate(comparison.columns)]
    kind = type(
        "ComparisonTable", (Table,), {"name": "promotion", "columns": tuple(columns), "caption": _("Scenarios")}
    )
    return export_table(kind(rows, request), "csv")


def _column(key: str, label: str) -> Column:
    return Column(key, label, value=lambda row: row.get(key, ""))


def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A new scenario, empty or from another one."""
    session = seen_session(request, public_id)
    check_in(request, session)
    picture = simulator.picture_of(session, of(request))
    start = next((one for one in _sets(session, picture, request) if one.key == request.GET.get("depuis")), None)
    return _edit(request, session, picture, None, start.chosen if start else ())


def check_in(request: HttpRequest, session: Session) -> None:
    if seat_of(request, session) is None or of(request).impersonator is not None:
        check(
            "committees.change_session", of(request), session,
            _("Scenarios are made by the members of the committee and those who run the call."),
        )  # fmt: skip


def scenario(request: HttpRequest, public_id: UUID, scenario_id: UUID) -> HttpResponse:
    """Changes which dossiers it holds."""
    session = seen_session(request, public_id)
    found = _scenario(request, session, scenario_id)
    check_in(request, session)
    picture = simulator.picture_of(session, of(request))
    return _edit(request, session, picture, found, simulator.set_of(found, picture).chosen)


def _scenario(request: HttpRequest, session: Session, scenario_id: UUID) -> Scenario:
    rows = Scenario.objects.visible_to(of(request)).filter(session=session).select_related("session__call", "author")
    return get_object_or_404(rows, public_id=scenario_id)


def _edit(
    request: HttpRequest,
    session: Session,
    picture: simulator.Picture,
    found: Scenario | None,
    chosen: tuple[str, ...],
) -> HttpResponse:
    refusal = ""
    post = request.POST
    name, words = (found.name, found.words) if found else ("", "")
    shared = found.shared if found else False
    if request.method == "POST":
        chosen, name, words = tuple(post.getlist("chosen")), post.get("name", ""), post.get("words", "")
        shared = post.get("shared") == "1"
        asked = post.get("version", "")
        version = int(asked) if asked.isdecimal() and len(asked) < 9 else None
        try:
            made = scenarios.save(
                session=session, by=of(request), name=name, chosen=chosen, words=words, shared=shared, scenario=found,
                version=version,
            )  # fmt: skip
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, _("The scenario is kept."))
            return redirect(f"{reverse('committees:cohort', args=[session.public_id])}?s=decided&s={made.public_id}")
    context = frame(request, session, "cohort") | {
        "candidates": _best_first(picture),
        "scenario": found,
        "chosen": chosen,
        "name": name,
        "words": words,
        "shared": shared,
        "refusal": refusal,
    }
    return render(request, "committees/scenario.html", context, status=422 if refusal else 200)


def _best_first(picture: simulator.Picture) -> list[simulator.Candidate]:
    """Highest mark first, those without a mark last; the order of the numbers between equals."""
    return sorted(picture.candidates, key=lambda one: (one.best is None, -(one.best or 0.0)))


@require_safe
def swaps(request: HttpRequest, public_id: UUID, scenario_id: UUID) -> HttpResponse:
    """What exchanges between two lists that one ticks would change."""
    session = seen_session(request, public_id)
    found = _scenario(request, session, scenario_id)
    picture = simulator.picture_of(session, of(request))
    chosen, best = simulator.set_of(found, picture).chosen, _best_first(picture)
    leaving, entering = request.GET.getlist("sort"), request.GET.getlist("entre")
    rows: list[simulator.Exchange] = []
    refusal = ""
    if leaving and entering:
        try:
            rows = simulator.exchanges(picture, chosen, leaving, entering)
        except Refused as error:
            refusal = str(error)
    context = frame(request, session, "cohort") | {
        "scenario": found,
        "inside": [one for one in best if one.key in chosen],
        "outside": [one for one in best if one.key not in chosen],
        "leaving": leaving,
        "entering": entering,
        "rows": rows[:60],
        "refusal": refusal,
        "asked": bool(request.GET),
    }
    return render(request, "committees/swaps.html", context, status=422 if refusal else 200)


@require_POST
def remove(request: HttpRequest, public_id: UUID, scenario_id: UUID) -> HttpResponse:
    session = seen_session(request, public_id)
    found = _scenario(request, session, scenario_id)
    back = reverse("committees:cohort", args=[session.public_id])
    return gesture(
        request, lambda: scenarios.remove(scenario=found, by=of(request)), back, _("The scenario is removed.")
    )


def wishes(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A least and a most for what the committee looks at."""
    session = seen_session(request, public_id)
    check("committees.change_session", of(request), session, _("Wishes are written by those who run the call."))
    picture = simulator.picture_of(session, of(request))
    refusal = ""
    if request.method == "POST":
        try:
            scenarios.set_wishes(session=session, wishes=_wishes(request, picture), by=of(request))
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, _("The wishes are kept. They choose nothing: scenarios are compared with them."))
            return redirect("committees:cohort", session.public_id)
    held = {(wish.dimension, wish.value): wish for wish in simulator.wishes_of(session)}
    faces = []
    for key, label in simulator.DIMENSIONS.items():
        pool: Mapping[str, int] = picture.frame.pools.get(key, {}) if picture.frame else {}
        values = sorted({*pool, *(value for dimension, value in held if dimension == key)})
        rows = [
            (f"{key}:{value}", picture.label(key, value), pool.get(value, 0), held.get((key, value)))
            for value in values
        ]
        if rows:
            faces.append((label, rows))
    context = frame(request, session, "cohort") | {"faces": faces, "refusal": refusal}
    return render(request, "committees/wishes.html", context, status=422 if refusal else 200)


def _wishes(request: HttpRequest, picture: simulator.Picture) -> list[tuple[str, str, int, int | None]]:
    found = []
    for name, raw in request.POST.items():
        if not name.startswith("least:"):
            continue
        dimension, _colon, value = name.removeprefix("least:").partition(":")
        most = request.POST.get(f"most:{dimension}:{value}", "").strip()
        least = str(raw).strip()
        if not least and not most:
            continue
        if not all(part == "" or (part.isdecimal() and len(part) < 5) for part in (least, most)):
            raise Refused(_("A least and a most are numbers of dossiers."))
        found.append((dimension, value, int(least or 0), int(most) if most else None))
    return found
