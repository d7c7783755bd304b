"""What makes two applications look like one: the same number, near names, the same people. Nothing is written here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

from kiif.accounts.models import User
from kiif.organisations.names import key_of, likeness
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call
from kiif.programmes.queries import ApplicationQuerySet
from kiif.questionnaires.models import Participant

#: What each common point weighs; two applications under `ENOUGH` are not worth a look.
WEIGHTS: Final = {"siren": 60, "people": 45, "email": 45, "organisation": 40, "title": 25}
ENOUGH: Final = 45
#: Names as alike as this are near; trigrams in common under which nothing is compared any further.
NEAR: Final = 0.86
_HOPELESS: Final = 0.35
#: Words between brackets at the end of a name: an acronym, a town, a remark.
_AROUND: Final = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*$")
_KEYS: Final = (
    "pk", "call_id", "project_id", "siren", "organisation__name", "organisation_name", "title", "contact_email",
    "response_id", "response__owner_id",
)  # fmt: skip


@dataclass
class Card:
    """What is compared of an application. `people`: keys of accounts."""

    pk: int
    call: int
    project: int
    siren: str
    organisation: str
    title: str
    email: str
    people: set[int] = field(default_factory=set)
    grams: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """Two applications (the smaller key first), their weight, why: [code, words]."""

    first: int
    second: int
    score: int
    reasons: tuple[tuple[str, str], ...]


def cards(call: Call) -> tuple[list[Card], list[Card]]:
    """Those of the call, and those of the other calls of the same alliance (rehearsals apart). Five queries."""
    rows = Application.objects.exclude(state__in=(State.WITHDRAWN, State.MERGED))
    own = list(_cards(rows.filter(call=call)))
    if call.is_rehearsal:
        return own, []
    others = rows.filter(project__alliance=call.edition.programme.owner.alliance_key)
    return own, list(_cards(others.exclude(call=call).filter(call__edition__rehearsal_of__isnull=True)))


def _cards(rows: ApplicationQuerySet) -> Iterator[Card]:
    found: list[Any] = list(rows.values_list(*_KEYS))
    people: dict[int, set[int]] = defaultdict(set)
    answers = [row[8] for row in found]
    for response, user in Participant.objects.filter(response_id__in=answers).values_list("response_id", "user_id"):
        people[response].add(user)
    for pk, call, project, siren, known, written, title, email, response, owner in found:
        name = key_of(_AROUND.sub("", known or written or ""))
        people[response] |= {owner} if owner else set()
        yield Card(pk, call, project, siren, name, key_of(title), email.casefold(), people[response], _grams(name))


def _grams(name: str) -> frozenset[str]:
    padded = f"  {name} "
    return frozenset(padded[place : place + 3] for place in range(len(padded) - 2)) if name else frozenset()


def _alike(one: Card, other: Card) -> float:
    if not one.grams or not other.grams:
        return 0.0
    common = len(one.grams & other.grams) / len(one.grams | other.grams)
    return 0.0 if common < _HOPELESS else likeness(one.organisation, other.organisation)


def compare(one: Card, other: Card) -> Likeness | None:
    """Why these two look like one; None when they do not enough."""
    reasons: list[tuple[str, str]] = []
    if one.siren and one.siren == other.siren:
        reasons.append(("siren", one.siren))
    if common := one.people & other.people:
        reasons.append(("people", ",".join(str(key) for key in sorted(common))))
    elif one.email and one.email == other.email:
        reasons.append(("email", one.email))
    if _alike(one, other) >= NEAR:
        reasons.append(("organisation", other.organisation))
    if one.title and likeness(one.title, other.title) >= NEAR:
        reasons.append(("title", other.title))
    score = sum(WEIGHTS[code] for code, _words in reasons)
    if score < ENOUGH or not _telling(one, other, {code for code, _words in reasons}):
        return None
    first, second = sorted((one.pk, other.pk))
    return Likeness(first, second, min(score, 100), tuple(reasons))


def _telling(one: Card, other: Card, codes: set[str]) -> bool:
    """Between two calls, the same people may come back with something else, and the same project is no doubt."""
    if one.call == other.call:
        return codes != {"people"} or bool(one.title and one.title == other.title)
    return one.project != other.project and "title" in codes and bool(codes & {"siren", "organisation", "people"})


def find(call: Call) -> list[Likeness]:
    """Pairs inside the call, and between it and the others, the surest first."""
    own, others = cards(call)
    found = [compare(one, other) for one, other in combinations(own, 2)]
    shelves = _shelves(others)
    for card in own:
        near: dict[int, Card] = {}
        for key in _keys(card):
            near |= {other.pk: other for other in shelves.get(key, ())}
        found += [compare(card, other) for other in near.values()]
    return sorted((one for one in found if one is not None), key=lambda one: (-one.score, one.first, one.second))


def _keys(card: Card) -> list[tuple[str, object]]:
    keys: list[tuple[str, object]] = [("user", user) for user in card.people]
    keys += [("siren", card.siren)] if card.siren else []
    keys += [("name", card.organisation)] if card.organisation else []
    return keys


def _shelves(others: Iterable[Card]) -> dict[tuple[str, object], list[Card]]:
    shelves: dict[tuple[str, object], list[Card]] = defaultdict(list)
    for card in others:
        for key in _keys(card):
            shelves[key].append(card)
    return shelves


def named(reasons: Iterable[tuple[str, str]], people: dict[int, str]) -> list[tuple[str, str]]:
    """The reasons with the names of people in place of their keys."""
    made = []
    for code, words in reasons:
        if code == "people":
            keys = [int(key) for key in words.split(",") if key.isdecimal()]
            words = ", ".join(people[key] for key in keys if key in people)  # noqa: PLW2901 -- the same, for people
        made.append((code, words))
    return made


def people_named(keys: Iterable[int]) -> dict[int, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in=set(keys))}
