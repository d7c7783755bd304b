"""Downloads, the form, the list: rights each time, nothing ever shown in the page."""

import re

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kiif.accounts.actor import Actor
from kiif.attachments import actions, registry
from kiif.attachments.enums import Scan
from kiif.attachments.models import Attachment
from tests.attachments.conftest import upload
from tests.attachments.corpus import ACCEPTED, REFUSED
from tests.factories import make_user, sign_in


@pytest.fixture
def add_url(group):
    return reverse("attachments:add", args=["auth", "group", group.pk])


@pytest.fixture
def attached(group, by):
    return actions.attach(owner=group, upload=upload("notes.txt", "Secret à garder".encode()), by=by)


def body(response):
    return b"".join(response.streaming_content)  # read to its end, it closes the file


def status(client, address):
    response = client.get(address)
    body(response)
    return response.status_code


@pytest.mark.parametrize("name", [n for n in ACCEPTED if n != "RAPPORT.PDF"])
def test_every_kind_is_saved_and_never_shown(name, group, by, reader):
    attachment = actions.attach(owner=group, upload=upload(name), by=by, label="Épicerie")
    response = sign_in(reader).get(attachment.get_absolute_url())
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == attachment.media_type
    assert "html" not in response["Content-Type"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, no-store"
    assert len(body(response)) == attachment.size


def test_the_name_of_the_download_is_encoded(group, by):
    attachment = actions.attach(owner=group, upload=upload('épi "1"\r\nX: y.txt', b"a"), by=by)
    response = sign_in(by.user).get(attachment.get_absolute_url())
    body(response)
    header = response["Content-Disposition"]
    assert header.startswith("attachment; filename*=utf-8''")
    assert "\r" not in header
    assert "\n" not in header


def test_the_right_is_asked_at_each_download(attached, ida, reader, monkeypatch):
    address = attached.get_absolute_url()
    client = sign_in(reader)
    assert body(client.get(address)) == "Secret à garder".encode()
    assert client.post(address).status_code == 405
    assert sign_in(make_user()).get(address).status_code == 404
    visitor = Client().get(address)
    assert visitor.status_code == 302
    assert visitor["Location"].startswith(reverse("account_login"))
    missing = reverse("attachments:download", args=["00000000-0000-4000-8000-000000000000"])
    assert sign_in(reader).get(missing).status_code == 404
    assert Client().get(missing).status_code == 302
    rights = registry.rights_on(attached.owner)
    monkeypatch.setitem(
        registry._rights,
        type(attached.owner),
        registry.Rights(lambda a, o: a.user == ida, rights.can_write, rights.organisation),
    )
    assert client.get(address).status_code == 404
    assert status(sign_in(ida), address) == 200


def test_a_public_object_gives_its_files_to_visitors(attached, monkeypatch):
    monkeypatch.setitem(
        registry._rights, type(attached.owner), registry.Rights(lambda a, o: True, lambda a, o: False, lambda o: None)
    )
    assert status(Client(), attached.get_absolute_url()) == 200


@pytest.mark.parametrize("state", [Scan.PENDING, Scan.INFECTED])
def test_what_is_not_clean_stays_closed(state, attached, ida):
    Attachment.objects.update(scan=state)
    assert sign_in(ida).get(attached.get_absolute_url()).status_code == 403
    Attachment.objects.update(scan=Scan.CLEAN)
    assert status(sign_in(ida), attached.get_absolute_url()) == 200


def test_a_content_that_was_lost_is_a_404(attached, ida):
    attached.file.storage.delete(attached.file.name)
    assert sign_in(ida).get(attached.get_absolute_url()).status_code == 404


def test_adding_by_the_form(add_url, group, ida, stored):
    client = sign_in(ida)
    assert client.get(add_url).status_code == 200
    sent = {"file": upload("rapport.pdf"), "label": "Le rapport", "next": "/?la"}
    response = client.post(add_url, sent)
    assert (response.status_code, response["Location"]) == (302, "/?la")
    attachment = Attachment.objects.get()
    assert (attachment.owner, attachment.label) == (group, "Le rapport")
    elsewhere = client.post(add_url, {"file": upload("rapport.pdf"), "next": "https://mechant.test/"})
    assert elsewhere["Location"] == reverse("home")


@pytest.mark.parametrize("name", ["page.html", "macro.docm", "script.pdf", "vide.pdf", "bombe.xlsx"])
def test_a_refused_file_says_why_beside_the_field(name, add_url, ida, stored):
    content, declared = REFUSED[name]
    response = sign_in(ida).post(add_url, {"file": upload(name, content, declared), "label": "Gardé"})
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert "Gardé" in response.content.decode()
    assert stored() == []


def test_no_file_at_all(add_url, ida):
    response = sign_in(ida).post(add_url, {"label": "x"})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["file"])


