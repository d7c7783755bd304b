"""The form of an element as its template shows it: what is in the draft, or what was typed and refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.formats import localize_input
from django.utils.translation import gettext as _

from kiif.questionnaires.drafting import kinds, sentences
from kiif.questionnaires.drafting.conditions import Subject, by_path, subjects
from kiif.questionnaires.drafting.elements import ROOT, Fields, Flat, level
from kiif.questionnaires.drafting.kinds import Spec
from kiif.questionnaires.drafting.typed import Typed

#: Names of languages that people meet here; another one is shown by its code.
LANGUAGES: Final = {
    "fr": "français", "en": "English", "de": "Deutsch", "es": "español", "it": "italiano", "pt": "português",
    "nl": "Nederlands", "ar": "العربية", "br": "brezhoneg", "eu": "euskara", "oc": "occitan", "co": "corsu",
    "ca": "català", "uk": "українська", "ru": "русский", "pl": "polski", "ro": "română", "tr": "Türkçe",
}  # fmt: skip
#: Empty rows at the end of a list of choices.
SPARE: Final = 1


def language_name(code: str) -> str:
    return LANGUAGES.get(code, code)


@dataclass(frozen=True)
class Input:
    """One field of the page. `language`: code, empty when it is the same in all."""

    name: str
    value: str
    language: str = ""
    error: str = ""

    @property
    def id(self) -> str:
        return f"f-{self.name.replace('.', '-')}"

    @property
    def language_name(self) -> str:
        return language_name(self.language)

    @property
    def is_first(self) -> bool:
        return not self.language


@dataclass(frozen=True)
class ChoiceRow:
    """A row of choices: its number in the form, its texts, its key."""

    number: int
    prefix: str
    key: str
    inputs: list[Input]
    exclusive: bool = False
    relevant: str = ""
    error: str = ""
    spare: bool = False
    first: bool = False
    last: bool = False
    #: for the columns of a table
    column: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """A field as the template shows it."""

    spec: Spec
    inputs: list[Input]
    checked: bool = False
    options: list[tuple[str, Any, bool]] = field(default_factory=list)
    rows: list[ChoiceRow] = field(default_factory=list)
    words: str = ""
    error: str = ""

    @property
    def filled(self) -> bool:
        return self.checked or any(one.value for one in self.inputs)


def specs_for(flat: Flat, element: str) -> tuple[Spec, ...]:
    """Fields of the form of this element."""
    if level(element) == "q":
        return kinds.specs_of(flat[element]["kind"])
    if element == ROOT:
        return kinds.ROOT_SPECS
    if level(element) == "p":
        return kinds.PAGE
    variants = flat[ROOT].get("variants", ())
    options = tuple((one["key"], next(iter(one["label"].values()), one["key"])) for one in variants)
    return tuple(
        Spec(**{**spec.__dict__, "options": options}) if spec.key == "variants" else spec
        for spec in kinds.SECTION
        if spec.key != "variants" or options
    )


class ElementForm:
    """Everything the form of one element shows. `typed` and `data`: what was sent and could not all be read."""

    def __init__(
        self, flat: Flat, element: str, language: str, *, data: Any = None, typed: Typed | None = None
    ) -> None:
        self.flat, self.element, self.data = flat, element, data
        self.fields: Fields = flat[element]
        self.languages: list[str] = list(flat[ROOT]["languages"])
        self.errors = typed.errors if typed else {}
        self.defaults = kinds.defaults_of(self.fields["kind"]) if level(element) == "q" else {}
        self.known: dict[str, Subject] = by_path(subjects(flat, language, own=element))
        self.shown = [self._shown(spec) for spec in specs_for(flat, element)]

    def part(self, name: str) -> list[Shown]:
        return [one for one in self.shown if one.spec.part == name]

    @property
    def words(self) -> list[Shown]:
        return self.part("words")

    @property
    def answer(self) -> list[Shown]:
        return self.part("answer")

    @property
    def logic(self) -> list[Shown]:
        """What is said of a wrong answer shows once something is checked."""
        shown = self.part("logic")
        if any(one.filled for one in shown if one.spec.key in {"constraint", "message", "soft"}):
            return shown
        return [one for one in shown if one.spec.key not in {"message", "soft"}]

    @property
    def more(self) -> list[Shown]:
        return self.part("more")

    @property
    def opens_more(self) -> bool:
        """Whether what is folded away holds something wrong."""
        return any(one.inputs[0].error for one in self.more if one.inputs)

    def _value(self, name: str) -> str:
        if self.data is not None and name in self.data:
            return str(self.data[name])
        value = self.fields.get(name, self.defaults.get(name))
        if value is None or isinstance(value, bool | list | dict):
            return ""
        if isinstance(value, float):
            return str(int(value)) if value == int(value) else str(localize_input(value))
        return str(value)

    def _shown(self, spec: Spec) -> Shown:
        if spec.widget in {"choices", "variants"}:
            return Shown(spec, [], rows=self._choices(spec), error=self.errors.get(f"{spec.key}-paste", ""))
        if spec.widget == "columns":
            return Shown(spec, [], rows=self._columns(spec))
        if spec.widget == "bool":
            return Shown(spec, [], checked=bool(self.fields.get(spec.key, self.defaults.get(spec.key, False))))
        if spec.widget in {"ticks", "select"}:
            return Shown(spec, [], options=self._options(spec), error=self.errors.get(spec.key, ""))
        names = [f"{spec.key}.{language}" for language in self.languages] if spec.languages else [spec.key]
        inputs = [Input(name, self._value(name), name.partition(".")[2], self.errors.get(name, "")) for name in names]
        words = sentences.say(self.fields.get(spec.key, ""), self.known) if spec.widget == "expression" else ""
        return Shown(spec, inputs, words=words)

    def _options(self, spec: Spec) -> list[tuple[str, Any, bool]]:
        held = self.fields.get(spec.key, self.defaults.get(spec.key))
        chosen = set(held) if isinstance(held, list | tuple) else {held}
        return [(key, label, key in chosen) for key, label in spec.options]

    def _choices(self, spec: Spec) -> list[ChoiceRow]:
        held = list(self.fields.get(spec.key, ()))
        rows = []
        for number, choice in enumerate([*held, *({} for _spare in range(SPARE))]):
            prefix = f"{spec.key}-{number}"
            inputs = self._row_inputs(prefix, "label", choice.get("label", {}))
            rows.append(
                ChoiceRow(
                    number,
                    prefix,
                    self._typed(f"{prefix}-key", choice.get("key", "")),
                    inputs,
                    exclusive=bool(choice.get("exclusive")),
                    relevant=choice.get("relevant", ""),
                    error=self.errors.get(f"{prefix}-key", ""),
                    spare=number >= len(held),
                    first=number == 0,
                    last=number == len(held) - 1,
                )
            )
        return rows

    def _row_inputs(self, prefix: str, name: str, texts: Mapping[str, str]) -> list[Input]:
        return [
            Input(f"{prefix}-{name}.{code}", self._typed(f"{prefix}-{name}.{code}", texts.get(code, "")), code)
            for code in self.languages
        ]

    def _typed(self, name: str, value: str) -> str:
        return str(self.data[name]) if self.data is not None and name in self.data else value

    def _columns(self, spec: Spec) -> list[ChoiceRow]:
        held = list(self.fields.get(spec.key, ()))
        rows = []
        for number, column in enumerate([*held, {}]):
            prefix = f"{spec.key}-{number}"
            rows.append(
                ChoiceRow(
                    number,
                    prefix,
                    self._typed(f"{prefix}-name", column.get("name", "")),
                    self._row_inputs(prefix, "label", column.get("label", {})),
                    error=self.errors.get(f"{prefix}-name", ""),
                    spare=number >= len(held),
                    first=number == 0,
                    last=number == len(held) - 1,
                    column=self._column(prefix, column),
                )
            )
        return rows

    def _column(self, prefix: str, column: Mapping[str, Any]) -> dict[str, Any]:
        kind = column.get("kind", "text")
        choices = column.get("choices", ())
        lines = [" | ".join(one["label"].get(code, "") for code in self.languages).rstrip(" |") for one in choices]
        keys = "\n".join(f"{next(iter(one['label'].values()), '')}\t{one['key']}" for one in choices)
        return {
            "id": column.get("id", ""),
            "kind": kind,
            "kinds": [(key, kinds.WORDS[key].label, key == kind) for key in kinds.COLUMN_KINDS],
            "required": bool(column.get("required")),
            "total": bool(column.get("total")),
            "unit": self._row_inputs(prefix, "unit", column.get("unit", {})),
            "choices": "\n".join(lines),
            "keys": keys,
            "calculation": column.get("calculation", ""),
            "calculation_words": sentences.say(column.get("calculation", ""), self.known),
            "minimum": _plain(column.get("minimum")),
            "maximum": _plain(column.get("maximum")),
        }


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def label_of_field(name: str, flat: Flat, element: str) -> str:
    """How people know a field of the draft: "Question, in English"."""
    base, _dot, language = name.partition(".")
    spec = next((one for one in specs_for(flat, element) if one.key == base), None)
    label = str(spec.label) if spec else base
    several: Sequence[str] = flat[ROOT]["languages"]
    if language and len(several) > 1:
        return _("%(field)s (%(language)s)") % {"field": label, "language": language_name(language)}
    return label


def told(value: Any) -> str:
    """A value of the draft as people read it, for what two people wrote side by side."""
    if value in (None, "", [], False):
        return "–"
    if value is True:
        return _("yes")
    if isinstance(value, list):
        return "\n".join(_line(one) for one in value)
    return str(value)


def _line(one: Any) -> str:
    if isinstance(one, Mapping):
        return " / ".join(one.get("label", {}).values()) or str(one.get("key", ""))
    return str(one)
