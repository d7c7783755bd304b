"""Identifiers of French organisations: SIREN, SIRET, number of the RNA, inscription in Alsace-Moselle.

    parse_identifier("852 379 999 00011")  # Identifier(kind="siret", value="85237999900011")

Sources: INSEE (check digit of Luhn, ISO/IEC 7812; establishments of La Poste, SIREN 356 000 000, whose digits add up
to a multiple of five instead), ministry of the Interior (number of the RNA: W, a digit, a digit or a letter for
Corsica and overseas, seven digits). Associations of the local law of Alsace-Moselle have no number of the RNA: a court
keeps them by volume and folio.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Kind = Literal["siren", "siret", "rna", "inscription"]

LA_POSTE: Final = "356000000"
LA_POSTE_HEADQUARTERS: Final = "35600000000048"
_RNA: Final = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
_INSCRIPTION: Final = re.compile(
    r"(?P<court>[^0-9]*?)[\s,:;-]*\b(?:volume|vol)\.?\s*(?:n[°o]?\s*)?(?P<volume>[0-9]{1,4}|[IVXLCDM]{1,9})"
    r"[\s,;/-]*(?:folio|fol|f)\.?\s*(?:n[°o]?\s*)?(?P<folio>[0-9]{1,5})",
    re.IGNORECASE,
)
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier that holds: digits without spaces, or "Strasbourg, volume 89, folio 112" for an inscription."""

    kind: Kind
    value: str

    @property
    def siren(self) -> str:
        """The SIREN that it is or holds; empty for an association known by its register only."""
        return self.value[:9] if self.kind in ("siren", "siret") else ""

    @property
    def text(self) -> str:
        """As people write it: groups of three digits, then five."""
        return spaced(self.value) if self.kind != "inscription" else self.value


def spaced(value: str) -> str:
    """A SIREN, SIRET or RNA number in groups that can be read aloud, tied by narrow no-break spaces."""
    if value.startswith("W"):
        parts = [value[:4], value[4:7], value[7:]]
    else:
        parts = [value[:3], value[3:6], value[6:9], value[9:]]
    return "\u202f".join(part for part in parts if part)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (every second one doubled, from the right)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_siren(value: str) -> bool:
    return len(value) == 9 and value.isascii() and value.isdigit() and value.strip("0") != "" and luhn(value)


def is_siret(value: str) -> bool:
    if len(value) != 14 or not (value.isascii() and value.isdigit()) or not is_siren(value[:9]):
        return False
    if value.startswith(LA_POSTE) and value != LA_POSTE_HEADQUARTERS:
        return sum(map(int, value)) % 5 == 0
    return luhn(value)


def is_rna(value: str) -> bool:
    return _RNA.fullmatch(value) is not None


def parse_identifier(text: str) -> Identifier:
    """Reads what somebody typed or pasted: spaces, dots, dashes, "SIRET :" or an intra-community VAT number before.

    Raises ValueError, with a sentence that says what is wrong, when it is none of the four.
    """
    asked = unicodedata.normalize("NFKC", text).strip()
    if not asked:
        raise ValueError(_("Type a SIREN, a SIRET or an RNA number."))
    if len(asked) > _LONGEST:
        raise ValueError(_("This is too long to be a SIREN, a SIRET or an RNA number."))
    if found := _INSCRIPTION.search(asked):
        return _inscription(found)
    return _number(_compact(asked))


def _compact(text: str) -> str:
    """Letters and digits only, without the word that people put before the number."""
    bare = re.sub(r"[^0-9A-Z]", "", text.upper())
    bare = re.sub(r"^(N|NO|NUMERO)?(DE)?(SIREN|SIRET|RNA|RCS|WALDEC)(N|NO)?(?=[0-9W])", "", bare)
    vat = re.fullmatch(r"FR[0-9A-Z]{2}([0-9]{9})", bare)
    return vat.group(1) if vat else bare


def _number(value: str) -> Identifier:
    if value.startswith("W") or re.fullmatch(r"[0-9A-Z]*[A-Z][0-9A-Z]*", value):
        return _rna(value)
    if len(value) == 9:
        if is_siren(value):
            return Identifier("siren", value)
        raise ValueError(_("This SIREN does not hold: one of its nine digits is wrong. Check it on an official paper."))
    if len(value) == 14:
        return _siret(value)
    raise ValueError(
        _("A SIREN has 9 digits, a SIRET 14, an RNA number W and 9 digits; %(count)d were found.")
        % {"count": len(value)}
    )


def _siret(value: str) -> Identifier:
    if is_siret(value):
        return Identifier("siret", value)
    if not is_siren(value[:9]):
        raise ValueError(
            _("This SIRET does not hold: its first nine digits are not a SIREN. Check it on an official paper.")
        )
    raise ValueError(_("This SIRET does not hold: check its last five digits; the first nine are right."))


def _rna(value: str) -> Identifier:
    if is_rna(value):
        return Identifier("rna", value)
    if value.startswith("W"):
        raise ValueError(_("An RNA number is W followed by nine digits, such as W123456789."))
    raise ValueError(
        _("This is neither a SIREN (9 digits), nor a SIRET (14 digits), nor an RNA number (W and 9 digits).")
    )


def _inscription(found: re.Match[str]) -> Identifier:
    words = re.sub(r"\b(tribunal|judiciaire|instance|proximit[ée]|registre|associations?|d[eu’']|des|au|le|la)\b|[’']",
                   " ", found["court"], flags=re.IGNORECASE)  # fmt: skip
    court = " ".join(words.replace(",", " ").replace(":", " ").split()).strip(" -")
    parts = [court[:40]] if court else []
    return Identifier(
        "inscription", ", ".join([*parts, f"volume {found['volume'].upper()}", f"folio {found['folio']}"])
    )


def validate_siren(value: str) -> None:
    """Validator of a field: nine digits that hold. Raises ValidationError."""
    _validate(value, "siren")


def validate_siret(value: str) -> None:
    """Validator of a field: fourteen digits that hold. Raises ValidationError."""
    _validate(value, "siret")


def validate_rna(value: str) -> None:
    """Validator of a field: W, then nine signs. Raises ValidationError."""
    _validate(value, "rna")


def _validate(value: str, kind: Kind) -> None:
    try:
        found = parse_identifier(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error
    if found.kind != kind or found.value != value:
        names = {"siren": _("a SIREN (9 digits)"), "siret": _("a SIRET (14 digits)"), "rna": _("an RNA number")}
        raise ValidationError(_("This is not %(what)s.") % {"what": names[kind]})
