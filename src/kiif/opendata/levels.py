"""The five levels of territory and the shape of their codes."""

from __future__ import annotations

import re
from typing import Final, Literal

from kiif.opendata.errors import DataError
from kiif.opendata.errors import gettext_noop as _

Level = Literal["commune", "epci", "living-area", "department", "region"]

LEVELS: Final[tuple[Level, ...]] = ("commune", "epci", "living-area", "department", "region")
UPPER_LEVELS: Final[tuple[Level, ...]] = LEVELS[1:]

#: File name stem of each level inside packs.
STEMS: Final[dict[Level, str]] = {
    "commune": "commune",
    "epci": "epci",
    "living-area": "living_area",
    "department": "department",
    "region": "region",
}

COMMUNE_CODE: Final = re.compile(r"(?:\d{2}|2[AB])\d{3}")
SIREN: Final = re.compile(r"\d{9}")

#: Municipal arrondissements (and the communes that they form) of Paris, Lyon and Marseille.
ARRONDISSEMENTS: Final[dict[str, str]] = (
    {f"751{n:02d}": "75056" for n in range(1, 21)}
    | {f"6938{n}": "69123" for n in range(1, 10)}
    | {f"132{n:02d}": "13055" for n in range(1, 17)}
)


def check_level(value: str) -> Level:
    """Return ``value`` as a level, or raise :class:`DataError` with the list of levels."""
    for level in LEVELS:
        if value == level:
            return level
    raise DataError(
        _("“%(value)s” is not a level of territory. Choose one of: %(levels)s."),
        value=value,
        levels=", ".join(LEVELS),
    )


def department_of(commune: str) -> str:
    """Department code written in a commune code: ``"01001"`` → ``"01"``, ``"97101"`` → ``"971"``."""
    return commune[:3] if commune.startswith("97") else commune[:2]
