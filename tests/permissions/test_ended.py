"""A page stays open in a tab while the role that opened it ends: what it sends changes nothing any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from kiif.alliance.middleware import SESSION_KEY
from kiif.alliance.models import Delegation, Membership
from kiif.committees.models import Member
from kiif.questionnaires.models import Participant, Response
from kiif.reviews.enums import ReviewerState
from kiif.reviews.models import Reviewer
from tests.alliance.factories import make_delegation
from tests.factories import World, make_user, sign_in
from tests.permissions.hostile import ROOMS, strongest
from tests.permissions.matrix import LOGIN, Row, address, by_room
from tests.permissions.test_gestures import written
from tests.permissions.test_matrix import answer

#: Roles that are a membership.
STAFF = ("coordinator", "manager", "advisor")
#: What others may do comes from an object: a read, a seat, a dossier that one carries.
OF_OBJECTS = ("reviewer", "carrier")
DONE = (200, 302, 204)
#: Only who wrote it, in person: nobody stands in for them.
IN_PERSON = {"programmes:application-note-remove"}

Holder = Callable[[World, str], tuple[Client, Callable[[], object]]]


def _membership(world: World, role: str) -> tuple[Client, Callable[[], object]]:
    """Somebody with the role itself, and how it ends."""
    row = world.memberships[role]
    today = timezone.localdate()
    return world.client(role), lambda: Membership.objects.filter(pk=row.pk).update(until=today)


def _delegation(world: World, role: str) -> tuple[Client, Callable[[], object]]:
    """Somebody without a role who stands in for another, and how that ends: by its date."""
    person = make_user()
    lent = make_delegation(world.memberships[role], person)
    client = sign_in(person)
    session = client.session
    session[SESSION_KEY] = lent.as_membership().acting_key
    session.save()
    yesterday = timezone.localdate() - timedelta(days=1)
    ends = {"since": yesterday - timedelta(days=5), "until": yesterday}
    return client, lambda: Delegation.objects.filter(pk=lent.pk).update(**ends)


def _tie(world: World, role: str) -> tuple[Client, Callable[[], object]]:
    """Somebody who reads, sits or carries, and how all of that ends."""
    person, other = world.people[role], make_user()

    def end() -> None:
        Membership.objects.filter(user=person).update(until=timezone.localdate())
        Reviewer.objects.filter(person=person).update(state=ReviewerState.LEFT, left_at=timezone.now())
        Member.objects.filter(person=person).update(removed_at=timezone.now())
        Participant.objects.filter(user=person).delete()
        Response.objects.filter(owner=person).update(owner=other)

    return world.client(role), end


def _sent_after(world: World, key: str, row: Row, holder: Holder) -> Iterator[str]:
    """What is wrong with what this address answers to a role that ended, in words."""
    role = strongest(row)
    anybodys = row.statuses["carrier"] in DONE and row.statuses["partner"] in DONE
    wanted = OF_OBJECTS if holder is _tie else STAFF
    if role not in wanted or row.statuses[role] not in DONE or anybodys:
        return
    with transaction.atomic():
        url, data = address(key, row, world), dict(row.data(world))
        client, end = holder(world, role)
        if row.method == "post" and not (holder is _delegation and key in IN_PERSON):
            with transaction.atomic():
                before = answer(client.post(url, data))
                if before not in DONE:
                    yield f"{key}: {before} while the role holds"
                transaction.set_rollback(True)
        end()
        with written() as tables:
            after = answer(client.post(url, data))
        if after not in (403, 404, 405, LOGIN):
            yield f"{key}: {after} once it ended"
        if tables:
            yield f"{key}: writes {sorted(set(tables))}"
        transaction.set_rollback(True)


@pytest.mark.parametrize("holder", [_membership, _delegation, _tie])
@pytest.mark.parametrize("room", ROOMS)
def test_a_role_that_ended_sends_nothing(room: str, holder: Holder, world: World) -> None:
    assert {*STAFF, *OF_OBJECTS} < set(world.people), "who is there, before anything is undone"
    assert [words for key, row in by_room()[room].items() for words in _sent_after(world, key, row, holder)] == []
