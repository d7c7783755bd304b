"""Organisations by their official number, consents, signatures."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kiif.questionnaires.definition.questions import Consent, OrganisationQuestion, Signature
from kiif.questionnaires.values.base import (
    Cell,
    Column,
    Index,
    Kind,
    Raw,
    Scalar,
    Value,
    expect_dict,
    expect_text,
    folded,
    label_of,
)


class Organisations(Kind[OrganisationQuestion]):
    """`kind` of identifier: "siren", "siret", "rna", or empty for an organisation that has none yet."""

    operators = ("filled", "holds")
    parts = ("kind", "identifier", "name")

    def parse(self, question: OrganisationQuestion, raw: Raw) -> Value:
        return self.clean(question, {"identifier": raw.one(), "name": raw.one("name")})

    def clean(self, question: OrganisationQuestion, document: Value) -> Value:
        from kiif.organisations.validators import parse_identifier

        given = expect_dict(document, *self.parts)
        text = expect_text(given.get("identifier") or "", 40)
        name = " ".join(expect_text(given.get("name") or "", 200).split())
        if not text:
            return {"kind": "", "identifier": "", "name": name} if name else None
        identifier = parse_identifier(text)
        return {"kind": str(identifier.kind), "identifier": identifier.value, "name": name}

    def check(self, question: OrganisationQuestion, value: Value) -> list[str]:
        if not value["identifier"] and not question.unregistered:
            return [_("Give the SIREN, SIRET or RNA number of the organisation.")]
        return [] if value["name"] else [_("Name the organisation.")]

    def scalar(self, question: OrganisationQuestion, value: Value) -> Scalar:
        return str(value["identifier"] or value["name"])

    def show(self, question: OrganisationQuestion, value: Value, language: str) -> str:
        if not value["identifier"]:
            return str(value["name"])
        number = f"{value['kind'].upper()} {value['identifier']}"
        return f"{value['name']} ({number})" if value["name"] else number

    def index(self, question: OrganisationQuestion, value: Value) -> Index:
        return Index(text=folded(f"{value['name']} {value['identifier']}"))

    def columns(self, question: OrganisationQuestion, language: str) -> list[Column]:
        label = label_of(question, language)
        words = {"kind": _("kind of number"), "identifier": _("number"), "name": _("name")}
        return [Column(f"{question.name}.{part}", f"{label} – {words[part]}", "text") for part in self.parts]

    def cells(self, question: OrganisationQuestion, value: Value) -> list[Cell]:
        return [value[part] or None for part in self.parts]


def _moment(text: Any) -> str:
    return str(date_format(dt.datetime.fromisoformat(text), "DATE_FORMAT")) if text else ""


class Consents(Kind[Consent]):
    """Given or not at all: a box that is not ticked is no answer."""

    operators = ("filled",)

    def parse(self, question: Consent, raw: Raw) -> Value:
        return self.clean(question, {"given": bool(raw.one())})

    def clean(self, question: Consent, document: Value) -> Value:
        given = expect_dict(document, "given", "version", "at")
        if not isinstance(given.get("given"), bool):
            raise ValueError(_("This answer does not have the shape that its question expects."))
        return {"given": True, "version": question.text_version} if given["given"] else None

    def stamp(self, question: Consent, value: Value, before: Value, at: dt.datetime) -> Value:
        same = isinstance(before, dict) and before.get("version") == value["version"] and before.get("at")
        return value | {"at": before["at"] if same else at.isoformat(timespec="seconds")}

    def scalar(self, question: Consent, value: Value) -> Scalar:
        return "yes"

    def show(self, question: Consent, value: Value, language: str) -> str:
        return _("agreed on %(day)s (text %(version)s)") % {
            "day": _moment(value.get("at")),
            "version": value["version"],
        }

    def index(self, question: Consent, value: Value) -> Index:
        return Index(text="yes", number=1.0)

    def columns(self, question: Consent, language: str) -> list[Column]:
        label = label_of(question, language)
        return [
            Column(question.name, label, "boolean"),
            Column(f"{question.name}.at", _("%(label)s – date") % {"label": label}, "date"),
        ]

    def cells(self, question: Consent, value: Value) -> list[Cell]:
        at = value.get("at")
        return [True, dt.datetime.fromisoformat(at).date() if at else None]


class Signatures(Kind[Signature]):
    operators = ("filled", "holds")

    def parse(self, question: Signature, raw: Raw) -> Value:
        return self.clean(question, {"name": raw.one()})

    def clean(self, question: Signature, document: Value) -> Value:
        name = " ".join(expect_text(expect_dict(document, "name", "at").get("name") or "", 150).split())
        return {"name": name} if name else None

    def check(self, question: Signature, value: Value) -> list[str]:
        return [] if len(value["name"].split()) > 1 else [_("Sign with your first name and your name.")]

    def stamp(self, question: Signature, value: Value, before: Value, at: dt.datetime) -> Value:
        same = isinstance(before, dict) and before.get("name") == value["name"] and before.get("at")
        return value | {"at": before["at"] if same else at.isoformat(timespec="seconds")}

    def scalar(self, question: Signature, value: Value) -> Scalar:
        return str(value["name"])

    def show(self, question: Signature, value: Value, language: str) -> str:
        return _("signed by %(name)s on %(day)s") % {"name": value["name"], "day": _moment(value.get("at"))}

    def index(self, question: Signature, value: Value) -> Index:
        return Index(text=folded(value["name"]))

    def columns(self, question: Signature, language: str) -> list[Column]:
        return [Column(question.name, label_of(question, language), "text")]

    def cells(self, question: Signature, value: Value) -> list[Cell]:
        return [value["name"]]
