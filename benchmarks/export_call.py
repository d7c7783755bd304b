"""Export of everything of a large call: `python benchmarks/export_call.py [--dossiers 5000] [--json]`.

The demonstration, then a call of so many applications, each with answers and an attached file; the archive is made
twice, of a fifth of the dossiers and of all of them: time, size, the most memory that the process held in each.
Flat means that five times the dossiers take no more than a few megabytes more (their keys).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from common import make_instance, report
from decade_data import Size, fill, in_bulk

FILE = 40_000
#: Megabytes that the whole call may take beyond a fifth of it.
MOST_MORE = 60.0


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


def export(most: int) -> dict[str, float]:
    """Makes the archive of `most` dossiers in this process: seconds, megabytes, the peak of its memory."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model

    from kiif.accounts.actor import Actor
    from kiif.programmes.models import Call
    from kiif.steering.exporting import archive, making
    from kiif.steering.exporting.choices import Choices
    from kiif.steering.models import Export

    call = Call.objects.get(slug="appel-decennie-0")
    person = get_user_model().objects.get(email="coordination@kiif.example")
    membership = person.memberships.select_related("where").order_by("pk").first()
    actor = Actor(person, membership)
    row = Export.objects.create(call=call, asked_by=person, choices=Choices().document())
    if most:
        chosen = making.selected
        making.selected = lambda *words: chosen(*words)[:most]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = time.perf_counter()
    made = making.make(row, actor)
    path = archive.folder() / f"{row.public_id.hex}.zip"
    return {
        "seconds": time.perf_counter() - begun,
        "dossiers": made["dossiers"],
        "files": made["files"],
        "archive": path.stat().st_size / 1e6,
        "before": before,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def inner(values: dict[str, str], *words: str) -> Any:
    done = subprocess.run([sys.executable, __file__, *words], env=values, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=5_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--prepare", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--export", type=int, default=-1, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.prepare:
        prepare(arguments.prepare)
        print("null")
        return 0
    if arguments.export >= 0:
        print(json.dumps(export(arguments.export)))
        return 0
    with tempfile.TemporaryDirectory(prefix="kiif-bench-") as name:
        values = make_instance(Path(name))
        inner(values, "--prepare", str(arguments.dossiers))
        part = inner(values, "--export", str(arguments.dossiers // 5))
        whole = inner(values, "--export", "0")
    measures = {
        "dossiers": whole["dossiers"],
        "files": whole["files"],
        "archive, MB": whole["archive"],
        "time, s": whole["seconds"],
        "peak of a fifth, MB": part["peak"],
        "peak of all, MB": whole["peak"],
        "more, MB": whole["peak"] - part["peak"],
    }
    return report(measures, {"more, MB": MOST_MORE}, as_json=arguments.json)


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[1])
    sys.exit(main())
