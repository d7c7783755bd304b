"""The right to leave: everything that the platform holds for an incubator, as documented CSV and JSON.

Each room adds its parts in `apps.ready()`:

    exports.register(Part("branches", _("Branches"), columns={"name": _("Name of the branch")}, rows=branch_rows))

`rows(incubator)` yields mappings with the keys of `columns`: texts, numbers, dates, booleans or None.
`files(incubator)` yields (name, open binary file). The archive is written while it is
sent: one table at a time in memory, nothing on disk.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Final

from defusedcsv import csv as safe_csv
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.alliance.models import (
    Branch,
    Coverage,
    Delegation,
    Incubator,
    Invitation,
    Membership,
    ReviewLine,
)

Row = Mapping[str, Any]
_CHUNK: Final = 64 * 1024


def _no_files(incubator: Incubator) -> Iterable[tuple[str, IO[bytes]]]:
    return ()


@dataclass(frozen=True)
class Part:
    """One table of the archive. `columns` says what each one holds; `label` names the table in the notice."""

    name: str
    label: Any
    columns: Mapping[str, Any]
    rows: Callable[[Incubator], Iterable[Row]]
    files: Callable[[Incubator], Iterable[tuple[str, IO[bytes]]]] = _no_files


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Adds a table; the same name is replaced."""
    _parts[part.name] = part


def parts() -> list[Part]:
    return list(_parts.values())


class _Pipe(io.RawIOBase):
    """What the archive is written into; `drain` gives what came since the last time."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._chunks.append(bytes(data))
        return len(data)

    def drain(self) -> bytes:
        data, self._chunks = b"".join(self._chunks), []
        return data


def archive(incubator: Incubator) -> Iterator[bytes]:
    """The zip of an incubator's part, in pieces: a notice, then a CSV and a JSON of each table, then the files."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("LISEZMOI.txt", notice(incubator))
        yield pipe.drain()
        for part in parts():
            rows = [{name: _plain(row.get(name)) for name in part.columns} for row in part.rows(incubator)]
            zipped.writestr(f"{part.name}.csv", _csv(part, rows))
            zipped.writestr(f"{part.name}.json", json.dumps(rows, ensure_ascii=False, indent=1))
            yield pipe.drain()
            for name, file in part.files(incubator):
                with file, zipped.open(f"{part.name}/{name}", "w") as target:
                    while chunk := file.read(_CHUNK):
                        target.write(chunk)
                yield pipe.drain()
    yield pipe.drain()


