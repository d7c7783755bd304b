"""“My criteria”: what counts, how, how much, what must be; the result moves with each gesture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import of
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.model import from_json
from kiif.opendata.errors import DataError
from kiif.replication import actions, editing, engine, explain
from kiif.replication.actions.common import Conflict
from kiif.replication.answers import as_columns, ask, brought_figures
from kiif.replication.criteria import LIBRARY, PILLARS
from kiif.replication.editing import BOUNDS
from kiif.replication.engine import Answer
from kiif.replication.enums import Level
from kiif.replication.labels import DIRECTIONS, Label, Labels
from kiif.replication.models import Search
from kiif.replication.profiles import PROFILES
from kiif.replication.results import names_of
from kiif.replication.views.common import frame, search_of, tabs
from kiif.replication.views.pace import paced
from kiif.replication.visitors import key_of
from kiif.replication.words import sentence
from kiif.ui.charts import Strip
from kiif.ui.errors import Refused

#: Territories shown while one chooses.
PREVIEWED = 10


@dataclass(frozen=True)
class Row:
    """A criterion as the form shows it."""

    id: str
    label: Label
    indicator: str
    fields: dict[str, str]
    errors: dict[str, str]
    is_categories: bool
    codes: list[tuple[int, str, str, bool]]
    strip: Strip | None
    known: int
    own: int

    @property
    def has_errors(self) -> bool:
        return any(self.errors.values())

    @property
    def unknown_too_often(self) -> bool:
        return self.known < 70


@dataclass(frozen=True)
class Group:
    id: str
    label: Any
    question: Any
    weight: str
    error: str
    rows: list[Row]


def _groups(
    search: Search, model: Mapping[str, Any], typed: Mapping[str, str], errors: Mapping[str, str], *, drawn: bool
) -> list[Group]:
    labels, level = Labels(search), engine.level_of(search.level)
    columns = engine.columns(level, as_columns(level, brought_figures(search)))
    out = []
    for pillar in model["pillars"]:
        name = pillar["id"]
        known = PILLARS.get(name)
        rows = [
            _row(c, labels[c["indicator"]], columns.get(c["indicator"]), typed, errors, drawn=drawn)
            for c in model["criteria"]
            if c["pillar"] == name
        ]
        out.append(
            Group(
                name,
                known.label if known else name,
                known.question if known else "",
                typed.get(f"pillar-{name}", "0"),
                errors.get(f"pillar-{name}", ""),
                rows,
            )
        )
    return out


def _row(
    criterion: Mapping[str, Any],
    label: Label,
    column: Any,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    drawn: bool,
) -> Row:
    name = criterion["id"]
    keys = ("w", "shape", "s1", "s2", "s3", "s4", "min", "max", "info")
    values = np.array([]) if column is None else column[~np.isnan(column)]
    total = 0 if column is None else len(column)
    is_categories = criterion.get("scale", {}).get("shape") == "categories"
    codes = [
        (code, text, typed.get(f"v-{name}-{code}", ""), typed.get(f"in-{name}-{code}") == "1")
        for code, text in label.categories.items()
    ]
    indicator = criterion["indicator"]
    return Row(
        name,
        label,
        indicator,
        {key: typed.get(f"{key}-{name}", "") for key in keys},
        {key: errors.get(f"{key}-{name}", "") for key in keys},
        is_categories,
        codes if is_categories else [],
        _strip(label, values) if drawn and values.size and not is_categories else None,
        round(100 * len(values) / total) if total else 0,
        int(indicator.removeprefix("own:")) if indicator.startswith("own:") else 0,
    )


def _strip(label: Label, values: Any) -> Strip:
    """The distribution, in 300 places at most."""
    low, high = np.quantile(values, [0.01, 0.99]).tolist()
    step = (high - low) / 150 or 1.0
    places = np.unique(low + np.round((np.clip(values, low, high) - low) / step) * step)
    # The quartiles must stay those of all territories: repeat the three figures rather than thousands of ticks.
    quarters = np.quantile(values, [0.25, 0.5, 0.75])
    return Strip(
        title=label.name,
        unit=label.unit,
        values=_like(places, quarters),
        reading=_("half of the territories between %(low)s and %(high)s, median %(median)s")
        % {
            "low": label.shown(float(quarters[0])),
            "high": label.with_unit(float(quarters[2])),
            "median": label.with_unit(float(quarters[1])),
        },
    )


def _like(places: Any, quarters: Any) -> list[float]:
    """Few values with (nearly) the quartiles of all: each tick once, the quartiles repeated until they are theirs."""
    return [float(x) for x in np.concatenate([places, np.repeat(quarters, len(places) * 4)])]


def _typed(request: HttpRequest) -> dict[str, str]:
    return {key: str(value)[:40] for key, value in request.POST.items() if len(key) < 80}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("write")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of criteria. POST keeps; `retirer` takes a criterion off."""
    search = search_of(request, pk)
    if request.method != "POST":
        return _page(request, search, search.model, editing.typed_from(search.model))
    typed = _typed(request)
    reading = editing.read(typed, search.model)
    model = reading.model
    gone = request.POST.get("retirer", "")[:80]
    if gone:
        model = editing.without_criterion(model, gone)
    level = request.POST.get("level", search.level)
    if reading.errors:
        return _page(request, search, search.model, typed, errors=reading.errors, status=422)
    if level != search.level and level in Level.values:
        model = _for_level(model, level)
    try:
        actions.change_model(
            search=search,
            by=of(request),
            model=model,
            version=_version(typed),
            level=level,
            visitor_key=key_of(request),
        )
    except Conflict as error:
        return _page(request, search, search.model, typed, conflict=error.current, status=422)
    except (Refused, DataError) as refusal:
        text = sentence(refusal) if isinstance(refusal, DataError) else str(refusal)
        return _page(request, search, search.model, typed, refusal=text, status=422)
    if gone:
        return redirect("replication:criteria", search.pk)
    messages.success(request, _("Your criteria are kept."))
    return redirect("replication:results" if "voir" in request.POST else "replication:criteria", search.pk)


