"""Lists of organisations."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kiif.alliance import departments
from kiif.alliance.models import Incubator
from kiif.organisations.enums import LegalForm, Status, Theme
from kiif.organisations.models import Organisation
from kiif.ui.tables import Column, Filter, Table


def _departments(table: Any) -> list[tuple[str, str]]:
    rows = Organisation.objects.known_to(table.actor).alive().exclude(commune=None)
    codes = rows.order_by().values_list("commune__department__code", flat=True).distinct()
    return sorted((code, f"{code} {departments.name_of(code)}") for code in codes if code)


def _incubators(table: Any) -> list[tuple[str, str]]:
    rows = Incubator.objects.visible_to(table.actor).order_by("slug")
    return [*((str(row.pk), row.label) for row in rows), ("0", str(_("nobody")))]


def _followed(rows: Any, value: Any) -> Any:
    return rows.filter(stewards=None) if value == "0" else rows.filter(stewards=value)


def _under_name(row: Organisation) -> str:
    """Official name when it is not the usual one, and the end of what ended."""
    ended = ""
    if row.is_closed:
        month = date_format(row.closed_on, "F Y") if row.closed_on else ""
        ended = f"{row.get_status_display()} {month}".strip()
    return " · ".join(part for part in (row.name if row.usual_name not in ("", row.name) else "", ended) if part)


_NAME = Column(
    "name",
    _("Organisation"),
    value="title",
    sort="name_key",
    head=True,
    url=lambda row: row.get_absolute_url(),
    sub=_under_name,
)
_PLACE = Column("place", _("Headquarters"), value="place", sort=("commune__name", "name_key"))
_THEMES = Column("themes", _("Themes"), value="theme_labels")
_BY_THEME = Filter("theme", _("Theme"), choices=Theme.choices, apply=lambda rows, value: rows.about(value))
_BY_DEPARTMENT = Filter("departement", _("Department"), choices=_departments, lookup="commune__department__code")


class Directory(Table):
    """What the teams see of the organisations of their alliance."""

    name = "structures"
    caption = _("Organisations")
    columns = (
        _NAME,
        _PLACE,
        Column(
            "legal_form",
            _("Legal form"),
            value="short_form",
            sort=("legal_form", "name_key"),
            export=lambda row: row.get_legal_form_display(),
        ),
        _THEMES,
        Column("identifier", _("Identifier"), value="identifier", sort=("siren", "rna"), export=False),
        Column("stewards", _("Followed by"), value=lambda row: [incubator.label for incubator in row.stewards.all()]),
        Column("official_name", _("Official name"), value="name", page=False),
        Column("siren", _("SIREN"), page=False),
        Column("siret", _("SIRET of the headquarters"), page=False),
        Column("rna", _("RNA number"), page=False),
        Column("address", _("Address"), page=False),
        Column("postcode", _("Postcode"), page=False),
        Column("commune_code", _("Code of the commune"), value="commune.code", page=False),
        Column("email", _("E-mail address"), page=False),
        Column("phone", _("Telephone"), page=False),
        Column("website", _("Website"), page=False),
        Column("state", _("State"), value="get_status_display", page=False),
        Column("closed_on", _("Closed on"), page=False),
    )
    search_fields = ("search_text",)
    search_label = _("Name, commune, SIREN, RNA number")
    filters = (
        _BY_THEME,
        _BY_DEPARTMENT,
        Filter("suivi", _("Followed by"), choices=_incubators, apply=_followed),
        Filter("forme", _("Legal form"), choices=LegalForm.choices, lookup="legal_form"),
        Filter(
            "etat",
            _("State"),
            choices=[(value, label) for value, label in Status.choices if value != Status.MERGED],
            lookup="status",
        ),
    )
    default_sort = "name"
    empty_title = _("No organisation here yet")
    empty_text = _("Enter the first one with its SIREN, or bring the list that you already keep.")


class PublicDirectory(Table):
    """What a partner sees: names, communes, themes."""

    name = "structures"
    caption = _("Organisations")
    columns = (_NAME, _PLACE, _THEMES)
    search_fields = ("name", "usual_name", "commune__name")
    search_label = _("Name or commune")
    filters = (_BY_THEME, _BY_DEPARTMENT)
    default_sort = "name"
    empty_title = _("No organisation here yet")
    empty_text = _("The teams of the alliance enter them.")


class Pairs(Table):
    """Rows that look like one organisation."""

    name = "doublons"
    caption = _("Possible duplicates")
    columns = (
        Column("pair", _("These two rows"), cell="organisations/cells/pair.html", head=True, export=str),
        Column("why", _("Why they look alike"), value="sentences", cell="organisations/cells/reasons.html"),
        Column("score", _("Strength"), sort="score", end=True),
        Column("go", _("Gesture"), cell="organisations/cells/compare.html", export=False, label_hidden=True),
    )
    search_fields = ("first__search_text", "second__search_text")
    search_label = _("Name, commune or number")
    default_sort = "-score"
    empty_title = _("No duplicate to look at")
    empty_text = _("They are looked for each time an organisation is entered or changed.")
