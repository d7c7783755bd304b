"""Lists of the app."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kiif.replication.profiles import PROFILES
from kiif.ui.tables import Column, Filter, Table


class SolutionsTable(Table):
    """Solutions that one may read."""

    name = "solutions"
    caption = _("My solutions")
    columns = (
        Column(
            "name",
            _("Solution"),
            url=lambda s: s.get_absolute_url(),
            sort="name",
            head=True,
            sub=lambda s: s.kind_label,
        ),
        Column("owner", _("Owner"), value=lambda s: s.owner_body or s.owner, sort="owner__full_name"),
        Column("searches", _("Searches"), value="searches_count", end=True),
        Column("updated_at", _("Changed"), sort="updated_at"),
    )
    search_fields = ("name", "does")
    filters = (Filter("genre", _("Kind"), choices=[(p.id, p.label) for p in PROFILES.values()], lookup="kind"),)
    default_sort = "-updated_at"
    exports = ()
    empty_title = _("Nothing to replicate yet")
    empty_text = _(
        "Describe your solution: in five minutes you will see where in France it may be needed and possible."
    )


class ResultsTable(Table):
    """Every territory kept, in order, for search, sort and exports."""

    name = "classement"
    caption = _("Ranking")
    columns = (
        Column("rank", _("Rank"), sort="rank", end=True),
        Column("name", _("Territory"), sort="name", head=True, url=lambda r: r.url, sub=lambda r: r.place),
        Column("code", _("Code"), page=False),
        Column("band", _("Band"), sort="band", cell="replication/parts/band_cell.html", value=lambda r: r.band),
        Column("score", _("Score out of 100"), value=lambda r: r.score_rounded, sort="score", end=True),
        Column(
            "sure", _("In the first ones"), value=lambda r: r.sure, sort="sure", cell="replication/parts/sure_cell.html"
        ),
        Column("low", _("Low end, in %"), value=lambda r: r.low, page=False),
        Column("high", _("High end, in %"), value=lambda r: r.high, page=False),
        Column("coverage", _("Known"), value=lambda r: r.coverage, sort="coverage", end=True),
        Column("people", _("Inhabitants"), value=lambda r: r.population, sort="people", end=True),
    )
    search_fields = ("name", "place")
    filters = (
        Filter(
            "bande",
            _("Band"),
            choices=[("A", _("A, solid")), ("B", _("B, to discuss")), ("C", _("C, unlikely"))],
            lookup="band",
        ),
    )
    page_size = 50
    stacked = False

    def row_class(self, row: Any) -> str:
        return "cur" if row.code == self.context.get("current") else ""
