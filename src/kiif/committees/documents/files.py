"""The minutes as an accessible PDF and as a word-processor file; both print what was frozen."""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from kiif.committees.models import Minutes
from kiif.ui.prints import heading, pdf

TEMPLATE: Final = Path(__file__).with_name("minutes.typ")
#: Characters that XML refuses.
UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
INK: Final = RGBColor(0x11, 0x23, 0x1D)


def without(content: dict[str, Any], numbers: Collection[str]) -> dict[str, Any]:
    """The minutes for somebody whom conflicts bar from some dossiers (by number): nothing of these, and it is said."""
    if not numbers or "dossiers" not in content:
        return content
    reserve = content["reserve"]
    return content | {
        "kind": content["kind"] + ", " + _("extract without the dossiers from which its reader is kept away"),
        "results": content["results"] | {"rows": [row for row in content["results"]["rows"] if row[0] not in numbers]},
        "reserve": reserve and reserve | {"rows": [row for row in reserve["rows"] if row[1] not in numbers]},
        "dossiers": [one for one in content["dossiers"] if one["number"] not in numbers],
    }


def pdf_of(minutes: Minutes, kept_away: Collection[str] = ()) -> bytes:
    """The file; the same minutes give the same bytes."""
    content = without(minutes.content, kept_away)
    content = content | {"digest": minutes.digest, "title": heading(content["title"])}
    if "dossiers" in content:
        content["dossiers"] = [one | {"title": heading(one["title"])} for one in content["dossiers"]]
    return pdf(TEMPLATE, content)


def docx_of(minutes: Minutes, kept_away: Collection[str] = ()) -> bytes:
    """The file. Text is printed as it is: nothing is read as a field, a link or a formula."""
    content = without(minutes.content, kept_away)
    file = Document()
    _set_up(file, content, minutes.digest)
    file.add_paragraph(_clean(content["kind"]), style="Subtitle")
    file.add_heading(_clean(content["title"]), level=1)
    file.add_paragraph(_clean(content["subtitle"]))
    _facts(file, content, content["summary"])
    if "rules" in content:
        _body(file, content)
    if content["remarks"]:
        file.add_heading(_clean(content["remarks_title"]), level=2)
        for line in content["remarks"]:
            file.add_paragraph(_clean(line))
    file.add_heading(_clean(content["signatures_title"]), level=2)
    for role, name in content["signatures"]:
        file.add_paragraph(_clean(", ".join(part for part in (role, name) if part)))
        file.add_paragraph("\n\n______________________________")
    made = io.BytesIO()
    file.save(made)
    return made.getvalue()


def _body(file: Any, content: dict[str, Any]) -> None:
    file.add_heading(_clean(content["rules_title"]), level=2)
    _facts(file, content, content["rules"])
    for key in ("members", "results", "reserve"):
        if content[key]:
            file.add_heading(_clean(content[f"{key}_title"]), level=2)
            _table(file, content[key])
    file.add_heading(_clean(content["dossiers_title"]), level=2)
    for one in content["dossiers"]:
        file.add_heading(_clean(one["title"]), level=3)
        _facts(file, content, one["facts"])
        if one["reasons"]:
            file.add_paragraph().add_run(_clean(one["reasons_title"])).bold = True
        for line in one["reasons"]:
            file.add_paragraph(_clean(line))


def _clean(text: Any) -> str:
    return UNREADABLE.sub("", str(text))


def _facts(file: Any, content: dict[str, Any], rows: list[list[str]]) -> None:
    for label, value in rows:
        line = file.add_paragraph()
        line.add_run(f"{_clean(label)}\u00a0: " if content["language"] == "fr" else f"{_clean(label)}: ").bold = True
        line.add_run(_clean(value))


def _set_up(file: Any, content: dict[str, Any], digest: str) -> None:
    """Properties, language, margins, and our ink instead of the blue of the default template."""
    properties = file.core_properties
    properties.title = _clean(f"{content['title']}, {content['subtitle']}")[:255]
    properties.language = "fr-FR" if content["language"] == "fr" else "en-GB"
    properties.author = properties.comments = ""
    stamp = datetime.fromtimestamp(content["stamp"], tz=UTC).replace(tzinfo=None)
    properties.created = properties.modified = stamp
    for section in file.sections:
        section.left_margin = section.right_margin = Cm(2.4)
        section.footer.paragraphs[0].text = f"{_clean(content['footer'])}\nSHA-256 : {digest}"
    normal = file.styles["Normal"]
    normal.font.size = Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), properties.language)
    normal.element.get_or_add_rPr().append(language)
    for name in ("Heading 1", "Heading 2", "Heading 3", "Subtitle"):
        file.styles[name].font.color.rgb = INK


def _table(file: Any, part: dict[str, Any]) -> None:
    """A table whose header repeats on each page, described for those who do not see it."""
    table = file.add_table(rows=1, cols=len(part["head"]), style="Table Grid")
    described = OxmlElement("w:tblCaption")
    described.set(qn("w:val"), _clean(part["caption"]))
    table._tbl.tblPr.append(described)
    for cell, label in zip(table.rows[0].cells, part["head"], strict=True):
        cell.paragraphs[0].add_run(_clean(label)).bold = True
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    for row in part["rows"]:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(value)
    file.add_paragraph()
