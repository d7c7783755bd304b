"""Why one territory: everything that a page or a margin says of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kiif.accounts.actor import of
from kiif.opendata import packs
from kiif.replication import explain
from kiif.replication.answers import distance_to
from kiif.replication.engine import Answer
from kiif.replication.labels import Label, Labels
from kiif.replication.models import Search
from kiif.replication.results import Line, lines, names_of
from kiif.territories.coverage import AllianceMap
from kiif.territories.figures import number
from kiif.territories.models import Territory


@dataclass(frozen=True)
class Bar:
    """A criterion as the bars show it: points out of the most that it may give; `width` in percent of the largest."""

    label: Label
    part: explain.Part
    width: float
    fill: float

    @property
    def figure(self) -> str:
        return self.label.with_unit(self.part.figure)

    @property
    def has_central(self) -> bool:
        return not math.isnan(self.part.central)

    @property
    def percent(self) -> float:
        return 100 * self.part.weight

    @property
    def central(self) -> float:
        return 100 * self.part.central


@dataclass(frozen=True)
class MustSaid:
    label: Label
    words: str
    figure: str
    state: str


@dataclass(frozen=True)
class NearSaid:
    line: Line
    label: Label
    above: bool


@dataclass(frozen=True)
class Subject:
    """One territory of a result, explained."""

    line: Line
    full_name: str
    excluded: bool
    place: str
    url: str
    bars: list[Bar]
    musts: list[MustSaid]
    near: list[NearSaid]
    flip: str
    strengths: list[str]
    weaknesses: list[str]
    unknown: list[str]
    likeness: explain.Likeness | None
    like_name: str
    together: list[str]
    apart: list[str]
    incubators: list[Any]
    branch: tuple[Any, float] | None
    own_km: float | None
    margin: float | None

    @property
    def sentence(self) -> str:
        """What holds it up and what pulls it down, in one sentence."""
        if self.strengths and self.weaknesses:
            return _("Lifted by: %(plus)s. Pulled down by: %(minus)s.") % {
                "plus": _both(self.strengths),
                "minus": _both(self.weaknesses),
            }
        if self.strengths:
            return _("Lifted by: %(plus)s.") % {"plus": _both(self.strengths)}
        if self.weaknesses:
            return _("Pulled down by: %(minus)s.") % {"minus": _both(self.weaknesses)}
        return _("Close to the average on every criterion.")


def _small(name: str) -> str:
    """A name inside a sentence; initials (CAF, QPV) stay as they are."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _both(names: list[str]) -> str:
    if len(names) != 2:
        return ", ".join(names)
    return _("%(first)s and %(second)s") % {"first": names[0], "second": names[1]}


def subject(request: HttpRequest, search: Search, answer: Answer, row: int, labels: Labels) -> Subject:
    """Everything about one row of an answer."""
    return subjects(request, search, answer, [row], labels)[0]


def subjects(
    request: HttpRequest, search: Search, answer: Answer, rows: Sequence[int], labels: Labels
) -> list[Subject]:
    """Everything about some rows of an answer, with the same few queries however many they are."""
    said = lines(answer, search.pk, rows=rows)
    found = Territory.objects.with_parents().filter(level=answer.level, code__in=[line.code for line in said])
    known, alliance = {territory.code: territory for territory in found}, AllianceMap(of(request))
    return [_subject(search, answer, line, labels, (known.get(line.code), alliance)) for line in said]


