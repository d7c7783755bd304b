"""A double click is one gesture, in every form that a browser sends by itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
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


def test_an_answer_that_changes_the_session_is_not_given_twice_even_to_who_is_signed_in() -> None:
    """Signing in and a new password give another cookie: the second answer would lead somewhere without it."""
    done: list[int] = []

    def answer(request: HttpRequest) -> HttpResponse:
        done.append(1)
        if request.POST["csrfmiddlewaretoken"] == "login":
            request.session.cycle_key()
        request.session["seen"] = 1
        request.user = SimpleNamespace(is_authenticated=True)  # type: ignore[assignment]  # enough here
        return HttpResponseRedirect("/la")

    middleware = once.OnceMiddleware(answer)
    for token, times in (("login", 2), ("other", 1)):
        held = SessionStore()
        held.create()
        for _twice in range(2):
            request = _request(token)
            request.COOKIES["kiif_session"] = str(held.session_key)
            request.session = SessionStore(held.session_key)
            assert _through(middleware, request)["Location"] == "/la"
        assert done == [1] * times
        done.clear()


def test_what_the_answer_sets_in_the_browser_comes_with_the_second_too() -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect("/la")
        response.set_cookie("theme", "dark", max_age=60, samesite="Lax")
        return response

    middleware = once.OnceMiddleware(answer)
    first, second = _through(middleware, _request()), _through(middleware, _request())
    assert first.cookies["theme"].OutputString() == second.cookies["theme"].OutputString()


def test_the_second_click_waits_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as it works; then it says that it is not done yet."""
    monkeypatch.setattr(once, "STEP", 0.01)
    middleware = once.OnceMiddleware(lambda request: HttpResponse("fait deux fois"))
    key = str(once.key_of(_request()))
    cache.set(key, "pending")
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 2:
            cache.set(key, {"to": "/la", "cookies": {}})

    monkeypatch.setattr(once.time, "sleep", sleep)
    assert _through(middleware, _request())["Location"] == "/la"
    cache.set(key, "pending")
    monkeypatch.setattr(once, "WAITS", 0.05)
    assert _through(middleware, _request()).status_code == 409


def test_only_the_newest_click_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten clicks on a slow gesture hold two threads, not ten."""
    middleware = once.OnceMiddleware(lambda request: HttpResponse("fait deux fois"))
    key = str(once.key_of(_request()))
    cache.set(key, "pending")
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        cache.set(f"{key}.newest", "another click")

    monkeypatch.setattr(once.time, "sleep", sleep)
    assert _through(middleware, _request()).status_code == 409
    assert len(naps) == 1


def test_when_the_first_led_nowhere_one_of_those_that_waited_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    middleware = once.OnceMiddleware(lambda request: HttpResponse("fait"))
    key = str(once.key_of(_request()))
    cache.set(key, "pending")
    monkeypatch.setattr(once.time, "sleep", lambda _seconds: cache.delete(key))
    request = _request()
    assert middleware.process_view(request) is None
    assert cache.get(key) == "pending"  # a third one waits for it
    assert middleware(request).content == b"fait"
    assert cache.get(key) is None
