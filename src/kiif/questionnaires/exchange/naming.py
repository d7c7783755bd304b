"""Names of a workbook and ours: letters, figures and underscores, in small letters, each once."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext as _

from kiif.questionnaires.definition import new_id
from kiif.questionnaires.definition.base import NAME
from kiif.questionnaires.exchange.lines import Branch, Line, Remarks

_ID: Final = {"q": r"q_[a-z0-9]{4,24}", "s": r"s_[a-z0-9]{4,24}", "p": r"p_[a-z0-9]{4,24}"}
_KEY: Final = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}$")
#: What a piped answer looks like in a text.
PIPE: Final = re.compile(r"\$\{\s*([A-Za-z_][\w.-]*)\s*\}")


def identifier(written: str, prefix: str) -> str:
    """The identifier written in a cell when it is one, else a new one."""
    return written if re.fullmatch(_ID[prefix], written) else new_id(prefix)


def is_grid(branch: Branch) -> bool:
    """Whether a group is a grid as XLSForm makes them: choices in one list, shown as a table."""
    types = {" ".join(inner.line.get("type").split()) for inner in branch.inside}
    if len(types) != 1 or not branch.inside:
        return False
    shown = branch.line.get("appearance") + " " + " ".join(inner.line.get("appearance") for inner in branch.inside)
    return next(iter(types)).startswith("select_one ") and ("table-list" in shown or "list-nolabel" in shown)


class Names:
    """Ours for each name of the workbook. `ours["Âge-1"] == "age_1"`; inside a table, `table.column`."""

    def __init__(self, tree: Branch, remarks: Remarks) -> None:
        self.remarks = remarks
        self.ours: dict[str, str] = {}
        self.used: set[str] = set()
        self._look(tree)

    def _look(self, branch: Branch) -> None:
        for inner in branch.inside:
            if inner.kind == "repeat" or (inner.kind == "group" and is_grid(inner)):
                self._whole(inner)
            elif inner.kind == "group" and not inner.line.get("kiif_id").startswith("q_"):
                self._look(inner)
            elif not inner.line.get("kiif_part"):
                self._add(inner.line)

    def _whole(self, branch: Branch) -> None:
        """A table or a grid: what it holds is called by it."""
        table = self._add(branch.line)
        inside: set[str] = set()
        for inner in branch.walk():
            if inner.line.get("kiif_part") or not inner.line.name:
                continue
            part = once(name_of(inner.line.name), inside)
            self.ours[inner.line.name] = f"{table}.{part}"

    def _add(self, line: Line) -> str:
        if not line.name:
            return ""
        name = once(name_of(line.name), self.used)
        if line.name in self.ours:
            self.remarks.warn(line, _("Two questions are called “%(name)s”.") % {"name": line.name}, "name")
        elif name != line.name:
            sentence = _("“%(before)s” is now called “%(after)s”, here and in all expressions.")
            self.remarks.loss(line, sentence % {"before": line.name, "after": name}, "name")
        self.ours.setdefault(line.name, name)
        line.cells["name"] = name
        return name

    def piped(self, text: str) -> str:
        """A text with the names of its earlier answers replaced."""
        return PIPE.sub(lambda found: "${" + self.ours.get(found[1], found[1]) + "}", text)


def name_of(written: str) -> str:
    """A name of ours, near what was written."""
    if re.fullmatch(NAME, written):
        return written
    plain = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9_]+", "_", plain.lower()).strip("_")[:40]
    return name if name and name[0].isalpha() else f"q_{name}"[:40].rstrip("_")


def once(name: str, used: set[str]) -> str:
    """The name, with a number when it is taken."""
    found, place = name, 2
    while found in used:
        found = f"{name[: 39 - len(str(place))]}_{place}"
        place += 1
    used.add(found)
    return found


def key_of(written: str, used: set[str]) -> str:
    """A key of ours for a choice."""
    if _KEY.match(written):
        key = written
    else:
        plain = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode()
        key = re.sub(r"[^A-Za-z0-9_.-]+", "_", plain)[:40].lstrip(".-") or "c"
    found, place = key, 2
    while found in used:
        found = f"{key[: 39 - len(str(place))]}_{place}"
        place += 1
    used.add(found)
    return found