def test_a_flood_is_dropped_while_it_arrives(add_url, ida, settings, stored):
    settings.UPLOAD_CEILING = 100_000
    response = sign_in(ida).post(add_url, {"file": upload("notes.txt", b"a" * 300_000)})
    assert response.status_code == 422
    assert len(response.context["form"].errors["file"]) == 1
    assert stored() == []
    assert sign_in(ida).post(add_url, {"file": upload("notes.txt", b"a" * 90_000)}).status_code == 302


def test_a_cut_upload_leaves_nothing(add_url, ida, stored):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf'
    whole = head + b"\r\n\r\n%PDF-1.7"
    response = sign_in(ida).generic("POST", add_url, whole, content_type="multipart/form-data; boundary=x")
    assert response.status_code in (400, 422)
    assert (stored(), Attachment.objects.count()) == ([], 0)


def test_who_may_not_write_is_told_and_who_may_not_see_is_not(add_url, attached, reader, stored):
    remove_url = reverse("attachments:remove", args=[attached.public_id])
    for url in (add_url, remove_url):
        assert sign_in(reader).get(url).status_code == 403
        assert sign_in(reader).post(url, {"file": upload("rapport.pdf")}).status_code == 403
        assert sign_in(make_user()).get(url).status_code == 404
        assert sign_in(make_user()).post(url, {"file": upload("rapport.pdf")}).status_code == 404
        assert Client().get(url).status_code == 302
    assert Attachment.objects.count() == len(stored()) == 1
    for parts in (
        ["nothing", "here", 1],
        ["auth", "group", 10**40],
        ["auth", "group", "x"],
        ["accounts", "user", reader.pk],
    ):
        assert sign_in(reader).get(reverse("attachments:add", args=parts)).status_code == 404


def test_removing_asks_first(attached, ida):
    url = reverse("attachments:remove", args=[attached.public_id])
    client = sign_in(ida)
    assert "notes.txt" in client.get(url, {"next": "/?la"}).content.decode()
    assert Attachment.objects.count() == 1
    assert client.post(url, {"next": "/?la"})["Location"] == "/?la"
    assert Attachment.objects.count() == 0


def show(user, obj):
    request = RequestFactory().get("/page?x=1")
    request.actor = Actor(user=user)
    return (
        Template("{% load attachments %}{% attachments obj %}")
        .render(Context({"request": request, "obj": obj}))
        .strip()
    )


def test_the_list_follows_the_rights(attached, group, ida, reader):
    attached.label = "<b>Note</b>"
    attached.save()
    writable, readable = show(ida, group), show(reader, group)
    assert "&lt;b&gt;Note" in readable
    assert "<b>" not in readable
    assert ("<form" in writable, "<form" in readable) == (True, False)
    assert ("retirer" in writable, "retirer" in readable) == (True, False)
    assert show(make_user(), group) == ""
    assert not re.search(r"style=|onclick|<script", writable)


def test_the_list_costs_the_same_for_one_file_and_three(attached, group, by, ida):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            show(ida, group)
        return len(caught)

    queries()
    assert queries() == 1
    for number in range(2):
        actions.attach(owner=group, upload=upload(f"n{number}.txt", b"a"), by=by)
    Attachment.objects.filter(original_name="n1.txt").update(uploaded_by=make_user())
    assert queries() == 1


def test_uploads_are_on_no_public_address(attached, settings):
    name = attached.file.name
    for address in (f"/{name}", f"/uploads/{name}", f"/static/{name}", f"/media/{name}"):
        assert Client().get(address).status_code in (302, 404)
    assert not str(settings.MEDIA_ROOT).startswith(str(settings.STATIC_ROOT))
    with attached.file.open("rb") as content:
        assert content.read()
