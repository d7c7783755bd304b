"""A double click is one gesture, in every form that a browser sends by itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.urls import reverse

from kiif.programmes.models import Note
from kiif.ui import once
from tests.factories import World
from tests.programmes.matrix_applications import sent

pytestmark = pytest.mark.django_db
PAGE = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Mode": "navigate"}


def _note(world: World, token: str, text: str = "Vu.", **headers: str) -> HttpResponse:
    address = reverse("programmes:application-note", args=[world.noted.public_id])  # type: ignore[attr-defined]  # below
    data = {"text": text, "reach": "team", "csrfmiddlewaretoken": token}
    return world.client("coordinator").post(address, data, headers={**PAGE, **headers})


@pytest.fixture
def noting(world: World) -> World:
    world.noted = sent(world)  # type: ignore[attr-defined]  # for these tests
    client = world.client("coordinator")
    world.client = lambda role: client  # type: ignore[method-assign]  # one browser
    return world


def test_two_clicks_are_one_gesture_and_lead_to_the_same_page(noting: World) -> None:
    first, second = _note(noting, "page-1"), _note(noting, "page-1")
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"]
    assert first.cookies["messages"].value == second.cookies["messages"].value
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    "other", [{"token": "page-2"}, {"text": "Vu aussi."}, {"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}]
)
def test_another_page_other_words_or_a_script_are_another_gesture(noting: World, other: dict[str, str]) -> None:
    _note(noting, "page-1")
    _note(noting, **{"token": "page-1", **other})
    assert Note.objects.count() == 2


def test_what_was_refused_is_sent_again(noting: World) -> None:
    answers = [_note(noting, "page-1", text="") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [answers[0].status_code] * 2
    assert Note.objects.count() == 0


def _request(token: str = "page", user: Any = None, *, modified: bool = False) -> HttpRequest:  # noqa: S107 -- no secret
    request = RequestFactory().post("/essai", {"csrfmiddlewaretoken": token}, headers=PAGE)
    request.user = user or AnonymousUser()
    request.session = SessionStore()
    request.session.modified = modified
    return request


def _through(middleware: once.OnceMiddleware, request: HttpRequest) -> HttpResponse:
    return middleware.process_view(request) or middleware(request)


def test_an_answer_that_signs_in_is_not_given_twice() -> None:
    done: list[int] = []
    middleware = once.OnceMiddleware(lambda request: done.append(1) or HttpResponseRedirect("/la"))
    for modified in (True, True, False, False):
        assert _through(middleware, _request(f"{modified}", modified=modified))["Location"] == "/la"
    assert len(done) == 3


def test_the_second_click_waits_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as it works; then it says that it is not done yet."""
    told = iter(["pending", "pending", {"to": "/la", "messages": None}])
    looks = SimpleNamespace(add=lambda *_: False, get=lambda _key: next(told))
    monkeypatch.setattr(once, "cache", looks)
    monkeypatch.setattr(once, "STEP", 0.01)
    middleware = once.OnceMiddleware(lambda request: HttpResponse("fait deux fois"))
    assert _through(middleware, _request())["Location"] == "/la"
    monkeypatch.setattr(once, "WAITS", 0.05)
    looks.get = lambda _key: "pending"
    assert _through(middleware, _request()).status_code == 409
