"""The total of a sheet: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def total(criteria: Iterable[Any], values: Mapping[str, int | None], out_of: int) -> float | None:
    """Weighted mean of the marks that count, each brought from its own scale, out of `out_of`, to the hundredth.

    `criteria` have `key`, `weight`, `lowest`, `highest`, `in_total`, `required`, `added_late`; `values` by key. A mark
    that is not compulsory, or whose criterion came late, is left out when it is not given. None while a compulsory one
    misses, or when nothing counts.
    """
    weighed, weights = 0.0, 0
    for one in criteria:
        if not one.in_total or not one.weight:
            continue
        value = values.get(one.key)
        if value is None:
            if one.required and not one.added_late:
                return None
            continue
        weighed += one.weight * (value - one.lowest) / (one.highest - one.lowest)
        weights += one.weight
    return round(out_of * weighed / weights, 2) if weights else None
