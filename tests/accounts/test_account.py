"""Profile, address, sessions, language, people made by other rooms, what caches may keep."""

from __future__ import annotations

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings
from django.urls import reverse

from kiif.accounts import actions, demo
from kiif.accounts.actor import VISITOR, Actor, system
from kiif.accounts.devices import SEEN_KEY, label_of
from kiif.accounts.models import KnownDevice, User
from kiif.accounts.queries import owes_consent, people_visible_to
from kiif.journal.models import JournalEntry
from kiif.ui.errors import NotAllowed, Refused
from tests.accounts.conftest import Letterbox
from tests.accounts.factories import PASSWORD, of, person, support, terms
from tests.factories import sign_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit Version/19.0 Safari/604.1"


def through_the_door(user: User, agent: str = FIREFOX, client: Client | None = None) -> Client:
    client = client or Client(HTTP_USER_AGENT=agent)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


PAGES = (
    *("people:account", "people:profile", "people:my-data", "people:terms", "account_email", "account_change_password"),
    *("mfa_index", "mfa_list_webauthn", "usersessions_list", "account_logout", "account_reauthenticate"),
)
DOORS = ("account_login", "account_signup", "account_request_login_code", "account_reset_password", "account_inactive")


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_an_account(name: str) -> None:
    terms(days_ago=-1)
    response = sign_in(person()).get(reverse(name), follow=True)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert Client().get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", DOORS)
def test_doors_are_open_to_visitors(name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 200
    assert "text/html" in response["Content-Type"]
    for forbidden in ("style=", "onclick", "<script>"):
        assert forbidden not in response.content.decode()


def test_a_person_changes_their_profile() -> None:
    user = person("Yaël Orsenne")
    client = sign_in(user)
    data = {"full_name": " Yaël  O. ", "phone": "+33 6 12 34 56 78", "language": "en"}
    assert client.post(reverse("people:profile"), data).url == reverse("people:account")
    user.refresh_from_db()
    assert (user.full_name, user.phone, user.language) == ("Yaël O.", "+33 6 12 34 56 78", "en")
    assert JournalEntry.objects.get().verb == "accounts.profile_updated"
    client.post(reverse("people:profile"), data)
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"), [("full_name", "  "), ("phone", "appelle-moi"), ("language", "eo"), ("full_name", "x" * 151)]
)
def test_a_wrong_profile_is_refused_and_what_was_typed_stays(field: str, value: str) -> None:
    user = person("Yaël Orsenne")
    data = {"full_name": "Yaël", "phone": "", "language": "fr", field: value}
    response = sign_in(user).post(reverse("people:profile"), data)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    user.refresh_from_db()
    assert user.full_name == "Yaël Orsenne"
    with pytest.raises(Refused):
        actions.update_profile(person=user, by=of(user), **data)


def test_a_profile_is_changed_by_its_person_or_the_system() -> None:
    user = person()
    values = {"full_name": "Autre", "phone": "", "language": "fr"}
    for by in (of(person()), of(support()), VISITOR, Actor(user=user, impersonator=support("Dominique"))):
        with pytest.raises(NotAllowed):
            actions.update_profile(person=user, by=by, **values)
    assert actions.update_profile(person=user, by=of(user), **values).full_name == "Autre"


def test_the_language_of_the_profile_is_used_on_every_device() -> None:
    user = person(language="en")
    page = sign_in(user).get(reverse("people:account"), HTTP_ACCEPT_LANGUAGE="fr")
    assert '<html lang="en"' in page.content.decode()
    assert page["Content-Language"] == "en"
    french = sign_in(person(language="fr")).get(reverse("people:account"), HTTP_ACCEPT_LANGUAGE="en")
    assert '<html lang="fr"' in french.content.decode()


def test_the_language_chosen_in_the_frame_is_kept() -> None:
    user = person(language="fr")
    sign_in(user).post(reverse("language"), {"language": "en", "next": "/"})
    user.refresh_from_db()
    assert user.language == "en"


def test_mails_are_in_the_language_of_the_profile(letters: Letterbox) -> None:
    user = person(language="en")
    Client(HTTP_ACCEPT_LANGUAGE="fr").post(reverse("account_request_login_code"), {"email": user.email})
    assert [letter.language for letter in letters.letters] == ["en"]


