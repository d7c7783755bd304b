from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kiif.journal import verbs
from kiif.journal.encoding import clean_text
from kiif.journal.queries import EntryQuerySet


def verb_choices() -> list[tuple[str, Any]]:
    """All gestures as choices grouped by app; a placeholder reads as an ellipsis."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for verb in verbs.registered():
        app = verb.split(".")[0]
        group = str(apps.get_app_config(app).verbose_name) if apps.is_installed(f"kiif.{app}") else app
        groups.setdefault(group, []).append((verb, capfirst(verbs.without_names(verb))))
    ordered = [(group, sorted(found, key=lambda pair: pair[1])) for group, found in sorted(groups.items())]
    return [("", _("All gestures")), *ordered]


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class JournalFilter(forms.Form):
    """What one may ask of a journal; lives in the address of the page."""

    q = forms.CharField(label=_("Object or gesture"), required=False, max_length=200)
    who = forms.CharField(label=_("Person"), required=False, max_length=150)
    verb = forms.ChoiceField(label=_("Gesture"), required=False, choices=verb_choices)
    since = forms.DateField(label=_("From"), required=False, widget=_Day())
    until = forms.DateField(label=_("To"), required=False, widget=_Day())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day comes before the first one. Swap the two dates."))
        return cleaned

    def apply(self, entries: EntryQuerySet) -> EntryQuerySet:
        """The entries that match the valid fields; a field in error filters nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        if text := clean_text(wanted.get("q", "")).strip():
            entries = entries.with_words(text, verbs.with_phrase_like(text))
        if name := clean_text(wanted.get("who", "")).strip():
            entries = entries.by_person_named(name)
        if verb := wanted.get("verb"):
            entries = entries.filter(verb=verb)
        return entries.between(wanted.get("since"), wanted.get("until"))

    @property
    def is_active(self) -> bool:
        """Whether something is asked: an empty answer is then no empty journal."""
        return any(self.data.get(name) for name in self.fields)
