"""What may be attached. Extension, declared type and content must tell the same kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
#: What browsers declare when they do not know.
UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})


@dataclass(frozen=True)
class Kind:
    """A kind of file: the media type it is served with, the child's test it goes through, what may announce it."""

    key: str
    label: Any
    media_type: str
    check: str
    extensions: tuple[str, ...]
    #: what `filetype` finds in the content; empty for a text, in which it finds nothing
    sniffed: frozenset[str]
    declared: frozenset[str] = frozenset()

    def accepts_declared(self, declared: str) -> bool:
        """Whether a browser may announce this kind so."""
        plain = declared.partition(";")[0].strip().lower()
        return plain in UNDECLARED or plain == self.media_type or plain in self.declared


def _office(key: str, label: Any, media_type: str, odf: bool = False) -> Kind:
    zipped = {"application/zip", "application/x-zip-compressed", "application/x-zip"}
    return Kind(
        key,
        label,
        media_type,
        "odf" if odf else "ooxml",
        (key,),
        frozenset({media_type, "application/zip"}),
        frozenset(zipped),
    )


def _image(key: str, label: Any, media_type: str, *extensions: str) -> Kind:
    declared = {"image/jpg", "image/pjpeg"} if key == "jpeg" else {"image/x-png"} if key == "png" else set()
    return Kind(key, label, media_type, "image", extensions, frozenset({media_type}), frozenset(declared))


def _text(key: str, label: Any, media_type: str, *declared: str) -> Kind:
    return Kind(key, label, media_type, "text", (key,), frozenset(), frozenset(declared))


KINDS: tuple[Kind, ...] = (
    Kind(
        "pdf",
        _("PDF"),
        "application/pdf",
        "pdf",
        ("pdf",),
        frozenset({"application/pdf"}),
        frozenset({"application/x-pdf"}),
    ),
    _image("jpeg", _("JPEG image"), "image/jpeg", "jpg", "jpeg"),
    _image("png", _("PNG image"), "image/png", "png"),
    _image("webp", _("WebP image"), "image/webp", "webp"),
    _office("docx", _("Word document"), f"{_OOXML}wordprocessingml.document"),
    _office("xlsx", _("Excel workbook"), f"{_OOXML}spreadsheetml.sheet"),
    _office("pptx", _("PowerPoint slides"), f"{_OOXML}presentationml.presentation"),
    _office("odt", _("OpenDocument text"), f"{_ODF}text", odf=True),
    _office("ods", _("OpenDocument spreadsheet"), f"{_ODF}spreadsheet", odf=True),
    _office("odp", _("OpenDocument slides"), f"{_ODF}presentation", odf=True),
    _text("txt", _("Text"), "text/plain"),
    _text("csv", _("CSV table"), "text/csv", "text/plain", "application/csv", "application/vnd.ms-excel", "text/x-csv"),
)

_BY_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}
_BY_KEY = {kind.key: kind for kind in KINDS}
#: Value of the `accept` attribute of a file field.
ACCEPT = ",".join(f".{extension}" for extension in _BY_EXTENSION)

#: What to do with files that people often have and that we do not take.
ADVICE: dict[str, Any] = {
    "heic": _("Photos in HEIC cannot be read everywhere: export it as JPEG, then send that."),
    "doc": _("Save this document as .docx or PDF, then send that."),
    "xls": _("Save this workbook as .xlsx, then send that."),
    "ppt": _("Save these slides as .pptx or PDF, then send that."),
    "docm": _("Documents with macros are refused: save it as .docx, then send that."),
    "xlsm": _("Workbooks with macros are refused: save it as .xlsx, then send that."),
    "pptm": _("Slides with macros are refused: save them as .pptx, then send that."),
    "gif": _("Save this image as PNG or JPEG, then send that."),
    "svg": _("Drawings in SVG may hold programs: export it as PNG or PDF, then send that."),
    "html": _("Web pages may hold programs: print it to PDF, then send that."),
    "zip": _("Archives are refused: send the files one by one."),
    "pages": _("Export this document as PDF, then send that."),
    "numbers": _("Export this table as .xlsx, then send that."),
}
#: Inside a name ("invoice.exe.pdf"), these deceive the person who downloads.
DECEIVING = frozenset(
    {"bat", "cmd", "com", "cpl", "dll", "docm", "exe", "hta", "htm", "html", "jar", "js", "jse", "lnk", "msi", "php"}
    | {"pif", "ps1", "py", "reg", "scr", "sh", "svg", "vbe", "vbs", "wsf", "xhtml", "xlsm"}
)


def of_extension(extension: str) -> Kind | None:
    return _BY_EXTENSION.get(extension)


def of_key(key: str) -> Kind | None:
    return _BY_KEY.get(key)
