from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kiif.accounts.models.user import phone_shape
from kiif.ui.forms import CodeInput


class ProfileForm(forms.Form):
    full_name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("As you want others to read it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        validators=[phone_shape],
        help_text=_("For the people you work with."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("For pages and for mails.")
    )


class ReconsentForm(forms.Form):
    accepts = forms.BooleanField(
        label=_("I have read this and I accept it"),
        error_messages={"required": _("Tick the box to go on, or sign out.")},
    )


class ErasureForm(forms.Form):
    understood = forms.BooleanField(
        label=_("I understand that after this date nobody can bring my account back"),
        error_messages={"required": _("Tick the box to confirm.")},
    )


class VisitForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("The person reads it on their page “My data”. For example: “Asked for help with the review form”."),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code received by mail"),
        max_length=20,
        help_text=_("You can type it with or without the dash."),
        widget=CodeInput(attrs={"inputmode": "text"}),
    )