def _for_level(model: dict[str, Any], level: str) -> dict[str, Any]:
    """The model at another level: bounds read on the data are read again, criteria without figures go."""
    there = engine.columns(engine.level_of(level), as_columns(engine.level_of(level), {}))
    kept = [c for c in model["criteria"] if c["indicator"] in there]
    for gone in [c["id"] for c in model["criteria"] if c not in kept]:
        model = editing.without_criterion(model, gone)
    return model


def _version(typed: Mapping[str, str]) -> int:
    text = typed.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _page(
    request: HttpRequest,
    search: Search,
    model: Mapping[str, Any],
    typed: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    refusal: str = "",
    conflict: Search | None = None,
    status: int = 200,
) -> HttpResponse:
    try:
        groups = _groups(search, model, typed, errors or {}, drawn=True)
    except DataError as error:
        groups, refusal = [], sentence(error)
    context = frame(request, search, "criteria") | {
        "groups": groups,
        "errors": errors or {},
        "refusal": refusal,
        "conflict": conflict,
        "their_weights": _differences(conflict, typed) if conflict else [],
        "version": conflict.version if conflict else typed.get("version") or search.version,
        "levels": Level.choices,
        "level_now": typed.get("level", search.level),
        "top": typed.get("top", "20"),
        "shapes": [(key, DIRECTIONS[key]) for key in BOUNDS],
        "tabs": criteria_tabs(search.pk, "criteria"),
        "preview": _preview(search, model, typed),
        "musts": search.solution.never,
    }
    return render(request, "replication/criteria.html", context, status=status)


def criteria_tabs(pk: int, current: str) -> list[Any]:
    return tabs(
        [
            ("criteria", "criteria", _("What counts, with sliders")),
            ("order", "weights-order", _("Put in order")),
            ("questions", "weights-questions", _("Answer questions")),
            ("points", "weights-points", _("Give points")),
            ("library", "library", _("All criteria")),
            ("figures", "figures", _("My figures")),
        ],
        current,
        pk,
    )


