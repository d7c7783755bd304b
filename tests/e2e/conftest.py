"""A real browser, the one of the system. Every page it opens is watched: console errors, failed sub-resources."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response

from kiif.accounts.models import User
from tests.conftest import IN_CI
from tests.factories import sign_in as client_of

# the synchronous browser driver keeps an event loop in the test thread
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROME = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROME is None:
        sentence = "no Chromium on this machine: install the package chromium (or run .ci/run)"
        pytest.fail(sentence) if IN_CI else pytest.skip(sentence)
    return {
        **browser_type_launch_args,
        "executable_path": CHROME,
        "headless": True,
        "chromium_sandbox": False,
        "args": ARGS,
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "reduced_motion": "reduce",
        "viewport": {"width": 1440, "height": 900},
    }


class Watch:
    """Collects what a visitor would not see but a browser complains about."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._allowed: set[int] = set()

    def allow(self, *statuses: int) -> None:
        """These answers are what the test is about (a refused form answers 422)."""
        self._allowed.update(statuses)

    def on_console(self, message: ConsoleMessage) -> None:
        # a failed load is reported by on_response, with its address and status
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")

    def on_error(self, error: Exception) -> None:
        self.problems.append(f"script: {error}")

    def on_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._allowed:
            self.problems.append(f"{response.status}: {response.url}")

    def follow(self, page: Page) -> None:
        page.on("console", self.on_console)
        page.on("pageerror", self.on_error)
        page.on("response", self.on_response)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test at its end when the browser complained. `watch.allow(422)` for an answer that is expected."""
    watch = Watch()
    yield watch
    assert watch.problems == []


@pytest.fixture
def page(watch: Watch, page: Page) -> Page:
    watch.follow(page)
    page.set_default_timeout(15_000)
    return page


@pytest.fixture(scope="session", autouse=True)
def _everything_is_answered(django_db_setup: None) -> Iterator[None]:
    """The server has answered what the last page asked for before its database is taken away."""
    yield
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(10)


@pytest.fixture
def enter(page: Page, live_server: Any) -> Callable[[User], Page]:
    """`enter(user)` opens a session for that person in the browser, without the sign-in form."""

    def enter(user: User) -> Page:
        from django.conf import settings

        cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return page

    return enter
