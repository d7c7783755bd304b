"""This app's part of the demonstration: some 120 invented organisations, as messy as real ones, through the actions.

A third without any number, names in capitals, addresses without a commune, nine entered twice by two teams, some
closed, one pair already merged, people who wait to be recognised. `world.scale` years add forty each.
"""

from __future__ import annotations

import random
import unicodedata
from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor, system
from kiif.accounts.demo import create_person
from kiif.alliance.models import Coverage, Incubator
from kiif.organisations import actions
from kiif.organisations.demo_names import FIRST, IDEAS, LEADERS, SECOND, STREETS
from kiif.organisations.enums import LegalForm, Theme, TieRole
from kiif.organisations.models import DuplicatePair, Organisation
from kiif.organisations.validators import luhn
from kiif.territories.enums import Level
from kiif.territories.models import Territory

ORDER = 55
NAME = _("Organisations of the directory")
MADE: Final = 90
CARRIER: Final = "porteuse@kiif.example"
NONTRON: Final = "24311"

_FORMS: Final = (
    *(LegalForm.ASSOCIATION,) * 10, *(LegalForm.SCIC,) * 3, *(LegalForm.SCOP,) * 2, *(LegalForm.SAS,) * 2,
    LegalForm.PROJECT, LegalForm.FOUNDATION, LegalForm.ASSOCIATION_PUBLIC,
)  # fmt: skip


def build(world: Any) -> None:
    """Fills `world.things["organisations"]` (name → Organisation): the twenty that have a story, then the others."""
    maker = _Maker(world)
    story = {idea[0]: maker.with_story(idea) for idea in IDEAS}
    others = [maker.one() for _number in range(MADE + 40 * (world.scale - 1))]
    maker.duplicates([*story.values(), *others])
    maker.close(others)
    maker.people(list(story.values()))
    world.things["organisations"] = story


def number(body: int, digits: int) -> str:
    """So many digits that hold, of a number that begins with 0: no real organisation bears it."""
    text = f"{body:0{digits - 1}d}"
    return next(f"{text}{digit}" for digit in range(10) if luhn(f"{text}{digit}"))


