"""People and solutions of an organisation: who says, who accepts, who recognises, what closes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.privacy import who_sees
from kiif.journal.models import JournalEntry
from kiif.organisations import actions, waiting
from kiif.organisations.models import Offering, Organisation, Tie
from kiif.organisations.privacy import HOLDER
from kiif.ui import today
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user
from tests.organisations import factories as make

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))


def say(world: Any, organisation: Organisation, role: str = "advisor", **fields: Any) -> Tie:
    defaults = {"user": world.people["carrier"], "role": "leader", "source": "rencontrée le 3 mai"}
    return actions.assert_tie(organisation=organisation, by=world.actor(role), **{**defaults, **fields})


def test_a_team_says_and_the_person_accepts(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    tie = say(world, organisation)
    assert (tie.state.value, tie.gives_rights) == ("asserted", False)
    assert [g.about for g in today.told(world.actor("carrier"), waiting.SOURCES)] == [organisation.title]
    with pytest.raises(NotAllowed):
        actions.accept_tie(tie=tie, by=world.actor("advisor"))
    accepted = actions.accept_tie(tie=tie, by=world.actor("carrier"))
    assert (accepted.state.value, accepted.may_write) == ("active", True)
    with pytest.raises(Refused):
        actions.accept_tie(tie=tie, by=world.actor("carrier"))
    assert today.told(world.actor("carrier"), waiting.SOURCES) == []
    assert verbs() == ["organisations.person_entered", "organisations.tie_accepted"]


def test_the_source_is_said_and_nobody_is_there_twice(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    with pytest.raises(Refused) as refusal:
        say(world, organisation, source="  ")
    assert refusal.value.field == "source"
    say(world, organisation)
    with pytest.raises(Refused):
        say(world, organisation, role="manager")


def test_only_teams_enter_people_by_their_address(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    make.make_tie(organisation, world.people["carrier"])
    for role in ("carrier", "partner", "reviewer", "impersonating"):
        with pytest.raises(NotAllowed):
            say(world, organisation, role, user=make_user())
    assert say(world, organisation, "other_advisor", user=make_user()).pk


def test_one_query_asks_whether_something_waits_another_what(world: Any, django_assert_num_queries: Any) -> None:
    led = make.make_organisation(world.alliance, world.incubator, name="Menée")
    proposed = make.make_organisation(world.alliance, world.incubator, name="Proposée")
    make.make_tie(led, world.people["carrier"])
    say(world, proposed)
    asking = [make_user() for _ in range(2)]
    for user in asking:
        actions.claim(organisation=led, role="employee", by=Actor(user=user), message="L’atelier")
    with django_assert_num_queries(2):
        told = today.told(world.actor("carrier"), waiting.SOURCES)
    assert told[0].about == proposed.title
    assert sorted(g.about for g in told[1:]) == sorted(str(user) for user in asking)
    with django_assert_num_queries(1):
        assert today.told(world.actor("coordinator"), waiting.SOURCES) == []
    assert sorted(g.about for g in today.told(world.actor("advisor"), waiting.SOURCES)) == sorted(
        str(user) for user in asking
    )


@pytest.mark.parametrize(("page", "most"), [("today", 20), ("people:my-data", 20)])
def test_pages_that_every_app_adds_to_stay_light(world: Any, page: str, most: int) -> None:
    """What the coordination's pages ask in all."""
    client, address = world.client("coordinator"), reverse(page)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    assert len(captured) <= most, "\n".join(query["sql"][:160] for query in captured)


