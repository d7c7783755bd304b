from __future__ import annotations

import json
import tempfile
import zipfile
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.text import get_valid_filename

from kiif.accounts import privacy, trail
from kiif.accounts.actions.guards import require_self
from kiif.accounts.actor import Actor
from kiif.accounts.models import User

_IN_MEMORY = 5 * 1024 * 1024


def export_data(*, person: User, by: Actor) -> IO[bytes]:
    """A zip archive of everything the product holds about a person: one JSON file, and their files beside it.

    Files beyond `EXPORT_MAX_BYTES` in total are named in the JSON instead of added, so that the answer stays
    bounded. The archive is made outside any transaction: on an embedded database it would hold back everybody's
    writes. Raises NotAllowed for anybody but the person.
    """
    require_self(by, person)
    archive = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 -- handed to the response, which closes it
    content: dict[str, Any] = {"exported_at": timezone.now(), "person": person.pk}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        left_out = []
        room = settings.EXPORT_MAX_BYTES
        for holder in privacy.holders():
            content[holder.app_label] = holder.export(person)
            for number, (name, file) in enumerate(holder.files(person), start=1):
                with file:
                    size = _size(file)
                    if size > room:
                        left_out.append({"app": holder.app_label, "name": name, "bytes": size})
                        continue
                    room -= size
                    _add(zipped, f"{holder.app_label}/{number:03d}-{_safe(name)}", file)
        if left_out:
            content["files_left_out"] = left_out
        text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        zipped.writestr("donnees.json", text)
    archive.seek(0)
    with transaction.atomic():
        trail.record(by=by, verb="accounts.data_exported", obj=person)
    return archive


def _size(file: IO[bytes]) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _safe(name: str) -> str:
    cleaned = get_valid_filename(name.rsplit("/", 1)[-1].strip(". ") or "fichier")
    return cleaned[-100:]


def _add(zipped: zipfile.ZipFile, name: str, file: IO[bytes]) -> None:
    with zipped.open(name, "w") as target:
        while chunk := file.read(256 * 1024):
            target.write(chunk)
