"""Time and queries of every page: `python benchmarks/pages.py [--json] [--scales 1,10] [--role coordination]`.

For each scale, an instance with the demonstration; the person of that role follows every link from the home page, three
addresses at most of each kind. Each page is asked once to warm up, once to count its queries, then `--times` times. The
time is the server's: middlewares, view, template, through Django's test client, without the network.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from common import make_instance, p95, report

PER_KIND = 3
#: Not pages to read: they end the session, change the language, answer with a file or belong to the framework.
SKIPPED = ("account_logout", "admin:", "api-", "language", "theme")
LIMIT_MS, LIMIT_QUERIES = 100.0, 20


class Links(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (href := dict(attrs).get("href")) and "download" not in dict(attrs):
            self.found.append(href)


def crawl(client: Any, start: str = "/") -> dict[str, list[str]]:
    """Addresses by name of their view, as far as links go."""
    from django.urls import Resolver404, resolve

    kinds: dict[str, list[str]] = defaultdict(list)
    start = client.get(start, follow=False).headers.get("Location", start)  # a signed-in person has a first page
    waiting, seen = [start], {start}
    while waiting:
        url = waiting.pop(0)
        try:
            name = resolve(urlsplit(url).path).view_name
        except Resolver404:
            continue
        if name.startswith(SKIPPED) or len(kinds[name]) >= PER_KIND:
            continue
        response = client.get(url, follow=False)
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        kinds[name].append(url)
        links = Links()
        links.feed(response.content.decode())
        for href in links.found:
            target = urljoin(url, href).split("#")[0]
            if target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append(target)
    return {name: urls for name, urls in kinds.items() if urls}


def measure(email: str, times: int) -> dict[str, dict[str, float]]:
    """For each kind of page: p95 in ms, most queries, bytes of the largest."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(
        get_user_model().objects.get(email=email), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    result = {}
    for name, urls in sorted(crawl(client).items()):
        waits, queries, size = [], 0, 0
        for url in urls:
            with CaptureQueriesContext(connection) as captured:
                size = max(size, len(client.get(url).content))
            queries = max(queries, len(captured))
            for _ in range(times):
                begun = time.perf_counter()
                client.get(url)
                waits.append((time.perf_counter() - begun) * 1000)
        result[name] = {"p95": p95(waits), "queries": float(queries), "bytes": float(size)}
    return result


def run_one(scale: int, email: str, times: int) -> dict[str, dict[str, float]]:
    """One scale, in a process of its own: settings are read once in the life of a process."""
    with tempfile.TemporaryDirectory(prefix="kiif-bench-") as name:
        values = make_instance(Path(name), scale=scale)
        words = [sys.executable, __file__, "--inner", "--role", email, "--times", str(times)]
        done = subprocess.run(words, env=values, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        return json.loads(done.stdout)  # type: ignore[no-any-return] # written by ourselves


def table(by_scale: dict[int, dict[str, dict[str, float]]]) -> int:
    """A line for each kind of page; a star where a limit is passed or where queries grow with the data."""
    scales = sorted(by_scale)
    names = sorted(set().union(*by_scale.values()))
    wrong = 0
    print(f"{'page':<38}" + "".join(f"{f'×{s}: p95 ms':>14}{'queries':>9}{'KB':>7}" for s in scales))
    for name in names:
        cells, counts, late = "", set(), False
        for scale in scales:
            found = by_scale[scale].get(name)
            if found is None:
                cells += f"{'–':>14}{'–':>9}{'–':>7}"
                continue
            counts.add(found["queries"])
            late |= found["p95"] > LIMIT_MS or found["queries"] > LIMIT_QUERIES
            cells += f"{found['p95']:>14.1f}{found['queries']:>9.0f}{found['bytes'] / 1000:>7.0f}"
        marks = " LIMIT" * late + " GROWS" * (len(counts) > 1)
        wrong += bool(marks)
        print(f"{name:<38}{cells}{marks}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--scales", default="1,10")
    parser.add_argument(
        "--role", default="coordination@kiif.example", help="address of an account of the demonstration"
    )
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inner:
        print(json.dumps(measure(arguments.role, arguments.times)))
        return 0
    by_scale = {int(s): run_one(int(s), arguments.role, arguments.times) for s in arguments.scales.split(",")}
    everything = [page for pages in by_scale.values() for page in pages.values()]
    if not arguments.json:
        table(by_scale)
        print()
    grow = [
        name
        for name in set.intersection(*(set(pages) for pages in by_scale.values()))
        if len({pages[name]["queries"] for pages in by_scale.values()}) > 1
    ]
    measures = {
        "kinds of pages": len(everything) // len(by_scale),
        "slowest p95, ms": max(page["p95"] for page in everything),
        "most queries": max(page["queries"] for page in everything),
        "kinds whose queries change with the scale": len(grow),
    }
    limits = {
        "slowest p95, ms": LIMIT_MS,
        "most queries": float(LIMIT_QUERIES),
        "kinds whose queries change with the scale": 0.0,
    }
    if arguments.json:
        measures |= {"pages": by_scale}
    return report(measures, limits, as_json=arguments.json)


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[1])
    sys.exit(main())
