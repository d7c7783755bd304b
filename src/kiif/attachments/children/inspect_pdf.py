"""`inspect_pdf.py FILE`: prints nothing for a PDF without programs or hidden files, else a word that says why not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

#: Keys and values that make a reader run, open or send something.
ACTIVE = {"/JavaScript", "/JS", "/Launch", "/ImportData", "/RichMedia", "/Rendition"}
CARRIES = {"/EmbeddedFile", "/EmbeddedFiles", "/Filespec", "/Collection"}
#: What may stand after the end mark: a little noise of printers, never the end of an archive.
TAIL = 256
END_OF_ZIP = b"PK\x05\x06"


def verdict(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123 -- pathlib is not needed here
        content = file.read()
    end = content.rfind(b"%%EOF")
    if not content.startswith(b"%PDF-") or end < 0:
        return "damaged"
    tail = content[end + 5 :].strip(b"\x00\r\n\t ")
    if len(tail) > TAIL or END_OF_ZIP in tail:
        return "polyglot"
    try:
        return _verdict_of_objects(PdfReader(path))
    except RecursionError:
        return "too_complex"
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, AssertionError):
        return "damaged"


def _verdict_of_objects(reader: PdfReader) -> str:
    if reader.is_encrypted:
        return "encrypted"
    return _first_fault(reader) if len(reader.pages) else "damaged"


def _first_fault(reader: PdfReader) -> str:
    for number, generation in _keys(reader):
        fault = _fault(reader.get_object(IndirectObject(number, generation, reader)))
        if fault:
            return fault
    return _fault(reader.trailer)


def _keys(reader: PdfReader) -> Iterator[tuple[int, int]]:
    """Number and generation of every object that the file holds, compressed ones included."""
    for generation, places in reader.xref.items():
        for number in places:
            yield number, generation
    for number in reader.xref_objStm:
        yield number, 0


def _fault(found: Any) -> str:
    """Looks into one object, without following references: each referenced object is looked at in its turn."""
    waiting = [found]
    while waiting:
        value = waiting.pop()
        if isinstance(value, DictionaryObject):
            names = set(value) | {inner for inner in value.values() if isinstance(inner, NameObject)}
            if names & ACTIVE:
                return "active"
            if names & CARRIES and not _only_names_a_file(value):
                return "carries"
            waiting.extend(value.values())
        elif isinstance(value, ArrayObject):
            waiting.extend(value)
    return ""


def _only_names_a_file(value: DictionaryObject) -> bool:
    """A file specification without content is a mere link between documents."""
    return value.get("/Type") == "/Filespec" and "/EF" not in value and "/RF" not in value


if __name__ == "__main__":
    sys.stdout.write(verdict(sys.argv[1]))
