"""Abuse case 11: expired, reused, for another address, through sign-up; and the limits of abuse case 22."""

from __future__ import annotations

from kiif.alliance.models import Body
from tests.alliance.conftest import House

PASSWORD = "quatre mots sans lien aucun"


def where(house: House) -> Body:
    return Body.objects.get(pk=house.incubator.pk)
