"""A search: its model, the figures and scores that people bring, the results kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal.actions import record
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.model import from_json
from kiif.opendata import indicators
from kiif.replication import elicitation, engine, profiles
from kiif.replication.actions import trials
from kiif.replication.actions.common import Conflict, check, lock
from kiif.replication.answers import answer_of, brought_figures, summary
from kiif.replication.enums import SCORE_DAYS, HumanScore, Level
from kiif.replication.models import OwnCriterion, Result, Score, Search, Solution
from kiif.replication.uploads import Upload
from kiif.replication.words import sentence
from kiif.ui.errors import Refused


@transaction.atomic
def open_search(
    *, solution: Solution, by: Actor, level: str = Level.EPCI, title: str = "", visitor_key: str = ""
) -> Search:
    """A search that starts from the profile of the solution's kind, on the figures that are there."""
    check("replication.change", by, solution, visitor_key)
    trials.room_for_search(solution)
    _check_level(level)
    available = set(engine.columns(engine.level_of(level)))
    search = Search.objects.create(
        solution=solution,
        title=title[:120],
        level=level,
        model=profiles.starting_model(solution.kind, level, available),
        updated_by=by.user,
    )
    record(by=by, verb="replication.search_opened", obj=search, scope=solution)
    return search


@transaction.atomic
def change_model(
    *,
    search: Search,
    by: Actor,
    model: Mapping[str, Any],
    version: int,
    level: str | None = None,
    visitor_key: str = "",
) -> Search:
    """Changes what counts. The model is evaluated before it is kept: what cannot be answered is refused in a sentence.

    `version` is the one that the editor had; Conflict when it is not the last.
    """
    locked = lock(search)
    check("replication.change", by, locked, visitor_key)
    if locked.version != version:
        raise Conflict(locked)
    if level is not None:
        _check_level(level)
        locked.level = level
    before = locked.model
    try:
        asked = from_json(dict(model) | {"level": locked.level})
        engine.check_draws(asked)
        locked.model = asked.to_json()
        answer_of(locked)
    except RankingError as error:
        raise Refused(sentence(error), field="model") from error
    locked.version += 1
    locked.updated_by = by.user
    locked.save()
    record(by=by, verb="replication.model_changed", obj=locked, changes=_weights_changed(before, locked.model))
    return locked


def _weights_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Criteria whose weight changed, came or went: readable, unlike two JSON documents."""
    old = {c["id"]: c.get("weight", 1) for c in before.get("criteria", ())}
    new = {c["id"]: c.get("weight", 1) for c in after.get("criteria", ())}
    names = [*new, *(name for name in old if name not in new)]
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


@transaction.atomic
def keep_answers(*, search: Search, by: Actor, kind: str, answers: Mapping[str, str], visitor_key: str = "") -> Search:
    """Keeps what was answered about what counts (`kind`: pairs or points); weights change by `change_model` only."""
    locked = lock(search)
    check("replication.change", by, locked, visitor_key)
    names = [c["id"] for c in locked.model["criteria"] if not c.get("informative")]
    kept = elicitation.clean(kind, names, answers)
    if kept != locked.answers.get(kind, {}):
        locked.answers = {name: locked.answers.get(name, {}) for name in ("pairs", "points")} | {kind: kept}
        locked.save(update_fields=["answers"])
        record(by=by, verb="replication.answered", obj=locked, data={"kind": kind, "answers": len(kept)})
    return locked


@transaction.atomic
def add_own_criterion(
    *, search: Search, by: Actor, label: str, upload: Upload, unit: str = "", visitor_key: str = ""
) -> OwnCriterion:
    """Keeps figures that were read and previewed (`uploads.read`). Refused: name taken, or nothing matched."""
    locked = lock(search)
    check("replication.change", by, locked, visitor_key)
    name = label.strip()[:120]
    if not name:
        raise Refused(_("Give these figures a name."), field="label")
    if locked.own_criteria.filter(label=name).exists():
        raise Refused(_("A criterion already has this name in this search."), field="label")
    if not upload.figures:
        raise Refused(_("No line of this file gives a figure for a territory that is compared here."), field="file")
    trials.room_for_figures(locked, len(upload.figures))
    own = OwnCriterion.objects.create(
        search=locked,
        label=name,
        unit=unit.strip()[:30],
        level=upload.level,
        figures=upload.figures,
        source=upload.name[:200],
        brought_by=by.user,
    )
    record(
        by=by, verb="replication.figures_brought", obj=own, scope=locked.solution, data={"rows": len(upload.figures)}
    )
    return own


@transaction.atomic
def remove_own_criterion(*, own: OwnCriterion, by: Actor, visitor_key: str = "") -> None:
    """Removes these figures, and the criterion from the model."""
    locked = lock(own.search)
    check("replication.change", by, locked, visitor_key)
    criteria = [c for c in locked.model["criteria"] if c.get("indicator") != own.indicator]
    if not criteria:
        raise Refused(_("This is the only criterion of the search: choose another one first."))
    locked.model = locked.model | {"criteria": criteria}
    locked.version += 1
    locked.save()
    record(by=by, verb="replication.figures_removed", obj=own, scope=locked.solution)
    own.delete()


@transaction.atomic
def give_score(
    *,
    search: Search,
    by: Actor,
    code: str,
    about: str,
    value: int,
    evidence: str,
    expires_on: date | None = None,
    visitor_key: str = "",
) -> Score:
    """What somebody knows of a territory, from 0 to 3, with what makes them say so. Replaces the score before."""
    locked = lock(search)
    check("replication.change", by, locked, visitor_key)
    if about not in HumanScore.values or not 0 <= value <= 3:
        raise Refused(_("A score goes from 0 to 3."), field="value")
    if not evidence.strip():
        raise Refused(_("Say in one sentence what makes you give this score."), field="evidence")
    if code not in set(indicators.load_indicators(engine.level_of(locked.level)).codes.tolist()):
        raise Refused(_("This territory is not compared in this search."), field="code")
    trials.room_for_score(locked)
    score, _made = Score.objects.update_or_create(
        search=locked,
        code=code,
        about=about,
        defaults={
            "value": value,
            "evidence": evidence.strip()[:500],
            "author": by.user,
            "given_at": timezone.now(),
            "expires_on": expires_on or timezone.localdate() + timedelta(days=SCORE_DAYS),
        },
    )
    record(by=by, verb="replication.score_given", obj=score, scope=locked.solution, data={"value": value})
    return score


@transaction.atomic
def keep_result(*, search: Search, by: Actor, visitor_key: str = "") -> Result:
    """Keeps the answer of now: frozen model, seed, data version, figures that people brought, first territories."""
    locked = lock(search)
    check("replication.change", by, locked, visitor_key)
    trials.room_for_result(locked)
    try:
        answer = answer_of(locked)
    except RankingError as error:
        raise Refused(sentence(error)) from error
    frozen = answer.evaluation.model
    last = locked.results.aggregate(last=Max("number"))["last"] or 0
    result = Result.objects.create(
        search=locked,
        number=last + 1,
        model=frozen.to_json(),
        model_hash=frozen.hash,
        data_version=answer.data,
        extra=brought_figures(locked),
        rows=summary(answer),
        made_by=by.user,
    )
    record(by=by, verb="replication.result_kept", obj=result, scope=locked.solution)
    return result


def _check_level(level: str) -> None:
    if level not in Level.values:
        raise Refused(_("Choose which territories to compare."), field="level")