def _differences(current: Search, typed: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What the other person's form says where it is not what was typed here: (name, theirs, mine)."""
    theirs, labels = editing.typed_from(current.model), Labels(current)
    names = {c["id"]: labels[c["indicator"]].name for c in current.model["criteria"]}
    out = []
    for key, value in theirs.items():
        field, _dash, name = key.partition("-")
        if field in {"w", "min", "max"} and name in names and typed.get(key, "") != value:
            out.append((names[name], value or "–", typed.get(key, "") or "–"))
    return out


@dataclass(frozen=True)
class Preview:
    """The result of what is on the form, kept or not."""

    refusal: str = ""
    top: tuple[tuple[int, str, str, float], ...] = ()
    shares: tuple[tuple[str, float], ...] = ()
    excluded: int = 0
    kept: int = 0
    by_condition: tuple[tuple[str, str, int], ...] = ()
    set_aside: tuple[str, ...] = ()
    to_check: int = 0


def _preview(search: Search, model: Mapping[str, Any], typed: Mapping[str, str]) -> Preview:
    reading = editing.read(typed, model)
    if reading.errors:
        return Preview(next(iter(reading.errors.values())))
    try:
        answer = ask(from_json(reading.model | {"level": search.level}), brought_figures(search))
    except (RankingError, DataError) as error:
        return Preview(sentence(error))
    return _read(answer, Labels(search))


def _read(answer: Answer, labels: Labels) -> Preview:
    found, named = answer.evaluation, names_of(answer.level)
    top = tuple(
        (rank, named.names[row], named.places[row], 100 * float(found.score[row]))
        for rank, row in enumerate(found.order[:PREVIEWED].tolist(), 1)
    )
    shares = sorted(zip(found.criteria, found.weights.tolist(), strict=True), key=lambda pair: -pair[1])
    return Preview(
        top=top,
        shares=tuple((labels[c.indicator].name, 100 * weight) for c, weight in shares),
        excluded=int(found.excluded.sum()),
        kept=len(found.order),
        by_condition=tuple(
            (labels[c.indicator].name, explain.condition_words(c, labels[c.indicator]), count)
            for c, count in explain.excluded_by(answer)
        ),
        set_aside=tuple(labels[c.indicator].name for c in found.set_aside),
        to_check=int(found.to_check.sum()),
    )


@login_not_required
@require_POST
@paced("rank")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The result of what is on the form, without keeping anything."""
    search = search_of(request, pk)
    context = {"search": search, "preview": _preview(search, search.model, _typed(request))}
    return render(request, "replication/parts/preview.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("write")
def library(request: HttpRequest, pk: int) -> HttpResponse:
    """Every criterion, by pillar, with source, vintage and coverage; those without data say why."""
    search = search_of(request, pk)
    if request.method == "POST":
        model: Mapping[str, Any] = search.model
        add, gone = request.POST.get("ajouter", "")[:80], request.POST.get("retirer", "")[:80]
        if add in LIBRARY:
            model = editing.with_criterion(model, add, search.solution.kind)
        if gone:
            model = editing.without_criterion(model, gone)
        actions.change_model(
            search=search, by=of(request), model=model, version=search.version, visitor_key=key_of(request)
        )
        return redirect(f"{request.path}#{add or gone}")
    level = engine.level_of(search.level)
    try:
        columns = engine.columns(level, as_columns(level, brought_figures(search)))
    except DataError as error:
        columns = {}
        messages.error(request, sentence(error))
    chosen = {c["id"] for c in search.model["criteria"]}
    suggested = set(PROFILES[search.solution.kind].criteria)
    labels = Labels(search)
    pillars = []
    for pillar in PILLARS.values():
        entries = [
            _entry(entry, labels[entry.indicator], columns, chosen, suggested)
            for entry in LIBRARY.values()
            if entry.pillar == pillar.id
        ]
        pillars.append((pillar, entries))
    usable = sum(entry["available"] for _pillar, entries in pillars for entry in entries)
    context = frame(request, search, "criteria") | {
        "pillars": pillars,
        "usable": usable,
        "total": len(LIBRARY),
        "tabs": criteria_tabs(search.pk, "library"),
    }
    return render(request, "replication/library.html", context)


def _entry(
    entry: Any, label: Label, columns: Mapping[str, Any], chosen: set[str], suggested: set[str]
) -> dict[str, Any]:
    column = columns.get(entry.indicator)
    known = 0.0 if column is None else 100 * float(np.mean(~np.isnan(column)))
    waits = entry.indicator.startswith("score:") or entry.indicator == "own-sites-km"
    return {
        "id": entry.id,
        "label": label,
        "why": entry.why,
        "known": round(known),
        "available": column is not None and (known > 0 or waits),
        "chosen": entry.id in chosen,
        "suggested": entry.id in suggested,
        "waits": waits and known == 0,
    }
