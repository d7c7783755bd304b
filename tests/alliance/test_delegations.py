from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kiif.accounts.actor import system
from kiif.alliance.actions.acting import standings, switch
from kiif.alliance.actions.delegations import close_finished_delegations, delegate, end_delegation
from kiif.alliance.actions.invitations import invite
from kiif.alliance.actions.memberships import change_membership, end_membership
from kiif.alliance.enums import DelegationState, Role
from kiif.alliance.models import Delegation
from kiif.alliance.models.people import start_of
from kiif.alliance.second_factor import required_since
from kiif.journal.models import JournalEntry
from kiif.mailbox.models import Mail
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance import factories as make
from tests.alliance.conftest import House
from tests.factories import make_user


def at(number: int) -> datetime:
    return start_of(make.days(number))


HOLIDAY: dict[str, Any] = {"since": make.days(0), "until": make.days(10), "reason": "congés"}


def test_the_delegate_has_the_rights_of_the_holder_until_the_return(house: House) -> None:
    with pytest.raises(NotAllowed):
        change_membership(membership=house.advisor, role=Role.COLLEAGUE, by=house.acting("advisor"))
    delegation = delegate(membership=house.manager, to=house.advisor.user, by=house.acting("manager"), **HOLIDAY)
    assert delegation.state == DelegationState.RUNNING
    replaced = make.acting_for(delegation)
    colleague = make.make_membership(house.incubator, Role.ADVISOR)
    change_membership(membership=colleague, role=Role.COLLEAGUE, by=replaced)
    entry = JournalEntry.objects.filter(verb="alliance.membership_changed").get()
    assert entry.person is not None
    assert entry.person.user == house.advisor.user
    assert str(delegation.pk) in entry.acting_as, "marked in the journal"
    assert Mail.objects.filter(kind="alliance.delegation_received", to=house.advisor.user).count() == 1


def test_a_delegate_does_not_delegate_further(house: House) -> None:
    delegation = make.make_delegation(house.manager, house.advisor.user)
    with pytest.raises(NotAllowed):
        delegate(membership=house.manager, to=house.other_advisor.user, by=make.acting_for(delegation), **HOLIDAY)
    assert Delegation.objects.count() == 1


def test_a_delegate_makes_nobody_steer_not_even_oneself(house: House) -> None:
    lent = make.acting_for(make.make_delegation(house.manager, house.advisor.user))
    with pytest.raises(NotAllowed, match="In somebody’s place"):
        change_membership(membership=house.advisor, role=Role.MANAGER, by=lent)
    with pytest.raises(NotAllowed, match="In somebody’s place"):
        invite(where=house.manager.where, email="moi@exemple.test", role=Role.MANAGER, by=lent)
    second = make.make_membership(house.incubator, Role.MANAGER)
    with pytest.raises(NotAllowed, match="In somebody’s place"):
        end_membership(membership=second, by=lent)
    invite(where=house.manager.where, email="moi@exemple.test", role=Role.ADVISOR, by=lent)
    change_membership(membership=house.advisor, role=Role.MANAGER, by=house.acting("manager"))
    house.advisor.refresh_from_db()
    assert house.advisor.role == Role.MANAGER, "the holder may"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SUPPORT])
