"""The texts that come with the product, until an instance publishes its own: `<kind>.<version>.<language>.txt`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kiif.accounts.models import ConsentText

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class DefaultText:
    """First line of the file: the title; the rest: the text."""

    kind: str
    version: str
    language: str
    title: str
    body: str

    @property
    def required(self) -> bool:
        return self.kind == "terms"


def default_texts() -> list[DefaultText]:
    """All texts of this folder."""
    texts = []
    for path in sorted(_HERE.glob("*.txt")):
        kind, version, language = path.stem.split(".")
        title, _newline, body = path.read_text("utf-8").partition("\n")
        texts.append(DefaultText(kind, version, language, title.strip(), body.strip()))
    return texts


def default_text(kind: str, language: str) -> ConsentText | None:
    """The shipped text of a kind, not saved, in this language or the house's; None for another kind."""
    by_language = {text.language: text for text in default_texts() if text.kind == kind}
    text = by_language.get(language) or by_language.get(settings.LANGUAGE_CODE)
    if text is None:
        return None
    return ConsentText(kind=kind, version=text.version, language=text.language, title=text.title, body=text.body)
