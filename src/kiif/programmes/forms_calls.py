"""Forms of programmes and calls, for the teams. Days and hours are those of the instance (Paris)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance import departments
from kiif.alliance.models import Body, Branch, Coverage, Incubator, Membership
from kiif.organisations.enums import Theme
from kiif.programmes import mapping
from kiif.programmes.enums import CodeKind, MomentKind
from kiif.programmes.models import Call, Edition, Host, Inquiry, Programme
from kiif.questionnaires.loaded import definition_of, newest
from kiif.questionnaires.models import Questionnaire
from kiif.ui.forms import CheckboxColumns, DateInput, DateTimeInput, Radios

PARIS = gettext_lazy("Hour of Paris.")


class ParisField(forms.DateTimeField):
    """A moment at the hour of Paris. The night of a change of hour, an hour that is missing or comes twice is refused
    in words: nobody would know which one was meant."""

    widget = DateTimeInput

    def to_python(self, value: Any) -> dt.datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            sentence = _("The clocks change that night: this hour is missing, or comes twice. Choose another one.")
            raise ValidationError(sentence, code="ambiguous_timezone") from error


class ProgrammeForm(forms.ModelForm[Programme]):
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")

    class Meta:
        model = Programme
        fields = ("name", "tagline", "presentation", "website")
        widgets = {"presentation": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, owners: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if owners is not None and len(owners) > 1:
            self.fields["owner"] = forms.ModelChoiceField(owners, label=_("Belongs to"), empty_label=None)


class EditionForm(forms.ModelForm[Edition]):
    class Meta:
        model = Edition
        fields = ("name", "starts_on", "ends_on")
        widgets = {"starts_on": DateInput, "ends_on": DateInput}


class CallForm(forms.ModelForm[Call]):
    """The words of a call and how it works."""

    class Meta:
        model = Call
        fields: tuple[str, ...] = (
            "title", "summary", "presentation", "offers", "minutes", "places", "consortium", "most_hosts",
            "contact_name", "contact_email",
        )  # fmt: skip
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "presentation": forms.Textarea(attrs={"rows": 8}),
            "offers": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "summary": gettext_lazy("Two lines at most: what people read in the list of calls."),
            "presentation": gettext_lazy("For whom, why, how. An empty line begins another paragraph."),
            "offers": gettext_lazy("What those who are chosen receive. One line each."),
            "minutes": gettext_lazy("An honest estimate: people plan their evening with it."),
            "consortium": gettext_lazy("Applicants say which incubators they would like; each reads what concerns it."),
            "contact_email": gettext_lazy("Shown to everybody, and where answers come from."),
        }

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CallCreateForm(CallForm):
    """The first page of a call: what it is called, its form, when it closes. The rest comes after."""

    class Meta(CallForm.Meta):
        fields = ("title", "summary")

    questionnaire = forms.ModelChoiceField(
        Questionnaire.objects.none(),
        label=gettext_lazy("Form that people fill"),
        required=False,
        help_text=gettext_lazy("A published questionnaire of your house. It can be chosen later."),
    )
    opens_at = ParisField(label=gettext_lazy("Opens"), required=False, help_text=PARIS)
    closes_at = ParisField(label=pgettext_lazy("call", "Closes"), required=False, help_text=PARIS)

    def __init__(self, *args: Any, questionnaires: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["questionnaire"]
        field.queryset = questionnaires
        field.empty_label = _("Later")


class FormChoiceForm(forms.Form):
    questionnaire = forms.ModelChoiceField(
        Questionnaire.objects.none(), label=gettext_lazy("Form that people fill"), empty_label=None, widget=Radios
    )

    def __init__(self, *args: Any, questionnaires: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["questionnaire"]
        field.queryset = questionnaires


class FactsForm(forms.Form):
    """Which question gives which fact: one list for each."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = newest(call.collection.questionnaire) if call.collection is not None else None
        for fact in mapping.FACTS:
            offered = mapping.candidates(version, fact) if version is not None else []
            self.fields[fact.key] = forms.ChoiceField(
                label=fact.label, choices=[("", _("No question")), *offered], required=False,
                initial=call.facts.get(fact.key, ""),
            )  # fmt: skip
        self.initial["revision"] = call.revision


