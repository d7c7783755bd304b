from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kiif.accounts import actions
from kiif.accounts.actor import system
from kiif.accounts.models import Consent, ConsentText
from kiif.accounts.queries import current_texts, in_force, owes_consent, pending_texts
from kiif.journal.models import JournalEntry
from kiif.ui.errors import NotAllowed, Refused
from tests.accounts.factories import of, person, support, terms
from tests.factories import sign_in

pytestmark = pytest.mark.django_db


def test_a_new_version_is_asked_for_once_and_one_goes_on_where_one_was() -> None:
    first = terms("1")
    user = person()
    actions.give_consent(person=user, texts=[first], by=of(user))
    client = sign_in(user)
    assert client.get(reverse("people:account")).status_code == 200
    second = terms("2", days_ago=1)
    asked = client.get(reverse("people:account"))
    assert asked.url.startswith(reverse("people:terms"))
    page = client.get(asked.url)
    assert "Texte français" in page.content.decode()
    refused = client.post(reverse("people:terms"), {"next": reverse("people:account")})
    assert refused.status_code == 422
    accepted = client.post(reverse("people:terms"), {"next": reverse("people:account"), "accepts": "on"})
    assert accepted.url == reverse("people:account")
    assert client.get(reverse("people:account")).status_code == 200
    assert [consent.text for consent in in_force(user)] == [second, first]


def test_a_form_that_is_being_sent_is_not_lost() -> None:
    user = person("Yaël Orsenne")
    client = sign_in(user)
    terms()
    answer = client.post(reverse("people:profile"), {"full_name": "Yaël O.", "language": "fr"})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.full_name == "Yaël O."


def test_who_does_not_accept_can_still_leave_and_take_their_data() -> None:
    terms()
    client = sign_in(person())
    for name in ("people:my-data", "people:terms", "mfa_index", "account_logout"):
        assert client.get(reverse(name)).status_code == 200


def test_accepting_does_not_send_elsewhere() -> None:
    terms()
    user = person()
    answer = sign_in(user).post(reverse("people:terms"), {"next": "//evil.example", "accepts": "on"})
    assert answer.url == reverse("home")


def test_a_version_accepted_in_one_language_is_accepted() -> None:
    french = terms()
    user = person(language="en")
    actions.give_consent(person=user, texts=[french], by=of(user))
    assert not owes_consent(user)
    assert pending_texts(user, "en") == []


@pytest.mark.parametrize("accepted", [0, 1, 2])
def test_the_gate_and_the_page_agree(accepted: int) -> None:
    texts = [terms("1", days_ago=9), terms("2", days_ago=5)]
    user = person()
    if accepted:
        actions.give_consent(person=user, texts=[texts[accepted - 1]], by=of(user))
    assert owes_consent(user) is bool(pending_texts(user, "fr")) is (accepted != 2)


def test_texts_are_shown_in_the_readers_language_or_the_houses() -> None:
    terms()
    common = {"version": "1", "title": "Lettre", "body": "…", "required": False}
    actions.publish_text(kind="news", language="fr", by=system("test"), **common)
    assert [(text.kind, text.language) for text in current_texts("en")] == [("terms", "en"), ("news", "fr")]


def test_a_text_not_yet_published_is_not_asked() -> None:
    terms("1", days_ago=-3)
    assert not owes_consent(person())


def test_what_is_optional_is_given_and_withdrawn() -> None:
    news = terms(kind="news", required=False)
    user = person()
    client = sign_in(user)
    client.post(reverse("people:text-accept", args=["news"]))
    consent = Consent.objects.get(user=user, text=news)
    other = sign_in(person())
    assert other.post(reverse("people:consent-withdraw", args=[consent.pk])).status_code == 404
    consent.refresh_from_db()
    assert consent.withdrawn_at is None
    client.post(reverse("people:consent-withdraw", args=[consent.pk]))
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None
    assert list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "accounts.consent_given",
        "accounts.consent_withdrawn",
    ]
    client.post(reverse("people:text-accept", args=["news"]))
    assert Consent.objects.filter(user=user).count() == 2


def test_what_is_needed_is_not_withdrawn() -> None:
    text = terms()
    user = person()
    (consent,) = actions.give_consent(person=user, texts=[text], by=of(user))
    with pytest.raises(Refused):
        actions.withdraw_consent(consent=consent, by=of(user))


def test_nobody_accepts_for_somebody_else() -> None:
    text = terms()
    user = person()
    for by in (of(person()), of(support())):
        with pytest.raises(NotAllowed):
            actions.give_consent(person=user, texts=[text], by=by)
    assert actions.give_consent(person=user, texts=[text], by=of(user))
    assert actions.give_consent(person=user, texts=[text], by=of(user)) == []


def test_a_published_version_never_changes() -> None:
    terms("1")
    values = {"kind": "terms", "version": "1", "language": "fr", "title": "T", "body": "B", "required": True}
    with pytest.raises(Refused):
        actions.publish_text(by=of(support()), **values)
    with pytest.raises(NotAllowed):
        actions.publish_text(by=of(person()), **{**values, "version": "2"})
    assert actions.publish_text(by=of(support()), **{**values, "version": "2"}).version == "2"


def test_both_languages_of_a_version_share_their_date() -> None:
    values = {"kind": "terms", "version": "7", "title": "T", "body": "B", "required": True, "by": system("test")}
    french = actions.publish_text(language="fr", **values)
    assert actions.publish_text(language="en", **values).published_at == french.published_at


def test_default_texts_are_published_once_and_never_over_an_instances_own() -> None:
    assert len(actions.ensure_default_texts()) == 2
    assert actions.ensure_default_texts() == []
    ConsentText.objects.all().delete()
    terms("maison-3")
    assert actions.ensure_default_texts() == []


def test_anybody_reads_the_terms_before_signing_up() -> None:
    page = Client().get(reverse("people:text", args=["terms"]))
    assert page.status_code == 200
    assert not ConsentText.objects.exists()
    assert Client().get(reverse("people:text", args=["autre"])).status_code == 404


def test_one_acceptance_in_force_per_text() -> None:
    text, user = terms(), person()
    Consent.objects.create(user=user, text=text)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(user=user, text=text)
