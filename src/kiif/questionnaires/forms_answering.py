"""Forms round answers: invite, hand over, mandates, conditions of a collection."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kiif.questionnaires.enums import Audience, MandateChannel, ParticipantRole
from kiif.questionnaires.models import Collection
from kiif.ui.forms import DateInput, DateTimeInput, Radios


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("Their e-mail address"), max_length=254)
    role = forms.ChoiceField(
        label=_("What they may do"),
        choices=ParticipantRole.choices,
        initial=ParticipantRole.EDIT,
        widget=Radios(
            help={
                ParticipantRole.VIEW: _("Reads everything, changes nothing."),
                ParticipantRole.COMMENT: _("Leaves remarks beside the answers."),
                ParticipantRole.EDIT: _("Writes with you; you send."),
                ParticipantRole.SUBMIT: _("Writes, and may send in the name of all."),
            }
        ),
    )
    words = forms.CharField(
        label=_("A few words for them"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )


class TransferForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of who takes over"),
        help_text=_("Nothing changes until they accept. You will then still be able to write."),
        max_length=254,
    )
    words = forms.CharField(
        label=_("A few words for them"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("What they may do"), choices=ParticipantRole.choices)


class MandateForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of the person who answers"),
        help_text=_("With an account, it is their answer and they are told now. Without one, they receive an offer."),
        max_length=254,
    )
    given_by = forms.CharField(label=_("Who asked you to write"), max_length=150)
    channel = forms.ChoiceField(label=_("How they asked"), choices=MandateChannel.choices, widget=Radios)
    given_on = forms.DateField(label=_("On which day"), widget=DateInput, initial=timezone.localdate)
    words = forms.CharField(
        label=_("What was agreed"),
        help_text=_("The person will read these words, and may end the mandate at any time."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RemarkForm(forms.Form):
    text = forms.CharField(label=_("Your remark"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))
    field_key = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)


class CollectionForm(forms.ModelForm[Collection]):
    """Conditions of a collection. Days and hours are those of the instance (Paris)."""

    class Meta:
        model = Collection
        fields = ("title", "slug", "audience", "one_each", "opens_at", "closes_at", "grace")
        widgets = {
            "audience": Radios(
                help={
                    Audience.ACCOUNT: _("People sign in, or open an account; they can be several on one answer."),
                    Audience.LINK: _("A personal link lets them come back. No file may be lost: they keep the link."),
                    Audience.TEAM: _("Whoever acts under a role of a team."),
                }
            ),
            "opens_at": DateTimeInput,
            "closes_at": DateTimeInput,
        }
        help_texts = {
            "slug": _("The end of the public address: /repondre/… Small letters, digits, hyphens."),
            "opens_at": _("Hour of Paris. Empty: at once."),
            "closes_at": _("Hour of Paris. Empty: never by itself."),
            "grace": _("What was begun before the end can still be sent during these minutes."),
            "one_each": _("Without this, a person may send several answers."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["grace"].required = False

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]) or slugify(self.cleaned_data.get("title", ""))[:80]

    def clean_grace(self) -> int:
        given = self.cleaned_data["grace"]
        return 15 if given is None else min(given, 24 * 60)

    def _post_clean(self) -> None:
        """The action validates the row; here only fields are read."""


class ProlongForm(forms.Form):
    until = forms.DateTimeField(label=_("New end"), help_text=_("Hour of Paris."), widget=DateTimeInput)


class ReopenForm(forms.Form):
    until = forms.DateTimeField(label=_("Until"), help_text=_("Hour of Paris."), widget=DateTimeInput)
    words = forms.CharField(
        label=_("What is to correct, in words"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    fields_ = forms.MultipleChoiceField(label=_("Questions to correct"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["fields_"]
        field.choices = choices
