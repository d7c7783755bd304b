"""The server: gunicorn with threads in one process, and the jobs in threads beside it.

One process is enough for an alliance and its incubators, needs no broker, and keeps every counter in one place.
With `processes` > 1 (PostgreSQL only) the jobs run in `kiif worker` instead.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from gunicorn.app.base import BaseApplication

from kiif.config import locks, prepare
from kiif.config.errors import CommandError
from kiif.config.speech import _

#: Says which commands of kiif are left to run.
Background = Callable[[], tuple[tuple[str, ...], ...]]


class ServeError(CommandError):
    """The server cannot start; `str()` says what to do."""


@dataclass(frozen=True)
class Options:
    """How to serve: address, size, whether jobs run here, what to say once the page can be opened."""

    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    processes: int = 1
    jobs: bool = True
    access_log: bool = False
    welcome: Callable[[], None] | None = None


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no annotations
    """gunicorn, set up by code rather than by a file."""

    def __init__(self, options: Options, background: Background | None = None) -> None:
        self.options = options
        self.left = background
        self.background: list[subprocess.Popen[bytes]] = []
        super().__init__()

    def load_config(self) -> None:
        o = self.options
        values: dict[str, Any] = {
            "bind": f"[{o.host}]:{o.port}" if ":" in o.host else f"{o.host}:{o.port}",
            "worker_class": "gthread",
            "workers": o.processes,
            "threads": o.threads,
            "timeout": 120,
            "graceful_timeout": 20,
            "keepalive": 15,
            "control_socket_disable": True,
            "loglevel": "warning",
            "accesslog": "-" if o.access_log else None,
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108, PTH112 -- memory, made for this
            "proc_name": "kiif",
            "post_worker_init": self._started,
            "worker_exit": self._stopping,
        }
        for name, value in values.items():
            if value is not None:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from kiif.config.wsgi import application

        return application

    def _started(self, worker: Any) -> None:
        # Ctrl-C reaches the whole group. The main process passes it on: a second signal in the middle of the first
        # would leave the worker waiting for a lock that it holds.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=self._warm, args=(worker.age == 1,), name="warm", daemon=True).start()
        if self.options.jobs:
            from kiif.jobs import worker as jobs

            jobs.start_in_thread()
        if self.options.welcome and worker.age == 1:
            self.options.welcome()

    def _stopping(self, server: Any, worker: Any) -> None:
        if self.options.jobs:
            from kiif.jobs import worker as jobs

            jobs.stop()
        for process in self.background:
            process.terminate()

    def _warm(self, first: bool) -> None:
        """What is left to build begins once the first visitor has what is needed: it takes half of a small machine."""
        warm()
        settle()
        for command in self.left() if first and self.left else ():
            self.background.append(start_beside(command))


def start_beside(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """A command of kiif in a process of its own, at low priority; what it says goes to `background.log`."""
    with (settings.DATA_DIR / "background.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 -- our own command line
            ["nice", sys.executable, "-m", "kiif.config.cli", *command],  # noqa: S607 -- of every system
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def warm() -> None:
    """Does beforehand what the first visitor would wait for: the addresses of the pages, the map of the home page."""
    from django.db import connection
    from django.urls import reverse

    from kiif.ui import atlas, home

    try:
        reverse("home")
        if coverage := home.coverage():
            atlas.draw(coverage)
    finally:
        connection.close()


def settle() -> None:
    """Spares what is loaded for good from the garbage collector: looking through all of it takes some page 150 ms."""
    gc.collect()
    gc.freeze()


def check_port(host: str, port: int) -> None:
    """Raises ServeError when the address cannot be opened."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServeError(
                _("Port %(port)s of %(host)s cannot be opened (%(reason)s). Choose another one: --port %(other)s")
                % {"port": port, "host": host, "reason": error.strerror, "other": port + 1}
            ) from error


def check_database() -> None:
    """Raises ServeError when the database lacks migrations or cannot be reached."""
    from django.db import DatabaseError, connection

    try:
        missing = prepare.missing_migrations()
    except DatabaseError as error:
        raise ServeError(_("The database does not answer: %(reason)s") % {"reason": error}) from error
    finally:
        connection.close()
    if missing:
        raise ServeError(_("The database is not up to date. Run: kiif prepare"))


def run(options: Options, *, background: Background | None = None) -> None:
    """Serves until SIGINT or SIGTERM. `background` says which commands of kiif run beside the server, once it is warm.

    It is asked in the process that serves. The main process, which forks, must start no thread: a library that keeps
    some (polars) would wait forever for them in the process that serves.
    """
    check_port(options.host, options.port)
    check_database()
    server = Server(options, background)
    with locks.shared():
        server.run()
