"""Sections as steps, pages in their order, where to go next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.questionnaires.definition import Page, Section
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.enums import WRITABLE
from kiif.questionnaires.speaking import Speaker
from kiif.ui.components import Step


def pages(dossier: Dossier) -> Iterator[tuple[Section, Page]]:
    """Pages that are shown, in order."""
    for section in dossier.definition.sections:
        now = dossier.state.sections[section.id]
        for page in section.pages:
            if now.relevant and now.pages.get(page.id, False):
                yield section, page


def around(dossier: Dossier, page_id: str) -> tuple[tuple[Section, Page] | None, tuple[Section, Page] | None]:
    """The page before and the page after; None at both ends."""
    shown = list(pages(dossier))
    place = next((i for i, (_section, page) in enumerate(shown) if page.id == page_id), 0)
    return (shown[place - 1] if place else None), (shown[place + 1] if place + 1 < len(shown) else None)


def first_to_do(dossier: Dossier) -> tuple[Section, Page] | None:
    """Where to go on: the first page with something expected or wrong, else the first; None for an empty form."""
    shown = list(pages(dossier))
    waiting = set(dossier.response.reopened_fields) or {key for key, _sentence in dossier.state.errors}
    for section, page in shown:
        if any(question.id in waiting for question in page.questions):
            return section, page
    return shown[0] if shown else None


def page_url(dossier: Dossier, page: Page) -> str:
    return reverse("answers:page", args=[dossier.response.public_id, page.id])


def steps(dossier: Dossier, speak: Speaker, current: str = "", *, review: bool = True, bad: bool = False) -> list[Step]:
    """The sections as a stepper; `current`: identifier of the section, or "review"."""
    made = []
    for section in dossier.definition.sections:
        now = dossier.state.sections[section.id]
        first = next((page for page in section.pages if now.pages.get(page.id, False)), None)
        if not now.relevant or first is None:
            continue
        state = "current" if section.id == current else _state(now, bad)
        made.append(Step(speak(section.title).text or _("The questions"), _note(now), state, page_url(dossier, first)))
    if review:
        address = reverse("answers:review", args=[dossier.response.public_id])
        words = _("Read again, then send") if dossier.response.state in WRITABLE else _("The whole answer")
        made.append(Step(words, "", "current" if current == "review" else "", address))
    return made


def _state(now: Any, bad: bool) -> str:
    if now.problems or (bad and not now.complete):
        return "bad"
    if now.complete and (now.answered or not now.questions):
        return "done"
    return "half" if now.answered else ""


def _note(now: Any) -> str:
    if now.problems:
        return ngettext("%(n)s answer to look at again", "%(n)s answers to look at again", now.problems) % {
            "n": now.problems
        }
    if not now.answered and now.questions:
        return _("to begin")
    if now.complete:
        return _("complete")
    return _("%(done)s of %(expected)s expected") % {"done": now.done, "expected": now.expected}


def minutes_left(dossier: Dossier) -> int:
    """A rough estimate, in minutes: by kind of question, for those still without answer. At least one."""
    heavy = {"long_text": 180, "rich_text": 180, "table": 240, "files": 90, "grid": 60, "ranking": 45}
    waiting = (
        heavy.get(state.question.kind, 25)
        for state in dossier.state.questions.values()
        if state.relevant and state.value is None and state.question.kind not in {"note", "calculated"}
    )
    return max(1, round(sum(waiting) / 60))


def profile(dossier: Dossier, current: str) -> dict[str, Any]:
    """The form as a skyline: each section climbs with the share of its questions that are answered.

    Paths of an SVG of 1200 × 84; nothing for a form of one section, where there is nothing to compare.
    """
    shown = [now for now in dossier.state.sections.values() if now.relevant and now.questions]
    if len(shown) < 2:
        return {}
    width = 1200 / len(shown)
    heights = [62 - 40 * now.answered / now.questions for now in shown]
    spots = [(round((place + 0.5) * width), round(height, 1)) for place, height in enumerate(heights)]
    here = next((place for place, now in enumerate(shown) if now.section.id == current), len(shown) - 1)
    whole = [(0, 62.0), *spots, (1200, spots[-1][1])]
    points = [
        (x, y, "k" if place == here else "d" if shown[place].answered else "")
        for place, (x, y) in enumerate(spots)
        if place == here or shown[place].answered
    ]
    return {
        "all": _curve(whole),
        "done": _curve(whole[: here + 2]),
        "low": _curve(whole, 7),
        "lower": _curve(whole, 18),
        "points": points,
    }


def _curve(spots: list[tuple[int, float]], under: float = 0) -> str:
    """A soft line through these points, `under` pixels lower."""
    path = f"M{spots[0][0]},{spots[0][1] + under:g}"
    for (x, y), (to_x, to_y) in pairwise(spots):
        middle = round((x + to_x) / 2)
        path += f"C{middle},{y + under:g} {middle},{to_y + under:g} {to_x},{to_y + under:g}"
    return path
