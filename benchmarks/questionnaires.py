"""How long a large form takes to open, to save and to follow, on the server.

    python benchmarks/questionnaires.py open [--questions 300] [--times 30] [--database postgres://…] [--json]

Makes a new instance with a form of that many questions (every kind, a third of them under a condition), half of it
answered, then asks for its pages as a browser would. "page" is what a person waits for; "save" is what the script asks
for at each pause; "news" is what it asks for every four seconds, when nothing is new; "review" is the whole answer.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.common import environment, kiif, p95

KINDS = ("text", "long_text", "number", "choice", "choices", "date", "yes_no", "money", "scale", "calculated")
PER_PAGE = 12


def definition(questions: int) -> dict[str, Any]:
    """A form of sections of five pages; each third question is shown by the one before."""
    rows = [_question(number) for number in range(questions)]
    pages = [
        {"id": f"p_{number:05d}", "questions": rows[start : start + PER_PAGE]}
        for number, start in enumerate(range(0, questions, PER_PAGE))
    ]
    sections = [
        {"id": f"s_{number:05d}", "title": {"fr": f"Partie {number + 1}"}, "pages": pages[start : start + 5]}
        for number, start in enumerate(range(0, len(pages), 5))
    ]
    return {"title": {"fr": "Mesure"}, "languages": ["fr", "en"], "sections": sections}


def _question(number: int) -> dict[str, Any]:
    kind = KINDS[number % len(KINDS)]
    row: dict[str, Any] = {
        "id": f"q_{number:05d}", "name": f"n{number}", "kind": kind, "label": {"fr": f"Question {number}"},
        "required": kind != "calculated",
    }  # fmt: skip
    if kind in {"choice", "choices"}:
        row["choices"] = [{"key": key, "label": {"fr": key}} for key in "abcdefgh"]
    if kind == "calculated":
        row["calculation"] = f"coalesce(${{n{number - 8}}}, 0) * 2 + 1"
    if number % 3 == 2:
        row["relevant"] = f"${{n{number - 1}}} != '' or ${{n0}} != ''"
    return row


VALUES: dict[str, Any] = {
    "text": "La Bricole fertile", "long_text": "Un camion-atelier, huit villages. " * 8, "number": 12,
    "choice": {"value": "a", "text": ""}, "choices": {"values": ["a", "c"], "text": ""}, "date": "2027-05-13",
    "yes_no": {"value": True, "reason": ""}, "money": 1200, "scale": 7,
}  # fmt: skip


def measure(act: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds of each, the first left out: it fills the memory of the process."""
    act()
    found = []
    for _time in range(times):
        start = time.perf_counter()
        act()
        found.append(1000 * (time.perf_counter() - start))
    return found


def opened(questions: int, times: int) -> dict[str, dict[str, float]]:
    """Milliseconds and queries of each request."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["*"]
    response, user = _dossier(questions)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    base = f"/repondre/dossier/{response.public_id}"
    half = (questions // 2) // PER_PAGE
    number = iter(range(10**6))

    def save() -> None:
        body = {
            "here": "q_00000",
            "q_00000": f"La Bricole {next(number)}",
            "base.q_00000": str(10**6),
            "page": "p_00000",
        }
        assert client.post(f"{base}/enregistrer", body, headers={"X-Autosave": "1"}).status_code == 200

    acts = {
        "page": lambda: client.get(f"{base}/page/p_{half:05d}"),
        "save": save,
        "news": lambda: client.get(f"{base}/nouvelles?since=99999999&version={response.version_id}"),
        "review": lambda: client.get(f"{base}/relire"),
    }
    found = {}
    for name, act in acts.items():
        spent = measure(act, times)
        with CaptureQueriesContext(connection) as queries:
            act()
        found[name] = {"median_ms": statistics.median(spent), "p95_ms": p95(spent), "queries": len(queries)}
    return found


def _dossier(questions: int) -> Any:
    from kiif.accounts.actions import create_person
    from kiif.accounts.actor import Actor, system
    from kiif.alliance.models import Alliance
    from kiif.questionnaires.actions import answering
    from kiif.questionnaires.actions.saving import Sent, save
    from kiif.questionnaires.definition import read
    from kiif.questionnaires.dossier import digest
    from kiif.questionnaires.models import Collection, Questionnaire, Version

    owner = Alliance.objects.first() or Alliance.objects.create(kind="alliance", name="Mesure", slug="mesure")
    written = read(definition(questions)).document()
    questionnaire = Questionnaire.objects.create(title="Mesure", owner=owner, draft=written)
    Version.objects.create(questionnaire=questionnaire, number=1, definition=written, sha256=digest(written))
    collection = Collection.objects.create(questionnaire=questionnaire, owner=owner, title="Mesure", slug="mesure")
    user = create_person(by=system("benchmark"), email="mesure@exemple.test", full_name="Mesure Inventée")
    response = answering.begin(collection=collection, by=Actor(user=user))
    half = {
        f"q_{number:05d}": Sent(VALUES[KINDS[number % len(KINDS)]], 0)
        for number in range(questions // 2)
        if KINDS[number % len(KINDS)] in VALUES
    }
    save(response=response, sent=half, by=Actor(user=user))
    return response, user


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["open"])
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--database", default="")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiif-questionnaires-") as folder:
        values = environment(Path(folder), database=asked.database)
        kiif(values, "prepare", "database", "static")
        os.environ.update(values)
        import django

        django.setup()
        found = opened(asked.questions, asked.times)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{asked.questions} questions, half of them answered; {asked.times} requests of each")
    print(f"{'':10}{'median':>10}{'p95':>10}{'queries':>10}")
    for name, row in found.items():
        print(f"{name:10}{row['median_ms']:>8.0f}ms{row['p95_ms']:>8.0f}ms{row['queries']:>10.0f}")


if __name__ == "__main__":
    main()
