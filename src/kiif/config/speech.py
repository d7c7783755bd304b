"""Sentences of the command line in the language of the person, before Django is there."""

from __future__ import annotations

import argparse
import gettext
import os
from pathlib import Path

#: The command line's own sentences, and those of the layers that it mounts.
_SPEAKING = ("questionnaires", "opendata", "replication", "config")
LOCALES = [Path(__file__).parents[1] / app / "locale" for app in _SPEAKING]
LANGUAGES = ("fr", "en")


def _(text: str) -> str:
    """Marks a sentence; the catalogue chosen by `choose` translates it when it is shown."""
    return _spoken.gettext(text)


_spoken: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"

#: What argparse says by itself.
_OF_ARGPARSE = (
    _("usage: "),
    _("options"),
    _("positional arguments"),
    _("show this help message and exit"),
    _("the following arguments are required: %s"),
    _("unrecognized arguments: %s"),
    _("invalid choice: %(value)r (choose from %(choices)s)"),
    _("invalid %(type)s value: %(value)r"),
    _("expected one argument"),
    _("argument %(argument_name)s: %(message)s"),
    _("%(prog)s: error: %(message)s\n"),
)


def spoken() -> str:
    """The language of the terminal: `fr` or `en`."""
    words = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    return "fr" if next((w for w in words if w), "").lower().startswith("fr") else "en"


def language() -> str:
    """The language chosen."""
    return _language


def choose(language: str) -> None:
    """Speaks that language from now on (English when its catalogue is not compiled)."""
    global _spoken, _language  # noqa: PLW0603 -- one voice for the whole process
    _language = language
    _spoken = gettext.NullTranslations()
    for locale in LOCALES:
        path = locale / language / "LC_MESSAGES" / "django.mo"
        if path.exists():
            with path.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)
            catalogue.add_fallback(_spoken)
            _spoken = catalogue
    argparse._ = _  # type: ignore[attr-defined] # argparse looks its own sentences up in its module
