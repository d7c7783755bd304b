"""The texts of letters: those of the product, of a programme, of a call; and the words that may be put in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.decisions.enums import Outcome, Source, TemplateKind
from kiif.decisions.models import Decision, LetterTemplate
from kiif.mailbox import markup
from kiif.programmes.models import Call

SUBJECT_MAX: Final = 200
BODY_MAX: Final = 10_000


@dataclass(frozen=True)
class Placeholder:
    """A word between braces that is replaced when the letter leaves. `kinds`: letters in which it means something
    (all of them when empty)."""

    name: str
    label: Any
    example: str
    kinds: frozenset[str] = frozenset()


_ACCEPTING: Final = frozenset({TemplateKind.ACCEPTED, TemplateKind.CALLED, TemplateKind.CHANGED})
PLACEHOLDERS: Final = (
    Placeholder("name", gettext_lazy("name of the person"), "Yaël Orsenne"),
    Placeholder("project", gettext_lazy("title of the project"), "La Remise (exemple)"),
    Placeholder("number", gettext_lazy("number of the dossier"), "KF-2026-0421"),
    Placeholder("call", gettext_lazy("name of the call"), "Les Sentiers 2027"),
    Placeholder("programme", gettext_lazy("name of the programme"), "Les Sentiers"),
    Placeholder("decision", gettext_lazy("decision, as the carriers read it"), "votre candidature a été retenue"),
    Placeholder("feedback", gettext_lazy("what reviewers say, as you edited it"), "Un modèle solide et généreux."),
    Placeholder(
        "reply_by",
        gettext_lazy("last day to take the place"),
        "3 mars 2027",
        _ACCEPTING,
    ),
    Placeholder(
        "rank",
        gettext_lazy("rank on the reserve list"),
        "2",
        frozenset({TemplateKind.RESERVE, TemplateKind.CHANGED}),
    ),
    Placeholder(
        "explanation",
        gettext_lazy("why the published decision changes"),
        "Une place s’est libérée.",
        frozenset({TemplateKind.CHANGED, TemplateKind.CALLED}),
    ),
    Placeholder("doors", gettext_lazy("other open doors: calls, people to talk to"), "- Itinéraires 2027"),
    Placeholder("appeal_by", gettext_lazy("last day to ask for a review"), "17 mars 2027"),
    Placeholder("contact", gettext_lazy("who answers questions"), "coordination@kiif.example"),
    Placeholder("signature", gettext_lazy("who signs"), "L’équipe des Sentiers"),
    Placeholder("link", gettext_lazy("address of the answer on the site"), "https://kiif.example/decisions/reponse/…"),
)
#: The same words as somebody who writes in French types them. Both are understood in every letter.
IN_FRENCH: Final = {
    "name": "prenom",
    "project": "projet",
    "number": "numero",
    "call": "appel",
    "feedback": "retours",
    "reply_by": "repondre_avant",
    "rank": "rang",
    "explanation": "explication",
    "doors": "portes",
    "appeal_by": "reexamen_avant",
    "link": "lien",
}
_FROM_FRENCH: Final = {french: name for name, french in IN_FRENCH.items()}
NAMES: Final = frozenset({*(one.name for one in PLACEHOLDERS), *_FROM_FRENCH})


def canonical(name: str) -> str:
    """The name of a placeholder, whatever the language in which it was typed."""
    return _FROM_FRENCH.get(name, name)


def typed(name: str, language: str) -> str:
    """A placeholder as one types it in a letter of this language, braces included."""
    return f"{{{IN_FRENCH.get(name, name) if language == 'fr' else name}}}"


def named(text: str) -> set[str]:
    """Placeholders of a text, by their names."""
    return {canonical(name) for name in markup.names_in(text)}


def in_both(values: Mapping[str, str]) -> dict[str, str]:
    """Values by name, reachable by their French names too."""
    return {**values, **{french: values[name] for name, french in IN_FRENCH.items() if name in values}}


@dataclass(frozen=True)
class Wording:
    """A text before anything is put in it. `template`: the row that it comes from, None for that of the product."""

    subject: str
    body: str
    template: LetterTemplate | None = None


def languages() -> list[str]:
    return [code for code, _label in settings.LANGUAGES]


def language_names() -> dict[str, str]:
    """Languages in which one writes, named in the language in force."""
    return {code: str(label) for code, label in settings.LANGUAGES}


def placeholders_of(kind: str, language: str = "en") -> list[Placeholder]:
    """Those that mean something in this letter, named as one types them in its language."""
    found = [one for one in PLACEHOLDERS if not one.kinds or kind in one.kinds]
    return [replace(one, name=typed(one.name, language)[1:-1]) for one in found]


def kind_of(decision: Decision) -> TemplateKind:
    """Which letter a decision wants."""
    if decision.replaces_id is None:
        return TemplateKind(decision.outcome)
    called = decision.source == Source.RESERVE and decision.outcome == Outcome.ACCEPTED
    return TemplateKind.CALLED if called else TemplateKind.CHANGED


def own_text(kind: str, language: str) -> Wording:
    """The text of the product: a `Subject:` line, an empty line, the body."""
    source = str(get_template(f"decisions/letters/{kind}.{language}.txt").template.source)  # type: ignore[attr-defined] # of the Django back-end
    first, _newline, body = source.partition("\n")
    return Wording(first.removeprefix("Subject:").strip(), body.strip())


def texts_of(call: Call) -> dict[tuple[str, str], Wording]:
    """The text in force for each kind and language: of the call, else of its programme, else of the product."""
    rows = LetterTemplate.objects.filter(programme=call.edition.programme_id, call=None)
    mine = LetterTemplate.objects.filter(call=call)
    found = {(kind, code): own_text(kind, code) for kind in TemplateKind.values for code in languages()}
    for row in [*rows, *mine]:
        found[row.kind, row.language] = Wording(row.subject, row.body, row)
    return found


def problems(subject: str, body: str) -> dict[str, str]:
    """What is wrong with a text, a sentence by field; empty when it can be kept."""
    found: dict[str, str] = {}
    about_subject, about_body = markup.Problems(), markup.Problems()
    if not subject.strip() or "\n" in subject or "\r" in subject:
        about_subject.add(_("Give the letter a subject, on one line."))
    if len(subject) > SUBJECT_MAX:
        about_subject.add(_("Shorten the subject to %(max)s characters.") % {"max": SUBJECT_MAX})
    if not body.strip():
        about_body.add(_("Write the text of the letter."))
    if len(body) > BODY_MAX:
        about_body.add(_("Shorten the text to %(max)s characters.") % {"max": BODY_MAX})
    markup.check_placeholders(subject, NAMES, about_subject)
    markup.check_placeholders(body, NAMES, about_body)
    for name, kept in (("subject", about_subject), ("body", about_body)):
        if kept.sentences:
            found[name] = kept.sentences[0]
    return found
