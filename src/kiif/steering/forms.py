"""What one chooses to export."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiif.steering.enums import ExportPart
from kiif.steering.exporting.choices import FACTS, Choices
from kiif.ui.forms import CheckboxColumns, Checkboxes


class ExportForm(forms.Form):
    """Parts, columns of facts, questions of the form; what is chosen is kept for the next time."""

    parts = forms.MultipleChoiceField(label=_("What to export"), choices=ExportPart.choices, widget=Checkboxes)
    facts = forms.MultipleChoiceField(
        label=_("Columns about the applications"), choices=list(FACTS.items()), widget=CheckboxColumns, required=False
    )
    questions = forms.MultipleChoiceField(
        label=_("Questions of the form"), choices=(), widget=CheckboxColumns, required=False,
        help_text=_("None: all of them."),
    )  # fmt: skip

    def __init__(self, *args: Any, questions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["questions"]
        field.choices = questions
        self._all = {key for key, _words in questions}
        if not questions:
            del self.fields["questions"]

    @property
    def choices(self) -> Choices:
        """What was chosen. All questions ticked is kept as “all”: those of a later version will be there too."""
        data = self.cleaned_data
        asked = [] if set(data.get("questions", ())) >= self._all else data.get("questions", [])
        return Choices(tuple(data["parts"]), tuple(data["facts"]) or tuple(FACTS), tuple(asked))
