"""Clients that read and write together: `python benchmarks/concurrency.py [--json] [--clients 32] [--seconds 60]`.

`kiif run` as in production (one process, its jobs beside it) on an instance with the demonstration; each client is a
person with a session of their own who opens pages and, one time out of four, changes the telephone number of their
profile (which also writes the journal). At the end every number in the database is the last one that was accepted, and
the journal holds one entry for each accepted change. `--database URL` for an empty PostgreSQL database.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import re
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from common import make_instance, p95, report, serving

#: Besides the first page of each person; those that somebody may not open are left out for them.
PAGES = ("/alliance/", "/territoires/", "/compte/", "/recherche/?q=epicerie")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
LIMITS = {"errors": 0.0, "changes lost": 0.0, "journal entries missing": 0.0}


@dataclass
class Person:
    """One client: its session, and what it remembers of what it did."""

    number: int
    pk: int
    cookies: dict[str, str]
    name: str
    pages: list[str]
    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    phone: str = ""

    def work(self, base: str, until: float) -> None:
        """Reads and writes until the time is over."""
        chance = random.Random(self.number)
        with httpx.Client(base_url=base, cookies=self.cookies, timeout=60, follow_redirects=False) as client:
            while time.monotonic() < until:
                if chance.random() < 0.25:
                    self._write(client)
                else:
                    self._read(client, chance.choice(self.pages))

    def _read(self, client: httpx.Client, path: str) -> httpx.Response | None:
        begun = time.monotonic()
        try:
            response = client.get(path)
        except httpx.HTTPError as error:
            self.errors.append(f"{path}: {error!r}")
            return None
        self.reads.append((time.monotonic() - begun) * 1000)
        if response.status_code >= 400:
            self.errors.append(f"{path}: {response.status_code}")
        return response

    def _write(self, client: httpx.Client) -> None:
        form = self._read(client, "/compte/profil/")
        token = TOKEN.search(form.text) if form is not None else None
        if token is None:
            self.errors.append("profile: no form")
            return
        phone = f"06{self.number % 100:02d}{len(self.writes) % 1_000_000:06d}"
        data = {"full_name": self.name, "phone": phone, "language": "fr", "csrfmiddlewaretoken": token.group(1)}
        begun = time.monotonic()
        try:
            response = client.post("/compte/profil/", data=data, headers={"Origin": str(client.base_url).rstrip("/")})
        except httpx.HTTPError as error:
            self.errors.append(f"write: {error!r}")
            return
        if response.status_code == 302:
            self.writes.append((time.monotonic() - begun) * 1000)
            self.phone = phone
        else:
            self.errors.append(f"write: {response.status_code}")


def enter(count: int) -> list[Person]:
    """Opens a session for so many people of the demonstration who need no second factor."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    people = []
    for user in get_user_model().objects.filter(is_active=True, is_superuser=False).order_by("pk"):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        if client.get("/compte/profil/").status_code == 200:
            cookies = {name: morsel.value for name, morsel in client.cookies.items()}
            home = client.get("/")
            pages = [home.headers.get("Location", "/"), *(url for url in PAGES if client.get(url).status_code == 200)]
            people.append(Person(len(people), user.pk, cookies, user.full_name, pages))
        if len(people) == count:
            return people
    sys.exit(f"the demonstration has only {len(people)} people who may do this")


def lost(people: list[Person], before: int) -> dict[str, int]:
    """What was accepted and is not in the database."""
    from django.contrib.auth import get_user_model

    from kiif.journal.models import JournalEntry

    kept = dict(get_user_model().objects.filter(pk__in=[p.pk for p in people]).values_list("pk", "phone"))
    squeezed = {pk: re.sub(r"\D", "", phone) for pk, phone in kept.items()}
    wrong = [p for p in people if p.phone and re.sub(r"\D", "", p.phone) != squeezed[p.pk][-10:]]
    entries = JournalEntry.objects.filter(verb="accounts.profile_updated").count() - before
    return {
        "changes lost": len(wrong),
        "journal entries missing": max(0, sum(len(p.writes) for p in people) - entries),
    }


def measure(values: dict[str, str], clients: int, seconds: float) -> dict[str, Any]:
    os.environ.update(values)
    import django

    django.setup()
    from django.db import connection

    from kiif.journal.models import JournalEntry

    logging.getLogger("httpx").setLevel(logging.WARNING)
    people = enter(clients)
    before = JournalEntry.objects.filter(verb="accounts.profile_updated").count()
    connection.close()
    with serving(values) as base:
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=person.work, args=(base, until)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    reads = [wait for person in people for wait in person.reads]
    writes = [wait for person in people for wait in person.writes]
    errors = [error for person in people for error in person.errors]
    for error in sorted(set(errors))[:10]:
        print(f"{errors.count(error)} × {error}", file=sys.stderr)
    return {
        "clients": clients,
        "pages read": len(reads),
        "pages read, /s": len(reads) / seconds,
        "page p95, ms": p95(reads),
        "changes written": len(writes),
        "changes written, /s": len(writes) / seconds,
        "change p95, ms": p95(writes),
        "slowest answer, ms": max(reads + writes, default=0.0),
        "errors": len(errors),
        **lost(people, before),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiif-bench-") as name:
        values = make_instance(Path(name), database=arguments.database)
        measures = measure(values, arguments.clients, arguments.seconds)
    return report(measures, LIMITS, as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
