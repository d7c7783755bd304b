"""Ways to reach somebody: e-mail, phone, web address, postal address."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from kiif.questionnaires.definition.questions import Address, Email, Phone, Url
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

#: Numbers without a country are read as French ones, overseas departments included.
COUNTRY: Final = "FR"
_POSTCODE = re.compile(r"\d{5}")
_CODE = re.compile(r"(\d\d|2A|2B)\d{3}")
_http = URLValidator(schemes=["http", "https"])


class Emails(Kind[Email]):
    operators = ("filled", "holds")

    def parse(self, question: Email, raw: Raw) -> Value:
        return self.clean(question, raw.one())

    def clean(self, question: Email, document: Value) -> Value:
        text = expect_text(document, 254)
        if not text:
            return None
        try:
            validate_email(text)
        except ValidationError:
            raise ValueError(_("This e-mail address is not complete. For example: name@example.org.")) from None
        local, _at, domain = text.rpartition("@")
        return f"{local}@{domain.lower()}"


class Phones(Kind[Phone]):
    """Kept as E.164 (+33612345678), shown as people write it."""

    operators = ("filled", "holds")

    def parse(self, question: Phone, raw: Raw) -> Value:
        return self.clean(question, raw.one())

    def clean(self, question: Phone, document: Value) -> Value:
        text = expect_text(document, 40)
        if not text:
            return None
        try:
            number = phonenumbers.parse(text, COUNTRY)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValueError(_("This is not a phone number. For example: 06 12 34 56 78 or +32 2 123 45 67."))
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    def show(self, question: Phone, value: Value, language: str) -> str:
        number = phonenumbers.parse(value, COUNTRY)
        near = number.country_code == 33
        style = phonenumbers.PhoneNumberFormat.NATIONAL if near else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return str(phonenumbers.format_number(number, style))


class Urls(Kind[Url]):
    operators = ("filled", "holds")

    def parse(self, question: Url, raw: Raw) -> Value:
        return self.clean(question, raw.one())

    def clean(self, question: Url, document: Value) -> Value:
        text = expect_text(document, 500)
        if not text:
            return None
        address = text if "://" in text else f"https://{text}"
        try:
            _http(address)
        except ValidationError:
            raise ValueError(_("This is not a web address. For example: https://example.org.")) from None
        return address


class Addresses(Kind[Address]):
    """`code` is the commune, when it was chosen from the list."""

    operators = ("filled", "holds")
    parts = ("line", "postcode", "town", "code")

    def parse(self, question: Address, raw: Raw) -> Value:
        return self.clean(question, {part: raw.one(part) for part in self.parts})

    def clean(self, question: Address, document: Value) -> Value:
        given = expect_dict(document, *self.parts)
        address = {part: " ".join(expect_text(given.get(part) or "", 200).split()) for part in self.parts}
        address["code"] = address["code"].upper()
        if address["code"] and not _CODE.fullmatch(address["code"]):
            raise ValueError(_("This commune is not known."))
        return address if any(address.values()) else None

    def check(self, question: Address, value: Value) -> list[str]:
        if not value["town"]:
            return [_("Name the town.")]
        if not _POSTCODE.fullmatch(value["postcode"]):
            return [_("A postcode has five figures.")]
        return []

    def scalar(self, question: Address, value: Value) -> Scalar:
        return self.show(question, value, "")

    def show(self, question: Address, value: Value, language: str) -> str:
        town = f"{value['postcode']} {value['town']}".strip()
        return "\n".join(part for part in (value["line"], town) if part)

    def index(self, question: Address, value: Value) -> Index:
        return Index(text=folded(f"{value['postcode']} {value['town']}"))

    def columns(self, question: Address, language: str) -> list[Column]:
        label = label_of(question, language)
        words = {"line": _("street"), "postcode": _("postcode"), "town": _("town"), "code": _("code of the commune")}
        return [Column(f"{question.name}.{part}", f"{label} – {words[part]}", "text") for part in self.parts]

    def cells(self, question: Address, value: Value) -> list[Cell]:
        return [value[part] or None for part in self.parts]
