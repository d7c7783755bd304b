from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kiif.attachments.kinds import ACCEPT
from kiif.attachments.limits import quotas
from kiif.attachments.sizes import human_size


class AttachForm(forms.Form):
    """A file, and what it is in a few words."""

    file = forms.FileField(label=_("File"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ACCEPT}))
    label = forms.CharField(
        label=_("What it is"), required=False, max_length=200, help_text=_("Shown instead of the file name.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = format_lazy(
            _("PDF, image, document, table or text, {most} at most."), most=human_size(quotas().max_size)
        )
