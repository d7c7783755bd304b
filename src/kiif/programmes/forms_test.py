"""The five-minute test as a form, made of the rules of the call."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kiif.organisations.pickers import CommuneField
from kiif.programmes.eligibility import Question, Rules, engine, said
from kiif.programmes.enums import Verdict
from kiif.ui.forms import Checkboxes, Radios

#: Communes that one may name for a question of places.
PLACES = 3


class PublicCommuneField(CommuneField):
    """A commune, picked by anybody: the fragment of the buttons needs no account."""

    address = reverse_lazy("programmes:communes")


class CheckForm(forms.Form):
    """One group of fields for each family. What is asked only if, is asked only if."""

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        self.language = (get_language() or "fr")[:2]
        for question in rules.questions:
            if question.kind == "places":
                self._places(question)
            else:
                self.fields[question.key] = self._choice(question)

    def _choice(self, question: Question) -> forms.Field:
        choices = [(choice.key, said(choice.label, self.language)) for choice in question.choices]
        helps = {choice.key: said(choice.help, self.language) for choice in question.choices if choice.help}
        words: dict[str, Any] = {
            "label": said(question.label, self.language), "help_text": self._help(question),
            "choices": choices, "required": self._required(question),
        }  # fmt: skip
        if question.kind == "several":
            return forms.MultipleChoiceField(widget=Checkboxes(help=helps), **words)
        return forms.ChoiceField(widget=Radios(help=helps), **words)

    def _required(self, question: Question) -> bool:
        """A question that the answers sent do not make asked may stay empty; before, none says that it may."""
        if not self.is_bound:
            return True
        return engine.asked(question, {name: self._sent(name) for name in question.only_if})

    def _sent(self, name: str) -> list[str]:
        """The answers sent to a question above."""
        field = self.fields.get(name)
        given: Any = field.widget.value_from_datadict(self.data, self.files, name) if field is not None else None
        return [given] if isinstance(given, str) else list(given or ())

    def _help(self, question: Question) -> str:
        """The explanation of a question, after the answers that make it asked."""
        known = {one.key: one for one in self.rules.questions}
        conditions = []
        for name, wanted in question.only_if.items():
            if name not in known:
                continue
            answers = {choice.key: said(choice.label, self.language) for choice in known[name].choices}
            told = _(" or ").join(_("“%(answer)s”") % {"answer": answers[key]} for key in wanted)
            asked = said(known[name].label, self.language)
            conditions.append(_("%(answers)s to “%(question)s”") % {"answers": told, "question": asked})
        words = said(question.help, self.language)
        if not conditions:
            return words
        return " ".join(
            [_("Only if you answered %(conditions)s.") % {"conditions": _(" and ").join(conditions)}, words]
        )

    def _places(self, question: Question) -> None:
        for number in range(1, PLACES + 1):
            label = said(question.label, self.language) if number == 1 else _("Another commune")
            self.fields[f"{question.key}_{number}"] = PublicCommuneField(
                label=label, required=False, help_text=said(question.help, self.language) if number == 1 else ""
            )

    def groups(self) -> list[dict[str, Any]]:
        """Families with their bound fields, for the page; with each, as JSON, the answers that make it asked."""
        return [
            {
                "key": family.key,
                "title": said(family.title, self.language),
                "lead": said(family.lead, self.language),
                "fields": [
                    (self[name], json.dumps(question.only_if) if question.only_if else "")
                    for question in family.questions
                    for name in _names(question)
                ],
            }
            for family in self.rules.families
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            for key in engine.missing(self.rules, self.answers()):
                self.add_error(key, _("Answer this question, even with “I do not know”."))
        return data

    def answers(self) -> dict[str, list[str]]:
        """Question → keys of the choices, or codes of the communes."""
        found: dict[str, list[str]] = {}
        for question in self.rules.questions:
            values = [self.cleaned_data.get(name) for name in _names(question)]
            if question.kind == "places":
                found[question.key] = [place.code for place in values if place is not None]
            elif isinstance(values[0], list):
                found[question.key] = values[0]
            else:
                found[question.key] = [values[0]] if values[0] else []
        return found


def _names(question: Question) -> list[str]:
    if question.kind != "places":
        return [question.key]
    return [f"{question.key}_{number}" for number in range(1, PLACES + 1)]


class AskPersonForm(forms.Form):
    """Left after a test: words for the team, and where to answer."""

    words = forms.CharField(
        label=gettext_lazy("What would you like to say?"), max_length=1_000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    email = forms.EmailField(label=gettext_lazy("Where to answer you"), max_length=254)
    consent = forms.BooleanField(
        label=gettext_lazy("I agree that the team keeps my address and this test to answer me.")
    )


class DecisionForm(forms.Form):
    """What a person of the team says of a test."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Your answer"), widget=Radios,
        choices=[(Verdict.YES, Verdict.YES.label), (Verdict.NO, Verdict.NO.label)],
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("Why"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The person reads it as it is. If it is no, say which door stays open."),
    )  # fmt: skip
