"""Kinds of questions in words, and what the form of each asks its designer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, get_args

from django.utils.translation import gettext_lazy as _

from kiif.attachments.kinds import KINDS as FILES
from kiif.questionnaires.definition import Question


@dataclass(frozen=True)
class KindWords:
    """A kind in the menu: its name, what it is good for, what its empty question says it is."""

    key: str
    label: Any
    about: Any


#: The menu, in groups of gestures that people know.
GROUPS: Final[tuple[tuple[Any, tuple[KindWords, ...]], ...]] = (
    (
        _("Write"),
        (
            KindWords("text", _("Short text"), _("A name, a title, one line.")),
            KindWords("long_text", _("Long text"), _("Some sentences, with a limit in words or characters.")),
            KindWords("rich_text", _("Text with headings and lists"), _("A page that deserves a layout.")),
            KindWords("email", _("E-mail address"), _("Its form is checked.")),
            KindWords("phone", _("Phone number"), _("French or foreign, written in one way.")),
            KindWords("url", _("Web address"), _("A site, a page, a video.")),
        ),
    ),
    (
        _("Choose"),
        (
            KindWords("choice", _("One choice"), _("One answer among several.")),
            KindWords("choices", _("Several choices"), _("Boxes to tick, with at least or at most.")),
            KindWords("yes_no", _("Yes or no"), _("With a reason if you ask for it.")),
            KindWords("ranking", _("Ranking"), _("Put things in an order of preference.")),
            KindWords("scale", _("Scale"), _("From 0 to 10, or other ends.")),
            KindWords("grid", _("Grid of opinions"), _("The same scale for several lines.")),
        ),
    ),
    (
        _("Count and date"),
        (
            KindWords("number", _("A number"), _("With a unit and bounds.")),
            KindWords("money", _("Amount in euros"), _("With or without cents.")),
            KindWords("percent", _("Percentage"), _("From 0 to 100, or other bounds.")),
            KindWords("date", _("Date"), _("One day.")),
            KindWords("period", _("Period"), _("From one day to another.")),
            KindWords("calculated", _("Calculated result"), _("Made from other answers, never typed.")),
        ),
    ),
    (
        _("Identify and locate"),
        (
            KindWords("organisation", _("Organisation"), _("By SIREN, SIRET or RNA; its name fills itself in.")),
            KindWords("address", _("Postal address"), _("Street, postcode, town.")),
            KindWords("territories", _("Territories"), _("Communes, departments, regions; tells what is rural.")),
        ),
    ),
    (
        _("Gather"),
        (
            KindWords("table", _("Table"), _("Rows to add, columns of your choice, totals.")),
            KindWords("files", _("Files"), _("Documents to attach, with a model to fill if you give one.")),
        ),
    ),
    (
        _("Say and commit"),
        (
            KindWords("note", _("Words to read"), _("An explanation, a reminder: no answer.")),
            KindWords("consent", _("Consent"), _("A box to tick, under a dated text.")),
            KindWords("signature", _("Signature by name"), _("A statement, signed by typing one’s name.")),
        ),
    ),
)
WORDS: Final = {words.key: words for _label, group in GROUPS for words in group}


@dataclass(frozen=True)
class Spec:
    """A field of the form of a question. `widget`: text, area, bool, int, number, date, select, ticks, choices,
    columns, expression, name. `languages`: one field in each language. `show`: filled or not, it is not folded away."""

    key: str
    label: Any
    widget: str = "text"
    help: Any = ""
    languages: bool = False
    options: tuple[tuple[str, Any], ...] = ()
    part: str = "answer"
    least: float | None = None
    most: float | None = None


LABEL: Final = Spec("label", _("Question"), "area", languages=True, part="words")
NOTE_LABEL: Final = Spec("label", _("Words"), "area", languages=True, part="words")
HINT: Final = Spec("hint", _("Help"), "area", _("Under the question, always visible."), languages=True, part="words")
GUIDE: Final = Spec(
    "guide", _("More explanations"), "area", _("Folded away: an example, a definition."), languages=True, part="more"
)
RELEVANT: Final = Spec("relevant", _("Shown"), "expression", part="logic")
REQUIRED: Final = Spec("required", _("An answer is expected"), "bool", part="answer")
REQUIRED_IF: Final = Spec("required_if", _("Expected only"), "expression", part="logic")
CONSTRAINT: Final = Spec("constraint", _("Accepted"), "expression", part="logic")
MESSAGE: Final = Spec(
    "message", _("What is said when it is not"), "text", _("A sentence that says what to do."), True, part="logic"
)
SOFT: Final = Spec("soft", _("Warn only: the answer can be sent anyway"), "bool", part="logic")
UNKNOWN: Final = Spec("unknown", _("Offer “I do not know”"), "bool", part="more")
REFUSAL: Final = Spec("refusal", _("Offer “I prefer not to answer”"), "bool", part="more")
NAME: Final = Spec(
    "name",
    _("Short name"),
    "name",
    _("For conditions, calculations and exports: small letters, digits and underscores."),
    part="more",
)

_MAX_CHARS: Final = Spec("max_chars", _("At most, in characters"), "int", least=1, most=100_000)
_MIN_WORDS: Final = Spec("min_words", _("At least, in words"), "int", least=0, most=100_000)
_MAX_WORDS: Final = Spec("max_words", _("At most, in words"), "int", least=1, most=100_000)
_MINIMUM: Final = Spec("minimum", _("At least"), "number")
_MAXIMUM: Final = Spec("maximum", _("At most"), "number")
_DECIMALS: Final = Spec("decimals", _("Decimals"), "int", least=0, most=6)
_EARLIEST: Final = Spec("earliest", _("Not before"), "date")
_LATEST: Final = Spec("latest", _("Not after"), "date")
_CHOICES: Final = Spec("choices", _("Choices"), "choices")
_OTHER: Final = Spec("other", _("Add “Other”, with words to write"), "bool")
_AT_LEAST: Final = Spec("at_least", _("At least"), "int", least=0, most=200)
_AT_MOST: Final = Spec("at_most", _("At most"), "int", least=1, most=200)
_UNIT: Final = Spec("unit", _("Unit"), "text", _("“people”, “days a month”."), True)
LEVELS: Final = (
    ("commune", _("communes")),
    ("epci", _("intercommunal bodies")),
    ("department", _("departments")),
    ("region", _("regions")),
    ("drawn", _("areas drawn on the map")),
)
RESULTS: Final = (
    ("number", _("a number")),
    ("money", _("an amount")),
    ("percent", _("a percentage")),
    ("text", _("words")),
    ("boolean", _("yes or no")),
    ("date", _("a date")),
)
REASONS: Final = (
    ("never", _("never")),
    ("yes", _("after yes")),
    ("no", _("after no")),
    ("always", _("always")),
)

OWN: Final[dict[str, tuple[Spec, ...]]] = {
    "text": (_MAX_CHARS, Spec("pattern_example", _("Example"), help=_("Shown beside the field: “2027-014”."))),
    "long_text": (_MAX_CHARS, _MIN_WORDS, _MAX_WORDS, Spec("rows", _("Height, in lines"), "int", least=2, most=40)),
    "rich_text": (_MAX_CHARS, _MIN_WORDS, _MAX_WORDS),
    "number": (_UNIT, _MINIMUM, _MAXIMUM, _DECIMALS),
    "money": (_MINIMUM, _MAXIMUM, Spec("cents", _("With cents"), "bool")),
    "percent": (_MINIMUM, _MAXIMUM, _DECIMALS),
    "date": (_EARLIEST, _LATEST),
    "period": (_EARLIEST, _LATEST),
    "choice": (_CHOICES, _OTHER, Spec("compact", _("As a list that unfolds (beyond eight choices)"), "bool")),
    "choices": (_CHOICES, _OTHER, _AT_LEAST, _AT_MOST),
    "ranking": (_CHOICES, _AT_LEAST, _AT_MOST),
    "grid": (Spec("rows", _("Lines"), "choices"), Spec("columns", _("Columns"), "choices")),
    "scale": (
        Spec("low", _("From the value"), "int", least=-10, most=10),
        Spec("low_label", _("Words of this end"), languages=True),
        Spec("high", _("Up to the value"), "int", least=1, most=10),
        Spec("high_label", _("Words of that end"), languages=True),
    ),
    "yes_no": (
        Spec("reason", _("Ask for a reason"), "select", options=REASONS),
        Spec("reason_label", _("How the reason is asked"), languages=True),
    ),
    "territories": (Spec("levels", _("Which territories"), "ticks", options=LEVELS), _AT_LEAST, _AT_MOST),
    "organisation": (Spec("unregistered", _("Accept one that has no number yet"), "bool"),),
    "files": (
        Spec("at_most", _("How many files at most"), "int", least=1, most=20),
        Spec("accepted", _("Kinds of files"), "ticks", _("None ticked: all those that are safe."), options=()),
        Spec("model_label", _("What the model to fill is called"), languages=True),
    ),
    "table": (
        Spec("columns", _("Columns"), "columns"),
        Spec("min_rows", _("Rows at least"), "int", least=0, most=200),
        Spec("max_rows", _("Rows at most"), "int", least=1, most=200),
    ),
    "calculated": (
        Spec("calculation", _("Calculation"), "expression"),
        Spec("result", _("Its result is"), "select", options=RESULTS),
        _UNIT,
        _DECIMALS,
        Spec("shown", _("People see it"), "bool"),
    ),
    "consent": (
        Spec("text", _("Text that is agreed to"), "area", languages=True),
        Spec("text_version", _("Version of this text"), help=_("Kept with each answer: change it with the text.")),
    ),
    "signature": (Spec("statement", _("Statement that is signed"), "area", languages=True),),
}
#: Kinds that nobody fills: nothing is expected, nothing to check.
SILENT: Final = frozenset({"note", "calculated"})


@cache
def specs_of(kind: str) -> tuple[Spec, ...]:
    """Every field of the form of a question of this kind, in order."""
    if kind == "note":
        return (NOTE_LABEL, GUIDE, RELEVANT, NAME)
    own = tuple(_with_files(spec) for spec in OWN.get(kind, ()))
    if kind == "calculated":
        return (LABEL, HINT, *own, RELEVANT, GUIDE, NAME)
    asked = (REQUIRED, *own, RELEVANT, REQUIRED_IF, CONSTRAINT, MESSAGE, SOFT, GUIDE, UNKNOWN, REFUSAL, NAME)
    return (LABEL, HINT, *asked)


def _with_files(spec: Spec) -> Spec:
    if spec.key != "accepted":
        return spec
    return replace(spec, options=tuple((kind.key, kind.label) for kind in FILES))


SECTION: Final = (
    Spec("title", _("Title"), languages=True, part="words"),
    Spec("description", _("Introduction"), "area", languages=True, part="words"),
    Spec("variants", _("Only for"), "ticks", part="answer"),
    Spec("relevant", _("Shown"), "expression", part="logic"),
)
PAGE: Final = (
    Spec("title", _("Title"), "text", _("Empty: that of its section."), True, part="words"),
    Spec("description", _("Introduction"), "area", languages=True, part="words"),
    Spec("relevant", _("Shown"), "expression", part="logic"),
)
ROOT_SPECS: Final = (
    Spec("title", _("Title"), languages=True, part="words"),
    Spec("description", _("Introduction"), "area", _("Read before the first question."), True, part="words"),
    Spec(
        "variants",
        _("List of annexes"),
        "variants",
        _("Annexes that only some people fill: one for each incubator."),
        part="answer",
    ),
)

COLUMN_KINDS: Final = ("text", "number", "money", "percent", "date", "choice", "yes_no", "calculated")
_CLASSES: Final = {model.model_fields["kind"].default: model for model in get_args(get_args(Question)[0])}


@cache
def defaults_of(kind: str) -> dict[str, Any]:
    """What each field of a kind says when nothing is written, as JSON."""
    model = _CLASSES[kind]
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        value = field.default
        found[name] = list(value) if isinstance(value, tuple) else value
    return found


@cache
def fields_of(kind: str) -> frozenset[str]:
    """Names of the fields that a question of this kind may hold."""
    return frozenset(_CLASSES[kind].model_fields)
