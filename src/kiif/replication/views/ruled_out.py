"""The list of territories that a condition rules out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.replication.engine import Answer
from kiif.replication.labels import Labels
from kiif.replication.results import names_of
from kiif.ui.tables import Column, Table


@dataclass(frozen=True)
class Out:
    code: str
    name: str
    place: str
    population: int
    reasons: str
    url: str


class ExcludedTable(Table):
    name = "ecartes"
    caption = _("Territories ruled out")
    columns = (
        Column("name", _("Territory"), sort="name", head=True, url=lambda r: r.url, sub=lambda r: r.place),
        Column("code", _("Code"), page=False),
        Column("reasons", _("What rules it out")),
        Column("population", _("Inhabitants"), sort="population", end=True),
    )
    search_fields = ("name", "place")
    page_size = 50
    empty_title = _("Nothing is ruled out")
    empty_text = _("No condition excludes a territory: all are ranked.")


def rows_out(answer: Answer, labels: Labels, search_pk: int) -> list[Out]:
    """Each territory ruled out, with every condition that it breaks and its figure."""
    named, found = names_of(answer.level), answer.evaluation
    address = reverse("replication:why", args=[search_pk, "CODE"])
    out = []
    for row in np.flatnonzero(found.excluded).tolist():
        reasons = []
        for broken in found.exclusions(row):
            label = labels[broken.criterion.indicator]
            reasons.append(f"{label.name} ({label.with_unit(broken.figure)})")
        code = str(answer.codes[row])
        out.append(
            Out(
                code,
                named.names[row],
                named.places[row],
                named.population[row],
                ", ".join(reasons),
                address.replace("CODE", code),
            )
        )
    return out