def _subject(
    search: Search, answer: Answer, line: Line, labels: Labels, place: tuple[Territory | None, AllianceMap]
) -> Subject:
    row, (territory, map_) = line.row, place
    found = explain.parts(answer, row)
    most = max((part.most for part in found), default=1.0) or 1.0
    bars = [
        Bar(labels[p.criterion.indicator], p, 100 * p.most / most, 0.0 if not p.is_known else 100 * p.value)
        for p in found
    ]
    by_lift = sorted((p for p in found if not math.isnan(p.lift)), key=lambda p: -p.lift)
    communes = [site.commune_code for site in search.solution.sites.all()]
    like = explain.likeness(answer, row, communes) if communes else None
    incubators, branch = _alliance(map_, territory)
    return Subject(
        line=line,
        full_name=territory.title if territory else line.name,
        excluded=bool(answer.evaluation.excluded[row]),
        place=territory.department.title if territory and territory.department else "",
        url=territory.get_absolute_url() if territory else "",
        bars=bars,
        musts=[_must(m, labels) for m in explain.musts(answer, row)],
        near=_near(search, answer, row, labels),
        flip=_flip(explain.flip(answer, row), answer, labels),
        strengths=[_small(labels[p.criterion.indicator].name) for p in by_lift[:2] if p.lift > 0.5],
        weaknesses=[_small(labels[p.criterion.indicator].name) for p in by_lift[::-1][:2] if p.lift < -0.5],
        unknown=[labels[p.criterion.indicator].name for p in found if not p.is_known],
        likeness=like,
        like_name=names_of(answer.level).names[like.seed] if like else "",
        together=[labels[i].name for i in like.together] if like else [],
        apart=[labels[i].name for i in like.apart] if like else [],
        incubators=incubators,
        branch=branch,
        own_km=_own_km(answer, row, communes),
        margin=None if line.high is None or line.low is None else (line.high - line.low) / 2,
    )


def _must(must: explain.Must, labels: Labels) -> MustSaid:
    label = labels[must.criterion.indicator]
    return MustSaid(label, explain.condition_words(must.criterion, label), label.with_unit(must.figure), must.state)


def _near(search: Search, answer: Answer, row: int, labels: Labels) -> list[NearSaid]:
    found = explain.near(answer, row)
    rank = int(answer.evaluation.rank[row])
    said = lines(answer, search.pk, rows=[n.row for n in found])
    return [NearSaid(line, labels[n.criterion.indicator], n.rank < rank) for n, line in zip(found, said, strict=True)]


def _flip(flip: explain.Flip | None, answer: Answer, labels: Labels) -> str:
    """The sentence on the weight that would change everything."""
    top = min(answer.evaluation.model.top, len(answer.evaluation.order))
    if flip is None:
        return _("No single weight, whatever it is, changes whether it is among the first %(top)d.") % {"top": top}
    words = {
        "name": labels[flip.criterion.indicator].name,
        "now": number(100 * flip.weight, 0),
        "at": number(100 * flip.at, 0),
        "top": top,
    }
    if not flip.leaves:
        text = _("If “%(name)s” weighed about %(at)s %% instead of %(now)s %%, it would enter the first %(top)d.")
    elif flip.at > flip.weight:
        text = _("It leaves the first %(top)d if “%(name)s” weighs more than %(at)s %% (%(now)s %% today).")
    else:
        text = _("It leaves the first %(top)d if “%(name)s” weighs less than %(at)s %% (%(now)s %% today).")
    said = text % words
    if flip.other is not None:
        other = names_of(answer.level).names[flip.other]
        said += " " + _("%(name)s would take the place.") % {"name": other}
    if flip.approximate and flip.leaves:
        said += " " + _("Approximate: unknown figures are left out.")
    return said


def _alliance(alliance: AllianceMap, territory: Territory | None) -> tuple[list[Any], tuple[Any, float] | None]:
    if territory is None:
        return [], None
    department = territory.code if territory.level == "department" else getattr(territory.department, "code", "")
    return alliance.covering([department]) if department else [], alliance.nearest_branch(territory.lat, territory.lon)


def _own_km(answer: Answer, row: int, communes: list[str]) -> float | None:
    if not communes:
        return None
    km = float(distance_to(answer.level, tuple(sorted(communes)), packs.version())[row])
    return None if math.isnan(km) else km
