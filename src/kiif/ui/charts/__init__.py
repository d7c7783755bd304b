"""Charts drawn on the server: SVG without scripts or inline styles, a title, a reading and their table.

    chart = Bars(
        title=_("Applications by territory"),
        unit=_("applications"),
        categories=["Gironde", "Dordogne"],
        series=[Series(_("received"), [12, 7]), Series(_("selected"), [3, 2])],
        source=_("kiif, 2026"),
    )

and in the template `{% chart chart %}`. Values are numbers; None, NaN and infinities are unknown and said so.
Colours never stand alone: each series has its pattern, its dash or its mark.
"""

from kiif.ui.charts.bars import Bars
from kiif.ui.charts.base import Chart, Series, TableTwin
from kiif.ui.charts.lines import Lines
from kiif.ui.charts.radar import Radar
from kiif.ui.charts.strip import Strip

__all__ = ["Bars", "Chart", "Lines", "Radar", "Series", "Strip", "TableTwin"]
