from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.factories import ROLES, World
from tests.permissions.matrix import LOGIN, address, declared, url_name, url_names

ROWS = declared()


def test_every_address_says_who_may_open_it() -> None:
    named = {url_name(key) for key in ROWS}
    assert sorted(url_names() - named) == [], "add a row in tests/<room>/matrix.py"
    assert sorted(named - url_names()) == [], "these rows name no address any more"


def answer(response: HttpResponse) -> int | str:
    """The status of an answer; a redirection to the sign-in page is `LOGIN`."""
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return LOGIN
    return response.status_code


def ask(client: Client, method: str, url: str, data: Mapping[str, Any]) -> HttpResponse:
    """One request; what it writes is undone, so that the next role finds the same world."""
    with transaction.atomic():
        response: HttpResponse = getattr(client, method)(url, data=dict(data) or None)
        transaction.set_rollback(True)
    if response.streaming:
        response.getvalue()  # a file that is sent stays open until it is read
    return response


@pytest.mark.parametrize("key", sorted(ROWS))
def test_each_role_receives_what_is_declared(key: str, world: World) -> None:
    """A refusal gives its reason in words."""
    row = ROWS[key]
    url, data = address(key, row, world), row.data(world)
    asked = {role: ask(world.client(role), row.method, url, data) for role in ROLES}
    assert {role: answer(response) for role, response in asked.items()} == dict(row.statuses)
    refused = next((asked[role] for role in ROLES if row.statuses[role] == 403), None)
    if refused is not None:
        assert "data-reason" in refused.content.decode() or refused["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "impersonating"])
def test_the_administration_is_for_staff_only(role: str, world: World) -> None:
    response = world.client(role).get(reverse("admin:index"))
    assert response.status_code == 302
    assert "next=" in response["Location"]


def test_the_administration_is_closed_during_a_visit(world: World) -> None:
    assert world.client("impersonating").get(reverse("admin:index")).status_code == 403
