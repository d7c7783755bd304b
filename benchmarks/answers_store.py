"""Where answers are kept: a row per answer, or a document per dossier. Filters on three questions over both.

    python benchmarks/answers_store.py [--dossiers 100000] [--database postgres://…] [--json]

Fills a new database with submitted dossiers of a 120-question form, then measures the page that people see: the count
of the dossiers that meet three conditions, and the first fifty of them. The alternative in the same run is one JSON
document per dossier (jsonb with a GIN index on PostgreSQL, text on SQLite), asked the same three things.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MIX = (
    ["choice"] * 30 + ["choices"] * 15 + ["number"] * 20 + ["money"] * 10 + ["date"] * 10 + ["yes_no"] * 15
    + ["text"] * 12 + ["long_text"] * 8
)  # fmt: skip
WORDS = ("moulin", "vélo", "atelier", "village", "cuisine", "jeunesse", "potager", "lien", "énergie", "bois", "eau")
POOL = 200
TIMES = 15


def definition() -> dict[str, Any]:
    def one(number: int, kind: str) -> dict[str, Any]:
        row: dict[str, Any] = {
            "id": f"q_{number:04d}", "name": f"n{number}", "kind": kind, "label": {"fr": f"Question {number}"},
        }  # fmt: skip
        if kind in {"choice", "choices"}:
            row["choices"] = [{"key": key, "label": {"fr": key}} for key in "abcdefgh"]
        return row

    questions = [one(number, kind) for number, kind in enumerate(MIX)]
    page = {"id": "p_0001", "questions": questions}
    return {
        "title": {"fr": "Mesure"},
        "sections": [{"id": "s_0001", "title": {"fr": "Partie"}, "pages": [page]}],
    }


def made_up(kind: str, rng: random.Random) -> Any:
    if kind == "choice":
        return {"value": rng.choice("abcdefgh"), "text": ""}
    if kind == "choices":
        return {"values": sorted(rng.sample("abcdefgh", rng.randint(1, 4))), "text": ""}
    if kind in {"number", "money"}:
        return rng.randint(0, 10_000)
    if kind == "date":
        return f"20{rng.randint(10, 26):02d}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    if kind == "yes_no":
        return {"value": rng.random() < 0.5, "reason": ""}
    return " ".join(rng.choice(WORDS) for _ in range(6 if kind == "text" else 60))


def prepare(dossiers: int) -> tuple[Any, Any, list[int]]:
    """The collection, its version, the keys of as many empty dossiers."""
    from django.utils import timezone

    from kiif.alliance.models import Alliance
    from kiif.questionnaires import models as m

    body = Alliance.objects.create(kind="alliance", name="Mesure", slug="mesure")
    questionnaire = m.Questionnaire.objects.create(title="Mesure", owner=body, draft={})
    version = m.Version.objects.create(questionnaire=questionnaire, number=1, definition=definition(), sha256="-")
    collection = m.Collection.objects.create(questionnaire=questionnaire, owner=body, title="Mesure", slug="mesure")
    sent = {"state": "submitted", "submitted_at": timezone.now(), "done": 120, "expected": 120}
    rows = (m.Response(collection=collection, version=version, **sent) for _ in range(dossiers))
    m.Response.objects.bulk_create(rows, batch_size=5_000)
    return collection, version, list(m.Response.objects.order_by("pk").values_list("pk", flat=True))


class Rows:
    """Invented rows of each table, the same answers in all: each question has a pool of values to draw from."""

    def __init__(self, keys: list[int], fields: dict[str, int]) -> None:
        from django.db import connection
        from django.utils import timezone

        from kiif.questionnaires import values
        from kiif.questionnaires.definition import read

        now, rng = timezone.now(), random.Random(11)
        self.stamp = now if connection.vendor == "postgresql" else now.strftime("%Y-%m-%d %H:%M:%S.%f")
        self.keys, self.pools = keys, []
        for question in read(definition()).walk():
            made = [made_up(question.kind, rng) for _ in range(POOL)]
            pool = [(json.dumps(value), value, values.index(question, value)) for value in made]
            self.pools.append((fields[question.id], question.id, pool))

    def picks(self) -> Iterator[tuple[int, list[Any]]]:
        choose = random.Random(12)
        for key in self.keys:
            yield key, [(field, name, pool[int(choose.random() * POOL)]) for field, name, pool in self.pools]

    def answers(self) -> Iterator[tuple[Any, ...]]:
        for key, row in self.picks():
            for field, _name, (text, _value, index) in row:
                yield key, field, text, index.text, index.folded, index.number, 1, self.stamp

    def items(self) -> Iterator[tuple[Any, ...]]:
        for key, row in self.picks():
            for field, _name, (_text, _value, index) in row:
                yield from ((key, field, item) for item in index.items)

    def documents(self) -> Iterator[tuple[Any, ...]]:
        for key, row in self.picks():
            yield key, json.dumps({name: value for _field, name, (_text, value, _index) in row}, ensure_ascii=False)


def fill(dossiers: int) -> tuple[Any, dict[str, int]]:
    """The collection, and the key of each field. Indexes are made once the rows are there."""
    from django.db import connection

    from kiif.questionnaires import models as m
    from kiif.questionnaires.loaded import field_keys

    collection, version, keys = prepare(dossiers)
    fields = field_keys(version)
    rows = Rows(keys, fields)
    indexes = [(model, index) for model in (m.Answer, m.AnswerItem) for index in model._meta.indexes]
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.remove_index(model, index)
    columns = ("response_id", "field_id", "value", "text", "folded", "number", "revision", "changed_at")
    pour("questionnaires_answer", columns, rows.answers())
    pour("questionnaires_answeritem", ("response_id", "field_id", "text"), rows.items())
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        kind = "jsonb" if postgres else "text"
        cursor.execute(f"CREATE TABLE bench_document (response_id integer PRIMARY KEY, doc {kind} NOT NULL)")
    pour("bench_document", ("response_id", "doc"), rows.documents())
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.add_index(model, index)
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute("CREATE INDEX bench_gin ON bench_document USING gin (doc jsonb_path_ops)")
        cursor.execute("ANALYZE")
    return collection, fields


def pour(table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    """Many rows into one table, by the quickest way of each engine."""
    from django.db import connection, transaction

    names = ", ".join(columns)
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    with transaction.atomic():
        connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


#: what is asked: words; conditions as in an address; the same over documents, for PostgreSQL then for SQLite
ASKED: list[tuple[str, list[str], list[str], list[str]]] = [
    (
        "choice, choices, number",
        ["q_0003:is:a|b", "q_0031:has:c", "q_0047:between:1000|5000"],
        [
            "doc->'q_0003'->>'value' IN ('a','b')",
            "doc->'q_0031'->'values' @> '\"c\"'",
            "(doc->>'q_0047')::float BETWEEN 1000 AND 5000",
        ],
        [
            "json_extract(doc,'$.q_0003.value') IN ('a','b')",
            "EXISTS (SELECT 1 FROM json_each(doc,'$.q_0031.values') WHERE value='c')",
            "json_extract(doc,'$.q_0047') BETWEEN 1000 AND 5000",
        ],
    ),
    (
        "date, yes/no, money",
        ["q_0077:between_dates:2015-01-01|2020-12-31", "q_0086:is:yes", "q_0067:between:|2500"],
        [
            "doc->>'q_0077' BETWEEN '2015-01-01' AND '2020-12-31'",
            'doc @> \'{"q_0086": {"value": true}}\'',
            "(doc->>'q_0067')::float <= 2500",
        ],
        [
            "json_extract(doc,'$.q_0077') BETWEEN '2015-01-01' AND '2020-12-31'",
            "json_extract(doc,'$.q_0086.value') = 1",
            "json_extract(doc,'$.q_0067') <= 2500",
        ],
    ),
    (
        "short text, long text, choice",
        ["q_0101:holds:potager", "q_0113:holds:moulin velo", "q_0004:is:c"],
        [
            "doc->>'q_0101' ILIKE '%potager%'",
            "doc->>'q_0113' ILIKE '%moulin vélo%'",
            'doc @> \'{"q_0004": {"value": "c"}}\'',
        ],
        [
            "json_extract(doc,'$.q_0101') LIKE '%potager%'",
            "json_extract(doc,'$.q_0113') LIKE '%moulin vélo%'",
            "json_extract(doc,'$.q_0004.value') = 'c'",
        ],
    ),
]


def clock(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, median and 95th percentile in milliseconds."""
    work()
    took, given = [], None
    for _ in range(TIMES):
        start = time.perf_counter()
        given = work()
        took.append((time.perf_counter() - start) * 1000)
    return given, statistics.median(took), sorted(took)[int(len(took) * 0.95)]


