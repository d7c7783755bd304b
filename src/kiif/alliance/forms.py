"""Forms of the alliance: what people fill in; the rules are the actions'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance import departments
from kiif.alliance.actions.bodies import BRANCH_FIELDS, FIELDS, OWN_FIELDS
from kiif.alliance.actions.reviews import Reply
from kiif.alliance.enums import ROLES_IN, Answer, Kind, Role
from kiif.alliance.models import Body, Branch, Coverage, Incubator, Invitation, Membership, Partner, ReviewLine
from kiif.alliance.queries import within
from kiif.alliance.rules import grants_of
from kiif.alliance.validators import clean_logo
from kiif.ui.forms import Checkboxes, DateInput, Radios

ROLE_HELP: dict[str, Any] = {
    Role.MANAGER: _("Steers the team, invites, confirms the list of its people every quarter. Second factor required."),
    Role.ADVISOR: _("Supports projects."),
    Role.COLLEAGUE: _("Works in the team without following projects: administration, communication…"),
    Role.COORDINATOR: _("Steers the whole alliance: members, coverage, every team. Second factor required."),
    Role.REVIEWER: _("Reads and scores what is entrusted to them, nothing else."),
    Role.SUPPORT: _("Helps people: reads everywhere, writes nothing."),
    Role.PARTNER: _("Sees what the alliance shares with this partner."),
}


def grantable(where: Body, by: Actor) -> list[Role]:
    """Roles of this body that the actor may give."""
    granted = grants_of(by)
    return [role for role in ROLES_IN[where.kind] if role in granted]


class LogoMixin(forms.Form):
    logo = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG, JPEG or WebP, 1 MB at most. It is made smaller by itself.")
    )
    remove_logo = forms.BooleanField(label=_("Remove the present logo"), required=False)

    def clean_logo(self) -> Any:
        upload = self.cleaned_data.get("logo")
        return clean_logo(upload) if upload else None


class _OneLine:
    """Line breaks in one-line fields become spaces: they have no business in a mail's subject."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}  # type: ignore[misc]  # mixed into forms
        for name, value in cleaned.items():
            widget = self.fields[name].widget  # type: ignore[attr-defined]  # the kind of field is known
            if isinstance(value, str) and not isinstance(widget, forms.Textarea):
                cleaned[name] = " ".join(value.split())
        return cleaned


class _Website(forms.Form):
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")


class IncubatorForm(_OneLine, _Website, LogoMixin, forms.ModelForm[Any]):
    class Meta:
        model = Incubator
        fields = FIELDS[Kind.INCUBATOR]
        widgets = {"presentation": forms.Textarea(attrs={"rows": 4}), "joined_on": DateInput}

    field_order = [*FIELDS[Kind.INCUBATOR], "logo", "remove_logo"]


