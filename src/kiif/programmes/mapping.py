"""Which question of the form gives which fact of an application (`Call.facts`): what is known, a sensible guess.

What is read from the answers is `programmes.facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kiif.programmes.models import Call
from kiif.questionnaires.definition import Definition, said
from kiif.questionnaires.loaded import definition_of, newest
from kiif.questionnaires.models import Version
from kiif.territories.lookup import fold
from kiif.ui.errors import Refused


@dataclass(frozen=True)
class Fact:
    """`kinds`: questions that can give it; `names`: what their name or label often holds."""

    key: str
    label: Any
    kinds: frozenset[str]
    names: tuple[str, ...] = ()
    #: taken when no name matches: the first question of these kinds
    only_kind: bool = False


def _fact(key: str, label: Any, kinds: str, names: str = "", *, only_kind: bool = False) -> Fact:
    return Fact(key, label, frozenset(kinds.split()), tuple(names.split()), only_kind)


FACTS: Final[tuple[Fact, ...]] = (
    _fact("title", gettext_lazy("Title of the project"), "text", "solution titre title projet project nom"),
    _fact("organisation", gettext_lazy("Organisation"), "organisation text", "structure organisation", only_kind=True),
    _fact("contact_email", gettext_lazy("E-mail address of the contact"), "email", "contact courriel", only_kind=True),
    _fact("challenges", gettext_lazy("Challenges"), "choices choice ranking", "enjeux enjeu challenges defis"),
    _fact("themes", gettext_lazy("Themes"), "choices choice ranking", "themes theme thematiques thematique"),
    _fact("territories", gettext_lazy("Territories aimed at"), "territories", "territoires", only_kind=True),
    _fact("hosts", gettext_lazy("Hosts, in order of preference"), "ranking choices choice",
          "hotes hote hosts host incubateurs incubateur accueil"),
    _fact("stage", gettext_lazy("Stage"), "choice", "stade stage maturite etape"),
    _fact("legal_form", gettext_lazy("Kind of organisation"), "choice", "statut forme_juridique legal forme"),
    _fact("founded", gettext_lazy("Year of creation"), "date number", "creation fondation founded annee"),
    _fact("headquarters", gettext_lazy("Headquarters"), "address", "siege headquarters adresse", only_kind=True),
    _fact("women_led", gettext_lazy("Led by women"), "yes_no choice", "femme femmes women dirigeante"),
)  # fmt: skip
KEYS: Final = tuple(fact.key for fact in FACTS)


def guess(version: Version) -> dict[str, str]:
    """Fact → identifier of the question that looks like it, for those that one finds."""
    definition = definition_of(version)
    found = {fact.key: _best(definition, fact) for fact in FACTS}
    return {key: question.id for key, question in found.items() if question is not None}


def _best(definition: Definition, fact: Fact) -> Any:
    fitting = [question for question in definition.walk() if question.kind in fact.kinds]
    for name in fact.names:
        for question in fitting:
            if question.name == name or name in fold(question.name.replace("_", " ")).split():
                return question
    first = [question for question in fitting if question.kind == next(iter(fact.kinds)) or len(fact.kinds) == 1]
    own = [question for question in fitting if question.kind == fact.key] or first
    return own[0] if fact.only_kind and own else None


def candidates(version: Version, fact: Fact) -> list[tuple[str, str]]:
    """Questions that may give this fact: (identifier, words)."""
    definition = definition_of(version)
    language = (get_language() or "fr")[:2]
    return [
        (question.id, said(question.label, language, definition.languages)[:120])
        for question in definition.walk()
        if question.kind in fact.kinds
    ]


def checked(call: Call, chosen: Mapping[str, str]) -> dict[str, str]:
    """The mapping without what is empty. Raises Refused for a question that cannot give this fact."""
    version = newest(call.collection.questionnaire) if call.collection is not None else None
    if version is None:
        return {}
    kept: dict[str, str] = {}
    for fact in FACTS:
        question = chosen.get(fact.key, "")
        if not question:
            continue
        if question not in dict(candidates(version, fact)):
            raise Refused(_("This question cannot give “%(fact)s”.") % {"fact": fact.label}, field=fact.key)
        kept[fact.key] = question
    return kept
