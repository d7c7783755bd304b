"""Thirty members in the room of a committee: `python benchmarks/committee.py [--json] [--seconds 30]`. Extra `test`.

`kiif run` as in production; each member's browser asks once a second whether there is anything new. Every three seconds
the desk calls another dossier: "a click to the other screens" is the time from its click to the answer that shows it,
on every screen; up to a second of it is waiting for the next question. The same room is played three times:

- as `room.js` asks: the revision it has, and the key of the room (`kiif.committees.still`);
- without the key: every right is asked each second;
- as htmx polls (`hx-trigger="every 1s"`): the whole fragment each second, as a page without revisions would.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
from benchmarks.common import environment, kiif, p95, report, serving

Cookies = dict[str, str]
WAYS = {
    "room": "as the room asks (revision and key)",
    "rights": "revision alone, every right each second",
    "htmx": "htmx polling, the whole fragment",
}
LIMITS = {"errors": 0.0, "p95 of a question, ms": 300.0, "p95 from a click to the other screens, s": 2.0}


def build(members: int) -> tuple[str, list[Cookies], list[int]]:
    """An open session of sixty dossiers: its identifier, the sessions of its people (the chair first), its agenda."""
    from django.test import Client
    from tests.committees.factories import make_item, make_member, make_session
    from tests.factories import make_user
    from tests.programmes.factories import make_call

    from kiif.accounts.actions import give_consent
    from kiif.accounts.actor import Actor
    from kiif.accounts.queries import current_texts

    required = [text for text in current_texts("fr") if text.required]
    session = make_session(make_call(), state="open")
    keys = []
    for number in range(members + 1):
        person = make_user()
        give_consent(person=person, texts=required, by=Actor(user=person))
        make_member(session, person, there=True, role="member" if number else "chair")
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        keys.append({name: morsel.value for name, morsel in client.cookies.items()})
    return str(session.public_id), keys, [make_item(session).pk for _n in range(60)]


class Room:
    """What the browsers of the room saw. `clicks`: revision -> when the desk clicked; times in seconds."""

    def __init__(self, base: str, session: str, seconds: float, way: str) -> None:
        self.way, self.bytes = way, 0
        self.base, self.path, self.until = base, f"/comites/seances/{session}", time.monotonic() + seconds
        self.asked: list[float] = []
        self.delays: list[float] = []
        self.errors: list[str] = []
        self.clicked = 0.0

    def client(self, key: Cookies) -> httpx.Client:
        return httpx.Client(base_url=self.base, cookies=key, timeout=30)

    def _asked(self, revision: str, key: str) -> dict[str, str]:
        """What the question says, in this way of asking."""
        words = {"rev": "" if self.way == "htmx" else revision}
        return words | ({"key": key} if self.way == "room" else {})

    def sit(self, cookies: Cookies, number: int) -> None:
        """A member's browser: a question, a second, a question."""
        revision, key, seen = "", "", 0.0
        time.sleep(number / 30)
        with self.client(cookies) as client:
            while time.monotonic() < self.until:
                begun, click = time.monotonic(), self.clicked
                answer = client.get(f"{self.path}/ma-place/direct", params=self._asked(revision, key))
                self.asked.append(time.monotonic() - begun)
                self.bytes += len(answer.content)
                key = answer.headers.get("X-Room-Key", key)
                if answer.status_code == 200:
                    found = re.search(r'data-rev="(\d+)"', answer.text)
                    fresh = found.group(1) if found else ""
                    if fresh != revision:
                        if click > seen > 0:
                            self.delays.append(time.monotonic() - click)
                        revision, seen = fresh, time.monotonic()
                elif answer.status_code != 204:
                    self.errors.append(f"{answer.status_code} {answer.url}")
                time.sleep(1)

    def run(self, key: Cookies, items: list[int]) -> None:
        """The desk: another dossier every three seconds."""
        with self.client(key) as client:
            page = client.get(f"{self.path}/bureau").text
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            headers = {"X-Live": "1", "Origin": self.base}
            data = {"csrfmiddlewaretoken": token.group(1) if token else "", "from": "desk"}
            for item in items:
                time.sleep(3)
                if time.monotonic() > self.until - 3:
                    return
                self.clicked = time.monotonic()
                answer = client.post(f"{self.path}/dossiers/{item}/geste/appeler", data=data, headers=headers)
                if answer.status_code != 204:
                    self.errors.append(f"{answer.status_code} {answer.text[:80]}")


def measured(
    base: str, session: str, keys: list[Cookies], items: list[int], *, way: str, seconds: float
) -> dict[str, Any]:
    """One way of asking, for so many seconds; the desk calls these dossiers."""
    room, begun = Room(base, session, seconds, way), time.monotonic()
    people = [threading.Thread(target=room.sit, args=(key, n)) for n, key in enumerate(keys[1:])]
    people.append(threading.Thread(target=room.run, args=(keys[0], items)))
    for person in people:
        person.start()
    for person in people:
        person.join()
    for line in room.errors[:5]:
        sys.stderr.write(f"{line}\n")
    passed = time.monotonic() - begun
    return {
        "members": len(keys) - 1,
        "questions a second": len(room.asked) / passed,
        "median of a question, ms": statistics.median(room.asked) * 1000,
        "p95 of a question, ms": p95(room.asked) * 1000,
        "from a click to the other screens, mean, s": sum(room.delays) / max(len(room.delays), 1),
        "p95 from a click to the other screens, s": p95(room.delays),
        "screens that followed": len(room.delays),
        "kB a second": room.bytes / 1000 / passed,
        "errors": len(room.errors),
    }


def table(found: dict[str, dict[str, Any]]) -> None:
    """The ways of asking beside each other."""
    shown = ("questions a second", "median of a question, ms", "p95 of a question, ms", "kB a second")
    print(f"{'':<42}" + "".join(f"{name.replace(' of a question', ''):>20}" for name in (*shown, "click to screen, s")))
    for way, label in WAYS.items():
        one = found[way]
        figures = [one[name] for name in shown] + [one["from a click to the other screens, mean, s"]]
        print(f"{label:<42}" + "".join(f"{figure:>20.2f}" for figure in figures))
    print()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each way of asking")
    options = parser.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        values = environment(Path(folder))
        kiif(values, "prepare", "database", "static")
        os.environ.update(values)
        import django

        django.setup()
        session, keys, items = build(30)
        share = len(items) // len(WAYS)
        found = {}
        with serving(values) as base:
            for number, way in enumerate(WAYS):
                some = items[number * share : (number + 1) * share]
                found[way] = measured(base, session, keys, some, way=way, seconds=options.seconds)
    if not options.json:
        table(found)
    others = {f"p95 of a question, ms ({way})": found[way]["p95 of a question, ms"] for way in ("rights", "htmx")}
    return report(found["room"] | others, LIMITS, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
