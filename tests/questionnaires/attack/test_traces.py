"""What gestures leave behind: rows and mails of nobody, files that nothing names, names of who did not act."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kiif.accounts import pace
from kiif.accounts.actor import Actor
from kiif.attachments.models import Attachment
from kiif.journal.models import JournalEntry, JournalPerson
from kiif.mailbox.models import Mail
from kiif.questionnaires.actions import answering, design_draft, files, people
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.models import Answer, Collection, Response
from kiif.questionnaires.reading import files as formats
from kiif.questionnaires.views import answering_entry
from kiif.territories.models import DrawnTerritory
from tests.factories import World, make_user, sign_in
from tests.questionnaires import answer_factories as make
from tests.questionnaires.factories_design import first_page, make_questionnaire

pytestmark = pytest.mark.django_db
GIVEN: dict[str, Any] = {
    "given_by": "Carole Porteuse", "channel": "phone", "given_on": date(2026, 1, 5), "words": "Le budget.",
}  # fmt: skip


def attach(response: Response, by: Actor, name: str = "statuts", **links: Any) -> str:
    upload = SimpleUploadedFile(f"{name}.txt", b"Un texte de personne.", "text/plain")
    fresh = Response.objects.get(pk=response.pk)
    return str(files.add(response=fresh, key="q_pieces", upload=upload, by=by, **links).public_id)


def person_of(user: Any) -> JournalPerson:
    return JournalPerson.objects.get(user=user)


def attached() -> set[str]:
    return {str(key) for key in Attachment.objects.values_list("public_id", flat=True)}


@pytest.fixture
def open_to_all() -> Collection:
    return make.make_collection(audience="link", one_each=False)


def test_answers_of_nobody_are_begun_at_a_human_pace(open_to_all: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(answering_entry.PACES, "begin", (3, 3600))
    address = f"/repondre/{open_to_all.slug}/commencer"
    codes = [Client().post(address, {"language": "fr"}).status_code for _time in range(5)]
    assert (codes, Response.objects.count()) == ([302, 302, 302, 429, 429], 3)
    slowed = Client().post(address)
    assert "data-reason" in slowed.content.decode()
    assert int(slowed["Retry-After"]) == 3600
    assert Client().post(address, REMOTE_ADDR="203.0.113.7").status_code == 302
    assert Client().get(f"/repondre/{open_to_all.slug}").status_code == 200


def test_an_account_does_not_lift_the_pace(open_to_all: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accounts are made in a minute: each has the pace of a network, and nobody else's."""
    monkeypatch.setitem(answering_entry.PACES, "begin", (2, 3600))
    client, address = sign_in(make_user()), f"/repondre/{open_to_all.slug}/commencer"
    assert [client.post(address).status_code for _time in range(3)] == [302, 302, 429]
    assert sign_in(make_user()).post(address).status_code == 302
    mine = f"/repondre/{make.make_collection().slug}/commencer"
    assert [client.post(mine).status_code for _time in range(4)] == [302] * 4  # one's own draft, the same again


def test_links_are_mailed_at_a_human_pace(open_to_all: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(answering_entry.PACES, "mail", (2, 3600))
    codes = []
    for number in range(4):
        client = Client()
        client.post(f"/repondre/{open_to_all.slug}/commencer", {"language": "fr"})
        page = f"/repondre/dossier/{Response.objects.order_by('-pk')[0].public_id}/lien"
        assert client.get(page).status_code == 200
        codes.append(client.post(page, {"email": f"voisine{number}@exemple.test"}).status_code)
    assert (codes, Mail.objects.filter(kind="questionnaires.personal_link").count()) == ([302, 302, 429, 429], 2)
    assert client.get(page).status_code == 200  # the link is still there to copy
    assert client.post(page).status_code == 302  # copied: nothing is mailed, nothing is counted


def test_a_window_that_leaves_the_cache_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace.cache, "add", lambda *args: False)
    assert pace.too_many("test", "somebody", most=0, seconds=60) is False
    monkeypatch.undo()
    assert pace.too_many("test", "somebody", most=0, seconds=60) is True


