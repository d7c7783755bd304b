"""Forms of the app: they check what is typed, the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiif.territories.codes import MAX_BYTES
from kiif.territories.enums import Visibility
from kiif.territories.models import DataImport, Draft, DrawnTerritory
from kiif.ui.forms import Radios


class TextsForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Words of a draft."""

    class Meta:
        model = Draft
        fields = ("name", "description", "why", "note")
        labels = {
            "name": _("Name of the area"),
            "description": _("What is this place?"),
            "why": _("Why this outline?"),
            "note": _("What changes in this version"),
        }
        help_texts = {
            "name": _("The name that people use, such as “the Roya valley”."),
            "why": _("What holds these communes together: a history, a road, a market, a difficulty."),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "why": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.drawn_id is None:
            del self.fields["note"]


class ListForm(forms.Form):
    """Communes as a list: pasted, or in a file."""

    text = forms.CharField(
        label=_("Codes or names, one per line"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        required=False,
        max_length=MAX_BYTES,
        strip=False,
        help_text=_("Codes of communes (24311), of intercommunal bodies (200071819), or exact names."),
    )
    file = forms.FileField(
        label=_("Or a CSV file"),
        required=False,
        help_text=_("With a column of commune codes; 2 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("text", "").strip() and not data.get("file"):
            raise forms.ValidationError(_("Paste a list, or choose a file."))
        return data


class DescribeForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Words of an area that is drawn."""

    class Meta:
        model = DrawnTerritory
        fields = ("name", "description", "why")
        labels = TextsForm.Meta.labels
        help_texts = TextsForm.Meta.help_texts
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "why": forms.Textarea(attrs={"rows": 4}),
        }


class ShareForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Who may read an area."""

    class Meta:
        model = DrawnTerritory
        fields = ("visibility",)
        widgets = {
            "visibility": Radios(
                help={
                    Visibility.PRIVATE: _("You, and the people of the organisation that it was drawn for."),
                    Visibility.MEMBERS: _("Everybody who has an account here."),
                    Visibility.PUBLIC: _("It shows on the public pages and can be found by search."),
                }
            )
        }


class GiveFileForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """An official file, as its publisher gives it."""

    class Meta:
        model = DataImport
        fields = ("source", "file")

    source = forms.ChoiceField(
        label=_("Dataset"),
        required=False,
        help_text=_("Leave empty: the file is recognised from its name and columns."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, Excel, Parquet, GeoJSON or zip, exactly as the publisher gives it; 200 MB at most."),
    )

    def __init__(self, *args: Any, sources: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [("", _("Recognise it")), *sources]  # type: ignore[attr-defined]  # ChoiceField
