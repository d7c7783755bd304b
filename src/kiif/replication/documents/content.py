"""The words of a printed study, as plain data: what both forms print, in the language of who asks."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.replication import dossier
from kiif.replication.documents.locator import svg_of
from kiif.replication.enums import Kind
from kiif.replication.models import Entry, FeasibilityStudy
from kiif.territories.figures import number


def content_of(study: FeasibilityStudy) -> dict[str, Any]:
    """Text only, ready for JSON. Dates are those of the study, so that the same study prints the same file."""
    parts = dossier.parts_of(study)
    place = dossier.place_of(study)
    solution = study.search.solution
    written = [part.section.written_at for part in parts if part.section.version]
    last = max([study.opened_at, *written, *([study.decided_at] if study.decided_at else [])])
    return {
        "language": (get_language() or "fr")[:2],
        "title": study.name,
        "kind": _("Territorial feasibility study"),
        "solution": solution.name,
        "stamp": int(last.timestamp()),
        "summary": _summary(study, last, dossier.writers_of(study, parts)),
        "map": svg_of(study),
        "map_alt": _("Map of France: %(name)s is marked.") % {"name": study.name},
        "figures_title": _("What the figures say"),
        "place": _place(place),
        "figures_caption": _("Figures of the territory"),
        "figures_head": [_("Figure"), _("Here"), _("Source")],
        "figures": [[fact.name, fact.value, fact.source or "–"] for fact in dossier.facts_of(study)],
        "parts": [_part(part) for part in parts],
        "nothing": _("Nothing is written yet."),
        "footer": f"{study.name}, {solution.name}",
        "page": _("page"),
    }


def _summary(study: FeasibilityStudy, last: Any, writers: list[str]) -> list[list[str]]:
    rows = [[_("Decision"), dossier.decision_words(study)]]
    if study.decided_at:
        rows.append([_("Decided on"), date_format(localtime(study.decided_at), "DATE_FORMAT")])
    if study.conditions:
        rows.append([_("On which conditions"), study.conditions])
    if study.mode:
        rows.append([_("Mode of replication"), study.get_mode_display()])
    if writers:
        rows.append([_("Written by"), ", ".join(writers)])
    return [*rows, [_("State of the study"), date_format(localtime(last), "DATE_FORMAT")]]


def _place(place: dossier.Place | None) -> str:
    if place is None:
        return ""
    day = date_format(localtime(place.made_at), "DATE_FORMAT")
    if place.rank is None:
        return _("Beyond the first 200 of %(count)s territories in the ranking kept on %(day)s.") % {
            "count": number(place.count),
            "day": day,
        }
    said = _("Place %(rank)s of %(count)s territories in the ranking kept on %(day)s.") % {
        "rank": number(place.rank),
        "count": number(place.count),
        "day": day,
    }
    if place.share:
        said += " " + _("It is among the first in %(share)s %% of the plausible weightings (band %(band)s).") % {
            "share": place.share,
            "band": place.band,
        }
    return said


def _part(part: dossier.Written) -> dict[str, Any]:
    return {
        "title": str(part.title),
        "paragraphs": [line.strip() for line in part.section.text.split("\n") if line.strip()],
        "tables": [_table(lines) for lines in part.lines if lines.entries],
    }


def _table(lines: dossier.Lines) -> dict[str, Any]:
    """Columns that have something to say only."""
    asked = [
        (_("What"), [entry.title for entry in lines.entries]),
        (_("Engagement"), [entry.get_engagement_display() or "" for entry in lines.entries]),
        (_("Amount"), [_money(entry) for entry in lines.entries]),
        (_("Date"), [date_format(entry.on, "SHORT_DATE_FORMAT") if entry.on else "" for entry in lines.entries]),
        (_("State"), [_state(entry) for entry in lines.entries]),
        (_("What to remember"), [entry.detail for entry in lines.entries]),
        (_("Source"), [entry.source for entry in lines.entries]),
    ]
    kept = [asked[0], *[column for column in asked[1:] if any(column[1])]]
    total = lines.total
    return {
        "caption": str(lines.label),
        "head": [label for label, _values in kept],
        "rows": [list(row) for row in zip(*(values for _label, values in kept), strict=True)],
        "total": "" if total is None else _("%(total)s € in all") % {"total": _amount(total)},
    }


def _amount(value: Any) -> str:
    return number_format(value, 0 if value == int(value) else 2, use_l10n=True, force_grouping=True)


def _money(entry: Entry) -> str:
    return "" if entry.amount is None else f"{_amount(entry.amount)}\u00a0€"


def _state(entry: Entry) -> str:
    if entry.kind != Kind.NEXT:
        return ""
    return _("done") if entry.done else _("to do")
