"""What the official registers tell of an organisation, in the words of our fiche."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format

from kiif.opendata import registers
from kiif.organisations.enums import form_of
from kiif.organisations.validators import Identifier, parse_identifier
from kiif.territories.enums import Level
from kiif.territories.models import FormerCode, Territory


@dataclass(frozen=True)
class Facts:
    """Facts of one organisation: `values` by field of `Organisation` (only those that the register tells).

    `source`: code of `enums.Source`; `vintage`: month of the register; `usual_name`: a proposal, never a fact.
    """

    source: str
    vintage: str
    values: dict[str, Any] = field(default_factory=dict)
    usual_name: str = ""
    is_open: bool = True
    closed_on: date | None = None
    place: str = ""

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    @property
    def month(self) -> str:
        """The month of the register, in words."""
        return month(self.vintage)

    @property
    def number(self) -> str:
        """The number by which the register finds it again."""
        return str(self.values.get("siren") or self.values.get("rna") or "")


def month(vintage: str) -> str:
    """A month of a register ("2026-10") in words; the text itself when it is something else."""
    try:
        return date_format(date.fromisoformat(f"{vintage}-01"), "F Y")
    except ValueError:
        return vintage


def is_available() -> bool:
    """Whether a register is on this instance."""
    return registers.is_built()


def vintages() -> dict[str, str]:
    """Month of each register held, in words; nothing without the pack."""
    return {name: month(text) for name, text in registers.vintages().items()} if registers.is_built() else {}


def look_up(identifier: Identifier) -> Facts | None:
    """What the registers tell of a number; None when they do not know it, or when there is no register here."""
    if not registers.is_built():
        return None
    if identifier.kind == "rna":
        entry = registers.by_rna(identifier.value)
    elif identifier.siren:
        entry = registers.by_siren(identifier.siren)
    else:
        entry = None
    return _facts([entry])[0] if entry is not None else None


def look_up_text(text: str) -> Facts | None:
    """The same for what somebody typed; None for what is not a number."""
    try:
        return look_up(parse_identifier(text))
    except ValueError:
        return None


def search(text: str, *, commune: Territory | None = None, limit: int = 8) -> list[Facts]:
    """Organisations of the registers whose names hold these words; nothing without the pack."""
    if not registers.is_built():
        return []
    return _facts(registers.search(text, commune=commune.code if commune else "", limit=limit))


def _facts(entries: list[registers.Entry]) -> list[Facts]:
    communes = communes_of({entry.commune for entry in entries if entry.commune})
    return [_of(entry, communes.get(entry.commune)) for entry in entries]


def _of(entry: registers.Entry, commune: Territory | None) -> Facts:
    values: dict[str, Any] = {
        "name": entry.name[:200],
        "legal_code": entry.legal_code,
        "legal_form": form_of(entry.legal_code),
        "siren": entry.siren,
        "siret": entry.siret if entry.siret.startswith(entry.siren) and entry.siren else "",
        "rna": entry.rna,
        "founded_on": entry.created_on,
        "address": entry.address[:250],
        "postcode": entry.postcode,
        "commune": commune,
    }
    return Facts(
        source=entry.source,
        vintage=entry.vintage,
        values={name: value for name, value in values.items() if value},
        usual_name=(entry.usual_name or entry.short_name)[:200],
        is_open=entry.is_open,
        closed_on=entry.closed_on,
        place=commune.title if commune is not None else entry.commune_name,
    )


def communes_of(codes: set[str]) -> dict[str, Territory]:
    """Communes of today for codes of the registers, former ones included."""
    rows = Territory.objects.at(Level.COMMUNE).filter(code__in=codes).select_related("department")
    found = {row.code: row for row in rows}
    former = FormerCode.objects.filter(code__in=codes - found.keys()).select_related("territory__department")
    for row in former.order_by("-kind", "pk"):
        if row.territory.level == Level.COMMUNE:
            found.setdefault(row.code, row.territory)
    return found