class OwnIncubatorForm(IncubatorForm):
    """What a manager changes: the presentation, not the name, the region or the dates."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(FIELDS[Kind.INCUBATOR]) - OWN_FIELDS:
            del self.fields[name]


class PartnerForm(_OneLine, _Website, LogoMixin, forms.ModelForm[Any]):
    class Meta:
        model = Partner
        fields = FIELDS[Kind.PARTNER]
        widgets = {"presentation": forms.Textarea(attrs={"rows": 4})}

    field_order = [*FIELDS[Kind.PARTNER], "logo", "remove_logo"]


class BranchForm(_OneLine, forms.ModelForm[Any]):
    class Meta:
        model = Branch
        fields = BRANCH_FIELDS
        widgets = {"opened_on": DateInput}
        help_texts = {"commune_code": _("Five characters, for example 33063 for Bordeaux.")}


class DayForm(forms.Form):
    """A day, today by default: closing a branch, leaving the alliance."""

    def __init__(self, *args: Any, name: str, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[name] = forms.DateField(label=label, widget=DateInput, initial=timezone.localdate)


def _offer(field: forms.Field, branches: Any) -> None:
    """These branches, or none of them."""
    field.empty_label = gettext("None in particular")  # type: ignore[attr-defined]  # a model choice
    field.queryset = branches  # type: ignore[attr-defined]  # the same


class InvitationForm(_OneLine, forms.ModelForm[Any]):
    class Meta:
        model = Invitation
        fields = ("email", "full_name", "role", "title", "branch", "language", "message")
        widgets = {"message": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "email": _("The invitation works for this address only, once, for fourteen days."),
            "message": _("Added to the mail, as it is."),
        }

    def __init__(self, *args: Any, where: Body, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = grantable(where, by)
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"),
            choices=[(role.value, capfirst(role.label)) for role in roles],
            widget=Radios(help=ROLE_HELP),
            initial=roles[-1] if len(roles) == 1 else None,
        )
        branches = Branch.objects.visible_to(by).open().filter(incubator_id=where.pk)
        if where.kind == Kind.INCUBATOR:
            _offer(self.fields["branch"], branches)
        else:
            del self.fields["branch"]


class MembershipForm(_OneLine, forms.ModelForm[Any]):
    class Meta:
        model = Membership
        fields = ("role", "title", "branch")

    def __init__(self, *args: Any, membership: Membership, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = grantable(membership.where, by)
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"),
            choices=[(role.value, capfirst(role.label)) for role in roles],
            widget=Radios(help=ROLE_HELP),
        )
        if membership.where.kind == Kind.INCUBATOR:
            branches = Branch.objects.visible_to(by).open().filter(incubator_id=membership.where_id)
            _offer(self.fields["branch"], branches)
        else:
            del self.fields["branch"]


class DelegationForm(_OneLine, forms.Form):
    membership = forms.ModelChoiceField(
        label=_("Rights of"), queryset=Membership.objects.none(), empty_label=_("Choose…")
    )
    to = forms.ModelChoiceField(
        label=_("Given to"),
        queryset=User.objects.none(),
        empty_label=_("Choose…"),
        help_text=_("Somebody of the alliance."),
    )
    since = forms.DateField(label=_("First day"), widget=DateInput, initial=timezone.localdate)
    until = forms.DateField(
        label=_("Day of return"), widget=DateInput, help_text=_("The delegation stops by itself that morning.")
    )
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("For example: summer holiday."))

    def __init__(self, *args: Any, by: Actor, memberships: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = memberships  # type: ignore[attr-defined]  # the kind of field is known
        there = Membership.objects.current().filter(within(by.acting_as.alliance_id, "where__"))
        people = User.objects.filter(pk__in=there.values("user"), is_active=True).order_by("full_name", "pk")
        self.fields["to"].queryset = people  # type: ignore[attr-defined]  # the kind of field is known


class CoverageForm(_OneLine, forms.Form):
    codes = forms.MultipleChoiceField(label=_("Departments covered"), required=False, widget=Checkboxes)
    since = forms.DateField(
        label=_("From this day"),
        widget=DateInput,
        initial=timezone.localdate,
        help_text=_("What changes begins, or ends, that day. The past stays in the history."),
    )
    why = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, incubator: Incubator, **kwargs: Any) -> None:
        now = Coverage.objects.filter(incubator=incubator, until__isnull=True)
        kwargs.setdefault("initial", {"codes": list(now.values_list("department_code", flat=True))})
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = _departments_by_region()  # type: ignore[attr-defined]  # the kind of field is known


def _departments_by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    regions: dict[str, list[tuple[str, str]]] = {}
    for department in departments.departments():
        regions.setdefault(department.region, []).append((department.code, f"{department.code} {department.name}"))
    return sorted(regions.items())


class AccountForm(_OneLine, forms.Form):
    """Opening one's account from an invitation; the address is already known."""

    full_name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least twelve characters. Four or five words that have nothing in common work well."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ReviewLineForm(forms.Form):
    """One person of the list; a form per line, with its prefix. Everybody stays unless somebody says otherwise."""

    answer = forms.ChoiceField(label=_("Answer"), required=False)

    def __init__(self, *args: Any, line: ReviewLine, roles: list[Role], **kwargs: Any) -> None:
        change = f"{Answer.CHANGE}:{line.new_role}" if line.answer == Answer.CHANGE else ""
        kwargs |= {"initial": {"answer": change or line.answer or Answer.KEEP}, "prefix": f"l{line.pk}"}
        super().__init__(*args, **kwargs)
        becomes = gettext("becomes: %(role)s")
        others = [role for role in roles if role != line.membership.role]
        answer = self.fields["answer"]
        answer.choices = [  # type: ignore[attr-defined]  # a choice field
            (Answer.KEEP.value, Answer.KEEP.label),
            (Answer.LEAVES.value, Answer.LEAVES.label),
            *((f"{Answer.CHANGE}:{role.value}", becomes % {"role": role.label}) for role in others),
        ]
        answer.widget.attrs["aria-labelledby"] = f"who-{line.pk}"

    @property
    def reply(self) -> Reply:
        """What was answered, for the action."""
        answer, _colon, role = self.cleaned_data["answer"].partition(":")
        return Reply(answer, new_role=role)
