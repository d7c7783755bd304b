"""Changing the rules of a test piece by piece: forms give rows, the document stays whole. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from kiif.programmes.eligibility.format import PLACE_FACTS

Document = dict[str, Any]


def new_key(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(3)}"


def family_of(document: Mapping[str, Any], key: str) -> Document | None:
    return next((family for family in document.get("families", ()) if family["key"] == key), None)


def text(before: Mapping[str, str] | None, french: str, english: str) -> dict[str, str]:
    """Both languages; those of a third one stay."""
    others = {code: words for code, words in (before or {}).items() if code not in {"fr", "en"}}
    given = {"fr": french.strip(), "en": english.strip()}
    return {**others, **{code: words for code, words in given.items() if words}}


def put_family(document: Mapping[str, Any], key: str, values: Mapping[str, Any]) -> tuple[Document, str]:
    """The document with a family written (a new one when the key is empty), and its key."""
    made = _copy(document)
    family = family_of(made, key)
    if family is None:
        key = new_key("f")
        family = {"key": key, "title": {}, "questions": [], "rules": [],
                  "otherwise": {"verdict": "person", "words": {}}}  # fmt: skip
        made["families"].append(family)
    family["title"] = text(family.get("title"), values["title_fr"], values["title_en"])
    family["lead"] = text(family.get("lead"), values["lead_fr"], values["lead_en"])
    family["otherwise"] = {
        "verdict": values["verdict"],
        "words": text(family["otherwise"].get("words"), values["words_fr"], values["words_en"]),
    }
    return made, key


def put_question(document: Mapping[str, Any], family: str, key: str, values: Mapping[str, Any]) -> Document:
    """The document with a question written. Choices come one a line; a line that stays keeps its key."""
    made = _copy(document)
    found = family_of(made, family)
    if found is None:
        raise LookupError(family)
    question = next((one for one in found["questions"] if one["key"] == key), None)
    if question is None:
        question = {"key": new_key("q")}
        found["questions"].append(question)
    question["kind"] = values["kind"]
    question["label"] = text(question.get("label"), values["label_fr"], values["label_en"])
    question["help"] = text(question.get("help"), values["help_fr"], values["help_en"])
    question["only_if"] = _when(values.get("only_if", ()))
    question["choices"] = [] if values["kind"] == "places" else _choices(question.get("choices", ()), values)
    return _without_ghosts(made)


def _choices(before: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> list[Document]:
    french, english = values["choices_fr"].splitlines(), values["choices_en"].splitlines()
    lines = [line.strip() for line in french if line.strip()]
    others = [line.strip() for line in english if line.strip()]
    by_words = {choice["label"].get("fr", ""): choice for choice in before}
    made: list[Document] = []
    for number, line in enumerate(lines):
        known = by_words.get(line) or (before[number] if len(before) == len(lines) else None)
        choice: Document = dict(known) if known else {"key": new_key("c"), "label": {}}
        choice["label"] = text(choice["label"], line, others[number] if number < len(others) else "")
        made.append(choice)
    return made


def put_rule(document: Mapping[str, Any], family: str, number: int, values: Mapping[str, Any]) -> Document:
    """The document with a rule written; `number` beyond the last adds one. `when`: pairs "question|answer"."""
    made = _copy(document)
    found = family_of(made, family)
    if found is None:
        raise LookupError(family)
    before = found["rules"][number] if number < len(found["rules"]) else {}
    rule = {"when": _when(values["when"]), "verdict": values["verdict"],
            "words": text(before.get("words"), values["words_fr"], values["words_en"])}  # fmt: skip
    if before:
        found["rules"][number] = rule
    else:
        found["rules"].append(rule)
    return made


def _when(pairs: Iterable[str]) -> dict[str, list[str]]:
    """A condition, from pairs "question|answer"."""
    when: dict[str, list[str]] = {}
    for pair in pairs:
        question, _bar, answer = str(pair).partition("|")
        when.setdefault(question, []).append(answer)
    return when


def gesture(document: Mapping[str, Any], what: str, family: str, place: str, question: str = "") -> Document:
    """Moves (`up`, `down`) or removes (`remove`) a family, a question (by key) or a rule (by number)."""
    made = _copy(document)
    rows, position = _rows(made, family, place, question)
    if what == "remove":
        del rows[position]
    else:
        other = position + (-1 if what == "up" else 1)
        if 0 <= other < len(rows):
            rows[position], rows[other] = rows[other], rows[position]
    return _without_ghosts(made)


def _rows(document: Document, family: str, place: str, question: str) -> tuple[list[Any], int]:
    families = document["families"]
    found = family_of(document, family)
    if found is None:
        raise LookupError(family)
    if question:
        keys = [one["key"] for one in found["questions"]]
        return found["questions"], _position(keys, question)
    if place:
        if not place.isdecimal() or int(place) >= len(found["rules"]):
            raise LookupError(place)
        return found["rules"], int(place)
    return families, families.index(found)


def _position(keys: Sequence[str], key: str) -> int:
    if key not in keys:
        raise LookupError(key)
    return keys.index(key)


def _without_ghosts(document: Document) -> Document:
    """Conditions that name a question or an answer that is gone are dropped; a rule left without any goes too."""
    for family in document["families"]:
        known: dict[str, set[str]] = {}
        for question in family["questions"]:
            if question.get("kind") == "places":
                known |= {f"{question['key']}.{fact}": set(values) for fact, values in PLACE_FACTS.items()}
            else:
                known[question["key"]] = {choice["key"] for choice in question.get("choices", ())}
        for question in family["questions"]:
            question["only_if"] = _alive(question.get("only_if", {}), known)
        kept = []
        for rule in family["rules"]:
            when = _alive(rule["when"], known)
            if when or not rule["when"]:
                kept.append({**rule, "when": when})
        family["rules"] = kept
    return document


def _alive(when: Mapping[str, Sequence[str]], known: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """What still exists; a condition without an answer left is no condition."""
    alive = {key: [one for one in answers if one in known.get(key, ())] for key, answers in when.items()}
    return {key: answers for key, answers in alive.items() if answers}


def _copy(document: Mapping[str, Any]) -> Document:
    made = deepcopy(dict(document)) or {"format": 1}
    made.setdefault("families", [])
    return made
