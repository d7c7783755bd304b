"""What a search shows: names with their place, what a former name became, living areas drawn by people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kiif.accounts.actor import VISITOR, Actor
from kiif.territories import lookup
from kiif.territories.enums import Level
from kiif.territories.figures import number
from kiif.territories.models import DrawnTerritory, Territory


@dataclass(frozen=True)
class Result:
    """One line of results. ``note`` explains a former name or a near miss."""

    pk: int
    key: str
    title: str
    kind: str
    place: str
    note: str
    url: str
    population: str
    is_exact: bool
    is_drawn: bool = False

    @property
    def hint(self) -> str:
        """Kind and place in one line, for the palette."""
        return ", ".join(part for part in (self.kind, self.place, self.note) if part)


def results_for(text: str, *, levels: Iterable[str] = (), limit: int = 20, actor: Actor = VISITOR) -> list[Result]:
    """Territories for what is typed, best first. Two or three queries."""
    levels = list(levels)
    hits = lookup.index().search(text, levels=levels, limit=limit)
    rows = {t.pk: t for t in Territory.objects.with_parents().filter(pk__in=[hit.pk for hit in hits])}
    found = [_result(rows[hit.pk], hit) for hit in hits if hit.pk in rows]
    return found if levels else [*_drawn(text, actor), *found]


def _result(territory: Territory, hit: lookup.Hit) -> Result:
    note = ""
    if hit.former:
        note = _("“%(former)s” is today part of %(name)s.") % {
            "former": hit.former.replace("'", "’"),
            "name": territory.title,
        }
    elif hit.how == lookup.NEAR:
        note = _("Close to what you typed.")
    return Result(
        pk=territory.pk,
        key=territory.key,
        title=territory.title,
        kind=kind_of(territory),
        place=place_of(territory),
        note=note,
        url=territory.get_absolute_url(),
        population=_("%(count)s inh.") % {"count": number(territory.population)},
        is_exact=hit.how == lookup.EXACT and not hit.former,
    )


def kind_of(territory: Territory) -> str:
    """“commune”, “community of communes”…"""
    if territory.level == Level.EPCI and territory.kind:
        return str(territory.get_kind_display())
    return str(territory.get_level_display())


def place_of(territory: Territory) -> str:
    """“Dordogne (24)” for what lies in a department, the region for a department."""
    if territory.level == Level.DEPARTMENT:
        return territory.region.title if territory.region else ""
    if territory.department is not None:
        return f"{territory.department.title} ({territory.department.code})"
    return ""


def _drawn(text: str, actor: Actor) -> list[Result]:
    words = lookup.fold(text).split()
    if not words or len("".join(words)) < 3:
        return []
    rows = DrawnTerritory.objects.visible_to(actor).filter(withdrawn_at__isnull=True)
    for word in words:
        rows = rows.filter(slug__contains=word)
    return [
        Result(
            pk=-drawn.pk,
            key=f"drawn:{drawn.slug}",
            title=drawn.name,
            kind=_("living area drawn by people"),
            place=_("%(count)s communes") % {"count": number(drawn.current.size if drawn.current else 0)},
            note="",
            url=drawn.get_absolute_url(),
            population="",
            is_exact=False,
            is_drawn=True,
        )
        for drawn in rows.for_list()[:3]
    ]
