"""An address to write to when a programme opens again."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WatchForm(forms.Form):
    """For somebody without an account."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("It serves for this only, and is erased once we have written to you."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