def test_a_leader_or_a_team_recognises_who_asks(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    make.make_tie(organisation, world.people["carrier"])
    asking = make_user()
    tie = actions.claim(organisation=organisation, role="employee", by=Actor(user=asking), message="L’atelier")
    assert tie.state.value == "claimed"
    with pytest.raises(Refused):
        actions.claim(organisation=organisation, role="employee", by=Actor(user=asking))
    with pytest.raises(NotAllowed):
        actions.confirm_tie(tie=tie, by=Actor(user=asking))
    assert [g.about for g in today.told(world.actor("carrier"), waiting.SOURCES)] == [str(asking)]
    assert [g.about for g in today.told(world.actor("advisor"), waiting.SOURCES)] == [str(asking)]
    assert today.told(world.actor("other_advisor"), waiting.SOURCES) == []
    confirmed = actions.confirm_tie(tie=tie, by=world.actor("carrier"))
    assert (confirmed.state.value, confirmed.confirmed_by) == ("active", world.people["carrier"])


def test_a_volunteer_reads_and_an_employee_recognises_nobody(world: Any) -> None:
    from kiif.accounts.actor import Actor

    organisation = make.make_organisation(world.alliance, world.incubator)
    volunteer, employee = make_user(), make_user()
    make.make_tie(organisation, volunteer, "volunteer")
    make.make_tie(organisation, employee, "employee")
    assert Organisation.objects.visible_to(Actor(user=volunteer)).count() == 1
    with pytest.raises(NotAllowed):
        actions.change_organisation(organisation=organisation, by=Actor(user=volunteer), phone="01")
    assert actions.change_organisation(organisation=organisation, by=Actor(user=employee), phone="01").version == 2
    claimed = make.make_tie(organisation, make_user(), "employee", confirmed_at=None)
    with pytest.raises(NotAllowed):
        actions.confirm_tie(tie=claimed, by=Actor(user=employee))


def test_leaving_closes_at_once(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    tie = make.make_tie(organisation, world.people["carrier"])
    with pytest.raises(NotAllowed):
        actions.end_tie(tie=tie, by=world.actor("partner"))
    with pytest.raises(Refused):
        actions.end_tie(tie=tie, by=world.actor("carrier"), on=timezone.localdate() + timedelta(days=2))
    ended = actions.end_tie(tie=tie, by=world.actor("carrier"))
    assert (ended.state.value, ended.until) == ("past", timezone.localdate())
    assert not Organisation.objects.visible_to(world.actor("carrier")).exists()
    with pytest.raises(Refused):
        actions.end_tie(tie=tie, by=world.actor("advisor"))
    assert say(world, organisation).pk != tie.pk  # somebody may come back


def test_a_role_changes(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    tie = make.make_tie(organisation, world.people["carrier"])
    changed = actions.change_tie(tie=tie, role="board", title="Trésorière", by=world.actor("advisor"))
    assert (changed.role, changed.title) == ("board", "Trésorière")
    actions.change_tie(tie=tie, role="board", title="Trésorière", by=world.actor("advisor"))
    assert verbs() == ["organisations.tie_changed"]


def test_solutions(world: Any) -> None:
    organisation = make.make_organisation(world.alliance, world.incubator)
    by = world.actor("advisor")
    offering = actions.describe_offering(organisation=organisation, by=by, name="Atelier mobile", kind="mobility")
    with pytest.raises(Refused) as refusal:
        actions.describe_offering(organisation=organisation, by=by, name="")
    assert refusal.value.field == "name"
    with pytest.raises(NotAllowed):
        actions.describe_offering(organisation=organisation, by=world.actor("other_advisor"), name="X")
    changed = actions.change_offering(offering=offering, by=by, version=1, does="Répare des vélos")
    assert changed.version == 2
    with pytest.raises(Refused):
        actions.change_offering(offering=offering, by=by, version=1, does="Autre texte")
    actions.remove_offering(offering=changed, by=by)
    assert not Offering.objects.exists()
    expected = ["organisations.solution_added", "organisations.solution_changed", "organisations.solution_removed"]
    assert verbs() == expected


def test_what_is_held_about_a_person_is_told_and_erased(world: Any) -> None:
    person = world.people["carrier"]
    organisation = make.make_organisation(world.alliance, world.incubator, created_by=person, email=person.email)
    make.make_tie(organisation, person, title="Présidente", source="statuts")
    told = HOLDER.export(person)
    assert told["organisations"][0]["title"] == "Présidente"
    assert told["organisations_entered"] == [organisation.name]
    assert len(HOLDER.seen_by(person)) == 1
    assert HOLDER.label in [label for label, _ in who_sees(person)]
    assert HOLDER.label not in [label for label, _ in who_sees(world.people["coordinator"])]
    HOLDER.erase(person)
    HOLDER.erase(person)
    organisation.refresh_from_db()
    assert (organisation.created_by, organisation.email) == (None, "")
    assert HOLDER.export(person) == {"organisations": [], "organisations_entered": []}


def test_one_s_own_address_and_phone_go_those_of_the_organisation_stay(world: Any) -> None:
    from allauth.account.models import EmailAddress

    person = world.people["carrier"]
    person.phone = "06 12 34 56 78"
    person.save()
    EmailAddress.objects.create(user=person, email="autre.adresse@exemple.test", verified=True)
    own = make.make_organisation(world.alliance, email="Autre.Adresse@exemple.test", phone="+33 6 12 34 56 78")
    theirs = {"email": "contact@mainsvives.example", "phone": "+33 5 53 00 00 01"}
    shared = make.make_organisation(world.alliance, created_by=person, **theirs)
    twin = make.make_organisation(world.alliance, email=person.email, phone="+33612345678")
    done = actions.merge(kept=shared, gone=twin, by=world.actor("coordinator"), take=("email", "phone"))
    HOLDER.erase(person)
    for row in (own, shared, twin, done):
        row.refresh_from_db()
    assert [(row.email, row.phone) for row in (own, shared, twin)] == [("", "")] * 3
    assert (done.gone_before["email"], done.gone_before["phone"]) == ("", "")
    assert (done.before["email"], done.before["phone"]) == (theirs["email"], theirs["phone"])
    actions.undo_merge(done=done, by=world.actor("coordinator"))
    twin.refresh_from_db()
    assert (twin.email, twin.phone) == ("", "")
    other = make.make_organisation(world.alliance, **theirs)
    HOLDER.erase(person)
    other.refresh_from_db()
    assert (other.email, other.phone) == (theirs["email"], theirs["phone"])


def test_who_is_told_by_mail(world: Any) -> None:
    from kiif.accounts.actor import Actor
    from kiif.mailbox.models import Mail

    organisation = make.make_organisation(world.alliance, world.incubator, name="Les Mains vives")
    make.make_tie(organisation, leader := make_user())
    say(world, organisation)
    tie = actions.claim(organisation=organisation, role="employee", by=Actor(user=make_user()), message="L’atelier")
    actions.confirm_tie(tie=tie, by=Actor(user=leader))
    told = list(Mail.objects.order_by("pk").values_list("kind", "to_id"))
    assert told == [
        ("organisations.person_entered", world.people["carrier"].pk),
        ("organisations.claimed", leader.pk),
        ("organisations.recognised", tie.user_id),
    ]
