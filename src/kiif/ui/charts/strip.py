"""Where one stands among its peers: a tick for each, the middle half on blue, the median in ink, oneself in bistre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kiif.ui.charts.base import Chart, TableTwin, known, written

_WIDTH = 300


@dataclass(kw_only=True)
class Strip(Chart):
    """`values` of all peers (oneself included or not), `mine` the value of this one. Unknown values are left out."""

    values: Sequence[float | None] = field(default_factory=list)
    mine: float | None = None
    mine_label: Any = ""
    #: whether rank 1 is the highest value
    higher_first: bool = True

    template: ClassVar[str] = "ui/charts/strip.html"
    width: ClassVar[int] = _WIDTH

    @cached_property
    def array(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        if isinstance(self.values, np.ndarray):
            array = np.asarray(self.values, dtype=np.float64)
            return np.sort(array[np.isfinite(array)])
        return np.array(sorted(float(value) for value in self.values if value is not None and known(value)))

    @property
    def is_empty(self) -> bool:
        return self.array.size == 0

    @property
    def me(self) -> float | None:
        return float(self.mine) if self.mine is not None and known(self.mine) else None

    @cached_property
    def bounds(self) -> tuple[float, float]:
        ends = [self.array[0], self.array[-1]] if self.array.size else [0.0, 1.0]
        if self.me is not None:
            ends.append(self.me)
        low, high = float(min(ends)), float(max(ends))
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    def x(self, value: float) -> float:
        """Place of a value on the strip, 0 to 300, a little inside the ends."""
        low, high = self.bounds
        return round(3 + (_WIDTH - 6) * (value / (high - low) - low / (high - low)), 1)

    @property
    def ticks(self) -> str:
        """One path for all peers; peers at the same place share a tick."""
        if self.is_empty:
            return ""
        low, high = self.bounds
        places = np.unique(np.round(3 + (_WIDTH - 6) * (self.array / (high - low) - low / (high - low)), 1))
        return "".join([f"M{place:g} 12V36" for place in places.tolist()])

    @cached_property
    def quartiles(self) -> tuple[float, float, float]:
        low, middle, high = np.quantile(self.array, [0.25, 0.5, 0.75])
        return float(low), float(middle), float(high)

    @property
    def bounds_text(self) -> tuple[str, str]:
        return self.write_with_unit(self.bounds[0]), self.write_with_unit(self.bounds[1])

    @property
    def half(self) -> tuple[float, float]:
        """Start and width of the middle half."""
        start, end = self.x(self.quartiles[0]), self.x(self.quartiles[2])
        return start, round(end - start, 1)

    @property
    def median_x(self) -> float:
        return self.x(self.quartiles[1])

    @property
    def me_x(self) -> float | None:
        return None if self.me is None else self.x(self.me)

    @property
    def mark(self) -> SafeString:
        """The drawing alone, as SVG. Written here rather than in a template: tables show many."""
        label = f"{self.title} – {self.sentence}" if self.sentence else str(self.title)
        inside = ""
        if not self.is_empty:
            start, width = self.half
            mine = "" if self.me_x is None else f'<path class="me" d="M{self.me_x} 2V42"/>'
            inside = (
                f'<rect class="q" x="{start}" y="8" width="{width}" height="28"/><path class="tick" d="{self.ticks}"/>'
                f'<path class="axis" d="M0 36H{self.width}"/><path class="mid" d="M{self.median_x} 8V36"/>{mine}'
            )
        return format_html(
            '<svg class="strip" viewBox="0 0 {} 44" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
            self.width,
            label,
            SafeString(inside),  # numbers alone
        )

    @cached_property
    def place(self) -> tuple[int, int] | None:
        """(rank, out of how many), oneself counted once."""
        if self.me is None or self.is_empty:
            return None
        peers = self.array if self.me in self.array else np.append(self.array, self.me)
        ahead = (peers > self.me) if self.higher_first else (peers < self.me)
        return int(ahead.sum()) + 1, int(peers.size)

    @property
    def rank_text(self) -> str:
        if self.place is None:
            return ""
        rank, total = self.place
        return _("rank %(rank)s of %(total)s") % {"rank": written(rank, 0), "total": written(total, 0)}

    @property
    def table(self) -> TableTwin:
        if self.is_empty:
            return TableTwin([_("Position"), _("Value")], [])
        low, middle, high = self.quartiles
        rows = [
            [_("lowest"), self.write(float(self.array[0]))],
            [_("a quarter is below"), self.write(low)],
            [_("median"), self.write(middle)],
            [_("a quarter is above"), self.write(high)],
            [_("highest"), self.write(float(self.array[-1]))],
        ]
        if self.me is not None:
            rows.append([str(self.mine_label) or _("here"), f"{self.write(self.me)} ({self.rank_text})"])
        return TableTwin([_("Position"), _("Value")], rows)

    def default_reading(self) -> str:
        median = self.write_with_unit(self.quartiles[1])
        if self.me is None:
            return _("Half of the %(count)s values are above %(median)s.") % {
                "count": self.array.size,
                "median": median,
            }
        return _("%(mine)s, %(rank)s; the median is %(median)s.") % {
            "mine": self.write_with_unit(self.me),
            "rank": self.rank_text,
            "median": median,
        }