class _Maker:
    """Makes organisations one after the other, always the same for one seed."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.rng = random.Random(world.seed + ORDER)  # noqa: S311 -- reproducible, not secret
        self.count = 0
        self.every_name = [f"{first} {second}" for first in FIRST for second in SECOND]
        self.names = self.rng.sample(self.every_name, len(self.every_name))
        self.incubators = [i for _slug, i in sorted(world.incubators.items())]
        self.places = {incubator.pk: self._communes(incubator) for incubator in self.incubators}

    def _communes(self, incubator: Incubator) -> list[Territory]:
        """Communes of its departments, the larger ones more often; none while no territory is loaded."""
        codes = list(Coverage.objects.on().filter(incubator=incubator).values_list("department_code", flat=True))
        rows = Territory.objects.at(Level.COMMUNE).filter(department__code__in=codes, population__gte=1_500)
        return list(rows.select_related("department").order_by("code")[:400])

    def facts(self, incubator: Incubator) -> dict[str, Any]:
        """What a team knows of an organisation: nearly all, or nearly nothing."""
        self.count += 1
        rng, known = self.rng, self.rng.random()
        form = rng.choice(_FORMS)
        facts: dict[str, Any] = {"legal_form": form, "founded_on": date(rng.randint(1994, 2024), rng.randint(1, 12), 1)}
        if form == LegalForm.PROJECT:
            return {"legal_form": form}
        if known > 0.34:
            facts["siren"] = number(1_000_000 + self.count * 37, 9)
        if known > 0.6:
            facts["siret"] = number(int(facts["siren"] + "0001"), 14).zfill(14)
        if form == LegalForm.ASSOCIATION and rng.random() < 0.6:
            facts["rna"] = f"W00{self.count:07d}"
        places = self.places[incubator.pk]
        if places and rng.random() < 0.88:
            commune = rng.choice(places)
            facts |= {"commune": commune, "postcode": (commune.postcodes or [""])[0]}
        if rng.random() < 0.7:
            facts["address"] = f"{rng.randint(1, 60)} {rng.choice(STREETS)}"
        return facts

    def contact(self, name: str) -> dict[str, str]:
        plain = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe"))
        slug = "".join(sign for sign in plain if sign.isascii() and sign.isalnum())[:24]
        facts = {"email": f"contact@{slug}.example", "website": f"https://{slug}.example/"}
        if self.rng.random() < 0.5:
            facts["phone"] = f"01 99 00 {self.count // 100:02d} {self.count % 100:02d}"
        return {key: value for key, value in facts.items() if key == "email" or self.rng.random() < 0.7}

    def with_story(self, idea: tuple[str, tuple[str, ...], str, str, str]) -> Organisation:
        name, themes, kind, does, audience = idea
        incubator = self.incubators[self.count % len(self.incubators)]
        facts = {**self.facts(incubator), **self.contact(name), "themes": list(themes), "description": does}
        if name == IDEAS[0][0]:
            incubator, facts = self.world.incubators.get("atis", incubator), facts | self._nontron()
        made = actions.register_organisation(
            by=self.world.by, alliance=self.world.things["alliance"], stewards=[incubator], name=name, **facts
        )
        actions.describe_offering(
            organisation=made, by=self.world.by, name=name, kind=kind, does=does, audience=audience,
            since_year=self.rng.randint(2009, 2024),
        )  # fmt: skip
        return made

    def _nontron(self) -> dict[str, Any]:
        commune = Territory.objects.at(Level.COMMUNE).filter(code=NONTRON).first()
        place = {"commune": commune, "postcode": "24300"} if commune is not None else {}
        return {"legal_form": LegalForm.ASSOCIATION, "siren": number(5_000_000, 9), "siret": "", **place}

    def one(self) -> Organisation:
        """One of the many; sometimes in capitals, sometimes with nothing but a name."""
        incubator = self.rng.choice(self.incubators)
        facts = self.facts(incubator)
        name = self.names.pop() if self.names else self._elsewhere(facts)
        if self.rng.random() < 0.6:
            facts |= self.contact(name)
        facts["themes"] = self.rng.sample(Theme.values, self.rng.choice((0, 1, 1, 2, 3)))
        if self.rng.random() < 0.15:
            facts["usual_name"], name = name, f"ASSOCIATION {name.upper()}"
        stewards = [incubator] if self.rng.random() < 0.9 else []
        return actions.register_organisation(
            by=self.world.by, alliance=self.world.things["alliance"], stewards=stewards, name=name, **facts
        )

    def _elsewhere(self, facts: dict[str, Any]) -> str:
        """At ten years of age names come back: the place, or the rank, tells them apart."""
        place = facts["commune"].name if "commune" in facts else f"n° {self.count}"
        return f"{self.rng.choice(self.every_name)} – {place}"

    def duplicates(self, organisations: list[Organisation]) -> None:
        """The same entered again by another team, with other words; the first pair is already settled."""
        rng = self.rng
        placed = [row for row in organisations if row.commune_id]
        chosen = rng.sample(placed, min(9, len(placed)))
        for row in chosen:
            spelling = rng.choice((row.title.upper(), row.title.replace("’", " "), f"Asso {row.title}", row.title[:-1]))
            other = rng.choice([i for i in self.incubators if i not in row.stewards.all()])
            facts: dict[str, Any] = {"commune": row.commune, "themes": row.themes}
            if rng.random() < 0.5:
                facts["email"] = row.email.replace("contact@", "bonjour@")
            actions.register_organisation(
                by=self.world.by, alliance=row.alliance, stewards=[other], name=spelling, **facts
            )
        if pair := DuplicatePair.objects.open().order_by("-score", "pk").first():
            actions.merge(kept=pair.first, gone=pair.second, by=self.world.by)

    def close(self, organisations: list[Organisation]) -> None:
        today = timezone.localdate()
        living = Organisation.objects.active().in_bulk([row.pk for row in organisations])
        for key in self.rng.sample(sorted(living), 6):
            day = today - timedelta(days=self.rng.randint(40, 1_500))
            actions.close_organisation(organisation=living[key], on=day, by=self.world.by)

    def people(self, organisations: list[Organisation]) -> None:
        """Leaders who accepted; one who did not answer yet; one who asks; the carrier of the demonstration."""
        living = [row for row in organisations if not Organisation.objects.get(pk=row.pk).is_merged]
        carrier = self.world.people.get(CARRIER)
        if carrier is not None:
            self._lead(living[0], carrier, accepts=True)
        for place, (name, email) in enumerate(LEADERS, 1):
            user = create_person(self.world, name, email)
            self.world.people[email] = user
            if place == len(LEADERS):
                actions.claim(organisation=living[0], role=TieRole.EMPLOYEE, by=Actor(user=user), title="Mécanicien")
            else:
                self._lead(living[place], user, accepts=place != len(LEADERS) - 1)

    def _lead(self, organisation: Organisation, user: Any, *, accepts: bool) -> None:
        tie = actions.assert_tie(
            organisation=organisation,
            user=user,
            role=TieRole.LEADER,
            by=system("demo"),
            source="Rencontrée au premier rendez-vous",
            since=date(2022, 3, 1),
        )
        if accepts:
            actions.accept_tie(tie=tie, by=Actor(user=user))
