"""Forms of the app: they say what is asked, the actions decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.replication.criteria import PILLARS
from kiif.replication.enums import SCORE_DAYS, HumanScore, Level
from kiif.replication.models import Solution
from kiif.replication.profiles import PROFILES
from kiif.ui.forms import DateInput, RadioCards, Radios, Segments


class SolutionForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What a solution does, for whom, what it needs, what must never be."""

    class Meta:
        model = Solution
        fields = ("name", "kind", "does", "audience", "needs", "never")
        help_texts = {
            "name": _("As people call it today."),
            "does": _("One or two sentences, as you would tell a mayor."),
            "needs": _("Premises, people, partners, a number of inhabitants within reach…"),
            "never": _("What would make it fail: it helps you choose conditions at the next step."),
        }
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("does", "audience", "needs", "never")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(profile.id, profile.label) for profile in PROFILES.values()]
        examples = {profile.id: profile.example for profile in PROFILES.values()}
        label = self.fields["kind"].label
        self.fields["kind"] = forms.ChoiceField(
            label=label, choices=kinds, widget=RadioCards(help=examples),
            help_text=_("It only proposes criteria to start from: you will change everything."),
        )  # fmt: skip

    def validate_constraints(self) -> None:
        """The action checks again, on what is locked."""


class LevelForm(forms.Form):
    """At which level territories are compared."""

    level = forms.ChoiceField(
        label=_("Compare"),
        choices=Level.choices,
        widget=Radios(
            help={
                Level.EPCI: _("Some 1,250, each able to decide and to pay: where most replications are negotiated."),
                Level.COMMUNE: _("34,875, to find the very place; figures are more fragile for the smallest ones."),
                Level.LIVING_AREA: _("Where people find everyday services, whatever the administrative limits."),
                Level.DEPARTMENT: _("For a first glance, or a solution that covers a whole department."),
            }
        ),
    )


class FiguresForm(forms.Form):
    """Figures of one's own: a file, what it says."""

    label = forms.CharField(
        label=_("What these figures say"), max_length=120, help_text=_("Such as: members of our network.")
    )
    unit = forms.CharField(label=_("Unit"), max_length=30, required=False)
    pillar = forms.ChoiceField(label=_("What it is about"), choices=[(p.id, p.label) for p in PILLARS.values()])
    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        help_text=_("A code of commune or of intercommunal body, then a figure, on each line; 8 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    text = forms.CharField(
        label=_("Or paste the lines"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("file") and not (data.get("text") or "").strip():
            self.add_error("file", _("Choose a file, or paste lines: a code, then a figure."))
        return data


class ScoreForm(forms.Form):
    """What somebody knows of a territory."""

    about = forms.ChoiceField(label=_("About"), choices=HumanScore.choices, widget=Segments)
    value = forms.TypedChoiceField(
        label=_("How far"),
        coerce=int,
        choices=[
            (0, _("0: no, or against")),
            (1, _("1: listens")),
            (2, _("2: says yes")),
            (3, _("3: commits in writing or with means")),
        ],
        widget=Radios,
    )
    evidence = forms.CharField(
        label=_("What makes you say so"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A meeting, a letter, a vote: with its date."),
    )
    expires_on = forms.DateField(label=_("To look at again on"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=SCORE_DAYS)


class SpreadForm(forms.Form):
    """A short list that is good and spread."""

    size = forms.IntegerField(label=_("How many"), min_value=2, max_value=20, initial=5)
    min_km = forms.IntegerField(label=_("At least so many kilometres apart"), min_value=0, max_value=1000, initial=60)
    quota = forms.IntegerField(label=_("At most so many in a region"), min_value=1, max_value=20, initial=2)
    exact = forms.BooleanField(label=_("Prove that no better list exists (takes a few seconds)"), required=False)