def test_a_new_address_is_confirmed_and_the_old_one_is_warned(letters: Letterbox) -> None:
    user = person("Yaël Orsenne", email="ancienne@exemple.test")
    client = through_the_door(user)
    asked = client.post(reverse("account_email"), {"email": "nouvelle@exemple.test", "action_add": "1"})
    assert asked.url.startswith(reverse("account_reauthenticate"))
    client.post(asked.url, {"password": PASSWORD, "next": reverse("account_email")})
    user.refresh_from_db()
    assert user.email == "ancienne@exemple.test"
    (code,) = letters.to("nouvelle@exemple.test")
    client.post(reverse("account_email_verification_sent"), {"code": code.words["code"]})
    user.refresh_from_db()
    assert user.email == "nouvelle@exemple.test"
    assert [a.email for a in EmailAddress.objects.filter(user=user)] == ["nouvelle@exemple.test"]
    (warning,) = letters.to("ancienne@exemple.test")
    assert warning.key == "account.email_changed"
    assert warning.words["new_address"] == "n…@exemple.test"
    assert JournalEntry.objects.filter(verb="accounts.email_changed").count() == 1


def test_an_address_of_somebody_else_is_not_taken_and_not_told(letters: Letterbox) -> None:
    other = person(email="prise@exemple.test")
    user = person()
    client = through_the_door(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    pages = []
    for email in ("prise@exemple.test", "libre@exemple.test"):
        response = client.post(reverse("account_email"), {"email": email, "action_add": "1"})
        pages.append((response.status_code, response.url))
    assert pages[0] == pages[1]
    user.refresh_from_db()
    other.refresh_from_db()
    assert (user.email != "prise@exemple.test", other.email) == (True, "prise@exemple.test")


def test_a_changed_password_ends_the_other_sessions_and_warns(letters: Letterbox) -> None:
    user = person()
    here, elsewhere = through_the_door(user), through_the_door(user)
    key = here.session.session_key
    new = "sept-lapins-sous-la-lampe"
    here.post(reverse("account_change_password"), {"oldpassword": "faux", "password1": new, "password2": new})
    assert elsewhere.get(reverse("people:account")).status_code == 200
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert here.get(reverse("people:account")).status_code == 200
    assert here.session.session_key != key
    assert elsewhere.get(reverse("people:account")).status_code == 302
    assert "account.password_changed" in letters.keys


def test_signing_in_gives_a_new_session_key() -> None:
    client = Client()
    session = client.session
    session["fixed"] = "yes"
    session.save()
    fixed = session.session_key
    through_the_door(person(), client=client)
    assert client.session.session_key != fixed
    assert not Client().session.exists(fixed)


def test_after_signing_out_the_session_is_dead_and_no_page_was_kept() -> None:
    client = through_the_door(person())
    page = client.get(reverse("people:account"))
    assert "no-store" in page["Cache-Control"]
    key = client.session.session_key
    client.post(reverse("account_logout"))
    client.cookies["kiif_session"] = key
    assert client.get(reverse("people:account")).status_code == 302


def test_sessions_are_listed_and_ended_elsewhere() -> None:
    user = person()
    here, phone = through_the_door(user), through_the_door(user, SAFARI)
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    here.post(reverse("usersessions_list"))
    assert here.get(reverse("people:account")).status_code == 200
    assert phone.get(reverse("people:account")).status_code == 302


def test_a_new_device_is_announced_a_known_one_is_not(letters: Letterbox) -> None:
    user = person()
    first = through_the_door(user)
    assert letters.letters == []
    first.post(reverse("account_logout"))
    through_the_door(user, client=first)
    assert letters.letters == []
    through_the_door(user, SAFARI)
    (letter,) = letters.letters
    assert (letter.key, letter.words["device"]) == ("account.new_sign_in", "Safari, iPhone")
    assert KnownDevice.objects.filter(user=user).count() == 2


def test_a_device_of_one_person_is_not_one_of_another(letters: Letterbox) -> None:
    client = through_the_door(person())
    client.post(reverse("account_logout"))
    other = person()
    through_the_door(other)
    through_the_door(other, client=client)
    assert letters.keys == ["account.new_sign_in"]


@pytest.mark.parametrize(("agent", "label"), [(FIREFOX, "Firefox, Linux"), (SAFARI, "Safari, iPhone"), ("curl", "?")])
def test_labels_of_devices(agent: str, label: str) -> None:
    assert label_of(agent) == label


def test_an_unused_session_ends_and_its_use_is_noted_sparingly() -> None:
    user = person()
    client = through_the_door(user)
    seen = UserSession.objects.get(user=user).last_seen_at
    client.get(reverse("people:account"))
    assert UserSession.objects.get(user=user).last_seen_at == seen
    for minutes, kept in ((10, True), (25 * 60, False)):
        session = client.session
        session[SEEN_KEY] = int(time.time()) - minutes * 60
        session.save()
        assert (client.get(reverse("people:account")).status_code == 200) is kept
    assert UserSession.objects.get(user=user).last_seen_at > seen


def test_the_session_cookie_ends_with_the_browser() -> None:
    client = through_the_door(person())
    assert client.cookies["kiif_session"]["max-age"] == ""
    assert client.cookies["kiif_session"]["httponly"]
    assert client.cookies["kiif_device"]["httponly"]


class TestPeopleMadeByOtherRooms:
    def test_somebody_whose_address_is_known(self) -> None:
        user = actions.create_person(by=system("test"), email=" Yael@Exemple.TEST ", full_name="Yaël Orsenne")
        assert user.email == "yael@exemple.test"
        assert EmailAddress.objects.get(user=user).verified
        assert not user.has_usable_password()

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("email", {"email": "pas une adresse"}),
            ("email", {"email": "prise@exemple.test"}),
            ("full_name", {"full_name": " "}),
            ("password", {"password": "court"}),
        ],
    )
    def test_what_is_wrong_is_refused(self, field: str, values: dict[str, str]) -> None:
        person(email="prise@exemple.test")
        complete = {"email": "libre@exemple.test", "full_name": "Yaël", **values}
        with pytest.raises(Refused) as refusal:
            actions.create_person(by=system("test"), **complete)
        assert refusal.value.field == field
        assert User.objects.count() == 1

    def test_an_encoded_password_comes_from_the_system_only(self) -> None:
        values = {"email": "a@exemple.test", "full_name": "A", "encoded_password": make_password(PASSWORD)}
        with pytest.raises(NotAllowed):
            actions.create_person(by=of(support()), **values)
        assert actions.create_person(by=system("demo"), **values).check_password(PASSWORD)

    def test_an_administrator(self) -> None:
        user = actions.create_admin(email="chef@exemple.test", name="Chef Inventé", password=PASSWORD)
        assert (user.is_staff, user.is_superuser) == (True, True)
        with pytest.raises(Refused):
            actions.create_admin(email="chef@exemple.test", name="Chef", password=PASSWORD)
        with pytest.raises(NotAllowed):
            actions.create_admin(email="b@exemple.test", name="B", password=PASSWORD, by=of(person()))

    def test_the_demonstration(self) -> None:
        class World:
            by = system("demo")

        world = World()
        demo.build(world)
        user = demo.create_person(world, "Yaël Orsenne", "yael@exemple.test")
        assert user.check_password(demo.PASSWORD)
        assert not owes_consent(user)
        client = Client()
        client.post(reverse("account_login"), {"login": user.email, "password": demo.PASSWORD})
        assert "_auth_user_id" in client.session


