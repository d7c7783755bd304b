from __future__ import annotations

import pytest

from kiif.accounts.actor import system
from kiif.alliance.actions.memberships import admit, change_membership, end_membership
from kiif.alliance.enums import Role
from kiif.alliance.models import Body, Delegation, Invitation, Membership
from kiif.alliance.signals import access_closed
from kiif.journal.models import JournalEntry
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance import factories as make
from tests.alliance.conftest import House
from tests.factories import make_user


def body(house: House) -> Body:
    return Body.objects.get(pk=house.incubator.pk)


def verbs() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_only_the_system_enters_people_without_invitation(house: House) -> None:
    user = make_user()
    with pytest.raises(NotAllowed):
        admit(user=user, where=body(house), role=Role.ADVISOR, by=house.acting("coordinator"))
    assert not Membership.objects.filter(user=user).exists()
    membership = admit(user=user, where=body(house), role=Role.ADVISOR, by=system("test"))
    assert membership.is_current
    assert verbs() == ["alliance.membership_began"]


def test_one_membership_at_a_time_in_a_body(house: House) -> None:
    with pytest.raises(Refused, match="already belongs"):
        admit(user=house.advisor.user, where=body(house), role=Role.COLLEAGUE, by=system("test"))


def test_a_role_belongs_to_its_kind_of_body(house: House) -> None:
    with pytest.raises(Refused) as refusal:
        admit(user=make_user(), where=body(house), role=Role.COORDINATOR, by=system("test"))
    assert refusal.value.field == "role"


def test_a_manager_changes_roles_in_the_own_incubator_only(house: House) -> None:
    changed = change_membership(membership=house.advisor, role=Role.COLLEAGUE, by=house.acting("manager"))
    assert changed.role == Role.COLLEAGUE
    assert verbs() == ["alliance.membership_changed"]
    with pytest.raises(NotAllowed):
        change_membership(membership=house.other_advisor, role=Role.COLLEAGUE, by=house.acting("manager"))
    assert verbs() == ["alliance.membership_changed"]


def test_an_advisor_gives_no_role(house: House) -> None:
    with pytest.raises(NotAllowed):
        change_membership(membership=house.advisor, role=Role.MANAGER, by=house.acting("advisor"))
    house.advisor.refresh_from_db()
    assert house.advisor.role == Role.ADVISOR


def test_nothing_is_written_when_nothing_changes(house: House) -> None:
    change_membership(membership=house.advisor, role=Role.ADVISOR, by=house.acting("manager"))
    assert verbs() == []


def test_the_last_manager_does_not_leave_the_incubator_alone(house: House) -> None:
    with pytest.raises(Refused, match="last person to steer"):
        end_membership(membership=house.manager, by=house.acting("manager"))
    with pytest.raises(Refused, match="last person to steer"):
        change_membership(membership=house.manager, role=Role.ADVISOR, by=house.acting("manager"))
    make.make_membership(house.incubator, Role.MANAGER)
    assert end_membership(membership=house.manager, by=house.acting("manager")).is_current is False


def test_the_coordination_may_end_the_last_manager(house: House) -> None:
    assert end_membership(membership=house.manager, by=house.acting("coordinator")).is_current is False


def test_the_last_coordinator_stays(house: House) -> None:
    with pytest.raises(Refused, match="last person to steer"):
        end_membership(membership=house.coordinator, by=house.acting("coordinator"))
    second = make.make_membership(house.alliance, Role.COORDINATOR)
    end_membership(membership=house.coordinator, by=make.acting(second))
    assert not Membership.objects.current().filter(pk=house.coordinator.pk).exists()


def test_anybody_may_leave_but_not_be_put_out_by_a_colleague(house: House) -> None:
    colleague = make.make_membership(house.incubator, Role.COLLEAGUE)
    with pytest.raises(NotAllowed):
        end_membership(membership=house.advisor, by=make.acting(colleague))
    assert end_membership(membership=colleague, by=make.acting(colleague)).is_current is False


def test_who_leaves_is_closed_everywhere(house: House) -> None:
    given = make.make_delegation(house.advisor, house.manager.user)
    taken = make.make_delegation(house.manager, house.advisor.user)
    elsewhere = make.make_delegation(house.other_advisor, house.manager.user)
    sent = make.make_invitation(house.incubator, invited_by=house.advisor.user)
    untouched = make.make_invitation(house.incubator, invited_by=house.manager.user)
    heard: list[Membership] = []

    def listen(membership: Membership, **kwargs: object) -> None:
        heard.append(membership)

    access_closed.connect(listen)
    try:
        end_membership(membership=house.advisor, by=house.acting("manager"))
    finally:
        access_closed.disconnect(listen)
    assert [membership.pk for membership in heard] == [house.advisor.pk]
    assert list(Delegation.objects.unfinished()) == [elsewhere]
    assert {given.pk, taken.pk} == set(Delegation.objects.filter(ended_at__isnull=False).values_list("pk", flat=True))
    assert list(Invitation.objects.open()) == [untouched]
    assert sent not in Invitation.objects.open()


def test_who_no_longer_directs_leaves_no_invitation_open(house: House) -> None:
    """A change of role, or the end of the coordination, closes what the person could not send any more."""
    second = make.make_membership(house.incubator, Role.MANAGER)
    sent = make.make_invitation(house.incubator, invited_by=second.user, role=Role.ADVISOR)
    untouched = make.make_invitation(house.incubator, invited_by=house.manager.user, role=Role.ADVISOR)
    change_membership(membership=second, by=house.acting("manager"), role=Role.MANAGER, title="Codirection")
    assert set(Invitation.objects.open()) == {sent, untouched}
    change_membership(membership=second, by=house.acting("manager"), role=Role.ADVISOR)
    assert set(Invitation.objects.open()) == {untouched}
    assert JournalEntry.objects.filter(verb="alliance.invitation_withdrawn").count() == 1
    coordinator = make.make_membership(house.alliance, Role.COORDINATOR)
    make.make_invitation(house.incubator, invited_by=coordinator.user, role=Role.MANAGER)
    end_membership(membership=coordinator, by=house.acting("coordinator"))
    assert set(Invitation.objects.open()) == {untouched}


def test_a_membership_ends_once_and_not_in_the_future(house: House) -> None:
    with pytest.raises(Refused) as refusal:
        end_membership(membership=house.advisor, on=make.days(1), by=house.acting("manager"))
    assert refusal.value.field == "left_on"
    end_membership(membership=house.advisor, by=house.acting("manager"))
    with pytest.raises(Refused, match="already over"):
        end_membership(membership=house.advisor, by=house.acting("manager"))


def test_nothing_is_written_during_a_support_visit(house: House) -> None:
    from dataclasses import replace

    visiting = replace(house.acting("manager"), impersonator=make_user())
    with pytest.raises(NotAllowed, match="somebody else’s eyes"):
        end_membership(membership=house.advisor, by=visiting)
    assert Membership.objects.current().filter(pk=house.advisor.pk).exists()
