"""A small map that says where a territory is, for print: the country, its departments, one mark."""

from __future__ import annotations

from kiif.opendata import packs, shapes
from kiif.opendata.errors import DataError
from kiif.replication import engine
from kiif.replication.models import FeasibilityStudy
from kiif.replication.picture import limits_of
from kiif.territories.models import Territory

WIDTH = 640
#: Colours of print: the ink of the page, a light ground, the accent.
_STYLE = (
    '<path d="{land}" fill="#f1f3ee" stroke="#11231d" stroke-width="1.4"/>'
    '<path d="{limits}" fill="none" stroke="#b9c1ba" stroke-width="0.8"/>'
    '<path d="{here}" fill="#8a4713" stroke="#8a4713" stroke-width="1.5"/>'
    '<circle cx="{x:.1f}" cy="{y:.1f}" r="17" fill="none" stroke="#8a4713" stroke-width="2.2"/>'
)


def svg_of(study: FeasibilityStudy) -> str:
    """The drawing, as SVG text; empty overseas (another frame) and when the shapes are not there."""
    try:
        level = engine.level_of(study.level)
        country = shapes.national("department", WIDTH)
        here, x, y = _mark(study, country)
        if not x and level != "commune":
            shape = next((s for s in shapes.national(level, WIDTH).shapes if s.code == study.code), None)
            if shape is None:
                return ""
            here, x, y = shape.path, shape.x, shape.y
    except DataError:
        return ""
    if not x:
        return ""
    body = _STYLE.format(land=country.land, limits=limits_of(packs.version()), here=here, x=x, y=y)
    width, height = country.frame.width, country.frame.height
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
    return f'{head} viewBox="0 0 {width:.1f} {height:.1f}">{body}</svg>'


def _mark(study: FeasibilityStudy, country: shapes.NationalMap) -> tuple[str, float, float]:
    """A commune is too small for its outline: its point alone."""
    if study.level != "commune":
        return "", 0.0, 0.0
    found = Territory.objects.filter(level="commune", code=study.code).first()
    if found is None or found.lat is None or found.lon is None:
        return "", 0.0, 0.0
    if getattr(found.department, "code", "") in shapes.INSET_NAMES:
        return "", 0.0, 0.0
    x, y = country.frame.project(found.lon, found.lat)
    return "", float(x), float(y)
