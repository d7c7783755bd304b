"""What nobody types never reaches a view; a refusal that escaped is a page with its sentence."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from kiif.ui.errors import Refused
from kiif.ui.middleware import CleanInputMiddleware, RefusalMiddleware, address_is_clean, body_is_clean, clean_json

BAD = ("\x00", "a\x00b", "\ud800", "x\udfff")


@pytest.mark.parametrize("query", ["q=%00", "a%00=1", "q=%ED%A0%80x%00", "q=1&q=%00"])
def test_addresses_with_nul_are_refused_in_words(client: Client, query: str) -> None:
    response = client.get(f"/accessibilite?{query}")
    assert response.status_code == 400
    assert "<h1>" in response.content.decode()


@pytest.mark.parametrize(
    ("address", "status"), [("/accessibilite?q=%00", 400), ("/a%00", 400), ("/rien", 404), ("/accessibilite", 200)]
)
def test_refusals_carry_the_policy_of_every_page(client: Client, db: None, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    policy = {part.strip() for part in response["Content-Security-Policy"].split(";")}
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= policy
    assert response["X-Content-Type-Options"] == "nosniff"


def test_path_with_nul_is_refused() -> None:
    request = RequestFactory().get("/")
    request.path = "/a\x00"
    assert not address_is_clean(request)


def test_ordinary_addresses_pass(client: Client, db: None) -> None:
    assert client.get("/accessibilite?q=%C3%A9t%C3%A9%20%F0%9F%8C%BE&x=%0A").status_code == 200


@pytest.mark.parametrize("bad", ["\x00", "a\x00b"])
def test_forms_with_nul_are_refused(client: Client, db: None, bad: str) -> None:
    assert client.post("/couleurs", {"theme": bad}).status_code == 400
    assert client.post("/couleurs", {bad: "dark"}).status_code == 400
    assert client.post("/couleurs", {"theme": "dark"}).status_code == 302


@pytest.mark.parametrize("bad", BAD)
def test_json_bodies_are_looked_into(bad: str) -> None:
    factory = RequestFactory()

    def post(value: object) -> HttpRequest:
        return factory.post("/api", json.dumps(value), content_type="application/json")

    assert not body_is_clean(post({"a": [{"b": bad}]}))
    assert not body_is_clean(post({bad: 1}))
    assert body_is_clean(post({"a": [{"b": "ét\u00e9 🌾"}], "c": 1, "d": None}))


def test_unreadable_or_deep_json_is_left_to_the_view() -> None:
    factory = RequestFactory()
    assert body_is_clean(factory.post("/", "{", content_type="application/json"))
    assert body_is_clean(factory.post("/", "[" * 50_000, content_type="application/json"))
    assert body_is_clean(factory.post("/", b"\xff\x00", content_type="application/octet-stream"))


def test_content_of_files_is_not_looked_into() -> None:
    file = SimpleUploadedFile("plan.pdf", b"a\x00b")
    assert body_is_clean(RequestFactory().post("/", {"file": file, "label": "plan"}))


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_json_is_clean_exactly_when_no_text_in_it_is_unreadable(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    expected = "\\u0000" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
    assert clean_json(value) == expected


def test_an_escaped_refusal_is_a_page_with_its_sentence() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("unreachable")

    middleware = RefusalMiddleware(view)
    request = RequestFactory().get("/")
    response = middleware.process_exception(request, Refused("The branch still has members."))
    assert response is not None
    assert response.status_code == 422
    assert "The branch still has members." in response.content.decode()
    assert middleware.process_exception(request, ValueError("x")) is None


def test_clean_middleware_answers_before_the_view() -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.path)
        return HttpResponse()

    assert CleanInputMiddleware(view)(RequestFactory().get("/ok")).status_code == 200
    assert CleanInputMiddleware(view)(RequestFactory().get("/?a=%00")).status_code == 400
    assert seen == ["/ok"]
