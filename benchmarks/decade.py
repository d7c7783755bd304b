"""Ten years of programmes: `python benchmarks/decade.py [--database URL] [--json]`.

The demonstration, then 20,000 applications, 60,000 reads with their marks and 500 reviewers. Every kind of page that
links lead to from the largest call is asked as the coordination, an advisor and a reviewer: p95 of its time and
number of queries. `--database`: an empty PostgreSQL database; an embedded one otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from common import make_instance, p95, report
from decade_data import Size, fill
from pages import crawl

ROOMS = ("programmes:", "reviews:", "decisions:", "committees:", "cohorts:", "steering:", "organisations:", "today")
ROLES = ("coordination@kiif.example", "accompagnement@kiif.example", "lecture")
LIMIT_MS, LIMIT_QUERIES = 200.0, 30


def measure(size: Size, times: int) -> dict[str, Any]:
    """Fills, then measures: `{role: {page: {p95, queries}}}`."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from kiif.accounts.actions import give_consent
    from kiif.accounts.actor import Actor
    from kiif.accounts.queries import pending_texts
    from kiif.config.serve import settle
    from kiif.reviews.models import Reviewer

    settings.ALLOWED_HOSTS = ["testserver"]
    begun = time.perf_counter()
    call = fill(size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    filled = time.perf_counter() - begun
    found: dict[str, Any] = {}
    for role in ROLES:
        people = get_user_model().objects
        if role == "lecture":
            user = Reviewer.objects.filter(round__call=call).earliest("pk").person
            start = reverse("reviews:mine")
            give_consent(person=user, texts=pending_texts(user, user.language), by=Actor(user=user))
        else:
            user, start = people.get(email=role), reverse("programmes:call", args=[call.public_id])
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        pages = crawl(client, start)
        settle()  # as the server does once it is warm
        if not pages:
            sys.exit(f"{role}: nothing opens from {start}")
        found[role] = {
            name: _timed(client, urls, times) for name, urls in sorted(pages.items()) if name.startswith(ROOMS)
        }
    return {"filled": filled, "pages": found}


def _timed(client: Any, urls: list[str], times: int) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    waits, queries, worst = [], 0, ("", 0.0)
    for url in urls:
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        queries = max(queries, len(captured))
        own = []
        for _ in range(times):
            begun = time.perf_counter()
            client.get(url)
            own.append((time.perf_counter() - begun) * 1000)
        waits += own
        worst = max(worst, (url, p95(own)), key=lambda one: one[1])
    return {"p95": p95(waits), "queries": queries, "worst": worst[0]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--applications", type=int, default=Size.applications)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    count = arguments.applications
    size = Size(applications=count, largest=count // 4)
    if arguments.inner:
        print(json.dumps(measure(size, arguments.times)))
        return 0
    with tempfile.TemporaryDirectory(prefix="kiif-bench-") as name:
        values = make_instance(Path(name), database=arguments.database)
        words = [sys.executable, __file__, "--inner", "--times", str(arguments.times), "--applications", str(count)]
        done = subprocess.run(words, env=values, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        measured = json.loads(done.stdout)
    if not arguments.json:
        for role, pages in measured["pages"].items():
            print(role)
            for page, one in pages.items():
                late = one["p95"] > LIMIT_MS or one["queries"] > LIMIT_QUERIES
                print(
                    f"  {page:<40}{one['p95']:>9.1f} ms{one['queries']:>5}{'  LIMIT ' + one['worst'] if late else ''}"
                )
    every = [one for pages in measured["pages"].values() for one in pages.values()]
    measures = {
        "filled in, s": measured["filled"],
        "kinds of pages": len(every),
        "slowest p95, ms": max(one["p95"] for one in every),
        "most queries": max(one["queries"] for one in every),
    }
    limits = {"slowest p95, ms": LIMIT_MS, "most queries": float(LIMIT_QUERIES)}
    return report(measures, limits, as_json=arguments.json)


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[1])
    sys.exit(main())
