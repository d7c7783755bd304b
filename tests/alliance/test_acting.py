"""Under which role one acts, and abuse case 8: what is revoked is gone at the next request."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kiif.alliance.actions.delegations import end_delegation
from kiif.alliance.actions.memberships import end_membership
from kiif.alliance.enums import Role
from kiif.alliance.middleware import SESSION_KEY
from kiif.alliance.models import Delegation, Membership
from tests.alliance import factories as make
from tests.alliance.conftest import House
from tests.factories import make_user, sign_in

SWITCH = "alliance:acting-as"


def team(house: House) -> str:
    return reverse("alliance:team", args=[house.incubator.slug])


def acts_as(client: Client, key: str) -> int:
    return client.post(reverse(SWITCH), {"role": key}).status_code


def test_the_widest_own_role_is_the_default(house: House) -> None:
    person = make_user()
    make.make_membership(house.other, Role.ADVISOR, person, since=make.days(-400))
    make.make_membership(house.incubator, Role.MANAGER, person)
    client = sign_in(person)
    assert client.get(team(house)).status_code == 200
    assert client.get(reverse("alliance:invitation-create", args=[house.other.slug])).status_code == 403


def test_rights_follow_the_role_chosen_never_the_sum(house: House) -> None:
    person = make_user()
    other = make.make_membership(house.other, Role.ADVISOR, person)
    make.make_membership(house.incubator, Role.MANAGER, person)
    client = sign_in(person)
    assert acts_as(client, other.acting_key) == 302
    assert client.get(team(house)).status_code == 403
    assert client.get(reverse("alliance:team", args=[house.other.slug])).status_code == 200


def test_one_does_not_act_as_somebody_else(house: House) -> None:
    client = sign_in(house.advisor.user)
    for key in (f"m{house.manager.pk}", "d1", "d999999999999", "m", "", "x1"):
        assert acts_as(client, key) == 302
    assert SESSION_KEY not in client.session
    # a session that somebody managed to forge does not help either
    session = client.session
    session[SESSION_KEY] = f"m{house.manager.pk}"
    session.save()
    assert client.get(reverse("alliance:invitation-create", args=[house.incubator.slug])).status_code == 403


def test_switching_is_a_post_and_stays_at_home(house: House) -> None:
    client = sign_in(house.advisor.user)
    assert client.get(reverse(SWITCH)).status_code == 405
    data = {"role": house.advisor.acting_key, "next": "//evil.example/"}
    assert client.post(reverse(SWITCH), data)["Location"] == reverse("home")


def test_a_membership_that_ends_is_gone_at_the_next_request(house: House) -> None:
    client = sign_in(house.advisor.user)
    assert client.get(team(house)).status_code == 200
    Membership.objects.filter(pk=house.advisor.pk).update(until=make.days(0))
    assert client.get(team(house)).status_code == 403
    assert client.get(reverse("alliance:home")).status_code == 403


def test_a_role_that_shrinks_shrinks_at_the_next_request(house: House) -> None:
    client = sign_in(house.manager.user)
    page = reverse("alliance:invitation-create", args=[house.incubator.slug])
    assert client.get(page).status_code == 200
    house.manager.role = Role.ADVISOR
    house.manager.save()
    assert client.get(page).status_code == 403


def test_whoever_is_put_out_is_signed_out_everywhere(house: House) -> None:
    clients = [sign_in(house.advisor.user), sign_in(house.advisor.user)]
    for client in clients:
        assert client.get(team(house)).status_code == 200
    end_membership(membership=house.advisor, by=house.acting("manager"))
    for client in clients:
        answer = client.get(team(house))
        assert answer.status_code in {302, 403}, "no session, or no right"
        assert answer.status_code != 302 or answer["Location"].startswith(reverse("account_login"))


def test_a_delegation_is_gone_at_the_next_request_with_a_word(house: House) -> None:
    delegation = make.make_delegation(house.manager, house.advisor.user)
    client = sign_in(house.advisor.user)
    page = reverse("alliance:invitation-create", args=[house.incubator.slug])
    assert client.get(page).status_code == 403
    acts_as(client, f"d{delegation.pk}")
    shown = client.get(page)
    assert shown.status_code == 200
    assert str(house.manager.user) in shown.content.decode(), "the banner says in whose place"
    end_delegation(delegation=delegation, by=house.acting("manager"))
    refused = client.get(page)
    assert refused.status_code == 403
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("field", ["until", "since"])
def test_a_delegation_holds_between_its_dates(house: House, field: str) -> None:
    delegation = make.make_delegation(house.manager, house.advisor.user)
    client = sign_in(house.advisor.user)
    acts_as(client, f"d{delegation.pk}")
    page = reverse("alliance:invitation-create", args=[house.incubator.slug])
    assert client.get(page).status_code == 200
    day = make.days(0) if field == "until" else make.days(1)
    Delegation.objects.filter(pk=delegation.pk).update(**{field: day})
    assert client.get(page).status_code == 403


def test_an_account_that_is_closed_is_out(house: House) -> None:
    client = sign_in(house.advisor.user)
    assert client.get(team(house)).status_code == 200
    house.advisor.user.is_active = False
    house.advisor.user.save()
    assert client.get(team(house))["Location"].startswith(reverse("account_login"))


def test_the_panel_shows_what_one_may_act_as(house: House) -> None:
    person = house.advisor.user
    other = make.make_membership(house.other, Role.ADVISOR, person)
    delegation = make.make_delegation(house.manager, person)
    html = sign_in(person).get(reverse("alliance:mine")).content.decode()
    assert f'value="{other.acting_key}"' in html
    assert f'value="d{delegation.pk}"' in html
    assert f'value="m{house.manager.pk}"' not in html
