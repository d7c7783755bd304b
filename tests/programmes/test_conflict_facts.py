"""What is proposed as a conflict of interest, from which fact; what is not."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from kiif.alliance.enums import Role
from kiif.organisations.enums import TieRole
from kiif.organisations.models import Tie
from kiif.programmes import conflicts
from kiif.programmes.conflicts import barred_people, proposals
from kiif.programmes.enums import ConflictReason, ConflictState
from kiif.programmes.models import Conflict
from kiif.questionnaires.enums import ParticipantRole
from kiif.questionnaires.models import Mandate, Participant
from tests.alliance import factories as alliances
from tests.factories import make_user as make_any_user
from tests.organisations.factories import make_organisation
from tests.programmes.factories import alliance_of, make_call
from tests.programmes.factories import make_application as make_any_application

pytestmark = pytest.mark.django_db
_number = count(1)


def make_user(**fields):
    """Somebody with an address that tells nothing."""
    return make_any_user(**{"email": f"someone{next(_number)}@gmail.com", **fields})


def make_application(call, owner=None, **fields):
    return make_any_application(call, owner or make_user(), **fields)


def told(call, person):
    """{application: [codes]} of what is proposed about somebody."""
    return {one.application_id: [code for code, _words in one.reasons] for one in proposals(call, [person.pk])}


def test_nothing_is_proposed_of_strangers():
    call = make_call()
    make_application(call, make_user(email="carrier@gmail.com"), contact_email="carrier@gmail.com")
    assert proposals(call, [make_user(email="reader@gmail.com").pk]) == []
    assert proposals(call, []) == []


def test_who_carries_is_barred_for_certain():
    call, owner, editor, follower = make_call(), make_user(), make_user(), make_user()
    application = make_application(call, owner)
    Participant.objects.create(response=application.response, user=editor, role=ParticipantRole.EDIT)
    application.project.carriers.add(follower)
    for person in (owner, editor, follower):
        (found,) = proposals(call, [person.pk])
        assert found.application_id == application.pk
        assert ("carrier", "") in found.reasons
        assert found.certain


@pytest.mark.parametrize(("days_ago", "seen"), [(None, True), (30, True), (6 * 365, False)])
def test_people_of_the_organisation_are_proposed_until_it_is_long_ago(days_ago, seen):
    call = make_call()
    organisation = make_organisation(alliance_of(call))
    application = make_application(call, organisation=organisation)
    person, today = make_user(), timezone.localdate()
    until = today - timedelta(days=days_ago) if days_ago else None
    Tie.objects.create(
        organisation=organisation,
        user=person,
        role=TieRole.BOARD,
        since=today - timedelta(days=4000),
        until=until,
    )
    assert told(call, person) == ({application.pk: ["organisation"]} if seen else {})
    found = proposals(call, [person.pk])
    assert not any(one.certain for one in found)


def test_the_organisation_is_found_by_its_number_when_nobody_chose_it():
    call = make_call()
    organisation = make_organisation(alliance_of(call), siren="552100554")
    application = make_application(call, siren="552100554")
    person = make_user()
    Tie.objects.create(organisation=organisation, user=person, role=TieRole.EMPLOYEE)
    assert told(call, person) == {application.pk: ["organisation"]}


def test_past_support_is_that_of_the_incubator_one_works_in():
    call = make_call()
    incubator = alliances.make_incubator(alliance_of(call))
    organisation = make_organisation(alliance_of(call))
    organisation.stewards.add(incubator)
    application = make_application(call, organisation=organisation)
    advisor = alliances.make_membership(incubator, Role.ADVISOR, make_user()).user
    stranger = alliances.make_membership(alliances.make_incubator(alliance_of(call)), Role.ADVISOR, make_user()).user
    assert told(call, advisor) == {application.pk: ["support"]}
    assert told(call, stranger) == {}


def test_a_colleague_who_applies_is_proposed_but_not_for_the_alliance_itself():
    call = make_call()
    incubator = alliances.make_incubator(alliance_of(call))
    carrier = alliances.make_membership(incubator, Role.COLLEAGUE, make_user()).user
    colleague = alliances.make_membership(incubator, Role.ADVISOR, make_user()).user
    application = make_application(call, carrier)
    assert told(call, colleague) == {application.pk: ["organisation"]}
    reviewer = alliances.make_membership(alliance_of(call), Role.REVIEWER, make_user()).user
    other = alliances.make_membership(alliance_of(call), Role.REVIEWER, make_user()).user
    second = make_application(call, other)
    assert second.pk not in told(call, reviewer)


def test_the_domain_of_an_address_counts_when_it_is_not_everybodys():
    call = make_call()
    by_contact = make_application(call, contact_email="bonjour@la-remise.example")
    by_carrier = make_application(call, make_user(email="a@la-remise.example"))
    public = make_application(call, contact_email="x@laposte.net")
    assert told(call, make_user(email="b@LA-remise.example")) == {by_contact.pk: ["domain"], by_carrier.pk: ["domain"]}
    assert told(call, make_user(email="y@laposte.net")) == {}
    assert public.pk


def test_writing_elsewhere_with_the_same_people_is_proposed():
    call, person, carrier = make_call(), make_user(), make_user()
    application = make_application(call, carrier)
    before = make_application(make_call(call.edition), carrier, title="La Remise, avant")
    Participant.objects.create(response=before.response, user=person, role=ParticipantRole.EDIT)
    (found,) = proposals(call, [person.pk])
    assert found.application_id == application.pk
    assert found.reasons == ((ConflictReason.CO_EDITOR, "La Remise, avant"),)


def test_rooms_above_add_facts(monkeypatch):
    monkeypatch.setattr(conflicts, "_finders", {})
    call, person = make_call(), make_user()
    application = make_application(call)
    conflicts.register(
        "later", lambda call, people: [conflicts.Fact(application.pk, person.pk, ConflictReason.SUPPORT, "2021")]
    )
    assert told(call, person) == {application.pk: ["support"]}
    assert proposals(call, [make_user().pk]) == []


def test_queries_do_not_grow_with_the_call(django_assert_num_queries):
    call, people = make_call(), [make_user(email="reader@la-remise.example").pk]
    counts = []
    for _round in range(2):
        make_application(call, contact_email="x@la-remise.example", organisation=make_organisation(alliance_of(call)))
        with django_assert_num_queries(14):
            counts.append(len(proposals(call, people)))
    assert counts == [1, 2]


def test_barred_people_are_the_confirmed_and_those_who_carry():
    call, owner, confirmed, proposed = make_call(), make_user(), make_user(), make_user()
    application = make_application(call, owner)
    Conflict.objects.create(application=application, person=confirmed, state=ConflictState.CONFIRMED)
    Conflict.objects.create(application=application, person=proposed)
    assert barred_people(application) == {owner.pk, confirmed.pk}
    assert conflicts.waiting_for(proposed, application) is not None
    assert conflicts.waiting_for(confirmed, application) is None


def test_who_wrote_for_the_carriers_is_proposed_and_not_barred_for_certain():
    call, writer, past = make_call(), make_user(), make_user()
    application, other = make_application(call), make_application(call)
    for staff, ended in ((writer, None), (past, timezone.now())):
        Mandate.objects.create(
            response=application.response, staff=staff, given_by="Une Porteuse", channel="phone",
            given_on=timezone.localdate(), words="Le budget.", ended_at=ended,
        )  # fmt: skip
    assert told(call, writer) == told(call, past) == {application.pk: [ConflictReason.MANDATE]}
    assert [one.certain for one in proposals(call, [writer.pk, past.pk])] == [False, False]
    assert other.pk not in told(call, writer)


def test_a_post_held_in_somebody_s_place_counts_as_one_s_own():
    call, delegate = make_call(), make_user()
    incubator = alliances.make_incubator(alliance_of(call))
    organisation = make_organisation(alliance_of(call))
    organisation.stewards.add(incubator)
    application = make_application(call, organisation=organisation)
    assert told(call, delegate) == {}
    alliances.make_delegation(alliances.make_membership(incubator, Role.ADVISOR, make_user()), delegate)
    assert told(call, delegate) == {application.pk: [ConflictReason.SUPPORT]}