def test_closing_an_account_is_effective_at_the_next_request() -> None:
    user, helper = person(), support()
    client = through_the_door(user)
    with pytest.raises(NotAllowed):
        actions.deactivate(person=user, by=of(person()))
    assert client.get(reverse("people:account")).status_code == 200
    actions.deactivate(person=user, by=of(helper))
    assert client.get(reverse("people:account")).status_code == 302
    actions.reactivate(person=user, by=of(helper))
    assert client.get(reverse("people:account")).status_code == 302
    with pytest.raises(Refused):
        actions.deactivate(person=helper, by=of(helper))


def test_sessions_are_ended_by_the_person_support_or_the_system() -> None:
    user = person()
    for by in (of(user), of(support()), system("test")):
        client = through_the_door(user)
        assert actions.end_sessions(person=user, by=by) == 1
        assert client.get(reverse("people:account")).status_code == 302
    with pytest.raises(NotAllowed):
        actions.end_sessions(person=user, by=of(person()))


def test_who_lists_whom() -> None:
    user, helper = person(), support()
    assert set(people_visible_to(of(user))) == {user}
    assert set(people_visible_to(of(helper))) == {user, helper}
    assert set(people_visible_to(Actor(user=user, impersonator=helper))) == {user}
    assert set(people_visible_to(VISITOR)) == set()


@override_settings(DEMO=True)
def test_demonstration_accounts_are_named_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    from kiif.accounts import demo_accounts

    account = demo_accounts.DemoAccount("Coordination", "coordination@exemple.fr")
    monkeypatch.setattr(demo_accounts, "_providers", [lambda: [account]])
    page = Client().get(reverse("account_login")).content.decode()
    assert "coordination@exemple.fr" in page
    assert demo_accounts.PASSWORD in page


def test_nothing_of_a_demonstration_at_the_door_of_an_instance(settings: object) -> None:
    from kiif.accounts import demo_accounts

    assert demo_accounts.PASSWORD not in Client().get(reverse("account_login")).content.decode()
