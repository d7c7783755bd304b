"""What the alliance covers, what it does not: the map, the table, the gaps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.decorators import login_not_required
from django.db.models import BooleanField, Case, Value, When
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.opendata.errors import MissingPack
from kiif.territories import france, pages
from kiif.territories.coverage import AllianceMap, totals
from kiif.territories.enums import Level
from kiif.territories.models import Territory
from kiif.territories.tables import NAME
from kiif.ui.tables import Column, Filter, Table, respond


class DepartmentsTable(Table):
    """Every department, who covers it, how many rural communes and people wait there."""

    name: ClassVar[str] = "departements"
    caption: ClassVar[Any] = _("Departments and the incubators that cover them")
    search_fields: ClassVar[tuple[str, ...]] = ("search", "code", "region__search")
    search_label: ClassVar[Any] = _("Department or region")
    default_sort: ClassVar[str] = "code"
    page_size: ClassVar[int] = 40
    empty_title: ClassVar[Any] = _("The list of departments is not loaded yet")
    empty_text: ClassVar[Any] = _("Run “kiif data build”, then “manage.py territories_load”.")
    filters: ClassVar[tuple[Filter, ...]] = (
        Filter(
            "couverture",
            _("Coverage"),
            choices=(("oui", _("covered by an incubator")), ("non", _("covered by nobody"))),
            apply=lambda rows, value: rows.filter(covered=value == "oui"),
        ),
    )

    def __init__(self, rows: Any, request: HttpRequest, alliance: AllianceMap) -> None:
        super().__init__(rows, request)
        branches = dict.fromkeys(alliance.by_department, 0)
        for branch in alliance.branches:
            branches[branch.department_code] = branches.get(branch.department_code, 0) + 1
        names = {code: ", ".join(i.label for i in found) for code, found in alliance.by_department.items()}
        self.columns = (  # type: ignore[misc]  # they need the coverage of the day
            NAME,
            Column("code", _("Code"), sort="code"),
            Column("region", _("Region"), value="region.title", sort="region__name"),
            Column("who", _("Covered by"), value=lambda row: names.get(row.code)),
            Column("branches", _("Branches"), value=lambda row: branches.get(row.code) or None, end=True),
            Column("population", _("Population"), sort="population", end=True),
            Column("rural_communes", _("Rural communes"), sort="rural_communes", end=True),
            Column("rural_population", _("Inhabitants of rural communes"), sort="rural_population", end=True),
        )


@login_not_required
@require_safe
def coverage(request: HttpRequest) -> HttpResponseBase:
    """Public. The page is the same without map and without JavaScript: the table holds everything."""
    alliance = AllianceMap(of(request))
    covered = list(alliance.by_department)
    departments = Territory.objects.at(Level.DEPARTMENT).open()
    rows = departments.select_related("region").annotate(
        covered=Case(When(code__in=covered, then=Value(True)), default=Value(False), output_field=BooleanField())
    )
    everything = totals(covered)
    gaps = list(rows.filter(covered=False).order_by("-rural_population"))
    context: dict[str, Any] = {
        "totals": everything,
        "gaps": gaps,
        "gap_population": sum(row.population or 0 for row in gaps),
        "gap_rural": sum(row.rural_communes for row in gaps),
        "gap_rural_population": sum(row.rural_population for row in gaps),
        "incubators": [
            {
                "incubator": incubator,
                "departments": alliance.departments_of.get(incubator.pk, []),
                "branches": [b for b in alliance.branches if b.incubator_id == incubator.pk],
            }
            for incubator in alliance.incubators
        ],
        "branch_count": len(alliance.branches),
        "missing": "",
        "france": None,
        "points": [],
    }
    try:
        texts = {code: ", ".join(i.label for i in found) for code, found in alliance.by_department.items()}
        context["france"] = france.of_coverage(covered, texts)
        context["points"] = france.points(alliance.points)
    except MissingPack as error:
        context["missing"] = pages.sentence_of(error)
    return respond(request, DepartmentsTable(rows, request, alliance), "territories/alliance.html", context)
