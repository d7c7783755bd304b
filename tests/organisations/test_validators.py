"""Identifiers: numbers printed by INSEE or found on public papers, and every way in which people type them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from kiif.organisations.validators import (
    Identifier,
    is_rna,
    is_siren,
    is_siret,
    luhn,
    parse_identifier,
    spaced,
    validate_rna,
    validate_siren,
    validate_siret,
)

NARROW = "\u202f"


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("552008443", "siren", "552008443"),  # the example of the SIREN module of python-stdnum
        ("732 829 320", "siren", "732829320"),  # the one of Wikipedia's page on SIRET
        ("732.829.320", "siren", "732829320"),
        ("SIREN : 732-829-320", "siren", "732829320"),
        ("RCS 732829320", "siren", "732829320"),
        ("FR 44 732829320", "siren", "732829320"),
        ("732 829 320 00074", "siret", "73282932000074"),
        ("N° SIRET : 732 829 320 00074", "siret", "73282932000074"),
        ("７３２８２９３２０", "siren", "732829320"),
        ("356 000 000", "siren", "356000000"),
        ("356 000 000 00048", "siret", "35600000000048"),  # headquarters of La Poste: Luhn
        ("356 000 000 49837", "siret", "35600000049837"),  # a post office: a multiple of five
        ("w751234567", "rna", "W751234567"),
        ("W 751 234 567", "rna", "W751234567"),
        ("RNA W2A1000152", "rna", "W2A1000152"),
        ("W9R4000123", "rna", "W9R4000123"),
        ("Volume 89 Folio 112", "inscription", "volume 89, folio 112"),
        ("Tribunal d’instance de Strasbourg, vol. 89, fol. 112", "inscription", "Strasbourg, volume 89, folio 112"),
        ("registre des associations de Mulhouse vol LXXV folio 12", "inscription", "Mulhouse, volume LXXV, folio 12"),
    ],
)
def test_reads_what_people_type(typed: str, kind: str, value: str) -> None:
    assert parse_identifier(typed) == Identifier(kind, value)  # type: ignore[arg-type]  # a parameter


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type a SIREN, a SIRET or an RNA number."),
        ("   ", "Type a SIREN, a SIRET or an RNA number."),
        ("732829321", "This SIREN does not hold: one of its nine digits is wrong. Check it on an official paper."),
        ("000000000", "This SIREN does not hold: one of its nine digits is wrong. Check it on an official paper."),
        ("73282932000075", "This SIRET does not hold: check its last five digits; the first nine are right."),
        (
            "73282932100074",
            "This SIRET does not hold: its first nine digits are not a SIREN. Check it on an official paper.",
        ),
        ("35600000049838", "This SIRET does not hold: check its last five digits; the first nine are right."),
        ("W12345678", "An RNA number is W followed by nine digits, such as W123456789."),
        (
            "Les Mains vives",
            "This is neither a SIREN (9 digits), nor a SIRET (14 digits), nor an RNA number (W and 9 digits).",
        ),
        ("12345", "A SIREN has 9 digits, a SIRET 14, an RNA number W and 9 digits; 5 were found."),
        ("1" * 200, "This is too long to be a SIREN, a SIRET or an RNA number."),
    ],
)
def test_says_what_is_wrong(typed: str, sentence: str) -> None:
    with override("en"), pytest.raises(ValueError) as refusal:  # noqa: PT011 -- the sentence is compared below
        parse_identifier(typed)
    assert str(refusal.value) == sentence


def test_the_siren_inside() -> None:
    assert parse_identifier("73282932000074").siren == "732829320"
    assert parse_identifier("732829320").siren == "732829320"
    assert parse_identifier("W751234567").siren == ""


def test_groups_of_digits() -> None:
    assert spaced("73282932000074") == NARROW.join(("732", "829", "320", "00074"))
    assert spaced("732829320") == NARROW.join(("732", "829", "320"))
    assert spaced("W751234567") == NARROW.join(("W751", "234", "567"))
    assert spaced("") == ""


@given(st.integers(min_value=1, max_value=99_999_999), st.integers(min_value=0, max_value=9))
def test_one_check_digit_in_ten_holds(body: int, wrong: int) -> None:
    text = f"{body:08d}"
    holding = [digit for digit in range(10) if luhn(f"{text}{digit}")]
    assert len(holding) == 1
    assert is_siren(f"{text}{holding[0]}")
    assert is_siren(f"{text}{wrong}") == (wrong == holding[0])


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        found = parse_identifier(text)
    except ValueError as error:
        sentence = str(error)
    else:
        sentence = "read"
        checks = {"siren": is_siren, "siret": is_siret, "rna": is_rna}
        assert found.kind == "inscription" or checks[found.kind](found.value)
    assert sentence


def test_validators_of_fields_want_the_bare_number() -> None:
    validate_siren("732829320")
    validate_siret("73282932000074")
    validate_rna("W751234567")
    for check, wrong in (
        (validate_siren, "732 829 320"),
        (validate_siren, "73282932000074"),
        (validate_siret, "732829320"),
        (validate_rna, "732829320"),
    ):
        with pytest.raises(ValidationError):
            check(wrong)
