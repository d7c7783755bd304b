"""Forms of the room. What is allowed is the actions' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiif.alliance import departments
from kiif.cohorts.actions.broadcasts import PLACES
from kiif.cohorts.actions.matching import MOST_WEIGHT
from kiif.cohorts.enums import TURNS, Audience, Criterion, LeaveReason, MemberState
from kiif.cohorts.fitting import weights_of
from kiif.cohorts.models import Broadcast, Cohort, CohortEvent, Commitment, Matching, Member
from kiif.programmes.models import Host, Target
from kiif.ui.forms import Checkboxes, DateInput, DateTimeInput, Radios


def _words(label: Any, **more: Any) -> forms.CharField:
    more.setdefault("max_length", 1_000)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **more)


class RulesForm(forms.Form):
    """What counts in the matching, and the days to answer."""

    days = forms.IntegerField(
        label=_("Days to answer"), min_value=2, max_value=90, help_text=_("For each side, until the end of the day.")
    )
    reminder = forms.IntegerField(
        label=_("Reminder, how many days before the end"), min_value=0, max_value=30,
        help_text=_("One reminder, to the side that has not answered."),
    )  # fmt: skip

    def __init__(self, *args: Any, matching: Matching, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weights = weights_of(matching)
        for criterion in Criterion:
            self.fields[f"w_{criterion}"] = forms.IntegerField(
                label=criterion.label, min_value=0, max_value=MOST_WEIGHT, initial=weights[criterion]
            )
        self.fields["days"].initial, self.fields["reminder"].initial = matching.days, matching.reminder
        self.order_fields([*(f"w_{criterion}" for criterion in Criterion), "days", "reminder"])

    @property
    def weights(self) -> dict[str, int]:
        return {str(criterion): self.cleaned_data[f"w_{criterion}"] for criterion in Criterion}


class HostChoiceForm(forms.Form):
    """A host for a project, by hand."""

    host = forms.ModelChoiceField(Host.objects.none(), label=_("Host"), empty_label=_("Choose…"))
    words = _words(_("A few words"), required=False, help_text=_("Both sides read them."))

    def __init__(self, *args: Any, hosts: Any, **kwargs: Any) -> None:
        """`hosts`: rows that the page has read already, those that one may choose."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["host"]
        field.queryset = Host.objects.filter(pk__in=[host.pk for host in hosts]).select_related("incubator", "branch")
        field.choices = [("", field.empty_label), *((host.pk, str(host)) for host in hosts)]


class WhyForm(forms.Form):
    """A gesture that needs a reason."""

    words = _words(_("Why so"), help_text=_("Both sides read it."))


