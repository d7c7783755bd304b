"""Forms of the team about an application."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.programmes.enums import NoteReach
from kiif.questionnaires.enums import MandateChannel
from kiif.ui.forms import DateInput, DateTimeInput, Radios

_Area = forms.Textarea


class IneligibleForm(forms.Form):
    """A refusal of eligibility: why, and another way."""

    words = forms.CharField(
        label=_("Why it does not fit this call"),
        help_text=_("Its carriers read these words as they are."),
        max_length=2_000,
        widget=_Area(attrs={"rows": 5}),
    )
    door_words = forms.CharField(
        label=_("Another door"),
        help_text=_("Another programme, the webinars, the next edition, somebody to talk to."),
        max_length=300,
        widget=_Area(attrs={"rows": 2}),
    )
    door_url = forms.CharField(
        label=_("Where it leads"), help_text=_("An address, if there is one."), max_length=300, required=False
    )


class UntilForm(forms.Form):
    """Until when corrections are waited for."""

    until = forms.DateTimeField(label=_("To correct by"), help_text=_("Paris time."), widget=DateTimeInput)
    words = forms.CharField(
        label=_("A few words for the carriers"), max_length=1_000, required=False, widget=_Area(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = timezone.localtime() + dt.timedelta(days=7)
        self.fields["until"].initial = day.replace(hour=18, minute=0, second=0, microsecond=0)


class HostsForm(forms.Form):
    """Why the team changes by whom an application would be hosted."""

    words = forms.CharField(
        label=_("Why it changes"),
        help_text=_("Its carriers read these words as they are."),
        max_length=1_000,
        widget=_Area(attrs={"rows": 3}),
    )


class NoteTextForm(forms.Form):
    """A note between colleagues who run the call."""

    text = forms.CharField(label=_("Your note"), max_length=4_000, widget=_Area(attrs={"rows": 3}))


class NoteForm(NoteTextForm):
    reach = forms.ChoiceField(label=_("Who reads it"), choices=NoteReach.choices, initial=NoteReach.TEAM, widget=Radios)


class WithdrawForm(forms.Form):
    words = forms.CharField(
        label=_("Why, if you like to say"), max_length=2_000, required=False, widget=_Area(attrs={"rows": 3})
    )


class WithdrawForForm(forms.Form):
    words = forms.CharField(
        label=_("Who asked, how, why"),
        help_text=_("The carriers read these words."),
        max_length=2_000,
        widget=_Area(attrs={"rows": 3}),
    )


class ReminderForm(forms.Form):
    words = forms.CharField(
        label=_("Your message"),
        help_text=_("The title of the call, its deadline and the link to the dossier are added for you."),
        max_length=2_000,
        widget=_Area(attrs={"rows": 4}),
    )


class MandateForm(forms.Form):
    """The team writes for somebody who asked."""

    email = forms.EmailField(
        label=_("E-mail address of the person who applies"),
        help_text=_(
            "With an account, it is their application and they are told now. Without one, it is offered to them."
        ),
        max_length=254,
    )
    given_by = forms.CharField(label=_("Who asked you to write"), max_length=150)
    channel = forms.ChoiceField(label=_("How they asked"), choices=MandateChannel.choices, widget=Radios)
    given_on = forms.DateField(label=_("On which day"), widget=DateInput, initial=timezone.localdate)
    words = forms.CharField(
        label=_("What was agreed"),
        help_text=_("The person reads these words, and may end the mandate at any time."),
        max_length=1_000,
        widget=_Area(attrs={"rows": 3}),
    )


class PairForm(forms.Form):
    words = forms.CharField(
        label=_("Why"), help_text=_("Kept with the decision."), max_length=1_000, required=False,
        widget=_Area(attrs={"rows": 2}),
    )  # fmt: skip
