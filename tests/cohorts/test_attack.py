"""Messages to a cohort: whoever a conflict bars from a member reads neither its people nor its project in the preview,
and the message leaves for them all the same."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kiif.accounts.actor import Actor, system
from kiif.alliance.actions.memberships import end_membership
from kiif.alliance.enums import Role
from kiif.cohorts import actions, people
from kiif.cohorts.actions.members import join
from kiif.cohorts.models import Broadcast, Member
from kiif.journal.models import JournalEntry
from kiif.mailbox.models import Mail
from kiif.programmes.actions import conflicts
from kiif.programmes.models import Application, Host
from tests.alliance import factories as alliances
from tests.cohorts.factories import Stage, acting, make_cohort, staff
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


def test_the_preview_of_a_message_names_nobody_that_a_conflict_hides():
    stage = Stage()
    hidden = stage.accepted(make_user("Zélie Cachette"), title="La Remise cachée")
    cohort = make_cohort(stage.call, stage.accepted(title="Le Four ouvert"), hidden)
    message = Broadcast.objects.create(
        cohort=cohort, subject="Bienvenue", text="Bonjour {projet}", audience="carriers", filters={}
    )
    page = reverse("cohorts:broadcast", args=[message.public_id])
    barred = staff(stage.alliance, Role.COORDINATOR)
    conflicts.declare(application=hidden, by=Actor(user=barred.user), words="ma cousine")
    seen, whole = (sign_in(who.user).get(page).content.decode() for who in (barred, stage.by))
    assert [("Zélie Cachette" in text, "La Remise cachée" in text) for text in (seen, whole)] == [
        (False, False),
        (True, True),
    ]
    assert "Le Four ouvert" in seen
    assert sign_in(barred.user).post(page, {"revision": message.revision}).status_code == 302
    assert Mail.objects.filter(kind="cohorts.message").count() == 2
    assert not Mail.objects.visible_to(barred).filter(to=hidden.response.owner).exists()
    assert Mail.objects.visible_to(stage.by).filter(to=hidden.response.owner).exists()


def test_the_history_of_a_cohort_names_no_project_that_its_reader_may_not_see():
    stage = Stage()
    hidden = stage.accepted(title="La Remise cachée")
    cohort = make_cohort(stage.call)
    join(hidden, acting(stage.by.user))
    pages = [
        reverse("cohorts:cohort", args=[stage.call.public_id]),
        reverse("journal:object", args=["cohorts", "cohort", cohort.pk]),
    ]
    barred = staff(stage.alliance, Role.COORDINATOR)
    conflicts.declare(application=hidden, by=Actor(user=barred.user), words="ma cousine")
    elsewhere = staff(alliances.make_incubator(stage.alliance), Role.ADVISOR)
    for page in pages:
        for reader in (barred, elsewhere):
            answer = sign_in(reader.user).get(page)
            assert (answer.status_code, hidden.number in answer.content.decode()) == (200, False)
    member = Member.objects.get(application=hidden)
    entries = JournalEntry.objects.about(member)
    assert [entry.verb for entry in entries] == ["cohorts.joined"]
    assert hidden.number in sign_in(stage.by.user).get(reverse("journal:whole")).content.decode()


def test_a_contact_who_left_the_incubator_hears_nothing_of_its_projects():
    stage = Stage()
    contact = stage.advisors[0].user
    Host.objects.filter(pk=stage.hosts[0].pk).update(contact=contact)
    application = Application.objects.get(pk=stage.accepted().pk)
    host = Host.objects.get(pk=stage.hosts[0].pk)
    assert people.house(host, application) == [contact]
    end_membership(membership=contact.memberships.get(), by=system("test"))
    assert people.house(host, application) == []
    actions.propose(application=application, host=host, by=stage.by)
    assert not Mail.objects.filter(to=contact, kind__startswith="cohorts.").exists()
