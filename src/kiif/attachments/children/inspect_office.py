"""`inspect_office.py FILE KIND`: prints nothing for a sound office document, else a word that says why not.

Nothing is parsed as XML here: the archive is weighed first, then read entry by entry within what it announced.
"""

from __future__ import annotations

import re
import stat
import sys
import zipfile
import zlib

MOST_ENTRIES = 2_000
MOST_UNZIPPED = 100 << 20
MOST_RATIO = 100
#: Below this size a high ratio is harmless (an empty sheet compresses well).
SMALL = 1 << 20
REQUIRED = {
    "docx": {"[Content_Types].xml", "word/document.xml"},
    "xlsx": {"[Content_Types].xml", "xl/workbook.xml"},
    "pptx": {"[Content_Types].xml", "ppt/presentation.xml"},
    "odt": {"mimetype", "META-INF/manifest.xml", "content.xml"},
    "ods": {"mimetype", "META-INF/manifest.xml", "content.xml"},
    "odp": {"mimetype", "META-INF/manifest.xml", "content.xml"},
}
ODF = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
MACROS = re.compile(
    r"(?i)(^|/)(vbaProject[^/]*\.bin|vbaData\.xml)$|^(Basic|Scripts|Configurations2/accelerator/.*macro)/|/activeX/|/macrosheets/"
)
_PROGRAM = r"\.(exe|dll|js|vbs|bat|cmd|ps1|lnk|hta|jar)$"
CARRIES = re.compile(r"(?i)(^|/)(embeddings|Object [^/]*)/.*\.bin$|" + _PROGRAM)
#: A reference to outside that opens by itself (a link that one clicks is allowed).
OUTSIDE = re.compile(
    rb'<Relationship\b(?=[^>]*TargetMode\s*=\s*["\']External)(?![^>]*Type\s*=\s*["\'][^"\']*/hyperlink["\'])[^>]*>',
    re.IGNORECASE,
)
#: The same in an open document: elements that are fetched to be shown, when their address leaves the archive.
OUTSIDE_ODF = re.compile(
    rb"<(?:draw:(?:image|object|object-ole|plugin|applet|floating-frame|fill-image)|style:background-image|"
    rb"text:(?:section-source|list-level-style-image)|table:(?:table-source|cell-range-source)|svg:font-face-uri|"
    rb"form:image|presentation:sound|anim:audio)\b[^>]*?\bxlink:href\s*=\s*[\"']\s*(?:[a-z][a-z0-9+.-]*:|//|\\\\)",
    re.IGNORECASE,
)
#: A gesture in an open document that starts a program.
LISTENER = re.compile(rb"<script:event-listener\b|vnd\.sun\.star\.script:", re.IGNORECASE)
ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
MACRO_TYPE = re.compile(rb"macroEnabled", re.IGNORECASE)


def verdict(path: str, kind: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            return _of_list(archive, kind) or _of_contents(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        return "damaged"


def _of_list(archive: zipfile.ZipFile, kind: str) -> str:
    """What the directory of the archive tells, before anything is inflated."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    for refused, word in (
        (len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNZIPPED, "bomb"),
        (any(_inflates(entry) for entry in entries), "bomb"),
        (any(entry.flag_bits & 0x1 for entry in entries), "encrypted"),
        (len(set(names)) != len(names) or len(archive.comment) > 1_024, "polyglot"),
        (min((entry.header_offset for entry in entries), default=1) != 0, "polyglot"),
        (any(_escapes(entry) for entry in entries), "escapes"),
        (not REQUIRED[kind] <= set(names), "damaged"),
        (any(MACROS.search(name) for name in names), "active"),
        (any(CARRIES.search(name) for name in names), "carries"),
        (kind in ODF and archive.getinfo("mimetype").file_size > 100, "damaged"),
    ):
        if refused:
            return word
    if kind in ODF and archive.read("mimetype").strip() != ODF[kind]:
        return "damaged"
    return ""


def _inflates(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)


def _escapes(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename
    link = stat.S_ISLNK(entry.external_attr >> 16)
    return link or name.startswith(("/", "\\")) or ":" in name.split("/")[0] or ".." in re.split(r"[/\\]", name)


def _of_contents(archive: zipfile.ZipFile) -> str:
    """What the parts say. Reads each within the size it announced; a liar raises BadZipFile or is cut."""
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels", ".rdf", ".vml")):
            continue
        with archive.open(entry) as part:
            text = _as_ascii(part.read(entry.file_size + 1))
        if len(text) > entry.file_size + 8:
            return "bomb"
        if ENTITIES.search(text):
            return "entities"
        if word := _fault_of_part(entry.filename.lower(), text):
            return word
    return ""


def _fault_of_part(name: str, text: bytes) -> str:
    for refused, word in (
        (OUTSIDE_ODF.search(text) or (name.endswith(".rels") and OUTSIDE.search(text)), "outside"),
        (LISTENER.search(text) or (name == "[content_types].xml" and MACRO_TYPE.search(text)), "active"),
    ):
        if refused:
            return word
    return ""


def _as_ascii(content: bytes) -> bytes:
    """UTF-16 and UTF-32 hide words from a search of bytes: their zeros are taken out."""
    return content.replace(b"\x00", b"") if b"\x00" in content[:64] else content


if __name__ == "__main__":
    sys.stdout.write(verdict(sys.argv[1], sys.argv[2]))