def measure(collection: Any, fields: dict[str, int]) -> list[dict[str, Any]]:
    from django.db import connection

    from kiif.questionnaires import models as m
    from kiif.questionnaires.definition import read
    from kiif.questionnaires.reading.filters import matching, read_conditions

    form, rows = read(definition()), []
    for words, conditions, pg, lite in ASKED:
        read_, problems = read_conditions(form, conditions)
        assert not problems, problems

        def by_rows(read_: Any = read_) -> tuple[int, list[int]]:
            found = matching(m.Response.objects.filter(collection=collection, state="submitted"), read_, fields)
            keys = list(found.order_by("-pk").values_list("pk", flat=True))
            return len(keys), keys[:50]

        where = " AND ".join(pg if connection.vendor == "postgresql" else lite)
        source = (
            f"FROM questionnaires_response r JOIN bench_document d ON d.response_id = r.id"
            f" WHERE r.collection_id = {collection.pk} AND r.state = 'submitted' AND {where.replace('%', '%%')}"
        )

        def by_documents(source: str = source) -> tuple[int, list[int]]:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) {source}", [])
                count = cursor.fetchone()[0]
                cursor.execute(f"SELECT r.id {source} ORDER BY r.id DESC LIMIT 50", [])
                return count, [row[0] for row in cursor.fetchall()]

        ours, median, high = clock(by_rows)
        theirs, other, other_high = clock(by_documents)
        assert ours == theirs, (ours[0], theirs[0])
        rows.append(
            {"asked": words, "found": ours[0], "rows_ms": median, "rows_p95_ms": high, "documents_ms": other,
             "documents_p95_ms": other_high}
        )  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dossiers", type=int, default=100_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KIIF_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "kiif.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        if options.database:
            os.environ["DATABASE_URL"] = options.database
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        start = time.perf_counter()
        collection, fields = fill(options.dossiers)
        filled = time.perf_counter() - start
        rows = measure(collection, fields)
        size = sum(path.stat().st_size for path in Path(folder).glob("*.sqlite3*"))
    if options.json:
        json.dump({"dossiers": options.dossiers, "fill_s": filled, "bytes": size, "asked": rows}, sys.stdout, indent=1)
        return
    print(f"{options.dossiers} dossiers of {len(MIX)} questions, filled in {filled:.0f} s, {size / 1e9:.2f} GB on disk")
    print(f"{'three conditions':32} {'found':>7} {'rows, ms (p95)':>18} {'documents, ms (p95)':>22}")
    for row in rows:
        ours = f"{row['rows_ms']:.0f} ({row['rows_p95_ms']:.0f})"
        theirs = f"{row['documents_ms']:.0f} ({row['documents_p95_ms']:.0f})"
        print(f"{row['asked']:32} {row['found']:7} {ours:>18} {theirs:>22}")


if __name__ == "__main__":
    main()
