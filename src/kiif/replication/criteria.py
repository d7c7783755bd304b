# ruff: noqa: E501 -- one criterion a line: a table reads better whole
"""The library of criteria: which official figure tells what, in which pillar, in which direction for which solution.

A criterion is built on one indicator of `opendata`; its unit, source, vintage, coverage and explanation are the
indicator's. Here stand only the judgements: pillar, usual shape of its value, and how a kind of solution reads it. Those
whose pack is not there are shown as such and cannot be chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Pillar:
    id: str
    label: str | Promise
    question: str | Promise


PILLARS: Final = {
    pillar.id: pillar
    for pillar in (
        Pillar("need", _("Need"), _("Do people here need what you bring?")),
        Pillar("supply", _("Existing supply"), _("What is already there, and what is missing?")),
        Pillar("partners", _("Possible partners"), _("Who could carry it with you?")),
        Pillar("resources", _("Resources"), _("Premises, people, means: what can you count on?")),
        Pillar("access", _("Accessibility"), _("How many people can you reach, and from where?")),
        Pillar("policy", _("Public support"), _("Which programmes of the State help here?")),
        Pillar("will", _("Local will"), _("Does somebody here want it to happen?")),
    )
}


@dataclass(frozen=True)
class Entry:
    """A criterion of the library. `shape`: the usual scale (JSON of `methods.ranking.model`); `invert_for`: kinds of
    solution for which less is better; `why`: one sentence on what it tells and what it does not.
    """

    id: str
    indicator: str
    pillar: str
    why: str | Promise
    shape: dict[str, Any] = field(default_factory=lambda: {"shape": "more"})
    invert_for: frozenset[str] = frozenset()

    def scale_for(self, kind: str) -> dict[str, Any]:
        """The scale for a kind of solution: mirrored where that kind reads the figure the other way."""
        if kind not in self.invert_for:
            return dict(self.shape)
        mirror = {"more": "less", "less": "more", "log": "log-less", "log-less": "log"}
        return self.shape | {"shape": mirror.get(self.shape["shape"], self.shape["shape"])}


_LESS: Final = {"shape": "less"}


def _enough(low: int, high: int) -> dict[str, Any]:
    """Enough people, not the most: worth nothing below `low`, nothing more above `high`, ten times more in between.

    Without a ceiling a great city would always win, and the people for whom this is made look for the countryside.
    """
    return {"shape": "log", "low": low, "high": high}


_SCORE: Final = {"shape": "more", "low": 0, "high": 3}


def _entries(*entries: Entry) -> dict[str, Entry]:
    return {entry.id: entry for entry in entries}


LIBRARY: Final = _entries(
    # Need
    Entry("inhabitants", "population", "need", _("The more people, the more may be concerned; a thousand more counts more for a village than for a city."), _enough(500, 50_000)),
    Entry("poverty", "poverty_rate", "need", _("Households below 60 % of the median income. Published for too few communes: read by EPCI or living area.")),
    Entry("low-income", "median_income", "need", _("Half of the people live on less. A low median says modest means, not isolation."), _LESS),
    Entry("inequality", "income_ratio", "need", _("How far apart the best-off and the worst-off tenths are.")),
    Entry("untaxed", "taxed_households_share", "need", _("Few taxed households: modest incomes are the rule."), _LESS),
    Entry("unemployment", "unemployment_rate", "need", _("People who say they look for work, at the census. Fragile in very small communes.")),
    Entry("no-diploma", "no_bac_share", "need", _("Adults who left school without the baccalauréat: training, access to rights.")),
    Entry("elderly", "over_65_share", "need", _("People aged 65 and over: services at home, social ties.")),
    Entry("very-elderly", "over_75_share", "need", _("People aged 75 and over: loss of autonomy begins here.")),
    Entry("ageing", "ageing_index", "need", _("People over 65 for a hundred under 20: where the territory is heading.")),
    Entry("children", "under_15_share", "need", _("Children under 15: schools, leisure, parents.")),
    Entry("alone", "alone_share", "need", _("Households of one person: isolation, but also students in towns.")),
    Entry("single-parents", "single_parent_share", "need", _("Families with one parent: childcare, time, income. Noisy in small communes.")),
    Entry("no-car", "no_car_share", "need", _("Households without a car: in the countryside, people who cannot go to a service.")),
    Entry("trend", "population_trend", "need", _("Does the territory gain or lose inhabitants? A loss may be the need itself."), _LESS),
    Entry("natural-balance", "natural_balance", "need", _("Births less deaths: a territory that ages without newcomers."), _LESS),
    # Existing supply
    Entry("daily-services", "basket", "supply", _("Six everyday services in the commune. Few of them: a gap to fill."), _LESS),
    Entry("food-shops", "food_shop_per_10k", "supply", _("Where people can buy food. Few shops: a gap; none around: perhaps a reason."), _LESS),
    Entry("bakeries", "bakery_per_10k", "supply", _("Often the last shop: its absence tells an abandoned centre."), _LESS),
    Entry("post", "post_per_10k", "supply", _("Points where one finds the post: a counter that may be shared."), _LESS),
    Entry("doctors", "gp_per_10k", "supply", _("General practitioners who work here. Few: a medical desert, and fewer to prescribe."), _LESS),
    Entry("nurses", "nurse_per_10k", "supply", _("Nurses who work here: those who know people at home."), _LESS, frozenset({"elderly", "health"})),
    Entry("dentists", "dentist_per_10k", "supply", _("Dentists who work here."), _LESS),
    Entry("pharmacies", "pharmacy_per_10k", "supply", _("Pharmacies: a relay of confidence when they are there."), _LESS),
    Entry("schools", "school_per_10k", "supply", _("Schools: places where families meet."), {"shape": "more"}, frozenset({"youth"})),
    Entry("secondary-schools", "college_per_10k", "supply", _("Collèges: teenagers stay in the territory by day.")),
    Entry("elderly-homes", "elderly_home_per_10k", "supply", _("Homes for the elderly: supply, and partners."), _LESS),
    # Possible partners
    Entry("associations", "associations_per_1000", "partners", _("Registered associations. Registered is not active: nobody has to dissolve one.")),
    Entry("new-associations", "new_associations_per_1000", "partners", _("Associations born in five years: people who start things today.")),
    Entry("large-employers", "large_establishments_share", "partners", _("Establishments of ten employees and more: clients, employers, patrons.")),
    Entry("farms", "farming_establishments_share", "partners", _("Farming establishments: food, land, exchange of services.")),
    Entry("centre", "centre_level", "partners", _("A commune that serves those around it has the partners that a service needs."), {"shape": "categories", "values": {"0": 0, "1": 0.5, "2": 0.8, "3": 1, "4": 1}}),
    # Resources
    Entry("vacant-dwellings", "vacancy_rate", "resources", _("Vacant dwellings: premises to be found, and a sign of decline.")),
    Entry("second-homes", "second_homes_share", "resources", _("Second homes: pressure on housing, people there part of the year."), _LESS),
    Entry("owners", "owners_share", "resources", _("People who own their home: settled, and sometimes stuck.")),
    Entry("jobs", "jobs_per_100", "resources", _("Jobs for a hundred working residents: people come, or leave, by day.")),
    # Accessibility
    Entry("density", "density", "access", _("Inhabitants per square kilometre. Choose the range in which your solution works."), {"shape": "range", "a": 5, "b": 20, "c": 150, "d": 600}),
    Entry("rural", "rural_share", "access", _("Inhabitants who live in a rural commune, by the official grid when it is loaded.")),
    Entry("density-class", "density_level", "access", _("Class of the official density grid, from 1 (large city) to 7 (very dispersed)."), {"shape": "categories", "values": {"1": 0, "2": 0, "3": 0.4, "4": 0.4, "5": 1, "6": 1, "7": 0.8}}),
    Entry("within-10", "population_10km", "access", _("Who can come without thinking about it, as the crow flies."), _enough(1_000, 20_000)),
    Entry("within-20", "population_20km", "access", _("Who can come for a weekly service, as the crow flies."), _enough(3_000, 60_000)),
    Entry("within-30", "population_30km", "access", _("Who can come now and then, as the crow flies."), _enough(8_000, 150_000)),
    Entry("town-10k", "town_10k_km", "access", _("Far from a small town: fewer alternatives for people, more roads for you.")),
    Entry("town-50k", "town_50k_km", "access", _("Far from a city: specialised services are out of reach.")),
    Entry("seat", "seat_km", "access", _("Far from a prefecture or sub-prefecture: public services are far.")),
    Entry("small-communes", "small_communes_share", "access", _("Many small communes: many mayors to meet, and a scattered public.")),
    Entry("main-commune", "main_commune_share", "access", _("One commune gathers the inhabitants: a place to settle, or all is elsewhere.")),
    # Public support
    Entry("frr", "frr", "policy", _("Zone of rural revitalisation: tax relief for those who settle."), {"shape": "categories", "values": {"0": 0, "1": 0.5, "2": 0.5, "3": 1, "4": 1}}),
    Entry("priority-neighbourhoods", "qpv", "policy", _("Priority neighbourhoods: credits of the urban policy.")),
    Entry("small-towns", "programme:pvd", "policy", _("Share of inhabitants in a commune of the programme for small towns: a project manager, and a town hall that plans.")),
    Entry("villages", "programme:va", "policy", _("Share of inhabitants in a village of the future: engineering for the commune's projects.")),
    Entry("industry", "programme:ti", "policy", _("Share of inhabitants in a territory of industry: employers, training, money for projects.")),
    Entry("public-counters", "programme:fs", "policy", _("Share of inhabitants in a commune with a public service counter: a place where people already come.")),
    Entry("mountain", "massif", "policy", _("In a mountain massif: its own law and funds."), {"shape": "categories", "values": {str(code): 1 for code in range(1, 10)}}),
    # Local will: what no figure tells. Counted in the score when seven territories in ten have one; before, a condition.
    Entry("own-sites", "own-sites-km", "access", _("Kilometres to the nearest place where you work today: near, the team can lend a hand."), _LESS),
    Entry("political-will", "score:will", "will", _("From 0 to 3: what you know of elected officials, with what makes you say so. Never guessed."), _SCORE),
    Entry("carrier-found", "score:carrier", "will", _("From 0 to 3: is there somebody who would carry it here?"), _SCORE),
    Entry("partners-ready", "score:partners", "will", _("From 0 to 3: how far partners are ready to go."), _SCORE),
)  # fmt: skip
