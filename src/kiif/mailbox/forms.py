from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kiif.mailbox import registry, texts
from kiif.mailbox.enums import Cadence
from kiif.mailbox.registry import MailKind
from kiif.ui.forms import Segments

_SHORT = {
    Cadence.NOW: _("At once"),
    Cadence.DAILY: _("Each day"),
    Cadence.WEEKLY: _("Each week"),
    Cadence.NONE: _("Never"),
}


class PreferencesForm(forms.Form):
    """A rhythm for each optional category."""

    def __init__(self, *args: Any, current: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category in registry.optional_categories():
            self.fields[category.key] = forms.ChoiceField(
                label=category.label,
                help_text=category.help,
                choices=list(_SHORT.items()),
                widget=Segments(),
                initial=current.get(category.key, Cadence.NOW),
            )


class TextForm(forms.Form):
    """Subject and body of a mail; the placeholders are checked here, so that each problem stands at its field."""

    subject = forms.CharField(label=_("Subject"), max_length=texts.SUBJECT_MAX)
    body = forms.CharField(
        label=_("Text"), max_length=texts.BODY_MAX, strip=True, widget=forms.Textarea(attrs={"rows": 16})
    )

    def __init__(self, *args: Any, kind: MailKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "subject" in data and "body" in data:
            found = texts.problems(self.kind, data["subject"], data["body"].replace("\r\n", "\n"))
            for name, sentences in found.items():
                for sentence in sentences:
                    self.add_error(name, sentence)
        return data


def languages() -> dict[str, Any]:
    return dict(settings.LANGUAGES)