class AnswerForm(forms.Form):
    """Yes or no to a placement; a refusal says why."""

    answer = forms.ChoiceField(label=_("Your answer"), choices=(), widget=Radios)
    words = _words(_("In a few words"), required=False, help_text=_("Needed for a refusal: the other side reads it."))

    def __init__(self, *args: Any, yes: Any, no: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["answer"]
        field.choices = [("yes", yes), ("no", no)]


class CohortForm(forms.ModelForm[Cohort]):
    class Meta:
        model = Cohort
        fields = ("name", "words", "starts_on", "ends_on")
        widgets = {"words": forms.Textarea(attrs={"rows": 4}), "starts_on": DateInput, "ends_on": DateInput}

    def _post_clean(self) -> None:
        """The action checks the row and says what is wrong; nothing is written to the object of the page."""


class TurnForm(forms.Form):
    """A change in the life of a member."""

    to = forms.ChoiceField(label=_("From now on, this project"), choices=(), widget=Radios)
    reason = forms.ChoiceField(
        label=_("Why so"), choices=[("", _("No reason"))], required=False,
        help_text=_("Needed for a pause or when the project gives up."),
    )  # fmt: skip
    words = _words(_("In a few words"), required=False, help_text=_("Read by the team only."))
    on = forms.DateField(label=_("Since"), widget=DateInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [MemberState(state) for state in MemberState.values if state in TURNS[member.state]]
        to: Any = self.fields["to"]
        to.choices = [(state.value, state.label) for state in offered]
        reason: Any = self.fields["reason"]
        automatic = {LeaveReason.DECISION, LeaveReason.WITHDREW}
        reason.choices = [("", _("No reason")), *[one for one in LeaveReason.choices if one[0] not in automatic]]


class ConsentForm(forms.Form):
    """What carriers agree to."""

    alumni = forms.BooleanField(
        label=_("After the programme, the alliance may still write to us"), required=False,
        help_text=_("To know what became of the project, to invite us. You may change your mind any day."),
    )  # fmt: skip
    public = forms.BooleanField(
        label=_("Show our project on the public page of the cohort"), required=False,
        help_text=_("Its name, its territory, its host, and the words below. No name of a person."),
    )  # fmt: skip
    portrait = _words(_("Portrait in a few words"), required=False, max_length=600)


class CardForm(forms.Form):
    """What a person shows to the other members."""

    shown = forms.BooleanField(label=_("I am in the directory of the cohort, with my name"), required=False)
    role = forms.CharField(label=_("What I do in the project"), max_length=120, required=False)
    email = forms.BooleanField(label=_("Show my e-mail address"), required=False)
    phone = forms.BooleanField(label=_("Show my telephone"), required=False)
    words = _words(_("What I would like to share or to find"), required=False, max_length=600)


class CommitmentForm(forms.ModelForm[Commitment]):
    class Meta:
        model = Commitment
        fields = ("title", "text", "by_carrier", "by_host", "by_alliance", "due_on")
        widgets = {"text": forms.Textarea(attrs={"rows": 16}), "due_on": DateInput}
        help_texts = {"text": _("Paragraphs are separated by an empty line.")}

    def _post_clean(self) -> None:
        """The action checks the row; nothing is written to the object of the page."""


class SignForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"), max_length=150,
        help_text=_("Typing it here is your signature, with the date and the digest of the text."),
    )  # fmt: skip
    digest = forms.CharField(widget=forms.HiddenInput)


class EventForm(forms.ModelForm[CohortEvent]):
    link = forms.URLField(label=_("Link"), required=False, assume_scheme="https")

    class Meta:
        model = CohortEvent
        fields = ("title", "starts_at", "ends_at", "place", "link", "words")
        widgets = {
            "starts_at": DateTimeInput, "ends_at": DateTimeInput, "words": forms.Textarea(attrs={"rows": 4}),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts_at", "ends_at"):
            self.fields[name].help_text = _("Paris time.")

    def _post_clean(self) -> None:
        """The action checks the row; nothing is written to the object of the page."""


class BroadcastForm(forms.Form):
    """A message and whom it is for."""

    audience = forms.ChoiceField(label=_("Written to"), choices=Audience.choices, widget=Radios)
    states = forms.MultipleChoiceField(
        label=_("Only members in this state"), choices=MemberState.choices, required=False, widget=Checkboxes,
        help_text=_("None ticked: those who take part."),
    )  # fmt: skip
    hosts = forms.ModelMultipleChoiceField(
        Host.objects.none(), label=_("Only those hosted by"), required=False, widget=Checkboxes
    )
    departments = forms.MultipleChoiceField(
        label=_("Only those who aim at"), choices=(), required=False, widget=Checkboxes
    )
    unsigned = forms.ModelChoiceField(
        Commitment.objects.none(), label=_("Only those who have not signed"), required=False, empty_label=_("Everybody")
    )
    alone = forms.BooleanField(label=_("Only those without a host"), required=False)
    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = forms.CharField(label=_("Message"), max_length=8_000, widget=forms.Textarea(attrs={"rows": 12}))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["hosts"].queryset = cohort.call.hosts.select_related("incubator", "branch")
        aimed = Target.objects.filter(application__member__cohort=cohort).exclude(department_code="")
        codes = sorted(set(aimed.values_list("department_code", flat=True)))
        fields["departments"].choices = [(code, f"{departments.name_of(code)} ({code})") for code in codes]
        fields["unsigned"].queryset = cohort.commitments.filter(opened_at__isnull=False, by_carrier=True)
        known = ", ".join(f"{{{name}}}" for name in PLACES)
        fields["text"].help_text = _("These are replaced for each person: %(known)s.") % {"known": known}
        for name in ("hosts", "departments"):
            if not list(fields[name].choices):
                del self.fields[name]

    @property
    def filters(self) -> dict[str, Any]:
        """As `Broadcast.filters` keeps them."""
        data = self.cleaned_data
        found: dict[str, Any] = {
            "states": data.get("states"),
            "hosts": [host.pk for host in data.get("hosts") or ()],
            "departments": data.get("departments"),
            "unsigned": data["unsigned"].pk if data.get("unsigned") else None,
            "alone": data.get("alone"),
        }
        return {key: value for key, value in found.items() if value}


def initial_of(broadcast: Broadcast) -> dict[str, Any]:
    """A message that is kept, as the form shows it."""
    return {
        **broadcast.filters,
        "subject": broadcast.subject,
        "text": broadcast.text,
        "audience": broadcast.audience,
        "revision": broadcast.revision,
    }
