"""Decides whether a file that somebody sends may be kept, and what exactly is kept of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filetype
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.attachments import kinds
from kiif.attachments.kinds import Kind
from kiif.attachments.limits import quotas
from kiif.attachments.names import clean_name, extensions
from kiif.attachments.sizes import human_size
from kiif.opendata import sandbox
from kiif.ui.errors import Refused

_CHILDREN = Path(__file__).parent / "children"
_SCRIPTS = {
    "pdf": "inspect_pdf.py",
    "ooxml": "inspect_office.py",
    "odf": "inspect_office.py",
    "image": "remake_image.py",
}
_BLOCK = 1 << 20

#: Words that the children print, as sentences that say what to do.
_REASONS: dict[str, Any] = {
    "damaged": gettext_lazy(
        "This file cannot be read: it is damaged, or is not what its name says. Save it again, then send that."
    ),
    "encrypted": gettext_lazy("This file is locked by a password. Send it without the password."),
    "active": gettext_lazy(
        "This file holds a program (macro or script). Save or print it as a plain PDF, then send that."
    ),
    "carries": gettext_lazy("Another file is hidden in this one. Send them one by one."),
    "polyglot": gettext_lazy("This file holds more than a document. Save it again from the program that made it."),
    "bomb": gettext_lazy("Unpacked, this file would be far too big. Save it again from the program that made it."),
    "escapes": gettext_lazy("This file tries to write elsewhere than in itself: it is refused."),
    "entities": gettext_lazy(
        "This file refers to others from the inside. Save it again from the program that made it."
    ),
    "outside": gettext_lazy("This document fetches parts from elsewhere when it opens. Include them, or send a PDF."),
    "pixels": gettext_lazy("This image has too many pixels (40 million at most). Make it smaller, then send it."),
    "too_complex": gettext_lazy("This file is too complex to be checked. Print it as a plain PDF, then send that."),
}


@dataclass(frozen=True)
class Inspected:
    """What may be kept: the content in a temporary file, its kind, size, digest, and a clean name."""

    path: Path
    kind: Kind
    name: str
    size: int
    sha256: str


@contextmanager
def inspected(upload: UploadedFile[bytes]) -> Iterator[Inspected]:
    """Within, the accepted content of an upload. Raises Refused (field "file") with a sentence that says what to do.

    Takes no lock and no transaction: reading a hostile file may last as long as `sandbox.Limits` allows.
    """
    name = clean_name(upload.name or "")
    kind = _kind_by_name(name)
    _check_size(upload)
    if not kind.accepts_declared(upload.content_type or ""):
        raise _refused(
            _("The name of this file says %(kind)s, but it was announced as something else.") % {"kind": kind.label}
        )
    with sandbox.folder() as place:
        source = place / "source"
        size, start = _copy(upload, source)
        _check_sniffed(kind, start)
        kept = _checked(kind, source, place)
        if kept != source:
            size = kept.stat().st_size
        yield Inspected(kept, kind, name, size, _digest(kept))


def _refused(sentence: str) -> Refused:
    return Refused(sentence, field="file")


def _kind_by_name(name: str) -> Kind:
    found = extensions(name)
    kind = kinds.of_extension(found[-1]) if found else None
    if kind is None:
        advice = kinds.ADVICE.get(found[-1] if found else "")
        raise _refused(
            str(advice)
            if advice
            else _("Files of this kind are refused. Send a PDF, an image, a document, a table or a text.")
        )
    if kinds.DECEIVING & set(found[:-1]):
        raise _refused(_("The name of this file has two extensions. Rename it, then send it again."))
    return kind


def too_big() -> str:
    """The sentence for a file above the limit."""
    most = {"most": human_size(quotas().max_size)}
    return _("This file is too big: %(most)s at most. Make it lighter, or share a link.") % most


def _check_size(upload: UploadedFile[bytes]) -> None:
    if not upload.size:
        raise _refused(_("This file is empty."))
    if upload.size > quotas().max_size:
        raise _refused(too_big())


def _copy(upload: UploadedFile[bytes], target: Path) -> tuple[int, bytes]:
    """Writes what arrives, counted as it comes; gives its size and its beginning."""
    size, start = 0, b""
    with target.open("wb") as output:
        for chunk in upload.chunks():
            start = start or bytes(chunk[:8_192])
            size += len(chunk)
            output.write(chunk)
    return size, start


def _check_sniffed(kind: Kind, start: bytes) -> None:
    found = filetype.guess(start)
    media_type = found.mime if found else ""
    if (media_type not in kind.sniffed) if kind.sniffed else media_type:
        raise _refused(_("The name of this file says %(kind)s, but its content does not.") % {"kind": kind.label})


def _checked(kind: Kind, source: Path, place: Path) -> Path:
    """The content to keep: the file itself, or the image drawn anew."""
    if kind.check == "text":
        return _checked_text(source)
    target = place / "remade"
    arguments = {"image": [str(source), kind.key, str(target)], "pdf": [str(source)]}.get(
        kind.check, [str(source), kind.key]
    )
    outcome = sandbox.run(_CHILDREN / _SCRIPTS[kind.check], arguments, place)
    if outcome.exhausted:
        raise _refused(str(_REASONS["too_complex"]))
    if outcome.code != 0 or outcome.output:
        raise _refused(str(_REASONS.get(outcome.output, _REASONS["damaged"])))
    return target if kind.check == "image" else source


def _checked_text(source: Path) -> Path:
    content = source.read_bytes()
    if b"\x00" in content:
        raise _refused(str(_REASONS["damaged"]))
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if _holds_controls(content):
            raise _refused(str(_REASONS["damaged"])) from None
    return source


def _holds_controls(content: bytes) -> bool:
    """Bytes that no text in an old Western encoding holds."""
    return any(byte < 32 and byte not in b"\t\n\r\f" for byte in content)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
