"""Charts of the style guide, from invented numbers."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kiif.ui.charts import Bars, Chart, Lines, Radar, Series, Strip

_TOWNS = ["Gironde", "Dordogne", "Lot-et-Garonne", "Charente"]
_SOURCE = "kiif, 2026"


def samples() -> list[Chart]:
    years = [str(year) for year in range(2018, 2027)]
    peers = [(index * 37 % 101) / 3 + (index % 7) for index in range(300)]
    return [
        Bars(
            id="bar-one",
            title=_("Four departments receive half of the projects"),
            unit=_("projects"),
            categories=_TOWNS,
            series=[Series(_("Projects"), [42, 31, 8.5, None])],
            mine="Dordogne",
            source=_SOURCE,
        ),
        Bars(
            id="bar-many",
            title=_("Selected side by side with received"),
            categories=_TOWNS,
            source=_SOURCE,
            series=[Series(_("received"), [42, 31, 8, 3]), Series(_("selected"), [12, 9, 3, 0])],
        ),
        Bars(
            id="bar-stack",
            title=_("What becomes of the applications"),
            categories=_TOWNS,
            stacked=True,
            source=_SOURCE,
            series=[
                Series(_("selected"), [12, 9, 3, 1]),
                Series(_("oriented"), [20, 12, 2, 1]),
                Series(_("declined"), [10, 10, 3, 1]),
            ],
        ),
        Bars(
            id="bar-minus",
            title=_("Difference with last year"),
            categories=_TOWNS,
            unit="%",
            series=[Series(_("Gap"), [4.5, -2.25, 0, 12])],
            source=_SOURCE,
        ),
        Lines(
            id="line",
            title=_("Twice as many webinars in eight years"),
            categories=years,
            source=_SOURCE,
            series=[
                Series(_("webinars"), [4, 5, 5, 12, None, 11, 9, 9, 10]),
                Series(_("seminars"), [2, 2, 3, 0, 1, 3, 4, 4, 4]),
            ],
        ),
        Strip(id="strip", title=_("People of 65 and more"), unit="%", values=peers, mine=30.5, source="Insee 2022"),
        Radar(
            id="radar",
            title=_("Maturity of the team"),
            maximum=5,
            source=_SOURCE,
            categories=[_("governance"), _("model"), _("impact"), _("team"), _("territory")],
            series=[Series(_("beginning"), [2, 3, 1, 4, 2]), Series(_("one year later"), [3, 4, 3, 4, 4])],
        ),
        Bars(id="bar-none", title=_("Nothing yet"), categories=[], series=[]),
    ]
