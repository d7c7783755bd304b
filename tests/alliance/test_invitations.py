"""Abuse case 11: expired, reused, for another address, through sign-up; and the limits of abuse case 22."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance import limits
from kiif.alliance.actions.invitations import (
    accept_invitation,
    accept_with_new_account,
    invite,
    resend_invitation,
    revoke_invitation,
)
from kiif.alliance.enums import InvitationState, Role
from kiif.alliance.models import Body, Invitation, Membership, Sending
from kiif.journal.models import JournalEntry
from kiif.mailbox.models import Mail
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance import factories as make
from tests.alliance.conftest import House
from tests.factories import make_user, sign_in

PASSWORD = "quatre mots sans lien aucun"
ADDRESS = "nouvelle@exemple.test"
TOKEN = "jeton-de-test-assez-long"


def where(house: House) -> Body:
    return Body.objects.get(pk=house.incubator.pk)


def link_in_mail() -> str:
    """The token that the invited person receives, read in the outbox before the mail leaves."""
    mail = Mail.objects.get(kind="alliance.invitation")
    found = re.search(r"/alliance/invitation/([\w-]+)/", mail.text)
    assert found
    return found.group(1)


def test_an_invitation_is_a_mail_and_a_hash(house: House) -> None:
    invitation = invite(where=where(house), email=f" {ADDRESS.upper()} ", role=Role.ADVISOR, by=house.acting("manager"))
    token = link_in_mail()
    assert invitation.email == ADDRESS
    assert invitation.is_pending
    assert token not in repr(Invitation.objects.filter(pk=invitation.pk).values().get())
    mail = Mail.objects.get(kind="alliance.invitation")
    assert (mail.address, mail.to) == (ADDRESS, None)
    assert str(house.manager.user) in mail.subject
    assert list(JournalEntry.objects.values_list("verb", flat=True)) == ["alliance.invited"]
    membership = accept_with_new_account(token=token, full_name="Ysée Aubelune", password=PASSWORD)[1]
    assert (membership.role, membership.where_id, membership.is_current) == (Role.ADVISOR, house.incubator.pk, True)


@pytest.mark.parametrize("name", ["advisor", "other_manager", "other_advisor"])
def test_only_the_own_direction_and_the_coordination_invite(house: House, name: str) -> None:
    with pytest.raises(NotAllowed):
        invite(where=where(house), email=ADDRESS, role=Role.COLLEAGUE, by=house.acting(name))
    assert not Invitation.objects.exists()
    assert not Mail.objects.exists()
    assert invite(where=where(house), email=ADDRESS, role=Role.COLLEAGUE, by=house.acting("coordinator")).is_pending


def test_nobody_grants_more_than_the_own_role(house: House) -> None:
    alliance = Body.objects.get(pk=house.alliance.pk)
    with pytest.raises(NotAllowed):
        invite(where=alliance, email=ADDRESS, role=Role.COORDINATOR, by=house.acting("manager"))
    with pytest.raises(Refused) as refusal:
        invite(where=where(house), email=ADDRESS, role=Role.COORDINATOR, by=house.acting("manager"))
    assert refusal.value.field == "role"
    assert not Invitation.objects.exists()


def test_a_member_or_an_invited_address_is_not_invited_twice(house: House) -> None:
    manager = house.acting("manager")
    with pytest.raises(Refused, match="already belongs"):
        invite(where=where(house), email=house.advisor.user.email, role=Role.ADVISOR, by=manager)
    invite(where=where(house), email=ADDRESS, role=Role.ADVISOR, by=manager)
    with pytest.raises(Refused, match="already invited"):
        invite(where=where(house), email=ADDRESS, role=Role.ADVISOR, by=manager)
    assert Invitation.objects.count() == 1


def test_an_expired_invitation_gives_way_to_a_new_one(house: House) -> None:
    old = make.make_invitation(house.incubator, email=ADDRESS, expires_at=timezone.now())
    new = invite(where=where(house), email=ADDRESS, role=Role.ADVISOR, by=house.acting("manager"))
    old.refresh_from_db()
    assert (old.state, new.state) == (InvitationState.REVOKED, InvitationState.PENDING)


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": timezone.now() - timedelta(minutes=1)},
        {"revoked_at": timezone.now()},
        {"accepted_at": timezone.now()},
    ],
    ids=["expired", "withdrawn", "used"],
)
def test_a_dead_link_opens_nothing(house: House, changes: dict[str, object]) -> None:
    make.make_invitation(house.incubator, TOKEN, email=ADDRESS, **changes)
    person = make_user(email=ADDRESS)
    with pytest.raises(Refused):
        accept_invitation(token=TOKEN, by=Actor(user=person))
    with pytest.raises(Refused):
        accept_with_new_account(token=TOKEN, full_name="Quelqu’un", password=PASSWORD)
    assert not Membership.objects.filter(user=person).exists()
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_the_link_works_once(house: House) -> None:
    make.make_invitation(house.incubator, TOKEN, email=ADDRESS)
    person = make_user(email=ADDRESS)
    accept_invitation(token=TOKEN, by=Actor(user=person))
    with pytest.raises(Refused, match="already been used"):
        accept_invitation(token=TOKEN, by=Actor(user=person))
    assert Membership.objects.filter(user=person).count() == 1


def test_another_address_does_not_open_it(house: House) -> None:
    make.make_invitation(house.incubator, TOKEN, email=ADDRESS)
    other = make_user()
    with pytest.raises(Refused, match=ADDRESS):
        accept_invitation(token=TOKEN, by=Actor(user=other))
    # an address that one claims without having confirmed it does not count either
    EmailAddress.objects.create(user=other, email=ADDRESS, verified=False)
    with pytest.raises(Refused, match=ADDRESS):
        accept_invitation(token=TOKEN, by=Actor(user=other))
    assert not Membership.objects.filter(user=other).exists()


def test_signing_up_with_the_invited_address_gives_no_membership(house: House) -> None:
    """Neither sign-up nor a password reset accepts an invitation: only its link does."""
    make.make_invitation(house.incubator, TOKEN, email=ADDRESS)
    person = make_user(email=ADDRESS)
    client = sign_in(person)
    assert client.get(reverse("alliance:invitation")).status_code == 404
    assert client.post(reverse("alliance:invitation")).status_code == 404
    assert not Membership.objects.filter(user=person).exists()
    client.get(reverse("alliance:invitation-open", args=[TOKEN]))
    assert client.post(reverse("alliance:invitation")).status_code == 302
    assert Membership.objects.filter(user=person).count() == 1


def test_an_existing_account_is_never_opened_by_the_link(house: House) -> None:
    make.make_invitation(house.incubator, TOKEN, email=ADDRESS)
    person = make_user(email=ADDRESS)
    with pytest.raises(Refused):
        accept_with_new_account(token=TOKEN, full_name="Quelqu’un", password=PASSWORD)
    client = Client()
    client.get(reverse("alliance:invitation-open", args=[TOKEN]))
    page = client.get(reverse("alliance:invitation"))
    assert page.status_code == 200
    assert reverse("account_login") in page.content.decode()
    client.post(reverse("alliance:invitation"), {"full_name": "Quelqu’un", "password": PASSWORD})
    assert not Membership.objects.filter(user=person).exists()


def test_the_link_opens_an_account_and_signs_in(house: House) -> None:
    make.make_invitation(house.incubator, TOKEN, email=ADDRESS, role=Role.MANAGER)
    client = Client()
    answer = client.get(reverse("alliance:invitation-open", args=[TOKEN]))
    assert answer["Location"] == reverse("alliance:invitation"), "the token leaves the address bar"
    weak = client.post(reverse("alliance:invitation"), {"full_name": "Ysée Aubelune", "password": "azertyuiop"})
    assert weak.status_code == 422
    assert not User.objects.filter(email=ADDRESS).exists()
    done = client.post(reverse("alliance:invitation"), {"full_name": "Ysée Aubelune", "password": PASSWORD})
    assert done["Location"] == reverse("mfa_index"), "a manager enrols a second factor"
    person = User.objects.get(email=ADDRESS)
    assert EmailAddress.objects.get(user=person).verified
    assert Membership.objects.get(user=person).role == Role.MANAGER
    assert client.session["_auth_user_id"] == str(person.pk)


def test_the_same_page_for_an_unknown_and_a_dead_link(house: House) -> None:
    make.make_invitation(house.incubator, TOKEN, email=ADDRESS, revoked_at=timezone.now())
    for token, status in (("inconnu", 404), (TOKEN, 410)):
        client = Client()
        client.get(reverse("alliance:invitation-open", args=[token]))
        page = client.get(reverse("alliance:invitation"))
        assert page.status_code == status
        assert house.incubator.name not in page.content.decode()


def test_resending_kills_the_old_link(house: House) -> None:
    invitation = make.make_invitation(house.incubator, TOKEN, email=ADDRESS, expires_at=timezone.now())
    resend_invitation(invitation=invitation, by=house.acting("manager"))
    person = make_user(email=ADDRESS)
    with pytest.raises(Refused, match="opens no invitation"):
        accept_invitation(token=TOKEN, by=Actor(user=person))
    assert accept_invitation(token=link_in_mail(), by=Actor(user=person)).is_current


def test_withdrawing(house: House) -> None:
    invitation = make.make_invitation(house.incubator, TOKEN, email=ADDRESS)
    with pytest.raises(NotAllowed):
        revoke_invitation(invitation=invitation, by=house.acting("advisor"))
    assert revoke_invitation(invitation=invitation, by=house.acting("manager")).state == InvitationState.REVOKED
    with pytest.raises(Refused, match="withdrawn"):
        resend_invitation(invitation=invitation, by=house.acting("manager"))


def test_one_address_is_not_bombed(house: House) -> None:
    invitation = invite(where=where(house), email=ADDRESS, role=Role.ADVISOR, by=house.acting("manager"))
    for _n in range(limits.SENDINGS_TO_ADDRESS - 1):
        resend_invitation(invitation=invitation, by=house.acting("manager"))
    with pytest.raises(Refused, match="several invitations today"):
        resend_invitation(invitation=invitation, by=house.acting("manager"))
    assert Mail.objects.filter(kind="alliance.invitation").count() == limits.SENDINGS_TO_ADDRESS
    # another incubator does not get round the limit
    other = Body.objects.get(pk=house.other.pk)
    with pytest.raises(Refused, match="several invitations today"):
        invite(where=other, email=ADDRESS, role=Role.ADVISOR, by=house.acting("other_manager"))
    Sending.objects.update(sent_at=timezone.now() - limits.SENDINGS_WINDOW)
    assert resend_invitation(invitation=invitation, by=house.acting("manager")).is_pending


def test_one_sender_does_not_bomb(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SENDINGS_BY_SENDER", 2)
    for number in range(2):
        invite(where=where(house), email=f"a{number}@exemple.test", role=Role.ADVISOR, by=house.acting("manager"))
    with pytest.raises(Refused, match="many invitations today"):
        invite(where=where(house), email="a9@exemple.test", role=Role.ADVISOR, by=house.acting("manager"))
    assert Mail.objects.count() == 2


def test_line_breaks_do_not_reach_a_header(house: House) -> None:
    client = sign_in(house.manager.user)
    url = reverse("alliance:invitation-create", args=[house.incubator.slug])
    data = {"email": ADDRESS, "full_name": "Ysée\r\nBcc: x@y.test", "role": Role.ADVISOR, "language": "fr"}
    assert client.post(url, data).status_code == 302
    assert Invitation.objects.get().full_name == "Ysée Bcc: x@y.test"
    assert client.post(url, {**data, "email": "a@b.test\nBcc: x@y.test"}).status_code == 422
