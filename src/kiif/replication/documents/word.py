"""The study as a word-processor file to work on: headings, table headers that repeat, language set."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any, Final

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

#: Characters that XML refuses.
UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
INK: Final = RGBColor(0x11, 0x23, 0x1D)


def docx_of(content: dict[str, Any]) -> bytes:
    """The file. Text is printed as it is: nothing is read as a field, a link or a formula."""
    file = Document()
    _set_up(file, content)
    file.add_paragraph(_clean(content["kind"]), style="Subtitle")
    file.add_heading(_clean(content["title"]), level=1)
    file.add_paragraph(_clean(content["solution"]))
    for label, value in content["summary"]:
        line = file.add_paragraph()
        line.add_run(f"{_clean(label)} : " if content["language"] == "fr" else f"{_clean(label)}: ").bold = True
        line.add_run(_clean(value))
    file.add_heading(_clean(content["figures_title"]), level=2)
    if content["place"]:
        file.add_paragraph(_clean(content["place"]))
    if content["figures"]:
        _table(file, content["figures_caption"], content["figures_head"], content["figures"])
    for part in content["parts"]:
        _part(file, part, content["nothing"])
    made = io.BytesIO()
    file.save(made)
    return made.getvalue()


def _clean(text: Any) -> str:
    return UNREADABLE.sub("", str(text))


def _set_up(file: Any, content: dict[str, Any]) -> None:
    """Properties, language, margins, and our ink instead of the blue of the default template."""
    properties = file.core_properties
    properties.title = _clean(f"{content['title']}, {content['solution']}")[:255]
    properties.language = "fr-FR" if content["language"] == "fr" else "en-GB"
    properties.author = properties.comments = ""
    stamp = datetime.fromtimestamp(content["stamp"], tz=UTC).replace(tzinfo=None)
    properties.created = properties.modified = stamp
    for section in file.sections:
        section.left_margin = section.right_margin = Cm(2.4)
        section.footer.paragraphs[0].text = _clean(content["footer"])
    normal = file.styles["Normal"]
    normal.font.size = Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), properties.language)
    normal.element.get_or_add_rPr().append(language)
    for name in ("Heading 1", "Heading 2", "Heading 3", "Subtitle"):
        file.styles[name].font.color.rgb = INK


def _part(file: Any, part: dict[str, Any], nothing: str) -> None:
    file.add_heading(_clean(part["title"]), level=2)
    if not part["paragraphs"] and not part["tables"]:
        file.add_paragraph(_clean(nothing))
    for paragraph in part["paragraphs"]:
        file.add_paragraph(_clean(paragraph))
    for one in part["tables"]:
        file.add_heading(_clean(one["caption"]), level=3)
        _table(file, one["caption"], one["head"], one["rows"])
        if one["total"]:
            file.add_paragraph().add_run(_clean(one["total"])).bold = True


def _table(file: Any, caption: str, head: list[str], rows: list[list[str]]) -> None:
    """A table with a header row that repeats on each page, and a description for those who do not see it."""
    table = file.add_table(rows=1, cols=len(head), style="Table Grid")
    described = OxmlElement("w:tblCaption")
    described.set(qn("w:val"), _clean(caption))
    table._tbl.tblPr.append(described)
    for cell, label in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(_clean(label)).bold = True
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(value)
    file.add_paragraph()
