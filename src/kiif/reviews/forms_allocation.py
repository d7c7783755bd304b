"""Forms of sharing out, conflicts and reminders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiif.reviews.allocation import LEAST, Settings
from kiif.reviews.models import Round
from kiif.ui.forms import Segments

_HOUSES = (("1", _("one")), ("2", _("two")), ("3", _("three")), ("0", _("any number")))
_BALANCE = (("0.2", _("the right people first")), ("0.5", _("both")), ("1.5", _("even loads first")))


class SettingsForm(forms.Form):
    """What people decide of a sharing out."""

    reads = forms.IntegerField(
        label=_("Reads of each application"), min_value=LEAST, max_value=12,
        help_text=_("Three at least: with fewer, a score says more of who read than of what was read."),
    )  # fmt: skip
    most_per_organisation = forms.ChoiceField(
        label=_("Readers of the same house for one application, at most"), choices=_HOUSES,
        widget=Segments,
    )  # fmt: skip
    theme_reads = forms.IntegerField(label=_("Readers who know the theme"), min_value=0, max_value=5)
    territory_reads = forms.IntegerField(label=_("Readers who know the department"), min_value=0, max_value=5)
    skill = forms.ChoiceField(label=_("A skill that one reader of each should have"), required=False)
    balance = forms.ChoiceField(label=_("What counts more"), choices=_BALANCE, widget=Segments)
    keep = forms.BooleanField(
        label=_("Move as little as possible of what is entrusted already"), required=False,
        help_text=_("Otherwise, what nobody began is shared out anew."),
    )  # fmt: skip
    seed = forms.CharField(
        label=_("Draw"), max_length=40,
        help_text=_("Settles what is equal. The same word, on the same day, gives the same sharing out: publish it."),
    )  # fmt: skip

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        known = Settings.of(round_)
        kwargs.setdefault("initial", _initial(known))
        super().__init__(*args, **kwargs)
        skills = sorted({skill for one in round_.reviewers.all() for skill in one.skills})
        skill: Any = self.fields["skill"]
        skill.choices = [("", _("none in particular")), *((one, one) for one in skills)]
        if not skills:
            del self.fields["skill"]

    def settings(self) -> Settings:
        """What was typed; call once the form is valid."""
        data = self.cleaned_data
        return Settings(
            reads=data["reads"],
            most_per_organisation=int(data["most_per_organisation"]) or None,
            theme_reads=data["theme_reads"],
            territory_reads=data["territory_reads"],
            balance=float(data["balance"]),
            needs={data["skill"]: 1} if data.get("skill") else {},
            keep=data["keep"],
            seed=data["seed"].strip(),
        )


def _initial(known: Settings) -> dict[str, Any]:
    nearest = min((value for value, _label in _BALANCE), key=lambda value: abs(float(value) - known.balance))
    return {
        "reads": max(known.reads, LEAST),
        "most_per_organisation": str(known.most_per_organisation or 0),
        "theme_reads": known.theme_reads,
        "territory_reads": known.territory_reads,
        "skill": next(iter(known.needs), ""),
        "balance": nearest,
        "keep": known.keep,
        "seed": known.seed,
    }


class ImportForm(forms.Form):
    """A list of assignments kept in a spreadsheet."""

    file = forms.FileField(label=_("File (CSV)"), help_text=_("Two columns: “numéro” and “courriel”."))


class WordsForm(forms.Form):
    """Words, compulsory or not."""

    words = forms.CharField(label=_("In a few words"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, required: bool = True, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = required
        if label:
            self.fields["words"].label = label


class ReminderForm(forms.Form):
    words = forms.CharField(
        label=_("A word from you"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Added to the mail. What each one has left is counted for them."),
    )  # fmt: skip
