"""What an exchange has to say: faults that stop it, things lost or changed on the way. Always with their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from kiif.questionnaires.definition import Definition


@dataclass(frozen=True)
class Remark:
    """`severity`: "error" (nothing is imported), "loss" (left out or changed), "warning" (to be looked at).

    `row`: as the spreadsheet numbers it; 0: the whole sheet. `column`: its header.
    """

    severity: Literal["error", "loss", "warning"]
    sentence: str
    sheet: str = ""
    row: int = 0
    column: str = ""

    @property
    def place(self) -> str:
        """The place in words; empty for the whole file."""
        if not self.sheet:
            return ""
        if not self.row:
            return _("sheet “%(sheet)s”") % {"sheet": self.sheet}
        words = _("sheet “%(sheet)s”, line %(row)s") % {"sheet": self.sheet, "row": self.row}
        return f"{words}, “{self.column}”" if self.column else words


class ExchangeError(ValueError):
    """A file that cannot be read at all, in one sentence."""


@dataclass(frozen=True)
class Imported:
    """`definition` is None when there are errors."""

    definition: Definition | None
    remarks: tuple[Remark, ...] = ()

    @property
    def errors(self) -> tuple[Remark, ...]:
        return tuple(remark for remark in self.remarks if remark.severity == "error")

    @property
    def losses(self) -> tuple[Remark, ...]:
        return tuple(remark for remark in self.remarks if remark.severity == "loss")
