"""The journal and the outbox of the house tell nothing of an application to somebody whom a conflict bars, nor to its
carriers; a rehearsal writes to nobody outside, whatever the mail is about."""

from __future__ import annotations

from uuid import uuid4

import pytest
import rules
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.committees.models import Session
from kiif.journal.actions import record
from kiif.mailbox.models import Mail
from kiif.mailbox.registry import is_rehearsal
from kiif.programmes.actions import conflicts
from kiif.programmes.enums import State
from kiif.programmes.models import Reminder
from tests.alliance import factories as alliances
from tests.cohorts.factories import make_cohort, make_event
from tests.decisions.factories import make_ready, publish_all
from tests.factories import make_user, sign_in
from tests.programmes.factories import alliance_of, make_application, make_call, make_edition
from tests.reviews.factories import make_reviewer, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return make_call(contact_email="equipe@kiif.example", contact_name="L’équipe inventée")


@pytest.fixture
def team(call):
    """Two coordinators: the first will be barred, the second is the control."""
    return [alliances.make_membership(alliance_of(call), Role.COORDINATOR, make_user()) for _n in range(2)]


@pytest.fixture
def dossier(call):
    return make_application(call, make_user(), State.REVIEW, title="Épicerie du Ventoux inventé")


def make_mail(about, **fields):
    return Mail.objects.create(
        kind="programmes.corrected",
        key=str(uuid4()),
        subject="Un courriel inventé",
        about_type=ContentType.objects.get_for_model(about),
        about_id=str(about.pk),
        **{"to": make_user(), **fields},
    )


def bar(dossier, membership):
    conflicts.declare(application=dossier, by=Actor(user=membership.user), words="ma cousine")


def read(membership, address):
    response = sign_in(membership.user).get(address)
    assert response.status_code == 200, address
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8-sig")


def journals(call):
    alliance = alliance_of(call)
    scope = reverse("journal:scope", args=["alliance", "alliance", alliance.pk])
    whole = reverse("journal:whole")
    return [whole, f"{whole}?format=csv", scope, f"{scope}?format=csv"]


def test_no_journal_names_it_to_the_barred(call, team, dossier):
    barred, control = team
    by = alliances.acting(control)
    decision = make_ready(dossier, "refused", by)
    publish_all(call, by, 1)
    record(by=by, verb="decisions.answered", obj=decision, scope=alliance_of(call))
    for address in journals(call):
        assert dossier.number in read(barred, address)
    bar(dossier, barred)
    for address in journals(call):
        assert dossier.number not in read(barred, address)
        assert dossier.number in read(control, address)


def test_what_was_deleted_is_not_named_either(call, team, dossier):
    barred, control = team
    decision = make_ready(dossier, "accepted", alliances.acting(control))
    record(by=alliances.acting(control), verb="decisions.dropped", obj=decision, scope=alliance_of(call))
    decision.delete()
    bar(dossier, barred)
    assert dossier.number not in read(barred, reverse("journal:whole"))
    assert dossier.number in read(control, reverse("journal:whole"))


def test_the_outbox_shows_no_mail_about_it_to_the_barred(call, team, dossier):
    barred, control = team
    publish = alliances.acting(control)
    make_ready(dossier, "refused", publish)
    publish_all(call, publish, 1)
    letter = Mail.objects.get(kind="decisions.letter")
    other = make_mail(about=make_application(call, make_user(), State.REVIEW))
    asked = make_mail(about=dossier, created_by=barred.user)
    page = reverse("mailbox:mail", args=[letter.pk])
    seen = lambda one: set(Mail.objects.visible_to(alliances.acting(one)).values_list("pk", flat=True))  # noqa: E731 -- short
    assert {letter.pk, other.pk, asked.pk} <= seen(barred)
    assert sign_in(barred.user).get(page).status_code == 200
    bar(dossier, barred)
    assert seen(control) - seen(barred) == {letter.pk, asked.pk}
    assert other.pk in seen(barred)
    assert sign_in(barred.user).get(page).status_code == 404
    assert sign_in(control.user).get(page).status_code == 200
    for mail in Mail.objects.all():
        for one in team:
            actor = alliances.acting(one)
            assert rules.test_rule("mailbox.view_mail", actor, mail) == (mail.pk in seen(one))


def test_who_carries_it_reads_their_own_mails_and_none_of_the_team(call, team):
    carrier, control = team
    dossier = make_application(call, carrier.user, State.REVIEW)
    mine, of_team = make_mail(about=dossier, to=carrier.user), make_mail(about=dossier, to=control.user)
    seen = set(Mail.objects.visible_to(alliances.acting(carrier)).values_list("pk", flat=True))
    assert mine.pk in seen
    assert of_team.pk not in seen
    assert of_team.pk in set(Mail.objects.visible_to(alliances.acting(control)).values_list("pk", flat=True))


def test_a_message_to_the_cohort_is_hidden_when_its_words_name_the_project(call, team):
    barred, control = team
    cohort = make_cohort(call)
    dossier = make_application(call, make_user(), State.ACCEPTED)
    date = make_event(cohort)
    theirs = make_mail(about=date, to=dossier.response.owner)
    others = make_mail(about=date, to=make_user())
    bar(dossier, barred)
    seen = set(Mail.objects.visible_to(alliances.acting(barred)).values_list("pk", flat=True))
    assert others.pk in seen
    assert theirs.pk not in seen
    assert theirs.pk in set(Mail.objects.visible_to(alliances.acting(control)).values_list("pk", flat=True))


@pytest.mark.parametrize("rehearsed", [True, False])
def test_no_mail_of_any_room_leaves_a_rehearsal(call, rehearsed):
    edition = call.edition
    played = make_edition(edition.programme, rehearsal_of=edition) if rehearsed else edition
    row = make_call(played) if rehearsed else call
    application = make_application(row, make_user(), State.DRAFT)
    cohort = make_cohort(row)
    objects = [
        row,
        application,
        Reminder.objects.create(application=application),
        make_reviewer(make_round(row)),
        Session(call=row, title="Comité inventé"),
        make_event(cohort),
    ]
    assert [is_rehearsal(one) for one in objects] == [rehearsed] * len(objects)


def test_technical_support_reads_the_journal_and_nothing_of_applications(call, team, dossier):
    support = alliances.make_membership(alliance_of(call), Role.SUPPORT, make_user())
    by = alliances.acting(team[1])
    decision = make_ready(dossier, "refused", by)
    for obj, verb in ((dossier, "programmes.received"), (decision, "decisions.answered")):
        record(by=by, verb=verb, obj=obj, scope=alliance_of(call))
    record(by=by, verb="programmes.call_changed", obj=call, scope=alliance_of(call))
    for address in journals(call):
        seen, whole = read(support, address), read(team[1], address)
        assert (call.title in seen, dossier.number in seen, dossier.title in seen) == (True, False, False)
        assert (call.title in whole, dossier.number in whole) == (True, True)
