"""Demo answers that belong to no call: registrations without an account. Applications are in `programmes`.

People are invented; everything goes through the actions, under the name of who would do it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.questionnaires import values
from kiif.questionnaires.actions import answering, collections
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.enums import Audience
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Collection, Version


def build(world: Any) -> None:
    """Fills `world.things["collections"]`: "webinaire", "diagnostic" → their Collection."""
    versions: Mapping[str, Version] = world.things["questionnaires"]
    now = timezone.localtime().replace(hour=23, minute=59, second=0, microsecond=0)
    opened = {
        "webinaire": _open(world.by, versions["webinaire"], "webinaire-essaimer", now, -9, 12, Audience.LINK),
        "diagnostic": _open(world.by, versions["diagnostic"], "suis-je-pret-e", now, -60, 300),
    }
    world.things["collections"] = opened
    _registrations(opened["webinaire"])


def _open(  # noqa: PLR0917 -- dates in days, before and after today
    by: Actor, version: Version, slug: str, now: dt.datetime, since: int, until: int, audience: str = Audience.ACCOUNT
) -> Collection:
    fields = {
        "title": version.questionnaire.title,
        "slug": slug,
        "audience": audience,
        "opens_at": now + dt.timedelta(days=since),
        "closes_at": now + dt.timedelta(days=until),
        "thanks": {
            "fr": "Merci, c’est bien reçu.",
            "en": "Thank you, it is received.",
        },
    }
    return collections.open_collection(questionnaire=version.questionnaire, by=by, fields=fields)


def _many(*keys: str) -> dict[str, Any]:
    return {"values": list(keys), "text": ""}


def _registrations(collection: Collection) -> None:
    """A few people without an account; the last one has not finished."""
    names = ("Odile Faucher", "Bakary Sow", "Maëlle Quéré", "Tomas Iriarte")
    for place, name in enumerate(names):
        response, _token = answering.begin_by_link(collection=collection)
        links = (response.link_hash,)
        definition = definition_of(response.version)
        given: dict[str, Any] = {"nom": name, "courriel": f"personne{place}@exemple.test"}
        if place < 3:
            given |= {"seances": _many("s1", "s2"), "accord": {"given": True}}
        sent = {
            definition.by_name[key].id: Sent(values.accept(definition.by_name[key], one), 0)
            for key, one in given.items()
        }
        save(response=response, sent=sent, by=Actor(), links=links)
        if place < 3:
            answering.submit(response=response, by=Actor(), links=links)
