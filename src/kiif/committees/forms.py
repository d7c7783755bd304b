"""Forms of committees: the rules of a session, its members, its agenda."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiif.accounts.models import User
from kiif.committees.enums import AgendaOrder, MemberRole, Step
from kiif.committees.models import Session
from kiif.ui.forms import Checkboxes, DateTimeInput, Radios, Segments


class SessionForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The rules are said before anybody votes; once the session is open they are only read."""

    link = forms.URLField(label=_("link of the video call"), required=False, assume_scheme="https", max_length=200)
    first = forms.ChoiceField(label=_("Reserve list: first by"), choices=Step.choices, initial=Step.VOTES)
    second = forms.ChoiceField(label=_("then by"), choices=[("", "–"), *Step.choices], required=False)
    third = forms.ChoiceField(label=_("then by"), choices=[("", "–"), *Step.choices], required=False)

    class Meta:
        model = Session
        fields = (
            "title", "starts_at", "ends_at", "place", "link", "mode", "secret", "quorum", "quorum_least", "majority",
            "tie", "blind", "marks_on_screen", "read_before", "minutes_each", "places", "reserve_size", "seed",
        )  # fmt: skip
        widgets = {
            "starts_at": DateTimeInput,
            "ends_at": DateTimeInput,
            "mode": Segments,
            "quorum": Radios,
            "majority": Radios,
            "tie": Radios(
                help={
                    "chair": _(
                        "When the chair is absent, leaves for the dossier or abstains, nothing is decided; nor in a"
                        " secret vote, where settling it would tell how the chair voted."
                    ),
                }
            ),
        }
        help_texts = {
            "seed": _(
                "A word that nobody can guess the effect of, published before the draw: the same word always gives the"
                " same order. Without one, equals share a rank and people choose."
            ),
            "secret": _("Nobody sees who voted what, neither during the vote nor after. Each dossier may differ."),
            "quorum_least": _("Counted dossier by dossier: whoever leaves for a conflict of interest is left out."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [*(self.instance.steps or []), "", "", ""]
        for name, step in zip(("first", "second", "third"), steps, strict=False):
            self.fields[name].initial = step
        if self.instance.pk and not self.instance.is_planned:
            from kiif.committees.actions.preparing import BEFOREHAND

            for name in (*(BEFOREHAND & self.fields.keys()), "first", "second", "third"):
                self.fields[name].disabled = True

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        data = dict(self.cleaned_data)
        steps = [data.pop(name, "") for name in ("first", "second", "third")]
        return data | {"steps": list(dict.fromkeys(step for step in steps if step))}


class MemberForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of their account"),
        help_text=_("Somebody without an account creates one first: they are free, and take a minute."),
        max_length=254,
    )
    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices, initial=MemberRole.MEMBER, widget=Segments)
    quality = forms.CharField(
        label=_("In what capacity"), help_text=_("As the minutes will say it: “ATIS”, “expert”."), required=False,
        max_length=120,
    )  # fmt: skip
    voice = forms.BooleanField(label=_("Votes"), required=False, initial=True)

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        self.person = User.objects.filter(email__iexact=address, is_active=True).first()
        if self.person is None:
            raise forms.ValidationError(_("No account has this address. Check it, or invite the person first."))
        return address

    def found(self) -> Any:
        """The person, once the form is valid."""
        return self.person


class ChangeMemberForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices, widget=Segments)
    quality = forms.CharField(label=_("In what capacity"), required=False, max_length=120)
    voice = forms.BooleanField(label=_("Votes"), required=False)


class ReviewersForm(forms.Form):
    """Those who read in the call, several at once."""

    people = forms.MultipleChoiceField(label=_("People who read in this call"), widget=Checkboxes)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["people"]
        field.choices = [(str(one.pk), str(one)) for one in people]


class AgendaForm(forms.Form):
    order = forms.ChoiceField(label=_("Order"), choices=AgendaOrder.choices, widget=Radios)
    batch = forms.BooleanField(
        label=_("Propose without discussion those that everybody agrees on"),
        help_text=_("Readers agree, and the whole interval of the mark lies above or below the last place."),
        required=False,
        initial=True,
    )
    everything = forms.BooleanField(label=_("Also those that nobody read"), required=False)