def notice(incubator: Incubator) -> str:
    """What is in the archive, in words: date, tables, columns, formats."""
    lines = [
        _("Everything that the platform holds for %(incubator)s, on %(day)s.")
        % {"incubator": incubator.name, "day": timezone.localdate().isoformat()},
        _("Each table is there twice: CSV (UTF-8 with signature, commas) and JSON. Dates are written 2026-05-30."),
        _("A period goes from its first day (since) to the first day without it (until); an empty until means still."),
    ]
    for part in parts():
        lines += ["", f"{part.name} – {part.label}"]
        lines += [f"  {name}: {meaning}" for name, meaning in part.columns.items()]
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> Any:
    """What JSON can carry: dates become texts."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, bool | int | float) or value is None else str(value)


def _csv(part: Part, rows: list[dict[str, Any]]) -> str:
    buffer = io.StringIO()
    writer = safe_csv.DictWriter(buffer, fieldnames=list(part.columns), quoting=csv.QUOTE_MINIMAL)
    writer.writeheader()
    writer.writerows(rows)
    return "\ufeff" + buffer.getvalue()


# --- What the alliance itself holds ---


def _identity(incubator: Incubator) -> Iterator[Row]:
    yield {
        "name": incubator.name,
        "short_name": incubator.short_name,
        "slug": incubator.slug,
        "presentation": incubator.presentation,
        "region": incubator.region,
        "national": incubator.national,
        "website": incubator.website,
        "contact_email": incubator.contact_email,
        "accent": incubator.accent,
        "joined_on": incubator.joined_on,
        "left_on": incubator.left_on,
    }


def _logo(incubator: Incubator) -> Iterator[tuple[str, IO[bytes]]]:
    if incubator.logo:
        yield "logo.png", incubator.logo.open("rb")


def _branches(incubator: Incubator) -> Iterator[Row]:
    for branch in Branch.objects.filter(incubator=incubator).order_by("opened_on", "pk"):
        yield {name: getattr(branch, name) for name in _BRANCH}


def _coverage(incubator: Incubator) -> Iterator[Row]:
    for row in Coverage.objects.filter(incubator=incubator):
        yield {
            "department_code": row.department_code,
            "department": row.department_name,
            "since": row.since,
            "until": row.until,
            "why": row.why,
        }


def _people(incubator: Incubator) -> Iterator[Row]:
    for row in Membership.objects.filter(where=incubator).with_ties().order_by("since", "pk"):
        yield {
            "person": str(row.user),
            "email": row.user.email,
            "role": row.role,
            "title": row.title,
            "branch": str(row.branch or ""),
            "since": row.since,
            "until": row.until,
        }


def _invitations(incubator: Incubator) -> Iterator[Row]:
    for row in Invitation.objects.filter(where=incubator).with_ties().order_by("created_at", "pk"):
        yield {
            "email": row.email,
            "name": row.full_name,
            "role": row.role,
            "invited_by": str(row.invited_by or ""),
            "created_at": row.created_at,
            "expires_at": row.expires_at,
            "state": row.state.value,
        }


def _delegations(incubator: Incubator) -> Iterator[Row]:
    for row in Delegation.objects.filter(membership__where=incubator).with_ties().order_by("since", "pk"):
        yield {
            "holder": str(row.membership.user),
            "delegate": str(row.to),
            "role": row.membership.role,
            "since": row.since,
            "until": row.until,
            "reason": row.reason,
            "ended_at": row.ended_at,
        }


def _reviews(incubator: Incubator) -> Iterator[Row]:
    lines = ReviewLine.objects.filter(review__where=incubator).select_related("review", "membership__user")
    for row in lines.order_by("review__opened_on", "pk"):
        yield {
            "opened_on": row.review.opened_on,
            "due_on": row.review.due_on,
            "confirmed_at": row.review.confirmed_at,
            "person": str(row.membership.user),
            "answer": row.answer,
            "new_role": row.new_role,
            "left_on": row.left_on,
        }


_l = gettext_lazy
_BRANCH: Final[dict[str, Any]] = {
    "name": _l("name"),
    "commune_code": _l("official code of the commune"),
    "commune_name": _l("commune"),
    "address": _l("address"),
    "latitude": _l("latitude, degrees (WGS 84)"),
    "longitude": _l("longitude, degrees (WGS 84)"),
    "opened_on": _l("first day"),
    "closed_on": _l("first day after closing"),
}
_PERIOD: Final[dict[str, Any]] = {"since": _l("first day"), "until": _l("first day without it, empty if it holds")}

for _part in (
    Part(
        "incubator",
        _l("The incubator"),
        {
            "name": _l("name"),
            "short_name": _l("short name"),
            "slug": _l("name in addresses"),
            "presentation": _l("short presentation"),
            "region": _l("region"),
            "national": _l("true: supports projects in the whole country"),
            "website": _l("website"),
            "contact_email": _l("public contact address"),
            "accent": _l("accent colour, #rrggbb"),
            "joined_on": _l("joined the alliance on"),
            "left_on": _l("left the alliance on"),
        },
        _identity,
        _logo,
    ),
    Part("branches", _l("Branches"), _BRANCH, _branches),
    Part(
        "coverage",
        _l("Departments covered, with history"),
        {
            "department_code": _l("official code of the department"),
            "department": _l("department"),
            **_PERIOD,
            "why": _l("why it began"),
        },
        _coverage,
    ),
    Part(
        "people",
        _l("People, past and present"),
        {
            "person": _l("name"),
            "email": _l("e-mail address"),
            "role": _l("role: manager, advisor, colleague"),
            "title": _l("job title"),
            "branch": _l("branch"),
            **_PERIOD,
        },
        _people,
    ),
    Part(
        "invitations",
        _l("Invitations"),
        {
            "email": _l("invited address"),
            "name": _l("name"),
            "role": _l("role: manager, advisor, colleague"),
            "invited_by": _l("invited by"),
            "created_at": _l("invited on"),
            "expires_at": _l("to be answered before"),
            "state": _l("state: pending, accepted, expired, revoked"),
        },
        _invitations,
    ),
    Part(
        "delegations",
        _l("Delegations"),
        {
            "holder": _l("whose rights"),
            "delegate": _l("lent to"),
            "role": _l("role: manager, advisor, colleague"),
            **_PERIOD,
            "reason": _l("why"),
            "ended_at": _l("stopped before the date"),
        },
        _delegations,
    ),
    Part(
        "access_reviews",
        _l("Access reviews, person by person"),
        {
            "opened_on": _l("opened on"),
            "due_on": _l("due on"),
            "confirmed_at": _l("confirmed"),
            "person": _l("name"),
            "answer": _l("answer: keep, change, leaves"),
            "new_role": _l("new role"),
            "left_on": _l("left on"),
        },
        _reviews,
    ),
):
    register(_part)
