"""Common ground of every test. Nothing here touches the network; a browser and a database server are local.

The engine is chosen by `DATABASE_URL` (embedded SQLite without it). Tests that make sense on one engine only carry
`@pytest.mark.postgresql` or `@pytest.mark.sqlite` and are left out of the other run. With `CI=true` a skipped test
is a failure: what is not proved there is proved nowhere.
"""

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from kiif.config.messages import catalogues

# no example has a stop-watch: a busy machine is not a fault of the code
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgresql: makes sense on PostgreSQL only")
    config.addinivalue_line("markers", "sqlite: makes sense on SQLite only")
    if not hasattr(config, "workerinput"):
        catalogues.compile_all()


def pytest_report_header() -> str:
    from django.db import connection

    return f"database: {connection.vendor}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from django.conf import settings

    other = "sqlite" if settings.DATABASES["default"]["ENGINE"].endswith("postgresql") else "postgresql"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a skip is a failure; only the official files, kept outside the repository, may lack."""
    outcome: Any = yield
    report = outcome.get_result()
    if IN_CI and report.skipped and not hasattr(report, "wasxfail") and not item.get_closest_marker("real_data"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which is refused when CI=true: {report.longrepr}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Asked for just before the databases of tests are created."""
    from tests.databases import migrate_once

    migrate_once()


@pytest.fixture(autouse=True, scope="session")
def _strict_templates() -> None:
    """An unknown variable in one of our templates is an error, not an empty string."""
    from django.template import engines

    from tests.templates import UndefinedVariable

    engines["django"].engine.string_if_invalid = UndefinedVariable()


@pytest.fixture(autouse=True)
def _fresh_start() -> None:
    """Rate limits, caches and the language in use do not pass from one test to the next."""
    from django.conf import settings
    from django.core.cache import cache
    from django.utils import translation

    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gestures are counted by the hour or the minute of the clock: no test is cut in two when one ends."""
    monkeypatch.setattr("kiif.accounts.pace.now", lambda: 1_800_000_000.0)


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    """Each test starts in the language of the instance, whatever the one before it spoke."""
    from django.conf import settings
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def world(db: None) -> Any:
    """A small alliance with one person for each role (see tests/factories.py)."""
    from tests.factories import World

    return World()
