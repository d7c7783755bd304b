"""Export of everything of a large call: `python benchmarks/export_call.py [--dossiers 5000] [--json]`.

The demonstration, then a call of so many applications, each with answers, reads, marks and an attached file. Its job
runs twice, for a fifth of the dossiers and for all of them: time, size, the most memory that its process held. Flat
means that five times the dossiers take no more than a few megabytes more (their keys). Beside it, the same sheets and
files written by openpyxl and zipfile in memory.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from common import make_instance, report
from decade_data import Size, fill, in_bulk

FILE = 40_000
#: Megabytes that the whole call may take beyond a fifth of it.
MOST_MORE = 60.0
#: Seconds between two words of how far the job is; its lease is ten minutes.
MOST_SILENT = 30.0


def prepare(count: int) -> None:
    """The call, an attached file and four answers for each application."""
    import django

    django.setup()
    from django.contrib.contenttypes.models import ContentType
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from kiif.attachments.models import Attachment
    from kiif.questionnaires.loaded import definition_of, field_keys
    from kiif.questionnaires.models import Answer, Response

    call = fill(Size(applications=count, calls=1, largest=count))
    version = call.collection.questionnaire.versions.order_by("-number").first()
    definition, fields = definition_of(version), field_keys(version)
    texts = [one for one in definition.walk() if one.kind in {"text", "long_text"}][:4]
    pieces = next((one for one in definition.walk() if one.kind == "files"), None)
    kind, content = ContentType.objects.get_for_model(Response), os.urandom(FILE)
    responses = list(Response.objects.filter(collection=call.collection).values_list("pk", flat=True))
    attached = in_bulk(
        Attachment,
        (
            Attachment(
                content_type=kind, object_id=str(key), original_name="statuts.pdf", kind="pdf", size=FILE,
                file=default_storage.save(f"attachments/{key % 97:02}/{key}", ContentFile(content)), sha256="0" * 64,
                scan="clean",
            )
            for key in responses
        ),
    )  # fmt: skip
    words = "Nous réparons, nous prêtons, nous transmettons. " * 12
    in_bulk(
        Answer,
        (
            Answer(response_id=key, field_id=fields[one.id], value=words, revision=1)
            for key in responses
            for one in texts
        ),
    )
    if pieces is not None:
        in_bulk(
            Answer,
            (
                Answer(response_id=key, field_id=fields[pieces.id], value={"files": [str(one.public_id)]}, revision=1)
                for key, one in zip(responses, attached, strict=True)
            ),
        )


def stage(most: int) -> tuple[Any, Any]:
    """The call and who exports it; the `most` first dossiers only, all of them for 0."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model

    from kiif.accounts.actor import Actor
    from kiif.programmes.models import Call
    from kiif.steering.exporting import making

    if most:
        chosen = making.selected
        making.selected = lambda *words: chosen(*words)[:most]
    person = get_user_model().objects.get(email="coordination@kiif.example")
    membership = person.memberships.select_related("where").order_by("pk").first()
    return Call.objects.get(slug="appel-decennie-0"), Actor(person, membership)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def export(most: int) -> dict[str, float]:
    """Asks for the archive and runs its job here, as a worker does: seconds, megabytes, peak of the memory, how often
    the job told how far it is."""
    call, actor = stage(most)
    from kiif.jobs import progress, runner
    from kiif.steering import actions
    from kiif.steering.exporting.choices import Choices

    row = actions.ask_export(call=call, choices=Choices(), query="", by=actor)
    run = runner.take(str(row.run_id), str(row.run.task_id))
    told, tell = [time.perf_counter()], progress.report

    def listen(*words: Any) -> None:
        told.append(time.perf_counter())
        tell(*words)

    progress.report = listen
    before, begun = peak(), time.perf_counter()
    runner.attempt(run)()
    ended = time.perf_counter()
    run.refresh_from_db()
    if run.state != "done":
        sys.exit(f"the job is {run.state}: {run.error} {run.trace}")
    silences = [after - at for at, after in zip(told, [*told[1:], ended], strict=True)]
    return {
        **run.result, "seconds": ended - begun, "archive": run.file.size / 1e6, "before": before, "peak": peak(),
        "told": len(told) - 1, "silence": max(silences),
    }  # fmt: skip


