"""Forms of the app: they check what is typed, the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.alliance.models import Incubator
from kiif.organisations.actions.common import FIELDS
from kiif.organisations.enums import LegalForm, Theme, TieRole
from kiif.organisations.models import Offering, Organisation
from kiif.organisations.pickers import CommuneField, OrganisationField
from kiif.organisations.validators import parse_identifier
from kiif.ui.forms import CheckboxColumns, Checkboxes, DateInput, Radios

TIE_HELP = {
    TieRole.LEADER: _("Changes this page and recognises the others."),
    TieRole.EMPLOYEE: _("Changes this page."),
    TieRole.BOARD: _("Changes this page."),
    TieRole.VOLUNTEER: _("Reads this page."),
}


class IdentifierForm(forms.Form):
    """The number by which an organisation is known, or its name: where entering one begins."""

    numero = forms.CharField(
        label=_("SIREN, SIRET, RNA number, or name"),
        max_length=100,
        help_text=_("Nine or fourteen digits, W and nine digits, or the first words of the name."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class NumberField(forms.CharField):
    """A number as people type it, made bare; `kind` is the one that is wanted."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(max_length=60, required=False, **kwargs)
        self.kind = kind

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text:
            return ""
        try:
            found = parse_identifier(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if found.kind == self.kind:
            return found.value
        if self.kind == "siren" and found.siren:
            return found.siren
        wrong = {
            "siren": _now("This is not a SIREN: nine digits."),
            "siret": _now("This is not a SIRET: fourteen digits."),
            "rna": _now("This is not an RNA number: W and nine digits."),
        }
        raise forms.ValidationError(wrong[self.kind])


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The fiche, in the order in which one knows things."""

    class Meta:
        model = Organisation
        fields = tuple(name for name in FIELDS if name != "legal_code")
        widgets = {
            "founded_on": DateInput,
            "description": forms.Textarea(attrs={"rows": 4}),
        }

    siren = NumberField("siren", label=_("SIREN"))
    siret = NumberField("siret", label=_("SIRET of the headquarters"))
    rna = NumberField("rna", label=_("RNA number"))
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    commune = CommuneField(label=_("Commune of the headquarters"), required=False)
    themes = forms.MultipleChoiceField(label=_("Themes"), choices=Theme.choices, required=False, widget=CheckboxColumns)

    groups = (
        (_("Who it is"), ("name", "usual_name", "siren", "siret", "rna", "inscription", "legal_form", "founded_on")),
        (_("Where it is"), ("address", "postcode", "commune")),
        (_("How to reach it"), ("email", "phone", "website")),
        (_("What it does"), ("themes", "description")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_form"].choices = [("", _("form not known")), *LegalForm.choices]  # type: ignore[attr-defined]  # of choices

    @property
    def parts(self) -> list[tuple[Any, list[Any]]]:
        """Fields in their groups, for the page."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        siren, siret = data.get("siren"), data.get("siret")
        if siren and siret and not siret.startswith(siren):
            self.add_error("siret", _now("The first nine digits of the SIRET are the SIREN: these two differ."))
        elif siret and not siren:
            data["siren"] = siret[:9]
        return data

    def validate_constraints(self) -> None:
        """The action checks again, on what is locked, and says which organisation has the same number."""

    def facts(self) -> dict[str, Any]:
        """What was typed, by field, for the action."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class OwnOrganisationForm(OrganisationForm):
    """The same, entered by somebody of the organisation: what they are there."""

    role = forms.ChoiceField(
        label=_("What you are there"), choices=TieRole.choices, initial=TieRole.LEADER, widget=Radios(help=TIE_HELP)
    )


class PersonForm(forms.Form):
    """A person of an organisation, entered by the team."""

    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("Of the account of this person here. They will be asked to accept.")
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=TieRole.choices, initial=TieRole.LEADER, widget=Radios(help=TIE_HELP)
    )
    title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    since = forms.DateField(label=_("Since"), widget=DateInput, required=False)
    source = forms.CharField(
        label=_("How you know it"), max_length=200, help_text=_("A meeting, a mail, the statutes: the person reads it.")
    )


class TieForm(forms.Form):
    """What somebody is."""

    role = forms.ChoiceField(label=_("Role"), choices=TieRole.choices, widget=Radios(help=TIE_HELP))
    title = forms.CharField(label=_("Job title"), max_length=120, required=False)


class ClaimForm(forms.Form):
    """Asking to be recognised as one of an organisation."""

    role = forms.ChoiceField(
        label=_("What you are there"), choices=TieRole.choices, initial=TieRole.LEADER, widget=Radios(help=TIE_HELP)
    )
    title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    message = forms.CharField(
        label=_("A word for those who will recognise you"),
        max_length=200,
        required=False,
        help_text=_("Who knows you there, how to check."),
    )


class OfferingForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A solution that an organisation runs."""

    class Meta:
        model = Offering
        fields = ("name", "kind", "does", "audience", "since_year", "is_open")
        help_texts = {
            "does": _("One or two sentences, as you would tell a mayor."),
            "audience": _("Who comes, who is expected."),
        }
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("does", "audience")}

    def validate_constraints(self) -> None:
        """The action checks."""


class DayForm(forms.Form):
    """The day on which something happened."""

    on = forms.DateField(label=_("Day"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class FollowersForm(forms.Form):
    """Which incubators follow an organisation."""

    stewards = forms.ModelMultipleChoiceField(
        label=_("Incubators"), queryset=Incubator.objects.none(), required=False, widget=Checkboxes
    )

    def __init__(self, *args: Any, actor: Actor, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Incubator.objects.visible_to(actor).filter(alliance_id=organisation.alliance_id)
        self.fields["stewards"].queryset = rows.order_by("slug")  # type: ignore[attr-defined]  # of models
        self.fields["stewards"].initial = organisation.stewards.all()


class OtherForm(forms.Form):
    """Another row, to be compared."""

    other = OrganisationField(label=_("The other row"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].actor = actor  # type: ignore[attr-defined]  # an OrganisationField


class ListForm(forms.Form):
    """A list of organisations in a file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel, one organisation per line, 2,000 lines at most."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    steward = forms.ModelChoiceField(
        label=_("Followed by"),
        queryset=Incubator.objects.none(),
        required=False,
        empty_label=_("nobody for now"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = getattr(actor.acting_as, "incubator", None)
        rows = Incubator.objects.visible_to(actor)
        rows = rows.filter(pk=own.pk) if own is not None else rows.filter(alliance_id=_alliance_key(actor))
        self.fields["steward"].queryset = rows.order_by("slug")  # type: ignore[attr-defined]  # of models
        self.fields["steward"].initial = own


def _alliance_key(actor: Actor) -> Any:
    return actor.acting_as.where.alliance_key if actor.acting_as is not None else None
