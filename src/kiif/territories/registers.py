"""What the app tells the lower floors when the product starts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts import privacy as accounts_privacy
from kiif.accounts.actor import VISITOR, Actor
from kiif.journal import registry as journal
from kiif.journal import verbs
from kiif.search import registry as search
from kiif.ui import home, navigation


def fill() -> None:
    _fill_journal()
    _fill_frame()
    _fill_search()
    _fill_privacy()


def _fill_journal() -> None:
    from kiif.territories import rules
    from kiif.territories.models import DataImport, DrawnTerritory, ReferentialLoad

    verbs.register(
        {
            "territories.loaded": gettext_lazy("loaded the referential of territories, vintage {vintage}"),
            "territories.drew": gettext_lazy("drew {object}"),
            "territories.redrew": gettext_lazy("drew version {number} of {object}"),
            "territories.described": gettext_lazy("changed the description of {object}"),
            "territories.shared": gettext_lazy("changed who may read {object}"),
            "territories.withdrew": gettext_lazy("withdrew {object}"),
            "territories.restored": gettext_lazy("restored {object}"),
            "territories.gave_file": gettext_lazy("gave the official file {object}"),
            "territories.published_file": gettext_lazy("published the official file {object}"),
            "territories.discarded_file": gettext_lazy("set aside the official file {object}"),
        }
    )
    journal.register(DrawnTerritory, can_read=lambda actor, drawn: bool(rules.can_change(actor, drawn)))
    journal.register(DataImport, can_read=lambda actor, _item: rules.oversees(actor))
    journal.register(ReferentialLoad, can_read=lambda actor, _load: rules.oversees(actor))


def _fill_frame() -> None:
    navigation.register(
        navigation.Entry(
            gettext_lazy("Territories"),
            "territories:home",
            order=30,
            show=navigation.everyone,
            current_under=("territories:*",),
        )
    )
    navigation.register(
        navigation.Entry(
            gettext_lazy("Data and methods"), "territories:data", order=20, show=navigation.everyone, place="footer"
        )
    )
    home.register_figures(20, home_figures)
    home.register_door(
        home.Door(
            gettext_lazy("Elected official, agent, inhabitant"),
            gettext_lazy("Find your commune, see what surrounds it, draw the territory as you live it."),
            "territories:home",
            order=20,
        )
    )


def _fill_search() -> None:
    search.register(search.Source("territories", gettext_lazy("Territories"), find=find, order=30))


def _fill_privacy() -> None:
    from kiif.territories.privacy import HOLDER

    accounts_privacy.register(HOLDER)


def find(actor: Actor, text: str, limit: int) -> list[search.Hit]:
    """Territories for the palette and the search page, best first."""
    from kiif.territories.results import results_for

    return [search.Hit(r.title, r.url, r.hint) for r in results_for(text, limit=limit, actor=actor)][:limit]


def home_figures(actor: Any) -> list[home.Figure]:
    """Rural communes of the departments covered, and the people who live there. Two queries."""
    from kiif.territories.coverage import AllianceMap, totals

    found = totals(AllianceMap(VISITOR).by_department)
    if not found.rural_communes:
        return []
    official = found.rural_source == "official"
    source = _("Density grid of Insee, codes of 2026") if official else _("Estimate from Insee 2023 and IGN 2026")
    millions = found.rural_population / 1_000_000
    people = (
        home.Figure(round(millions, 1), _("people live there"), _("Insee, municipal population 2023"), _("millions"))
        if millions >= 1
        else home.Figure(
            found.rural_population, _("inhabitants of rural communes"), _("Insee, municipal population 2023")
        )
    )
    return [home.Figure(found.rural_communes, _("rural communes in the departments covered"), source), people]