def test_a_delegate_of_the_coordination_lets_nobody_into_it(house: House, role: Role) -> None:
    lent = make.acting_for(make.make_delegation(house.coordinator, house.advisor.user))
    with pytest.raises(NotAllowed, match="In somebody’s place"):
        invite(where=house.coordinator.where, email="moi@exemple.test", role=role, by=lent)
    assert not Mail.objects.exists()
    invite(where=house.coordinator.where, email="moi@exemple.test", role=Role.REVIEWER, by=lent)
    assert Mail.objects.filter(address="moi@exemple.test").count() == 1


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (make.days(-1), make.days(3), "since"),
        (make.days(3), make.days(3), "until"),
        (make.days(0), make.days(200), "until"),
    ],
    ids=["in the past", "no day", "too long"],
)
def test_dates_make_sense(house: House, since: Any, until: Any, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        delegate(
            membership=house.manager,
            to=house.advisor.user,
            since=since,
            until=until,
            reason="congés",
            by=house.acting("manager"),
        )
    assert refusal.value.field == field


def test_only_within_the_alliance_and_not_to_oneself(house: House) -> None:
    for person in (make_user(), house.manager.user):
        with pytest.raises(Refused) as refusal:
            delegate(membership=house.manager, to=person, by=house.acting("manager"), **HOLIDAY)
        assert refusal.value.field == "to"
    assert not Delegation.objects.exists()


def test_one_replacement_at_a_time(house: House) -> None:
    delegate(membership=house.manager, to=house.advisor.user, by=house.acting("manager"), **HOLIDAY)
    with pytest.raises(Refused, match="already replaces"):
        delegate(membership=house.manager, to=house.other_advisor.user, by=house.acting("manager"), **HOLIDAY)


def test_a_manager_lends_the_rights_of_somebody_ill_but_not_elsewhere(house: House) -> None:
    delegate(membership=house.advisor, to=house.manager.user, by=house.acting("manager"), **HOLIDAY)
    with pytest.raises(NotAllowed):
        delegate(membership=house.other_advisor, to=house.manager.user, by=house.acting("manager"), **HOLIDAY)
    assert Mail.objects.filter(kind="alliance.delegation_given", to=house.advisor.user).count() == 1


def test_it_ends_by_itself_and_by_hand(house: House) -> None:
    over = make.make_delegation(house.manager, house.advisor.user, since=make.days(-9), until=make.days(0))
    running = make.make_delegation(house.advisor, house.manager.user)
    assert list(Delegation.objects.running()) == [running]
    assert [standing.acting_key for standing in standings(house.acting("advisor"))] == [f"m{house.advisor.pk}"]
    assert close_finished_delegations(by=system("test")) == 1
    assert close_finished_delegations(by=system("test")) == 0
    over.refresh_from_db()
    assert over.ended_at is not None
    with pytest.raises(NotAllowed):
        end_delegation(delegation=running, by=house.acting("other_manager"))
    end_delegation(delegation=running, by=house.acting("advisor"))
    assert not Delegation.objects.running().exists()


def test_it_dies_with_the_membership(house: House) -> None:
    make.make_delegation(house.advisor, house.other_advisor.user)
    end_membership(membership=house.advisor, by=house.acting("manager"))
    assert not Delegation.objects.running().exists()


def test_a_delegate_of_a_manager_needs_a_second_factor_too(house: House) -> None:
    assert required_since(house.advisor.user) is None
    make.make_delegation(house.manager, house.advisor.user)
    assert required_since(house.advisor.user) is not None
    assert required_since(house.manager.user) is not None


def test_delegations_one_after_the_other_do_not_start_the_grace_again(house: House) -> None:
    to = house.advisor.user
    make.make_delegation(house.manager, to, since=make.days(-60), until=make.days(-31), ended_at=at(-31))
    make.make_delegation(house.manager, to, since=make.days(-12), until=make.days(-4), ended_at=at(-4))
    make.make_delegation(house.manager, to, since=make.days(-5), until=make.days(30), ended_at=at(-6))  # never began
    make.make_delegation(house.manager, to, since=make.days(-1), until=make.days(10))
    user = type(to).objects.get(pk=to.pk)
    user.date_joined = at(-400)
    assert required_since(user) == make.days(-12)
    make.make_delegation(house.manager, to, since=make.days(-32), until=make.days(-20))
    assert required_since(user) == make.days(-60)


def test_switching_is_told_to_the_journal_and_refused_when_it_is_not_mine(house: House) -> None:
    delegation = make.make_delegation(house.manager, house.advisor.user)
    with pytest.raises(Refused):
        switch(key=f"m{house.manager.pk}", by=house.acting("advisor"))
    chosen = switch(key=f"d{delegation.pk}", by=house.acting("advisor"))
    assert chosen.delegated_by == house.manager.user
    assert chosen.role == Role.MANAGER
    assert JournalEntry.objects.filter(verb="alliance.switched").count() == 1
