"""A territory in two or three sentences, written from its figures as somebody who knows it would say them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, npgettext, pgettext

from kiif.opendata import base
from kiif.territories import words
from kiif.territories.enums import Level
from kiif.territories.figures import Figure, number, shown
from kiif.territories.models import Territory
from kiif.ui.numerals import in_words

#: Below this distance from the median, in percentiles, a figure is not worth a sentence.
WORTH: Final = 12
#: Percentile beyond which the sentence says how rare it is.
RARE: Final = 90


@dataclass(frozen=True)
class _Share:
    """Three ways of saying a share: a simple fraction, one in n, a percentage."""

    fraction: str
    one_in: str
    percent: str

    def say(self, share: float) -> str:
        fraction = words.fraction(share)
        if fraction:
            return _(self.fraction) % {"share": fraction}
        count = words.one_in(share)
        if count is not None:
            return _(self.one_in) % {"count": in_words(count)}
        return _(self.percent) % {"share": number(share)}


_SHARES: Final = {
    "over_65_share": _Share(
        gettext_noop("%(share)s of its people are 65 or over"),
        gettext_noop("one person in %(count)s is 65 or over"),
        gettext_noop("%(share)s %% of its people are 65 or over"),
    ),
    "under_15_share": _Share(
        gettext_noop("%(share)s of its people are under 15"),
        gettext_noop("one person in %(count)s is under 15"),
        gettext_noop("%(share)s %% of its people are under 15"),
    ),
    "alone_share": _Share(
        gettext_noop("%(share)s of its households are one person alone"),
        gettext_noop("in one household in %(count)s, a person lives alone"),
        gettext_noop("%(share)s %% of its households are one person alone"),
    ),
    "second_homes_share": _Share(
        gettext_noop("%(share)s of its dwellings are second homes"),
        gettext_noop("one dwelling in %(count)s is a second home"),
        gettext_noop("%(share)s %% of its dwellings are second homes"),
    ),
    "vacancy_rate": _Share(
        gettext_noop("%(share)s of its dwellings are empty"),
        gettext_noop("one dwelling in %(count)s is empty"),
        gettext_noop("%(share)s %% of its dwellings are empty"),
    ),
    "unemployment_rate": _Share(
        gettext_noop("%(share)s of those who could work look for a job"),
        gettext_noop("one working-age person in %(count)s looks for a job"),
        gettext_noop("%(share)s %% of those who could work look for a job"),
    ),
    "poverty_rate": _Share(
        gettext_noop("%(share)s of its people live below the poverty line"),
        gettext_noop("one person in %(count)s lives below the poverty line"),
        gettext_noop("%(share)s %% of its people live below the poverty line"),
    ),
    "no_car_share": _Share(
        gettext_noop("%(share)s of its households have no car"),
        gettext_noop("one household in %(count)s has no car"),
        gettext_noop("%(share)s %% of its households have no car"),
    ),
}


def _income(value: float) -> str:
    return _("half of its people live on less than %(amount)s a year") % {
        "amount": f"{shown('median_income', value)}\u00a0€"
    }


def _trend(value: float) -> str:
    if abs(value) < 0.1:
        return _("its population hardly changes")
    text = number(abs(value), 1)
    if value > 0:
        return _("its population grows by %(rate)s %% a year") % {"rate": text}
    return _("its population falls by %(rate)s %% a year") % {"rate": text}


def _town(value: float) -> str:
    if value < 0.5:
        return ""
    return _("the nearest town of 10,000 inhabitants is %(distance)s away") % {"distance": f"{number(value)}\u00a0km"}


_OTHERS: Final[dict[str, Callable[[float], str]]] = {
    "median_income": _income,
    "population_trend": _trend,
    "town_10k_km": _town,
}
#: What is said first when nothing stands out.
_USUAL: Final = ("over_65_share", "vacancy_rate", "town_10k_km", "population_trend")


def sentences(territory: Territory, figures: Sequence[Figure]) -> list[str]:
    """The summary of a territory: what and where it is, then the two figures that tell it from its peers."""
    return [identity(territory), *telling(figures)]


def telling(figures: Sequence[Figure]) -> list[str]:
    """One or two sentences on what tells a place from its peers; none when no figure can be said in words."""
    chosen = _telling(figures)
    if not chosen:
        return []
    rare = _rarity(chosen[0][1])
    phrases = [phrase for phrase, _figure in chosen]
    if not rare:
        return [_joined(phrases)]
    first = _("%(fact)s: %(rarity)s") % {"fact": phrases[0], "rarity": rare}
    return [_joined([phrase]) for phrase in (first, *phrases[1:])]


def identity(territory: Territory) -> str:
    """“Community of communes of 28 communes and 15,293 inhabitants, all rural, in the north of the Dordogne.”"""
    build = {
        Level.COMMUNE: _commune,
        Level.EPCI: _epci,
        Level.LIVING_AREA: _living_area,
        Level.DEPARTMENT: _department,
        Level.REGION: _region,
    }
    return build[Level(territory.level)](territory)


def _commune(territory: Territory) -> str:
    population = territory.population or 0
    if population == 0:
        return _("Commune without inhabitants, %(where)s.") % {"where": where(territory)}
    rural = territory.is_rural
    params = {"count": number(population), "where": where(territory)}
    if rural is None:
        text = ngettext(
            "Commune of %(count)s inhabitant, %(where)s.", "Commune of %(count)s inhabitants, %(where)s.", population
        )
    elif rural:
        text = ngettext(
            "Rural commune of %(count)s inhabitant, %(where)s.",
            "Rural commune of %(count)s inhabitants, %(where)s.",
            population,
        )
    else:
        text = ngettext(
            "Urban commune of %(count)s inhabitant, %(where)s.",
            "Urban commune of %(count)s inhabitants, %(where)s.",
            population,
        )
    return text % params


def _group(territory: Territory, kind: str) -> dict[str, str]:
    return {
        "kind": kind[:1].upper() + kind[1:],
        "communes": npgettext("size", "%(count)s commune", "%(count)s communes", territory.communes)
        % {"count": number(territory.communes)},
        "count": number(territory.population),
        "rural": rural_part(territory),
        "where": where(territory),
    }


def _epci(territory: Territory) -> str:
    kind = territory.get_kind_display() or _("intercommunal body")
    return _("%(kind)s of %(communes)s and %(count)s inhabitants%(rural)s, %(where)s.") % _group(territory, kind)


def _living_area(territory: Territory) -> str:
    return _("%(kind)s of %(communes)s and %(count)s inhabitants%(rural)s, %(where)s.") % _group(
        territory, _("living area of Insee")
    )


def _department(territory: Territory) -> str:
    region = territory.region
    params = _group(territory, "")
    params["region"] = region.title if region else ""
    return _("Department of %(communes)s and %(count)s inhabitants%(rural)s, in the region %(region)s.") % params


def _region(territory: Territory) -> str:
    return _("Region of %(communes)s and %(count)s inhabitants%(rural)s.") % _group(territory, "")


def rural_part(territory: Territory) -> str:
    """“, all rural”, “, of which 12 rural”, “, none rural”; empty when nobody knows."""
    if not territory.rural_source:
        return ""
    if territory.rural_communes == territory.communes:
        return _(", all rural")
    if territory.rural_communes == 0:
        return _(", none rural")
    return npgettext(
        "communes", ", of which %(count)s rural", ", of which %(count)s rural", territory.rural_communes
    ) % {"count": number(territory.rural_communes)}


def where(territory: Territory) -> str:
    """“in the north of the department of Dordogne”; for a region without department, its name."""
    department = territory.department
    if department is None:
        return ""
    params = {"department": words.of_place(department.title, department.liaison)}
    place = _place_in(territory, department)
    if not place:
        return _("in the department %(department)s") % params
    return pgettext("position, then genitive", "%(place)s %(department)s") % {"place": place, **params}


def _place_in(territory: Territory, department: Territory) -> str:
    """Direction inside the department, from their points and its extent; empty when the pack is not there."""
    if territory.lat is None or territory.lon is None or not base.is_built():
        return ""
    table = base.load_departments()
    found = table.filter(pl.col("code") == department.code)
    if found.is_empty():
        return ""
    row = found.row(0, named=True)
    centre_x, centre_y = (row["min_lon"] + row["max_lon"]) / 2, (row["min_lat"] + row["max_lat"]) / 2
    half_x, half_y = (row["max_lon"] - row["min_lon"]) / 2, (row["max_lat"] - row["min_lat"]) / 2
    return words.direction((territory.lon - centre_x) / half_x, (territory.lat - centre_y) / half_y)


def _telling(figures: Sequence[Figure]) -> list[tuple[str, Figure]]:
    """The two figures that tell most, as phrases, each of another subject than the first."""
    by_id = {figure.id: figure for figure in figures if figure.known and figure.reliable}
    gaps = {ident: _gap(figure) for ident, figure in by_id.items()}
    order = sorted((i for i in gaps if gaps[i] >= WORTH), key=lambda i: -gaps[i])
    order += [ident for ident in _USUAL if ident in by_id and ident not in order]
    found: list[tuple[str, Figure]] = []
    for ident in order:
        phrase = _phrase(ident, by_id[ident].value)
        if phrase:
            found.append((phrase, by_id[ident]))
        if len(found) == 2:
            break
    return found


def _gap(figure: Figure) -> float:
    percentile = figure.place.percentile
    return 0.0 if percentile is None or figure.place.known < 5 else abs(percentile - 50)


def _phrase(ident: str, value: float) -> str:
    if math.isnan(value):
        return ""
    if ident in _SHARES:
        return _SHARES[ident].say(value)
    return _OTHERS[ident](value) if ident in _OTHERS else ""


def _joined(phrases: list[str]) -> str:
    first = phrases[0][:1].upper() + phrases[0][1:]
    if len(phrases) == 1:
        return f"{first}."
    return _("%(first)s, and %(second)s.") % {"first": first, "second": phrases[1]}


#: What is said of a figure far above its peers, then far below them. Said of the fact that comes just before.
_RARITIES: Final[dict[str, tuple[str, str]]] = {
    "": (
        gettext_noop("that is more than in %(share)s %% of comparable territories"),
        gettext_noop("that is less than in %(share)s %% of comparable territories"),
    ),
    "town_10k_km": (
        gettext_noop("that is further than from %(share)s %% of comparable territories"),
        gettext_noop("that is nearer than from %(share)s %% of comparable territories"),
    ),
    "population_trend": (
        gettext_noop("that is faster than in %(share)s %% of comparable territories"),
        gettext_noop("that is slower than in %(share)s %% of comparable territories"),
    ),
}


def _rarity(figure: Figure) -> str:
    """How rare the first figure is among the peers; empty unless it is."""
    percentile = figure.place.percentile
    if percentile is None or figure.place.known < 20 or 100 - RARE < percentile < RARE:
        return ""
    above = percentile >= RARE
    share = number(min(99, math.floor(percentile if above else 100 - percentile)))
    if figure.id == "population_trend":
        if abs(figure.value) < 0.1:  # it hardly changes: neither fast nor slow
            return ""
        above = above == (figure.value > 0)  # a steep fall is a low figure
    more, less = _RARITIES.get(figure.id, _RARITIES[""])
    return _(more if above else less) % {"share": share}


@dataclass(frozen=True)
class RuralLabel:
    """Whether a place is rural, and how one knows."""

    title: str
    how: str
    official: bool


def rural_label(territory: Territory, level_name: str = "") -> RuralLabel | None:
    """The label of a commune or the share of a larger territory. None when the referential does not say."""
    rural = territory.is_rural
    if rural is None:
        return None
    official = territory.rural_source == "official"
    how = (
        _("Official: density grid of Insee.")
        if official
        else _("Estimate from density, size and neighbourhood: the official grid is not loaded.")
    )
    if territory.rural_source == "mixed":
        how = _("Official grid of Insee; estimate for the communes that it does not know.")
    if territory.level == Level.COMMUNE:
        title = _("Rural") if rural else _("Urban")
        if level_name:
            title = f"{title} ({level_name[:1].lower()}{level_name[1:]})"
        return RuralLabel(title, how, official)
    share = 100 * territory.rural_population / territory.population if territory.population else 0
    title = _("%(share)s %% of inhabitants in rural communes") % {"share": number(share)}
    return RuralLabel(title, how, official)
