"""From the fields of a page to what the actions take, and to the fields shown again. Files and places included."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.attachments.models import Attachment
from kiif.questionnaires import values
from kiif.questionnaires.actions.saving import UNKNOWN, Sent
from kiif.questionnaires.definition import Page
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.speaking import Speaker
from kiif.questionnaires.widgets import Shown
from kiif.territories.models import Territory
from kiif.territories.results import place_of, results_for
from kiif.territories.summary import rural_label


@dataclass
class Gathered:
    """`sent`: what could be read; `unread`: sentences for what could not, by identifier of question."""

    sent: dict[str, Sent] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


def gather(dossier: Dossier, keys: list[str], data: QueryDict) -> Gathered:
    """Reads these questions from a form. A key that the form does not hold is left out.

    `here` lists the questions that the page showed: an empty group of boxes sends nothing by itself.
    """
    found = Gathered()
    here = set(data.getlist("here"))
    for key in keys:
        question = dossier.definition.by_id.get(key)
        if question is None:
            found.sent[key] = Sent(None, 0)  # refused by the action, with its sentence
        elif key in here and values.of(question).answered:
            try:
                value = values.read(question, values.Raw(data.getlist, key))
            except ValueError as error:
                found.unread[key] = str(error)
            else:
                found.sent[key] = Sent(value, base_of(data, key), was_of(data, key), data.get(f"again.{key}") == "1")
    return found


def base_of(data: QueryDict, key: str) -> int:
    text = data.get(f"base.{key}", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def was_of(data: QueryDict, key: str) -> Any:
    try:
        return json.loads(data.get(f"was.{key}", ""))
    except (ValueError, RecursionError):
        return UNKNOWN


@dataclass(frozen=True)
class Place:
    """A territory chosen or found, with the rural answer and where it comes from."""

    key: str
    title: str
    about: str = ""
    rural: str = ""
    how: str = ""
    chosen: bool = True


@dataclass(frozen=True)
class File:
    """An attached file of a question."""

    key: str
    name: str
    about: str
    url: str


def shown_page(
    dossier: Dossier,
    page: Page,
    speak: Speaker,
    actor: Actor,
    *,
    data: QueryDict | None = None,
    refusals: dict[str, str] | None = None,
    clashes: Collection[str] = (),
) -> list[Shown]:
    """The questions of a page as their templates read them. Two queries more when there are places or files."""
    refusals = refusals or {}
    again = {*refusals, *clashes}
    made = [
        Shown(dossier, one.id, speak, sent=data if one.id in again else None, refusal=refusals.get(one.id, ""))
        for one in page.questions
    ]
    add_places(made, actor, data)
    add_files(dossier, made)
    return made


def add_places(shown: list[Shown], actor: Actor, data: QueryDict | None = None) -> None:
    """Names, rural answers and their source for the territories chosen; those found for what was typed."""
    asked = [one for one in shown if one.kind == "territories"]
    keys = {key for one in asked for key in one.typed.many()}
    pairs = [(level, code) for level, _colon, code in (key.partition(":") for key in keys)]
    rows = {}
    if official := [pair for pair in pairs if pair[0] != "drawn"]:
        rows = {row.key: row for row in Territory.objects.named(official).with_parents()}
    for one in asked:
        names = {f"{item['level']}:{item['code']}": item["name"] for item in (one.value or {}).get("items", ())}
        one.places = [_place(rows.get(key), key, names.get(key, key)) for key in one.typed.many()]
        wanted = data.get(f"find.{one.id}", "").strip() if data is not None else ""
        one.looked_for = wanted
        one.found = find_places(wanted, one.question.levels, actor, set(one.typed.many())) if wanted else []


def _place(row: Territory | None, key: str, name: str) -> Place:
    if row is None:
        return Place(key, name)
    label = rural_label(row)
    about = place_of(row)
    return Place(key, row.title, about, label.title if label else "", label.how if label else "")


def find_places(text: str, levels: Any, actor: Actor, but: set[str]) -> list[Place]:
    """Territories of these levels for what is typed, with the rural answer; those already chosen left out."""
    official = [level for level in levels if level != "drawn"]
    found = results_for(text, levels=official, limit=8, actor=actor) if official else []
    rows = {row.key: row for row in Territory.objects.filter(pk__in=[one.pk for one in found]).with_parents()}
    made = []
    for one in found:
        if one.key not in but and one.key in rows:
            place = _place(rows[one.key], one.key, one.title)
            made.append(Place(one.key, one.title, f"{one.kind}, {one.place}", place.rural, place.how, chosen=False))
    if "drawn" in levels:
        drawn = [one for one in results_for(text, actor=actor) if one.is_drawn]
        made += [Place(f"drawn:{one.pk}", one.title, one.kind, chosen=False) for one in drawn[:4]]
    return made


def add_files(dossier: Dossier, shown: list[Shown]) -> None:
    """Names and sizes of the files of each question, and the model to fill."""
    asked = [one for one in shown if one.kind == "files"]
    if not asked:
        return
    rows = {str(row.public_id): row for row in Attachment.objects.on(dossier.response)}
    for one in asked:
        one.files = [_file(dossier, rows[key]) for key in one.typed.many() if key in rows]
        one.missing = [key for key in one.typed.many() if key not in rows]
        one.room = one.question.at_most - len(one.files)


def _file(dossier: Dossier, row: Attachment) -> File:
    by = _("added by %(name)s") % {"name": row.uploaded_by} if row.uploaded_by else ""
    return File(
        str(row.public_id),
        str(row),
        ", ".join(filter(None, (row.human_size, by))),
        reverse("answers:file", args=[dossier.response.public_id, row.public_id]),
    )