def at_once() -> dict[str, float]:
    """The same sheets and files as most programs write them: the workbook of openpyxl, the CSV files and the archive of
    zipfile, all in memory until they are whole."""
    call, actor = stage(0)
    from kiif.steering.exporting import archive, making
    from kiif.steering.exporting.choices import Choices, plan_of_call

    before, begun = peak(), time.perf_counter()
    keys = list(making.selected(actor, call, "").values_list("pk", flat=True))
    plan = plan_of_call(call)
    made, held = archive.workbook(call, plan, Choices(), keys, "fr", by=actor), io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        _in_memory(made, target)
        for number, one in archive._attached(plan, archive.sent_among(keys)):
            with one.file.open("rb") as source:
                target.writestr(f"pieces/{number}/{one.pk}-{one.original_name}", source.read())
    return {"seconds": time.perf_counter() - begun, "before": before, "peak": peak(), "archive": held.tell() / 1e6}


def _in_memory(made: Any, target: zipfile.ZipFile) -> None:
    import openpyxl

    from kiif.questionnaires.reading.book import Coded
    from kiif.questionnaires.reading.files import sheet_names

    book = openpyxl.Workbook()
    for name, sheet in zip(sheet_names(made), [*made.sheets, made.codebook()], strict=True):
        rows, page, text = list(sheet.rows()), book.create_sheet(name), io.StringIO()
        page.append([heading.label for heading in sheet.headings])
        for row in rows:
            page.append([_plain(str(cell) if isinstance(cell, Coded) else cell) for cell in row])
        csv.writer(text, delimiter=";").writerows(rows)
        target.writestr(f"csv/{name}.csv", text.getvalue())
    whole = io.BytesIO()
    book.save(whole)
    target.writestr("dossiers.xlsx", whole.getvalue())


def _plain(cell: Any) -> Any:
    """A spreadsheet knows no time zone."""
    return cell.replace(tzinfo=None) if isinstance(cell, dt.datetime) else cell


def inner(values: dict[str, str], *words: str) -> Any:
    done = subprocess.run([sys.executable, __file__, *words], env=values, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def table(rows: list[tuple[str, dict[str, float]]]) -> None:
    print(
        f"{'':<44}{'dossiers':>10}{'time, s':>10}{'archive, MB':>13}{'before, MB':>12}{'peak, MB':>10}{'more, MB':>10}"
    )
    for label, one in rows:
        figures = f"{one['dossiers']:>10.0f}{one['seconds']:>10.1f}{one['archive']:>13.1f}{one['before']:>12.0f}"
        print(f"{label:<44}{figures}{one['peak']:>10.0f}{one['peak'] - one['before']:>10.0f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=5_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--prepare", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--export", type=int, default=-1, help=argparse.SUPPRESS)
    parser.add_argument("--at-once", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.prepare:
        prepare(arguments.prepare)
        print("null")
        return 0
    if arguments.export >= 0:
        print(json.dumps(export(arguments.export)))
        return 0
    if arguments.at_once:
        print(json.dumps(at_once()))
        return 0
    with tempfile.TemporaryDirectory(prefix="kiif-bench-") as name:
        values = make_instance(Path(name))
        inner(values, "--prepare", str(arguments.dossiers))
        part = inner(values, "--export", str(arguments.dossiers // 5))
        whole = inner(values, "--export", "0")
        other = inner(values, "--at-once") | {"dossiers": whole["dossiers"]}
    measures = {
        "dossiers": whole["dossiers"],
        "files": whole["files"],
        "time, s": whole["seconds"],
        "peak of a fifth, MB": part["peak"],
        "peak of all, MB": whole["peak"],
        "more, MB": whole["peak"] - part["peak"],
        "told how far it is, times": whole["told"],
        "longest silence, s": whole["silence"],
        "peak of openpyxl and zipfile, MB": other["peak"],
    }
    if not arguments.json:
        table([("kiif, a fifth", part), ("kiif, all", whole), ("openpyxl and zipfile in memory, all", other)])
    return report(measures, {"more, MB": MOST_MORE, "longest silence, s": MOST_SILENT}, as_json=arguments.json)


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[1])
    sys.exit(main())
