"""The living style guide: every component in every state, with invented data. Axe and the screenshots read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.opendata import tiles
from kiif.opendata.errors import DataError
from kiif.ui.components import Step, Tab, TimelineItem
from kiif.ui.errors import NotAllowed
from kiif.ui.forms import CheckboxCards, Checkboxes, CodeInput, DateInput, RadioCards, Radios, Segments
from kiif.ui.frame import may_see_style
from kiif.ui.maps import MapView
from kiif.ui.tables import Column, Filter, Table, respond
from kiif.ui.today import Gesture
from kiif.ui.views import style_charts

_FORMS = (("branch", gettext_lazy("Open a branch")), ("hand", gettext_lazy("Hand over to a local player")))
_REASONS = (("asked", gettext_lazy("People ask us to")), ("need", gettext_lazy("The need exists elsewhere")))


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label=gettext_lazy("Name of your organisation"), help_text=gettext_lazy("As in its statutes.")
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    password = forms.CharField(label=gettext_lazy("Password"), widget=forms.PasswordInput)
    code = forms.CharField(label=gettext_lazy("Code received"), widget=CodeInput)
    year = forms.IntegerField(label=gettext_lazy("Year of creation"))
    start = forms.DateField(label=gettext_lazy("Start"), widget=DateInput)
    size = forms.ChoiceField(
        label=gettext_lazy("Size"), choices=(("", gettext_lazy("Choose…")), ("s", "1–9"), ("m", "10–49"))
    )
    shape = forms.ChoiceField(
        label=gettext_lazy("In which form?"),
        choices=_FORMS,
        widget=RadioCards(help={"branch": gettext_lazy("Same structure, new team.")}),
    )
    medium = forms.ChoiceField(
        label=gettext_lazy("Medium"),
        choices=(("v", gettext_lazy("Visit")), ("c", gettext_lazy("Call")), ("m", gettext_lazy("Message"))),
        widget=Segments,
    )
    sure = forms.ChoiceField(label=gettext_lazy("Are you sure?"), choices=_FORMS, widget=Radios)
    why = forms.MultipleChoiceField(
        label=gettext_lazy("Why replicate?"),
        choices=_REASONS,
        widget=Checkboxes(help={"asked": gettext_lazy("Local authorities or inhabitants come to us.")}),
    )
    what = forms.MultipleChoiceField(
        label=gettext_lazy("What do you pass on?"), choices=_REASONS, widget=CheckboxCards, required=False
    )
    story = forms.CharField(label=gettext_lazy("What must be kept of your model?"), widget=forms.Textarea)
    proof = forms.FileField(
        label=gettext_lazy("A document"), required=False, help_text=gettext_lazy("PDF, 10 MB at most.")
    )
    agree = forms.BooleanField(label=gettext_lazy("I have read how my data are used"))


class SampleTable(Table):
    name = "exemples"
    caption = gettext_lazy("Invented organisations")
    columns = (
        Column("name", gettext_lazy("Organisation"), sort="name", head=True, sub="place", url=lambda row: "#"),
        Column("state", gettext_lazy("State"), sort="state"),
        Column("people", gettext_lazy("People"), sort="people", end=True),
        Column("since", gettext_lazy("Since"), sort="since"),
    )
    search_fields = ("name", "place")
    filters = (
        Filter(
            "etat",
            gettext_lazy("State"),
            choices=(("open", gettext_lazy("ongoing")),),
            apply=lambda rows, value: rows[:1],
        ),
        Filter("grandes", gettext_lazy("Ten people or more"), kind="tick", apply=lambda rows, value: rows[:2]),
    )
    default_sort = "name"
    page_size = 3


class EmptyTable(Table):
    name = "vide"
    columns = SampleTable.columns
    empty_title = gettext_lazy("No organisation yet")
    empty_text = gettext_lazy("Organisations appear here when they apply or when you add them.")


def _rows() -> list[dict[str, Any]]:
    names = (
        "La Bricole fertile",
        "Le Fournil à deux voix",
        "Radio Corniche",
        "Coopérative Passe-Haie",
        "Le Garage commun",
    )
    today = localdate()
    return [
        {
            "name": name,
            "place": "Saint-Avit-les-Tilleuls",
            "state": _("ongoing"),
            "people": 3 * index + 2,
            "since": today - timedelta(days=400 * index),
        }
        for index, name in enumerate(names)
    ]


def _gestures() -> list[Gesture]:
    today = localdate()
    return [
        Gesture(
            _("Give your opinion on the application"),
            "La Bricole fertile",
            "#",
            _("Give an opinion"),
            today - timedelta(days=1),
            "LB",
            "Les Sentiers",
            "o",
        ),
        Gesture(
            _("Sign the agreement"),
            "La Ressourcerie du Chabot",
            "#",
            _("Sign"),
            today + timedelta(days=4),
            "RC",
            "",
            "v",
        ),
        Gesture(_("Confirm three contacts"), "Périgord Nontronnais", "#", _("Confirm"), None, "PN"),
    ]


def _pieces() -> dict[str, Any]:
    today = localdate()
    return {
        "pairs": [(_("Area"), "577 km²"), (_("Density"), "26,5"), (_("Siren"), "200 071 819")],
        "tabs": [
            Tab(_("Overview"), "#a", True),
            Tab(_("People"), "#b", count=12),
            Tab(_("History"), "#c"),
        ],
        "steps": [
            Step(_("Your organisation"), _("complete"), "done", "#1"),
            Step(_("Why and how"), _("2 answers to look at again"), "current", "#2"),
            Step(_("The team"), _("begun by Ilan"), "half", "#3"),
            Step(_("The budget"), _("to look at again"), "bad", "#4"),
            Step(_("Read again and send")),
        ],
        "events": [
            TimelineItem(now(), _("Invitation sent"), "Yaël Orsenne", _("by Maïwenn Astruc"), "#"),
            TimelineItem(today - timedelta(days=3), _("Branch opened"), "Nontron", state="now"),
            TimelineItem(today - timedelta(days=90), _("Agreement signed"), state=""),
        ],
        "hours": [
            TimelineItem("9 h 30", "Le Fournil à deux voix", _("Session 4"), "Nontron"),
            TimelineItem("11 h", _("Committee"), state="now"),
            TimelineItem("14 h", _("Visit"), state=""),
        ],
        "gestures": _gestures(),
        "page_of": Paginator(range(200), 10).page(7),
        "levels": ["info", "success", "warning", "error"],
    }


def _map() -> MapView | None:
    """A map of departments, when this instance has tiles."""
    try:
        tiles.open_archive()
        tile = reverse("territories:tile", args=[0, 0, 0]).replace("/0/0/0", "/{z}/{x}/{y}")
        values = reverse("territories:values", args=["department", "density"])
    except (NoReverseMatch, DataError):
        return None
    label = _("Inhabitants per km², by department")
    return MapView(
        label=label, tiles=tile, layer="departments", values=values, page="#CODE", unit="hab./km²", credit="IGN 2026"
    )


def style_guide(request: HttpRequest) -> HttpResponseBase:
    if not may_see_style(getattr(request, "actor", None)):
        raise NotAllowed(_("The style guide is for the team that runs this instance."))
    rows = SampleTable(_rows(), request)
    refused = SampleForm({"email": "x", "shape": "branch"}, prefix="refused")
    filled = SampleForm(initial={"shape": "branch", "medium": "v", "why": ["asked"], "name": "La Bricole fertile"})
    messages.success(request, _("Saved."))
    messages.error(request, _("The mail could not be sent."))
    context = {
        "filled": filled,
        "refused": refused,
        "empty_list": EmptyTable([], request),
        "charts": style_charts.samples(),
        "map_view": _map(),
        **_pieces(),
    }
    return respond(request, rows, "ui/pages/style.html", context)
