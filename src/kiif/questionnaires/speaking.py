"""Texts of a questionnaire in the language of who reads: a fallback is always said, earlier answers come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from kiif.questionnaires import engine
from kiif.questionnaires.definition import fell_back, said
from kiif.questionnaires.dossier import Dossier

#: Words for the languages that a questionnaire may speak.
LANGUAGES: Final = {
    "fr": "français", "en": "English", "br": "brezhoneg", "eu": "euskara", "oc": "occitan", "co": "corsu",
    "ca": "català", "de": "Deutsch", "es": "español", "it": "italiano", "pt": "português", "nl": "Nederlands",
    "ar": "العربية", "uk": "українська",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """A text of the designers: `lang` is the language it is really in, `other` whether that is a fallback."""

    text: str
    lang: str
    other: bool

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def only(self) -> str:
        """ "in French only", for a fallback."""
        return _("in %(language)s only") % {"language": LANGUAGES.get(self.lang, self.lang)} if self.other else ""


class Speaker:
    """Texts of a definition in one language, with the earlier answers in them."""

    def __init__(self, dossier: Dossier) -> None:
        self.language, self.state = dossier.language, dossier.state
        self.languages = dossier.definition.languages

    def __call__(self, text: dict[str, str]) -> Words:
        words = engine.piped(said(text, self.language, self.languages), self.state)
        lang = self.language
        if fell_back(text, self.language):
            lang = next((code for code in self.languages if code in text), next(iter(text), self.language))
        return Words(words, lang, bool(text) and lang != self.language)
