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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
        gettext("Everything that the platform holds for %(incubator)s, on %(day)s.")
        % {"incubator": incubator.name, "day": timezone.localdate().isoformat()},
        gettext(
            "Each table is there twice: CSV (UTF-8 with signature, commas) and JSON. Dates are written 2026-05-30."
        ),
        gettext(
            "A period goes from its first day (since) to the first day without it (until); an empty until means still."
        ),
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


_BRANCH: Final[dict[str, Any]] = {
    "name": _("name"),
    "commune_code": _("official code of the commune"),
    "commune_name": _("commune"),
    "address": _("address"),
    "latitude": _("latitude, degrees (WGS 84)"),
    "longitude": _("longitude, degrees (WGS 84)"),
    "opened_on": _("first day"),
    "closed_on": _("first day after closing"),
}
_PERIOD: Final[dict[str, Any]] = {"since": _("first day"), "until": _("first day without it, empty if it holds")}

for _part in (
    Part(
        "incubator",
        _("The incubator"),
        {
            "name": _("name"),
            "short_name": _("short name"),
            "slug": _("name in addresses"),
            "presentation": _("short presentation"),
            "region": _("region"),
            "national": _("true: supports projects in the whole country"),
            "website": _("website"),
            "contact_email": _("public contact address"),
            "accent": _("accent colour, #rrggbb"),
            "joined_on": _("joined the alliance on"),
            "left_on": _("left the alliance on"),
        },
        _identity,
        _logo,
    ),
    Part("branches", _("Branches"), _BRANCH, _branches),
    Part(
        "coverage",
        _("Departments covered, with history"),
        {
            "department_code": _("official code of the department"),
            "department": _("department"),
            **_PERIOD,
            "why": _("why it began"),
        },
        _coverage,
    ),
    Part(
        "people",
        _("People, past and present"),
        {
            "person": _("name"),
            "email": _("e-mail address"),
            "role": _("role: manager, advisor, colleague"),
            "title": _("job title"),
            "branch": _("branch"),
            **_PERIOD,
        },
        _people,
    ),
    Part(
        "invitations",
        _("Invitations"),
        {
            "email": _("invited address"),
            "name": _("name"),
            "role": _("role: manager, advisor, colleague"),
            "invited_by": _("invited by"),
            "created_at": _("invited on"),
            "expires_at": _("to be answered before"),
            "state": _("state: pending, accepted, expired, revoked"),
        },
        _invitations,
    ),
    Part(
        "delegations",
        _("Delegations"),
        {
            "holder": _("whose rights"),
            "delegate": _("lent to"),
            "role": _("role: manager, advisor, colleague"),
            **_PERIOD,
            "reason": _("why"),
            "ended_at": _("stopped before the date"),
        },
        _delegations,
    ),
    Part(
        "access_reviews",
        _("Access reviews, person by person"),
        {
            "opened_on": _("opened on"),
            "due_on": _("due on"),
            "confirmed_at": _("confirmed"),
            "person": _("name"),
            "answer": _("answer: keep, change, leaves"),
            "new_role": _("new role"),
            "left_on": _("left on"),
        },
        _reviews,
    ),
):
    register(_part)
