"""Organisations for tests: invented, with the fewest facts that a test needs."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from django.utils import timezone

from kiif.alliance.models import Alliance, Incubator
from kiif.organisations.enums import TieRole
from kiif.organisations.models import Organisation, Tie
from kiif.organisations.validators import luhn
from kiif.territories.enums import Level
from kiif.territories.models import Territory
from tests.alliance import factories as alliance_make

_number = count(1)


def siren(number: int | None = None) -> str:
    """A SIREN that holds, made of a number: invented."""
    body = f"{80_000_000 + (next(_number) if number is None else number):08d}"
    return next(f"{body}{digit}" for digit in range(10) if luhn(f"{body}{digit}"))


def siret(of: str, number: int = 1) -> str:
    body = f"{of}{number:04d}"
    return next(f"{body}{digit}" for digit in range(10) if luhn(f"{body}{digit}"))


def make_commune(code: str = "24311", name: str = "Nontron") -> Territory:
    department, _made = Territory.objects.get_or_create(
        level=Level.DEPARTMENT,
        code=code[:2],
        defaults={"name": f"Département {code[:2]}", "slug": code[:2], "vintage": "2026"},
    )
    commune, _made = Territory.objects.get_or_create(
        level=Level.COMMUNE,
        code=code,
        defaults={
            "name": name,
            "slug": name.lower(),
            "search": name.lower(),
            "department": department,
            "vintage": "2026",
        },
    )
    return commune


def make_organisation(alliance: Alliance | None = None, *stewards: Incubator, **fields: Any) -> Organisation:
    """An organisation, with the incubators that follow it."""
    number = next(_number)
    fields.setdefault("name", f"Structure inventée {number}")
    organisation = Organisation.objects.create(alliance=alliance or alliance_make.make_alliance(), **fields)
    organisation.stewards.set(stewards)
    return organisation


def make_tie(organisation: Organisation, user: Any, role: str = TieRole.LEADER, **fields: Any) -> Tie:
    """A tie that both sides confirmed, unless the fields say otherwise."""
    now = timezone.now()
    defaults = {"accepted_at": now, "confirmed_at": now, "since": date(2020, 1, 1)}
    return Tie.objects.create(organisation=organisation, user=user, role=role, **{**defaults, **fields})
