"""A list of assignments from a spreadsheet, a number of dossier and an address by line: read and checked."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any, Final

from django.core import signing
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.programmes.models import Application
from kiif.reviews.enums import HELD
from kiif.reviews.models import Reviewer, Round
from kiif.reviews.sharing import Desk
from kiif.territories.lookup import fold
from kiif.ui.errors import Refused

MAX_BYTES: Final = 500_000
MAX_LINES: Final = 3_000
#: A preview is confirmed within so many seconds.
LIFE: Final = 3_600
_NUMBERS: Final = frozenset({"numero", "n", "dossier", "number"})
_ADDRESSES: Final = frozenset({"courriel", "adresse", "mail", "email", "e mail", "adresse mail"})
_SALT: Final = "kiif.reviews.assignments"


@dataclass(frozen=True)
class Line:
    """`pair`: what it would entrust; None with `problem` when it is refused, or when it is entrusted already."""

    number: int
    dossier: str
    address: str
    application: Application | None = None
    reviewer: Reviewer | None = None
    problem: str = ""
    known: bool = False

    @property
    def pair(self) -> tuple[Application, Reviewer] | None:
        if self.problem or self.known or self.application is None or self.reviewer is None:
            return None
        return self.application, self.reviewer


def read(content: bytes, round_: Round, actor: Actor) -> list[Line]:
    """Each line of the file with what would become of it. Raises Refused when it is no such list."""
    if len(content) > MAX_BYTES:
        raise Refused(_("This file is too large: keep the two columns that count."), field="file")
    rows = _rows(_decoded(content))
    desk = Desk.of(round_)
    seen = Application.objects.visible_to(actor, round_.call).select_related("project")
    applications = {row.number.upper(): row for row in seen.exclude(state__in=("withdrawn", "merged"))}
    people = Reviewer.objects.filter(round=round_).select_related("person")
    reviewers = {row.person.email.lower(): row for row in people}
    lines: list[Line] = []
    met: set[tuple[str, str]] = set()
    for number, (dossier, address) in rows:
        key = (dossier.upper(), address.lower())
        problem = _("this line is there twice") if key in met else ""
        met.add(key)
        lines.append(_line(number, dossier, address, applications.get(key[0]), reviewers.get(key[1]), problem, desk))
    return lines


def _line(  # noqa: PLR0917 -- the facts of one line
    number: int, dossier: str, address: str, application: Any, reviewer: Any, problem: str, desk: Desk
) -> Line:
    known = False
    if not problem:
        problem, known = _checked(application, reviewer, desk)
    return Line(number, dossier, address, application, reviewer, problem, known)


def _checked(application: Any, reviewer: Any, desk: Desk) -> tuple[str, bool]:
    """(what is wrong, whether it is entrusted already)."""
    if application is None or application.pk not in desk.scene.applications:
        return _("no application of this round has this number"), False
    if reviewer is None or not reviewer.reads:
        return _("nobody who reads in this round has this address"), False
    pair = (application.pk, reviewer.pk)
    read_ = desk.scene.states.get(pair)
    if read_ is not None:
        return ("", True) if read_.state in HELD else (_("abstained or recused"), False)
    if pair in desk.scene.barred:
        return _("conflict of interest"), False
    return (_("a possible conflict waits for their answer"), False) if pair in desk.scene.asked else ("", False)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_("This file is not a list in CSV."), field="file")


def _rows(text: str) -> list[tuple[int, tuple[str, str]]]:
    first = text.partition("\n")[0]
    delimiter = max((";", ",", "\t"), key=first.count)
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise Refused(_("This file is not a list in CSV."), field="file") from error
    heads = [fold(head) for head in table[0]] if table else []
    number = next((place for place, head in enumerate(heads) if head in _NUMBERS), None)
    address = next((place for place, head in enumerate(heads) if head in _ADDRESSES), None)
    if number is None or address is None:
        raise Refused(_("Name the two columns “numéro” and “courriel” on the first line."), field="file")
    if len(table) > MAX_LINES:
        raise Refused(_("More than %(most)s lines: cut the file.") % {"most": MAX_LINES}, field="file")
    rows = [(place, (_cell(row, number), _cell(row, address))) for place, row in enumerate(table[1:], 2)]
    return [(place, pair) for place, pair in rows if any(pair)]


def _cell(row: list[str], place: int) -> str:
    return row[place].strip()[:200] if place < len(row) else ""


def sealed(round_: Round, lines: list[Line]) -> str:
    """The good lines, signed: what is confirmed is what was shown."""
    pairs = [[line.pair[0].pk, line.pair[1].pk] for line in lines if line.pair]
    return signing.dumps([round_.pk, pairs], salt=_SALT, compress=True) if pairs else ""


def opened(round_: Round, text: str, actor: Actor) -> list[tuple[Application, Reviewer]]:
    """The pairs of a preview, still visible to this actor. Raises Refused when it is too old or of another round."""
    try:
        key, pairs = signing.loads(text, salt=_SALT, max_age=LIFE)
    except signing.BadSignature as error:
        raise Refused(_("This preview is too old: bring the file again.")) from error
    if key != round_.pk:
        raise Refused(_("This preview is of another round: bring the file again."))
    seen = Application.objects.visible_to(actor).filter(pk__in={pair[0] for pair in pairs})
    applications = {row.pk: row for row in seen.select_related("project")}
    reviewers = {row.pk: row for row in Reviewer.objects.filter(round=round_).select_related("person")}
    return [(applications[a], reviewers[r]) for a, r in pairs if a in applications and r in reviewers]
