import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django_tasks import task_backends

from kiif.accounts import actor as actors

BY = actors.system("tests")


def _forget_backends() -> None:
    task_backends.__dict__.pop("settings", None)
    if hasattr(task_backends._connections, "default"):
        del task_backends["default"]


@pytest.fixture
def database_queue(settings: Any) -> Iterator[None]:
    """Jobs wait for a worker, as in the real settings."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    _forget_backends()
    yield
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    _forget_backends()


def address_of_test_database() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    s = connection.settings_dict
    host = str(s["HOST"]).replace("/", "%2F")
    return f"postgres://{s['USER']}:{s['PASSWORD']}@{host}:{s['PORT']}/{name}"


Spawn = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def spawn(database_queue: None, tmp_path: Path) -> Iterator[Spawn]:
    """Starts real worker processes on the test database; those that still live are ended with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "kiif.config.settings",
            "DATABASE_URL": address_of_test_database(),
            "KIIF_DATA_DIR": str(tmp_path),
            "PYTHONPATH": f"{Path('src').resolve()}:{Path().resolve()}",
            "PYTHONWARNINGS": "default",
        }
        log = (tmp_path / f"worker-{len(started)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "tests/jobs/worker_process.py", "--interval", "0.1", *arguments],
            env=environment,
            stdout=log,
            stderr=log,
        )
        log.close()
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(10)
    for log in sorted(tmp_path.glob("worker-*.log")):
        print(log.name, log.read_text("utf-8", "replace"))  # shown with a test that fails


def wait_until(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"still not true after {seconds} s")