class DatesForm(forms.ModelForm[Call]):
    """The hours of the call itself."""

    opens_at = ParisField(label=gettext_lazy("Opens"), required=False, help_text=PARIS)
    closes_at = ParisField(
        label=pgettext_lazy("call", "Closes"),
        required=False,
        help_text=gettext_lazy("The announced end. Hour of Paris."),
    )
    late_until = ParisField(
        label=gettext_lazy("Late applications received until"),
        required=False,
        help_text=gettext_lazy("They are marked late. Empty: none is received after the closing and its grace."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Call
        fields = ("opens_at", "closes_at", "late_until", "grace", "answers_by")
        widgets = {"answers_by": DateInput}
        help_texts = {
            "grace": gettext_lazy("Minutes after the last moment during which an open page may still be sent. Stated.")
        }


class MomentForm(forms.Form):
    """One date beside those of the call. An empty line is left out."""

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=MomentKind.choices, required=False)
    title = forms.CharField(label=gettext_lazy("Title of the date"), max_length=150, required=False)
    starts_at = ParisField(label=gettext_lazy("Starts at"), required=False)
    ends_at = ParisField(label=gettext_lazy("Ends at"), required=False)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    link = forms.URLField(label=gettext_lazy("Link"), required=False, assume_scheme="https")
    public = forms.BooleanField(label=gettext_lazy("Shown to everybody"), required=False, initial=True)
    remove = forms.BooleanField(label=gettext_lazy("Remove this date"), required=False)

    @property
    def is_blank(self) -> bool:
        data = self.cleaned_data
        return not (data.get("pk") or data.get("title") or data.get("starts_at"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("remove") or not (data.get("pk") or data.get("title") or data.get("starts_at")):
            return data
        for name, sentence in (("title", _("Give this date a title.")), ("starts_at", _("Say when it starts."))):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return data


MomentFormSet = forms.formset_factory(MomentForm, extra=2, max_num=60, absolute_max=80)


def moments_of(call: Call) -> list[dict[str, Any]]:
    """The dates of a call as the rows of the form set start."""
    names = ("kind", "title", "starts_at", "ends_at", "place", "link", "public")
    return [{"pk": row.pk, **{name: getattr(row, name) for name in names}} for row in call.moments.all()]


class HostAddForm(forms.Form):
    incubator = forms.ModelChoiceField(Incubator.objects.none(), label=gettext_lazy("Incubator"), empty_label=None)
    branch = forms.ModelChoiceField(
        Branch.objects.none(), label=gettext_lazy("Branch"), required=False,
        help_text=gettext_lazy("Only when one of its branches hosts in its own name."),
    )  # fmt: skip

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alliance = call.edition.programme.owner.alliance_key
        self._offer("incubator", Incubator.objects.members().filter(alliance_id=alliance).order_by("name"))
        branches = Branch.objects.filter(incubator__alliance_id=alliance, closed_on__isnull=True)
        self._offer("branch", branches.select_related("incubator").order_by("incubator__name", "name"))
        branch: Any = self.fields["branch"]
        branch.empty_label = _("The whole incubator")
        branch.label_from_instance = lambda row: f"{row.incubator.label}, {row.name}"

    def _offer(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows


class HostForm(forms.ModelForm[Host]):
    """What a host offers in this call."""

    departments = forms.MultipleChoiceField(
        label=gettext_lazy("Departments that it can host in"), required=False, widget=CheckboxColumns,
        help_text=gettext_lazy("None ticked: those that it covers."),
    )  # fmt: skip
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes that it knows best"), choices=Theme.choices, required=False, widget=CheckboxColumns
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages that it works in"), required=False, widget=CheckboxColumns,
        choices=[("fr", pgettext_lazy("language", "French")), ("en", pgettext_lazy("language", "English")),
                 ("de", gettext_lazy("German")), ("es", gettext_lazy("Spanish")), ("it", gettext_lazy("Italian"))],
    )  # fmt: skip
    variant = forms.ChoiceField(label=gettext_lazy("Annex of the form"), required=False)

    class Meta:
        model = Host
        fields = ("places", "variant", "departments", "themes", "languages", "stages", "contact", "words")
        widgets = {"words": forms.Textarea(attrs={"rows": 3})}

    field_order = ("places", "variant", "departments", "themes", "stages", "languages", "contact", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._departments()
        self.fields["stages"] = forms.MultipleChoiceField(
            label=_("Stages that it prefers"), choices=_of_fact(self.instance.call, "stage"), required=False,
            widget=CheckboxColumns,
        )  # fmt: skip
        variant: Any = self.fields["variant"]
        variant.choices = [("", _("None")), *_variants(self.instance.call)]
        people = Membership.objects.current().filter(where_id=self.instance.incubator_id).values("user_id")
        contact: Any = self.fields["contact"]
        contact.queryset = User.objects.filter(pk__in=people, is_active=True).order_by("full_name")
        contact.empty_label = _("Nobody in particular")
        if not self.fields["stages"].choices:  # type: ignore[attr-defined]  # a field of choices
            del self.fields["stages"]

    def _departments(self) -> None:
        rows = Coverage.objects.on().filter(incubator_id=self.instance.incubator_id)
        covered = set(rows.values_list("department_code", flat=True))
        region = self.instance.incubator.region
        known = [one for one in departments.departments() if one.code in covered or one.region == region]
        known += [
            one for one in departments.departments() if one.code in self.instance.departments and one not in known
        ]
        field: Any = self.fields["departments"]
        field.choices = [(one.code, f"{one.code} {one.name}") for one in sorted(known)]
        if covered:
            field.help_text = _("None ticked: those that it covers (%(codes)s).") % {
                "codes": ", ".join(sorted(covered))
            }


def _variants(call: Call) -> list[tuple[str, str]]:
    version = newest(call.collection.questionnaire) if call.collection is not None else None
    if version is None:
        return []
    from kiif.questionnaires.definition import said

    definition = definition_of(version)
    return [(one.key, said(one.label, "fr", definition.languages)) for one in definition.variants]


def _of_fact(call: Call, key: str) -> list[tuple[str, str]]:
    """Choices of the question that gives a fact."""
    version = newest(call.collection.questionnaire) if call.collection is not None else None
    question = definition_of(version).by_id.get(call.facts.get(key, "")) if version is not None else None
    if question is None or not hasattr(question, "choices"):
        return []
    return [(choice.key, choice.label.get("fr") or choice.key) for choice in question.choices]


class PartnerForm(forms.Form):
    body = forms.ModelChoiceField(Body.objects.none(), label=gettext_lazy("Known to the alliance as"), required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    role = forms.CharField(label=gettext_lazy("Its role"), max_length=120, required=False)
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")

    def __init__(self, *args: Any, bodies: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["body"]
        field.queryset = bodies if bodies is not None else Body.objects.none()
        field.empty_label = _("Not in the list")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name") and data.get("body"):
            data["name"] = data["body"].name
        return data


PartnerFormSet = forms.formset_factory(PartnerForm, extra=2, max_num=20, absolute_max=30)


class CodeForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Valid"), choices=CodeKind.choices, widget=Radios)
    why = forms.CharField(label=gettext_lazy("For whom, why"), max_length=200)
    most_uses = forms.IntegerField(label=gettext_lazy("How many applications"), min_value=1, max_value=500, initial=1)
    until = ParisField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Needed after the closing. Hour of Paris.")
    )


class ProlongForm(forms.Form):
    until = ParisField(label=gettext_lazy("New closing"), help_text=PARIS)
    words = forms.CharField(
        label=gettext_lazy("A few words for those who began"), required=False, max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class WordsForm(forms.Form):
    """A gesture that needs its reason."""

    words = forms.CharField(label=gettext_lazy("Why"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 4}))


class AnswerForm(forms.ModelForm[Inquiry]):
    class Meta:
        model = Inquiry
        fields = ("answer", "public", "shown_question")
        widgets = {
            "answer": forms.Textarea(attrs={"rows": 6}),
            "shown_question": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "public": gettext_lazy("Everybody reads the question and the answer, never who asked."),
            "shown_question": gettext_lazy("Take out names, places and whatever tells who asked."),
        }

    def _post_clean(self) -> None:
        """The action validates the row; here only fields are read."""


class InquiryForm(forms.Form):
    """The question box, for anybody."""

    question = forms.CharField(
        label=gettext_lazy("Your question"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    email = forms.EmailField(label=gettext_lazy("Your e-mail address"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120, required=False)
    consent = forms.BooleanField(
        label=gettext_lazy("I agree that the team keeps my address to answer me."),
        help_text=gettext_lazy("It may publish my question without anything that names me."),
    )


def owners_for(actor: Actor) -> Any:
    """Bodies in whose name this person may create a programme."""
    if actor.acting_as is None:
        return Body.objects.none()
    from kiif.alliance.enums import Role

    rows = Body.objects.filter(pk=actor.acting_as.where_id)
    if actor.acting_as.role == Role.COORDINATOR:
        members = Incubator.objects.members().filter(alliance_id=actor.acting_as.alliance_id).values("pk")
        rows = Body.objects.filter(pk__in=[actor.acting_as.where_id, *members.values_list("pk", flat=True)])
    return rows.order_by("kind", "name")


def questionnaires_for(actor: Actor, programme: Programme) -> Any:
    """Published questionnaires that this person may open in this programme: of its house, or of the alliance."""
    rows = Questionnaire.objects.visible_to(actor).filter(archived_at__isnull=True, versions__isnull=False)
    return rows.filter(owner_id=programme.owner_id).distinct().order_by("title")
