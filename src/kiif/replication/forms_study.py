"""Forms of the feasibility study and of sharing. What is allowed is the actions' business."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.alliance.models import Body
from kiif.replication.enums import Decision, Engagement, Kind, Mode
from kiif.replication.guides import WORDS
from kiif.replication.models import FeasibilityStudy
from kiif.ui.forms import DateInput, RadioCards, Radios, Segments

#: What each kind of line asks besides its title and what to remember.
ASKED: Final[dict[str, tuple[str, ...]]] = {
    Kind.ACTOR: ("on",),
    Kind.INTERVIEW: ("on",),
    Kind.SUPPLY: ("source",),
    Kind.PARTNER: ("engagement",),
    Kind.FUNDING: ("amount", "on"),
    Kind.PREMISES: ("amount",),
    Kind.RISK: (),
    Kind.NEXT: ("on", "done"),
}
ENGAGEMENT_HELP: Final = {
    str(Engagement.INFORMED.value): _("They know about it."),
    str(Engagement.INTERESTED.value): _("They asked to hear more."),
    str(Engagement.ACTIVE.value): _("They took part in meetings or visits."),
    str(Engagement.LETTER.value): _("They signed something."),
    str(Engagement.MEANS.value): _("Money, premises, people: decided."),
}
MODE_HELP: Final = {
    Mode.BRANCH.value: _("The same structure opens a team here."),
    Mode.FRANCHISE.value: _("An independent structure, under contract, with your name."),
    Mode.TRANSFER.value: _("A local organisation takes it over; you train and support."),
    Mode.DISSEMINATION.value: _("Open method, whoever wants it uses it."),
    Mode.COOPERATION.value: _("Done together, in a common structure or by agreement."),
    Mode.MERGER.value: _("An existing structure and yours become one."),
}
DATES: Final = {
    Kind.ACTOR: _("Met on"),
    Kind.INTERVIEW: _("Met on"),
    Kind.FUNDING: _("Answer expected on"),
    Kind.NEXT: _("For"),
}
AMOUNTS: Final = {Kind.PREMISES: _("Rent for a year, in euros")}


class EntryForm(forms.Form):
    """A line of the study; the fields follow its kind."""

    title = forms.CharField(label=_("Title"), max_length=150)
    detail = forms.CharField(
        label=_("What to remember"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    engagement = forms.TypedChoiceField(
        label=_("How far they go"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=Engagement.choices,
        widget=Radios(help=ENGAGEMENT_HELP),
    )
    amount = forms.DecimalField(
        label=_("Amount, in euros"), required=False, min_value=0, max_digits=12, decimal_places=2, localize=True
    )
    on = forms.DateField(label=_("Date"), required=False, widget=DateInput)
    done = forms.BooleanField(label=_("Done"), required=False)
    source = forms.CharField(
        label=_("Source"), required=False, max_length=200, help_text=_("Who says so, and when: a file, a meeting.")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"engagement", "amount", "on", "done", "source"} - set(ASKED[kind]):
            del self.fields[name]
        self.fields["title"].help_text = str(WORDS[kind][2])
        if "on" in self.fields:
            self.fields["on"].label = DATES[Kind(kind)]
        if kind in AMOUNTS:
            self.fields["amount"].label = AMOUNTS[Kind(kind)]

    def values(self) -> dict[str, Any]:
        """What the actions take: every field of the line but its version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class DecisionForm(forms.Form):
    """Go, go if, or no; in which form."""

    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=Segments)
    conditions = forms.CharField(
        label=_("On which conditions"),
        required=False,
        max_length=2_000,
        help_text=_("For “go, if”: what must be true, and by when."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    mode = forms.ChoiceField(
        label=_("In which form"), required=False, choices=Mode.choices, widget=RadioCards(help=MODE_HELP)
    )

    @classmethod
    def of(cls, study: FeasibilityStudy, data: Any = None) -> DecisionForm:
        now = {"decision": study.decision, "conditions": study.conditions, "mode": study.mode}
        return cls(data, initial=now)


RIGHTS: Final = [("read", _("read")), ("write", _("read and write"))]


class PersonShareForm(forms.Form):
    """Share with a person, by exact address."""

    address = forms.EmailField(
        label=_("Their address"), max_length=254, help_text=_("The address with which they sign in on this site.")
    )
    rights = forms.ChoiceField(label=_("They may"), choices=RIGHTS, initial="read", widget=Segments)
    until = forms.DateField(label=_("Until"), required=False, widget=DateInput)


class BodyShareForm(forms.Form):
    """Share with the team of an incubator or a partner."""

    body = forms.ModelChoiceField(label=_("Organisation"), queryset=Body.objects.none())
    rights = forms.ChoiceField(label=_("They may"), choices=RIGHTS, initial="read", widget=Segments)
    until = forms.DateField(label=_("Until"), required=False, widget=DateInput)

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Body.objects.visible_to(by).alive().select_related("as_incubator", "as_partner", "as_alliance")
        self.fields["body"].queryset = seen.order_by("name")  # type: ignore[attr-defined]  # of a model choice


class LinkForm(forms.Form):
    """A reading link: for whom, for how long."""

    label = forms.CharField(
        label=_("For whom"), max_length=120, help_text=_("You will know which one to close: “the town council”.")
    )
    days = forms.TypedChoiceField(
        label=_("Open for"),
        coerce=int,
        initial=30,
        choices=[(7, _("a week")), (30, _("a month")), (90, _("three months")), (365, _("a year"))],
        widget=Segments,
    )
