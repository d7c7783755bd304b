"""The map of the browser: `{% map view %}` beside a list that says the same.

    view = MapView(
        label=_("Part of people over 65, by department"),
        tiles="/territoires/tuiles/{z}/{x}/{y}.mvt",
        layer="departments",
        values="/territoires/valeurs/department/over_65.json",
        page="/territoires/departement/CODE/",
        unit="%",
    )

Tiles hold outlines with `code` and `name` (layers regions, departments, epci, communes, living_areas). `values` is the
address of `{code: number}`, or of `{"values": {code: number}, "breaks": [bounds]}` (bounds between up to six classes).
In the list, an element with `data-map-code` is outlined on the map under the pointer or the focus. With `pick`,
territories are chosen: a click sends the event `kiif-map-pick` (detail: code, name, picked) and ticks the checkbox of
that `data-map-code`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

#: (west, south, east, north) in degrees.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class MapView:
    label: Any
    tiles: str
    layer: str
    values: str = ""
    page: str = ""
    unit: Any = ""
    decimals: int = 1
    bounds: Box | None = None
    selected: str = ""
    picked: tuple[str, ...] = ()
    pick: bool = False
    breaks: tuple[float, ...] = ()
    #: False when every figure is known: nothing to hatch, and a whole layer less to draw
    hatched: bool = True
    credit: Any = ""
    min_zoom: int = 3
    max_zoom: int = 9
    #: the zoom from which the tiles hold the layer (0: always); before, the map says to come closer
    from_zoom: int = 0
    #: an SVG shown at once, until the map is drawn (and without JavaScript, or when the device cannot draw it)
    preview: Any = ""
    id: str = "map"

    @property
    def config(self) -> dict[str, Any]:
        """What the script reads: addresses, words, bounds. No markup, no code."""
        plain = ("tiles", "layer", "values", "page", "decimals", "bounds", "selected", "picked", "pick", "breaks")
        return {
            **{name: getattr(self, name) for name in plain},
            "hatched": self.hatched,
            "unit": str(self.unit),
            "credit": str(self.credit),
            "minZoom": self.min_zoom,
            "maxZoom": self.max_zoom,
            "fromZoom": self.from_zoom,
            "texts": self._texts(),
            "locale": _locale(),
        }

    def _texts(self) -> dict[str, str]:
        return {
            "hint": self.hint,
            "closer": _("Come closer to see the territories: zoom in."),
            "unknown": _("not known"),
            "noValues": _("The figures could not be read. The list beside has them."),
            "range": _("%(low)s to %(high)s") % {"low": "{low}", "high": "{high}"},
            "colon": _(": "),
        }

    @property
    def hint(self) -> str:
        if self.pick:
            return _("Point at a territory to read it, click to add or remove it.")
        return _("Point at a territory to read it, click to open it.")


def _locale() -> dict[str, str]:
    """Words of the map library that are shown or read aloud."""
    return {
        "Map.Title": _("Map"),
        "NavigationControl.ZoomIn": _("Zoom in"),
        "NavigationControl.ZoomOut": _("Zoom out"),
        "AttributionControl.ToggleAttribution": _("Sources"),
        "ScaleControl.Meters": "m",
        "ScaleControl.Kilometers": "km",
        "CooperativeGesturesHandler.WindowsHelpText": _("Hold Ctrl while you scroll to zoom the map"),
        "CooperativeGesturesHandler.MacHelpText": _("Hold ⌘ while you scroll to zoom the map"),
        "CooperativeGesturesHandler.MobileHelpText": _("Use two fingers to move the map"),
    }
