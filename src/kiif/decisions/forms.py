"""Forms of the room: what people fill in; the rules are the actions'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiif.decisions.actions.terms import FIELDS
from kiif.decisions.enums import Outcome, Reply
from kiif.decisions.models import Terms
from kiif.ui.forms import Checkboxes, DateInput, RadioCards, Radios


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Decision"), choices=Outcome.choices, widget=Radios)
    rank = forms.IntegerField(
        label=_("Rank on the reserve list"), required=False, min_value=1, max_value=999,
        help_text=_("Only for the reserve list. Those who share a rank are told apart by the tie rule of the call."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("Reasons, for the team"), required=False, max_length=4_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Carriers never read this."),
    )  # fmt: skip
    explanation = forms.CharField(
        label=_("Why the decision changes"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Needed before it is published. The carriers read it in their letter and on the page of their project."
        ),
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, replacing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not replacing:
            del self.fields["explanation"]


class BulkForm(forms.Form):
    """What to do with several applications at once. `gesture`: an outcome, or a step of the letter."""

    gesture = forms.ChoiceField(
        label=_("What to do"),
        choices=[
            ("accepted", _("Decide: accepted")),
            ("reserve", _("Decide: on the reserve list, in the order of the list below")),
            ("refused", _("Decide: refused")),
            ("write", _("Write the letters that are missing")),
            ("ready", _("Mark the letters as read again")),
            ("drop", _("Set the decisions being prepared aside")),
        ],
        widget=Radios,
    )
    rank = forms.IntegerField(
        label=_("First rank"),
        required=False,
        min_value=1,
        max_value=999,
        help_text=_("For the reserve list: 1 by default."),
    )


class LetterForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 18}))
    chosen = forms.MultipleChoiceField(
        label=_("What reviewers wrote for the carriers"), required=False, widget=Checkboxes,
        help_text=_("What you tick is added to the feedback below, where you edit it. Nobody reads who wrote what."),
    )  # fmt: skip
    feedback = forms.CharField(
        label=_("Feedback, as it will be read"), required=False, max_length=6_000,
        widget=forms.Textarea(attrs={"rows": 7}), help_text=_("It fills the place that the letter keeps for it."),
    )  # fmt: skip
    adopt = forms.BooleanField(label=_("These words are right for the decision as it is now"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, sentences: list[tuple[str, str]], adopting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = sentences  # type: ignore[attr-defined]  # a field of choices
        if not sentences:
            del self.fields["chosen"]
        if not adopting:
            del self.fields["adopt"]


class TextForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 18}))
    whole = forms.BooleanField(label=_("For all calls of the programme"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class TermsForm(forms.ModelForm[Terms]):
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Terms
        fields = FIELDS
        widgets = {"tie_rule": Radios}


class PublishForm(forms.Form):
    number = forms.IntegerField(
        label=_("How many answers do you publish?"), min_value=0, help_text=_("Type the number shown above.")
    )
    leave = forms.BooleanField(label=_("I know that some applications stay without an answer"), required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, leaving: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if leaving:
            self.fields["leave"].required = True
        else:
            del self.fields["leave"]


class ReplyForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Your reply"),
        choices=[(Reply.CONFIRMED, _("We take the place")), (Reply.DECLINED, _("We decline the place"))],
        widget=RadioCards,
    )
    words = forms.CharField(
        label=_("A word for the team"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExtendForm(forms.Form):
    until = forms.DateField(label=_("New last day"), widget=DateInput)


class ReviewForm(forms.Form):
    words = forms.CharField(
        label=_("What should be looked at again, and why"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 8})
    )


class ReviewAnswerForm(forms.Form):
    upheld = forms.ChoiceField(
        label=_("Answer"),
        choices=[("no", _("The decision stays")), ("yes", _("The decision will be changed"))],
        widget=Radios,
    )
    answer = forms.CharField(
        label=_("Reasons, read by the carriers"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 8})
    )


class ReturnedForm(forms.Form):
    words = forms.CharField(label=_("What came back says"), required=False, max_length=300)


class SendAgainForm(forms.Form):
    to = forms.ChoiceField(label=_("Send it to"), required=False, widget=Radios)
    address = forms.EmailField(label=_("Or to this address"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = people  # type: ignore[attr-defined]  # a field of choices
        if not people:
            del self.fields["to"]
