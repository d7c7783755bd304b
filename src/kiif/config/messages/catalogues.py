"""Reads, brings up to date, writes and compiles the catalogues. Same sources, same bytes."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kiif.config.messages.extract import sentences_of

ROOT = Path(__file__).resolve().parents[2]
#: Pure science: what it raises is worded by the floors above.
WITHOUT_SENTENCES = {"methods"}
HEADER = "# kiif, {app} – traduction française\n# SPDX-License-Identifier: AGPL-3.0-or-later"
_CHANGING = (
    "POT-Creation-Date:",
    "PO-Revision-Date:",
    "Last-Translator:",
    "Generated-By:",
    "Report-Msgid-Bugs-To:",
    "Language-Team:",
    "Project-Id-Version:",
)


def packages(root: Path = ROOT) -> list[Path]:
    """Packages of the house that may hold sentences, in alphabetical order."""
    return sorted(p.parent for p in root.glob("*/__init__.py") if p.parent.name not in WITHOUT_SENTENCES)


def po_path(package: Path, language: str = "fr") -> Path:
    return package / "locale" / language / "LC_MESSAGES" / "django.po"


def load(path: Path) -> Catalog:
    """The catalogue kept at `path`, empty if there is none. Raises PoFileError when it cannot be read."""
    if not path.exists():
        return Catalog(locale="fr")
    with path.open("rb") as file:
        return read_po(file, locale="fr", abort_invalid=True)


def is_translated(message: Message) -> bool:
    """Whether every form of the sentence has a text."""
    strings = [message.string] if isinstance(message.string, str) else message.string or [""]
    return all(strings)


def fresh(package: Path, kept: Catalog, *, prune: bool = False) -> Catalog:
    """The catalogue of today's sentences with the translations already kept. Nothing is guessed.

    A sentence that is gone stays as an obsolete entry (`#~`): rewording loses no work. Unless `prune`.
    """
    catalogue = Catalog(locale="fr", header_comment=HEADER.format(app=package.name), fuzzy=False)
    for sentence in sentences_of(package):
        catalogue.add(
            sentence.text,
            context=sentence.context,
            auto_comments=sentence.comments,
            locations=[(sentence.file, 0)],
        )
    before = {(m.id, m.context): m for m in (*kept.obsolete.values(), *kept) if m.id}
    for message in catalogue:
        known = before.pop((message.id, message.context), None)
        if known is not None and is_translated(known):
            message.string = known.string
            message.user_comments = known.user_comments
            message.flags |= known.flags & {"fuzzy"}
    if not prune:
        gone = (m for m in before.values() if is_translated(m))
        catalogue.obsolete = {m.id: m for m in sorted(gone, key=lambda m: str(m.id))}
    return catalogue


def text_of(catalogue: Catalog) -> str:
    """The catalogue as a .po file: sorted by sentence, without line numbers or dates."""
    for message in catalogue:
        message.locations = sorted({(file, 0) for file, _line in message.locations})
    buffer = io.BytesIO()
    write_po(buffer, catalogue, sort_output=True, width=110, include_lineno=False)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(f'"{name}' for name in _CHANGING)))


def compile_all(root: Path = ROOT) -> int:
    """Writes each .mo that is older than its .po; returns how many. Safe when several processes do it."""
    done = 0
    for package in packages(root):
        for po in sorted(package.glob("locale/*/LC_MESSAGES/*.po")):
            mo = po.with_suffix(".mo")
            if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
                continue
            with tempfile.NamedTemporaryFile(dir=po.parent, suffix=".tmp", delete=False) as file:
                write_mo(file, load(po))
            Path(file.name).chmod(0o644)
            os.replace(file.name, mo)  # noqa: PTH105 -- atomic, and symmetrical with the temporary file above
            done += 1
    return done
