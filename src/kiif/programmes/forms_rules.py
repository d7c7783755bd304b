"""Forms of who writes a test without code: families, questions, rules, in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kiif.programmes.eligibility.format import PLACE_FACTS
from kiif.programmes.enums import Verdict
from kiif.ui.forms import Checkboxes, Radios

KINDS = (
    ("one", gettext_lazy("one answer among several")),
    ("several", gettext_lazy("several answers")),
    ("places", gettext_lazy("communes, or none yet")),
)
#: Facts of places in words.
FACTS: Mapping[str, tuple[Any, Mapping[str, Any]]] = {
    "rural": (
        gettext_lazy("Communes, by the official grid"),
        {"rural": gettext_lazy("all rural"), "mixed": gettext_lazy("some rural"), "urban": gettext_lazy("all urban"),
         "unknown": gettext_lazy("unknown to the grid"), "open": gettext_lazy("not chosen yet")},
    ),
    "hosted": (
        gettext_lazy("Communes, by who hosts"),
        {"all": gettext_lazy("a member hosts in each"), "some": gettext_lazy("a member hosts in some"),
         "none": gettext_lazy("nobody hosts there"), "open": gettext_lazy("not chosen yet")},
    ),
}  # fmt: skip


def _words(label: Any, rows: int = 2, longest: int = 600, *, required: bool = False) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget)


class _Ruled(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class FamilyForm(_Ruled):
    title_fr = _words(gettext_lazy("Title, in French"), 1, 120, required=True)
    title_en = _words(gettext_lazy("Title, in English"), 1, 120)
    lead_fr = _words(gettext_lazy("In a sentence, in French"))
    lead_en = _words(gettext_lazy("In a sentence, in English"))
    verdict = forms.ChoiceField(
        label=gettext_lazy("When no rule holds"), choices=Verdict.choices, widget=Radios, initial=Verdict.PERSON
    )
    words_fr = _words(gettext_lazy("What is said then, in French"), required=True)
    words_en = _words(gettext_lazy("What is said then, in English"))


class QuestionForm(_Ruled):
    kind = forms.ChoiceField(label=gettext_lazy("What one answers"), choices=KINDS, widget=Radios, initial="one")
    label_fr = _words(gettext_lazy("Question, in French"), required=True)
    label_en = _words(gettext_lazy("Question, in English"))
    help_fr = _words(gettext_lazy("Explanation, in French"), required=True)
    help_en = _words(gettext_lazy("Explanation, in English"))
    choices_fr = _words(gettext_lazy("Answers, in French, one a line"), 5, 2_000)
    choices_en = _words(gettext_lazy("Answers, in English, in the same order"), 5, 2_000)
    only_if = forms.MultipleChoiceField(
        label=gettext_lazy("Asked only if"), required=False, widget=Checkboxes,
        help_text=gettext_lazy(
            "Nothing ticked: always asked. Else, only to those who gave one of these answers to a question above; when "
            "several questions are named, all must agree. What is not asked never counts against anybody."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, family: Mapping[str, Any], name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["only_if"]
        field.choices = conditions_of(family, name)
        if not field.choices:
            del self.fields["only_if"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        lines = [line for line in data.get("choices_fr", "").splitlines() if line.strip()]
        if data.get("kind") != "places" and len(lines) < 2:
            self.add_error("choices_fr", _("Give at least two answers, one a line."))
        return data


class RuleForm(_Ruled):
    when = forms.MultipleChoiceField(
        label=gettext_lazy("Holds when"), required=False, widget=Checkboxes,
        help_text=gettext_lazy(
            "Tick the answers that count. Of one question, any of them is enough; several questions must all agree."
        ),
    )  # fmt: skip
    verdict = forms.ChoiceField(label=pgettext_lazy("rule", "Then"), choices=Verdict.choices, widget=Radios)
    words_fr = _words(gettext_lazy("What is said, in French"), 3, required=True)
    words_en = _words(gettext_lazy("What is said, in English"), 3)

    def __init__(self, *args: Any, family: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["when"]
        field.choices = pairs_of(family)


def conditions_of(family: Mapping[str, Any], name: str = "") -> list[tuple[str, str]]:
    """Every "question|answer" on which a question may depend: those above it, whose answers are ticked (a new one, with
    an empty name, comes last)."""
    keys = [one["key"] for one in family.get("questions", ())]
    above = keys[: keys.index(name)] if name in keys else keys
    return [(pair, words) for pair, words in pairs_of(family) if pair.partition("|")[0] in above]


def pairs_of(family: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every (question, answer) that a rule may name: "question|answer" and its words."""
    found = []
    for question in family.get("questions", ()):
        label = question["label"].get("fr", question["key"])
        if question.get("kind") == "places":
            for fact in PLACE_FACTS:
                title, words = FACTS[fact]
                found += [(f"{question['key']}.{fact}|{value}", f"{title} : {said}") for value, said in words.items()]
        else:
            found += [
                (f"{question['key']}|{choice['key']}", f"{label} {choice['label'].get('fr', choice['key'])}")
                for choice in question.get("choices", ())
            ]
    return found
