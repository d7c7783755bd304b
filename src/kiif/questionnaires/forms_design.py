"""Forms of the designer that are not of one question. What is allowed is the actions' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.alliance.models import Body
from kiif.questionnaires.enums import Purpose
from kiif.ui.forms import Checkboxes, Radios

#: Languages offered by name; others are typed by code.
OFFERED = (("fr", "français"), ("en", "English"), ("de", "Deutsch"), ("es", "español"), ("it", "italiano"))


class NewForm(forms.Form):
    """A questionnaire to make: its title, what it is for, its languages."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("Read at the top by whoever answers."))
    purpose = forms.ChoiceField(label=_("What it is for"), choices=Purpose.choices, widget=Radios)
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=OFFERED, initial=["fr"], widget=Checkboxes,
        help_text=_("The first ticked is the one it is thought in. More can be added later."),
    )  # fmt: skip


class SettingsForm(forms.Form):
    """What it is for, its languages in order."""

    purpose = forms.ChoiceField(label=_("What it is for"), choices=Purpose.choices, widget=Radios)
    languages = forms.CharField(
        label=_("Languages"),
        max_length=60,
        help_text=_("Two letters each, between commas, the first is the one it is thought in: fr, en."),
    )

    def clean_languages(self) -> list[str]:
        return [code.strip() for code in self.cleaned_data["languages"].split(",")]


class CopyForm(forms.Form):
    """The title of a copy."""

    title = forms.CharField(label=_("Title of the copy"), max_length=200)


class FileForm(forms.Form):
    """A definition to bring: a workbook (XLSForm) or a JSON file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("An XLSForm workbook (.xlsx), or a JSON file exported from here. 10 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.json"}),
    )


class BlockForm(forms.Form):
    """Questions to keep as a block."""

    title = forms.CharField(label=_("Name of the block"), max_length=150)
    about = forms.CharField(
        label=_("What it is for"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class PublishForm(forms.Form):
    """What changed, in words that people read."""

    note = forms.CharField(
        label=_("What changes with this version"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by whoever has an answer in progress. Two sentences are enough."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, first: bool = False, **kwargs: Any) -> None:
        """`first`: nothing was published yet, so nobody is to be told of a change."""
        super().__init__(*args, **kwargs)
        if first:
            self.fields["note"].widget = forms.HiddenInput()


def body_of(actor: Actor) -> Any:
    """The body for which this person makes questionnaires; None for whoever acts for nobody."""
    return Body.objects.filter(pk=actor.acting_as.where_id).first() if actor.acting_as else None
