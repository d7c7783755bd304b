"""Forms of reviews: what people fill in; the rules are the actions'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.models import User
from kiif.alliance import departments
from kiif.alliance.enums import STAFF_ROLES, Role
from kiif.alliance.models import Membership
from kiif.organisations.enums import Theme
from kiif.reviews.enums import LANGUAGES, Aggregate, Others, Sees, Shown, Skill
from kiif.reviews.models import Criterion, Reviewer, Round
from kiif.reviews.questions import questions_of
from kiif.ui.forms import CheckboxColumns, Checkboxes, DateTimeInput, Radios, Segments

_DECLARED = ("capacity", "themes", "territories", "languages", "skills", "organisation_name")


def _departments() -> list[tuple[str, str]]:
    return [(one.code, f"{one.code} {one.name}") for one in departments.departments()]


class DeclaredForm(forms.Form):
    """What somebody can read."""

    capacity = forms.IntegerField(
        label=gettext_lazy("How many applications"),
        min_value=1,
        max_value=300,
        initial=10,
        help_text=gettext_lazy("Count half an hour to an hour for each: ten is a good measure, thirty is a lot."),
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"), choices=Theme.choices, required=False, widget=CheckboxColumns,
        help_text=gettext_lazy("None ticked: all of them."),
    )  # fmt: skip
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("What you know well"), choices=Skill.choices, required=False, widget=CheckboxColumns
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages in which you read"), choices=LANGUAGES, required=False, initial=["fr"],
        widget=CheckboxColumns,
    )  # fmt: skip
    territories = forms.MultipleChoiceField(
        label=gettext_lazy("Departments that you know"), required=False, choices=_departments,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=gettext_lazy("Several: hold Ctrl (or ⌘) while choosing."),
    )  # fmt: skip
    organisation_name = forms.CharField(
        label=gettext_lazy("Your organisation"), required=False, max_length=120,
        help_text=gettext_lazy("So that nobody reads an application of their own house."),
    )  # fmt: skip

    def __init__(self, *args: Any, reviewer: Reviewer | None = None, **kwargs: Any) -> None:
        if reviewer is not None:
            known = {name: getattr(reviewer, name) for name in _DECLARED}
            known["languages"] = known["languages"] or ["fr"]
            kwargs["initial"] = {**known, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class AnswerForm(DeclaredForm):
    """Says yes or no to an invitation."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Can you read?"),
        choices=[("yes", gettext_lazy("Yes, I read")), ("no", gettext_lazy("No, not this time"))],
        widget=Segments,
    )
    words = forms.CharField(
        label=gettext_lazy("If not, why"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("A word is enough: too busy, too close to an applicant, not your subject…"),
    )  # fmt: skip
    field_order = ("answer", *_DECLARED, "words")


class ReviewerForm(DeclaredForm):
    """The team corrects what somebody can read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skills"].label = _("What they know well")
        self.fields["languages"].label = _("Languages in which they read")
        self.fields["territories"].label = _("Departments that they know")
        self.fields["organisation_name"].label = _("Their organisation")


class InviteForm(forms.Form):
    """Asks people who have a role in the alliance."""

    people = forms.MultipleChoiceField(label=gettext_lazy("Who"), widget=CheckboxColumns)
    capacity = forms.IntegerField(
        label=gettext_lazy("How many applications each, at first"), min_value=1, max_value=300, initial=10,
        help_text=gettext_lazy("Each says how many they can really read when they accept."),
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("A few words for these people"), required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["people"]
        field.choices = _people(round_)

    @property
    def chosen(self) -> list[User]:
        return list(User.objects.filter(pk__in=self.cleaned_data["people"]).order_by("full_name"))


def _people(round_: Round) -> list[tuple[str, str]]:
    """Reviewers and teams of the alliance who were not asked yet, reviewers first."""
    alliance = round_.call.edition.programme.owner.alliance_key
    asked = round_.reviewers.exclude(state="left").values("person_id")
    rows = Membership.objects.current().filter(role__in=(Role.REVIEWER, *STAFF_ROLES)).exclude(user_id__in=asked)
    found: dict[int, tuple[bool, str, str]] = {}
    for row in rows.select_related("user", "where"):
        if row.where.alliance_key != alliance or row.role == Role.SUPPORT or not row.user.is_active:
            continue
        first = row.role == Role.REVIEWER
        label = f"{row.user}, {row.role_label}" + ("" if first else f", {row.where.label}")
        if row.user_id not in found or first:
            found[row.user_id] = (not first, str(row.user), label)
    ordered = sorted(found.items(), key=lambda pair: pair[1])
    return [(str(key), label) for key, (_late, _name, label) in ordered]


class ExpertForm(forms.Form):
    """Asks somebody from outside, who reads through a personal link."""

    full_name = forms.CharField(label=gettext_lazy("Their name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("Their e-mail address"), max_length=254)
    organisation_name = forms.CharField(label=gettext_lazy("Their organisation"), required=False, max_length=120)
    capacity = forms.IntegerField(
        label=gettext_lazy("How many applications, at first"), min_value=1, max_value=300, initial=5
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Their link is valid until"), required=False, widget=DateTimeInput,
        help_text=gettext_lazy("Empty: a week after the end of the round. You may revoke it at any time."),
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("A few words for these people"), required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class RoundForm(forms.ModelForm[Round]):
    """How a round reads, and what it hides."""

    hidden_fields = forms.MultipleChoiceField(  # type: ignore[assignment]  # declared fields leave the class
        label=gettext_lazy("Questions that reviewers do not see"), required=False, widget=Checkboxes
    )
    hidden_outside = forms.MultipleChoiceField(
        label=gettext_lazy("Questions that external experts do not see either"), required=False, widget=Checkboxes,
        help_text=gettext_lazy(
            "For those who read through a personal link, besides the questions above. The other reviewers see them."
        ),
    )  # fmt: skip

    class Meta:
        model = Round
        fields = (
            "title", "opens_at", "closes_at", "words", "reads_wanted", "least_reads", "sees", "sees_others",
            "hosts_see", "blind", "without_files", "hidden_fields", "hidden_outside", "aggregate", "shown",
            "out_of",
        )  # fmt: skip
        widgets = {
            "words": forms.Textarea(attrs={"rows": 4}),
            "opens_at": DateTimeInput,
            "closes_at": DateTimeInput,
            "sees": Radios,
            "sees_others": Radios,
            "aggregate": Radios(
                help={
                    Aggregate.MEAN: gettext_lazy("Every mark weighs the same."),
                    Aggregate.MEDIAN: gettext_lazy("One mark far from the others moves it less."),
                }
            ),
            "shown": Radios(
                help={
                    Shown.RAW: gettext_lazy("As the reviewers gave them."),
                    Shown.CORRECTED: gettext_lazy("Without what comes from having had severe or generous readers."),
                }
            ),
        }

    def __init__(self, *args: Any, call: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("sees", Sees), ("sees_others", Others), ("aggregate", Aggregate), ("shown", Shown)):
            self.fields[name].choices = choices.choices  # type: ignore[attr-defined]  # without the empty one
        questions = questions_of(call)
        for name in ("hidden_fields", "hidden_outside"):
            field: Any = self.fields[name]
            field.choices = questions
            field.template_name = "reviews/rounds/questions_field.html"  # folded when the form is long
            if not questions:
                del self.fields[name]


class NewRoundForm(RoundForm):
    """A new round: also where its rubric comes from, and who enters it."""

    rubric = forms.ModelChoiceField(
        Round.objects.none(), label=gettext_lazy("Copy the rubric of"), required=False,
        empty_label=gettext_lazy("An empty rubric"),
    )  # fmt: skip
    best = forms.IntegerField(
        label=gettext_lazy("How many of the first ones enter"), required=False, min_value=1, max_value=20_000
    )
    least = forms.DecimalField(
        label=gettext_lazy("Or from which score on"), required=False, min_value=0, max_value=100, max_digits=5,
        decimal_places=2,
    )  # fmt: skip
    previous = forms.ModelChoiceField(
        Round.objects.none(), label=gettext_lazy("From the results of"), required=False,
        empty_label=gettext_lazy("Every application in the running"),
    )  # fmt: skip
    field_order = ("title", "opens_at", "closes_at", "rubric", "previous", "best", "least")

    def __init__(self, *args: Any, call: Any, rounds: Any, rubrics: Any, **kwargs: Any) -> None:
        super().__init__(*args, call=call, **kwargs)
        rubric: Any = self.fields["rubric"]
        rubric.queryset = rubrics
        rubric.label_from_instance = lambda row: f"{row.call.title} – {row.title}"
        previous: Any = self.fields["previous"]
        previous.queryset = rounds
        if not rounds.exists():
            for name in ("previous", "best", "least"):
                del self.fields[name]

    @property
    def asked_filter(self) -> dict[str, Any]:
        data = self.cleaned_data
        asked: dict[str, Any] = {}
        if data.get("previous"):
            if data.get("best"):
                asked["best"] = data["best"]
            if data.get("least") is not None:
                asked["least"] = float(data["least"])
        return asked


class ReopenForm(forms.Form):
    closes_at = forms.DateTimeField(label=gettext_lazy("People read again until"), widget=DateTimeInput)


class CriterionForm(forms.ModelForm[Criterion]):
    """A criterion, and what each of its marks means. Marks of the scale have one field each (`anchor_3`)."""

    class Meta:
        model = Criterion
        fields = ("label", "help", "lowest", "highest", "weight", "in_total", "required", "independent")
        widgets = {"help": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for mark in self._scale():
            self.fields[f"anchor_{mark}"] = forms.CharField(
                label=_("What %(mark)s means") % {"mark": mark}, required=False, max_length=600,
                initial=(self.instance.anchors or {}).get(str(mark), ""), widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    def _scale(self) -> range:
        """Marks of the scale that is typed, else of the one that is kept; eleven at most."""
        lowest, highest = self.instance.lowest, self.instance.highest
        if self.is_bound:
            low, high = self.data.get("lowest", ""), self.data.get("highest", "")
            if _whole(low) and _whole(high):
                lowest, highest = int(low), int(high)
        return range(lowest, min(highest, lowest + 10) + 1)

    @property
    def anchors(self) -> dict[str, str]:
        names = (name for name in self.cleaned_data if name.startswith("anchor_"))
        return {name.removeprefix("anchor_"): self.cleaned_data[name] for name in names}

    @property
    def values(self) -> dict[str, Any]:
        kept = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return {**kept, "anchors": self.anchors}


def _whole(text: str) -> bool:
    return text.lstrip("-").isdecimal() and len(text) < 5


class CopyRubricForm(forms.Form):
    source = forms.ModelChoiceField(Round.objects.none(), label=gettext_lazy("Copy the rubric of"), empty_label=None)

    def __init__(self, *args: Any, rubrics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        field.queryset = rubrics
        field.label_from_instance = lambda row: f"{row.call.title} – {row.title}"