def test_who_began_under_a_mandate_is_who_did_it(world: World) -> None:
    collection, carrier = make.make_collection(world.incubator), world.people["carrier"]
    mandate = people.give_mandate(collection=collection, email=carrier.email, by=world.actor("manager"), **GIVEN)
    begun = JournalEntry.objects.get(verb="questionnaires.begun")
    assert (mandate.response.owner, begun.person) == (carrier, person_of(world.people["manager"]))
    other = make_user()
    answering.begin(collection=collection, by=Actor(user=other))
    assert JournalEntry.objects.filter(verb="questionnaires.begun").latest("pk").person == person_of(other)


def test_a_file_taken_off_by_a_shorter_list_goes(world: World, django_capture_on_commit_callbacks: Any) -> None:
    response, carrier = make.make_response(world.people["carrier"], make.make_collection()), world.actor("carrier")
    first, second = attach(response, carrier), attach(response, carrier, "budget")
    held = {"files": [first, second]}
    assert (Answer.objects.get(field__key="q_pieces").value, attached()) == (held, {first, second})
    stored = Attachment.objects.get(public_id=first).file
    fresh = Response.objects.get(pk=response.pk)
    with django_capture_on_commit_callbacks(execute=True):
        save(response=fresh, by=carrier, sent={"q_pieces": Sent({"files": [second]}, fresh.revision, held)})
    assert (attached(), stored.storage.exists(stored.name)) == ({second}, False)
    fresh.refresh_from_db()
    save(response=fresh, by=carrier, sent={"q_pieces": Sent(None, fresh.revision, {"files": [second]})})
    assert attached() == set()


def test_a_file_that_was_sent_stays(world: World) -> None:
    definition = make.document([make.question("files", "pieces", at_most=2)])
    response = make.make_response(world.people["carrier"], make.make_collection(world.incubator, definition))
    carrier = world.actor("carrier")
    sent, later = attach(response, carrier), ""
    answering.submit(response=response, by=carrier)
    Response.objects.filter(pk=response.pk).update(state="reopened")
    later = attach(response, carrier, "budget")
    fresh = Response.objects.get(pk=response.pk)
    save(response=fresh, by=carrier, sent={"q_pieces": Sent(None, fresh.revision, {"files": [sent, later]})})
    assert attached() == {sent}


def test_a_file_of_a_personal_link_goes_too(open_to_all: Collection) -> None:
    from kiif.questionnaires.links import digest

    response, token = answering.begin_by_link(collection=open_to_all)
    links = (digest(token),)
    key = attach(response, Actor(), links=links)
    assert attached() == {key}
    fresh = Response.objects.get(pk=response.pk)
    save(response=fresh, by=Actor(), links=links, sent={"q_pieces": Sent(None, fresh.revision, {"files": [key]})})
    assert attached() == set()


def test_an_export_that_fails_leaves_no_file_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def fail(made: Any, file: Any, told: Any) -> None:
        opened.append(file)
        raise OSError("no room left")

    words, extension, media, _write = formats.FORMATS["csv"]
    monkeypatch.setitem(formats.FORMATS, "csv", (words, extension, media, fail))
    collection = make.make_collection(world.incubator)
    make.make_response(world.people["carrier"], collection)
    address = reverse("questionnaires:answers-export", args=[collection.public_id])
    with pytest.raises(OSError, match="no room left"):
        world.client("manager").post(address, {"format": "csv"})
    assert [file.closed for file in opened] == [True]


def test_the_preview_of_a_form_tells_no_name_of_a_private_area(world: World) -> None:
    """Counting identifiers in a form of one's own tells nothing either."""
    private = DrawnTerritory.objects.create(name="Projet tenu secret", slug="secret", drawn_by=make_user())
    public = DrawnTerritory.objects.create(name="Vallée connue", slug="connue", visibility="public")
    manager = world.actor("manager")
    form = make_questionnaire(manager, world.incubator)
    first = first_page(form)
    key = design_draft.add_question(
        questionnaire=form, by=manager, page=first, kind="territories", fields={"label.fr": "Où", "levels": ["drawn"]}
    )
    address, client = reverse("questionnaires:preview-frame", args=[form.public_id]), world.client("manager")
    shown = {}
    for area in (private, public):
        data = {"page": first, "here": [key], key: f"drawn:{area.pk}", "langue": "fr"}
        shown[area.name] = client.post(address, data).content.decode()
    assert [name in page for name, page in shown.items()] == [False, True]
    assert "Aucun territoire" in shown["Projet tenu secret"]
