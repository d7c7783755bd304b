"""How forms look by default, and the widgets that choose between few things.

`{{ form }}` gives the summary of errors and every field with its label, help and errors; nothing to add in an app.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django.forms
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Engine
from django.utils.functional import cached_property

_DJANGO_WIDGETS = Path(django.forms.__file__).parent / "templates"


class Renderer(DjangoTemplates):
    """Django's widgets inside our fields, with our tags at hand. Named in the settings (`FORM_RENDERER`)."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    @cached_property
    def engine(self) -> Engine:
        return Engine(
            {
                "APP_DIRS": True,
                "DIRS": [_DJANGO_WIDGETS],
                "NAME": "forms",
                "OPTIONS": {"builtins": ["kiif.ui.templatetags.ui"]},
            }
        )


class _Described(forms.widgets.ChoiceWidget):
    """A choice may carry a line of help: `help={value: sentence}`; `layout` is a class of the group."""

    layout = ""
    choice_help: dict[Any, Any]

    def __init__(self, *args: Any, help: Mapping[Any, Any] | None = None, **kwargs: Any) -> None:  # noqa: A002 -- as help_text of a field
        super().__init__(*args, **kwargs)
        self.choice_help = dict(help or {})

    def __deepcopy__(self, memo: dict[int, Any]) -> _Described:
        """Each form has widgets of its own: what it adds to the help stays there."""
        copied: _Described = super().__deepcopy__(memo)
        copied.choice_help = dict(self.choice_help)
        return copied

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["help"] = self.choice_help.get(str(value), self.choice_help.get(value, ""))
        return option


class Radios(_Described, forms.RadioSelect):
    """One choice among a list, one per line."""


class RadioCards(_Described, forms.RadioSelect):
    """One choice among a few that deserve a sentence each."""

    layout = "cards"


class Segments(_Described, forms.RadioSelect):
    """One choice among two to four short words."""

    layout = "seg"


class Checkboxes(_Described, forms.CheckboxSelectMultiple):
    """Several choices, one per line."""


class CheckboxColumns(_Described, forms.CheckboxSelectMultiple):
    """Several choices among many short ones, side by side when there is room."""

    layout = "columns"


class CheckboxCards(_Described, forms.CheckboxSelectMultiple):
    layout = "cards"


class DateInput(forms.DateInput):
    """The browser's own calendar, in the reader's habits; the value travels as 2026-05-30."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class CodeInput(forms.TextInput):
    """A code received by mail or made by an authenticator: digits, no autocorrection."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        defaults = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autocapitalize": "off",
            "spellcheck": "false",
        }
        super().__init__(attrs={**defaults, **(attrs or {})})
