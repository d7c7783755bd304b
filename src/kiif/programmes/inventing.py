"""Invented applicants, for rehearsals and the demonstration: always the same for one seed, and looking invented."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kiif.organisations.validators import luhn
from kiif.programmes import facts
from kiif.programmes.models import Call, Host
from kiif.questionnaires.definition import Definition
from kiif.territories.enums import Level
from kiif.territories.lookup import fold
from kiif.territories.models import Territory

_NAMES: Final = (
    "Avril", "Bakari", "Colombe", "Désiré", "Élise", "Firmin", "Garance", "Hamid", "Isaure", "Jonas",
    "Kadiatou", "Lubin", "Maëlle", "Nino", "Oriane", "Perrin", "Quitterie", "Rosalie", "Sékou", "Thelma",
    "Ulysse", "Violette", "Yanis", "Zélie",
)  # fmt: skip
_SURNAMES: Final = (
    "Brumeclaire", "Chantelaube", "Doucerive", "Épinoire", "Fontvive", "Grangelune", "Hauteroche", "Islemère",
    "Joncheval", "Lanterneau", "Mirepré", "Noirmoulin", "Ormelande", "Passelaine", "Querceval", "Roncebel",
    "Semevent", "Tournebois", "Valdombre", "Verteplume", "Aubecombe", "Boislointain", "Clairpont", "Dormeval",
)  # fmt: skip
#: what it is called, what it does, in the words of a carrier
IDEAS: Final = (
    ("l’atelier vélo itinérant", "un camion-atelier qui répare dans huit villages"),
    ("la cantine des salles des fêtes", "une cantine qui tourne d’une salle des fêtes à l’autre"),
    ("la laverie bavarde", "une laverie où l’on apprend à lire une facture"),
    ("les gardes partagées", "des relais de garde d’enfants tenus par des habitantes"),
    ("la ressourcerie du bâti", "une ressourcerie de matériaux dans une ancienne scierie"),
    ("l’épicerie du car", "une épicerie qui livre avec le car scolaire"),
    ("les veilleurs de ferme", "un réseau de remplaçant·es pour les fermes en peine"),
    ("la salle d’attente", "un cabinet mobile où trois soignantes se relaient"),
    ("le four du lundi", "un four communal rallumé par une boulangère salariée"),
    ("les sentiers du récit", "des balades où les ancien·nes racontent et l’on enregistre"),
    ("le garage à plusieurs mains", "un garage solidaire et des voitures à louer"),
    ("la conserverie des invendus", "une conserverie d’invendus avec des personnes en insertion"),
    ("les toits en commun", "des logements entre générations dans d’anciennes écoles"),
    ("le fil de laine", "une filature qui redonne un prix à la laine locale"),
    ("l’école des jardins", "des jardins nourriciers adossés aux collèges"),
    ("le café des démarches", "un café où l’on fait ses démarches accompagné·e"),
    ("les adieux du village", "un accompagnement laïque des familles en deuil"),
    ("la troupe du canton", "des spectacles montés six mois avec les habitant·es"),
    ("les haies de demain", "une pépinière d’insertion qui replante les haies"),
    ("le bus des soins", "un centre de santé itinérant sans avance de frais"),
)  # fmt: skip
_HOUSES: Final = (
    "La Bobine", "Les Cinq Chênes", "Le Pas de côté", "La Courte Échelle", "Les Sabots ailés",
    "La Soupe au caillou", "L’Escampette", "Le Grand Panier", "La Marelle", "Les Colporteur·ses", "Le Tamis",
    "La Bascule", "Les Ricochets", "La Claie", "Le Quart de lune", "Les Aiguilleur·ses", "La Margelle",
    "Le Chas de l’aiguille", "L’Arrosoir", "La Volée",
)  # fmt: skip
_ENDS: Final = ("", " du bocage", " des crêtes", " d’à côté", " des trois rivières", " du plateau", " de la lisière")
_WORDS: Final = (
    "Chaque semaine, au même endroit et avec les gens du village, on prend le temps de faire ensemble.",
    "On y vient pour un service et l’on y revient pour les autres, sans rendez-vous.",
    "Trois salarié·es et une trentaine de bénévoles se relaient toute l’année.",
    "Ce que nous savons faire s’apprend en quelques semaines, le reste dépend du lieu.",
    "Les élu·es nous ont écrit, une association voisine nous attend déjà.",
    "Nous mesurons ce qui change avec des questions simples, posées deux fois par an.",
    "Là où un commerce a fermé, un rendez-vous de plus change une semaine entière.",
    "Nous gardons la règle commune et laissons à chacun sa manière.",
)  # fmt: skip


#: Where invented people are written to: a domain that can never exist (RFC 2606).
DOMAIN: Final = "candidature.example"


@dataclass(frozen=True)
class Applicant:
    """Who applies, with what, where: invented. `places`: communes that exist; `hosts`: those wished for, in order."""

    number: int
    person: str
    email: str
    organisation: str
    siren: str
    title: str
    does: str
    seat: Territory | None
    places: tuple[Territory, ...]
    hosts: tuple[Host, ...]
    form: str
    women: bool


def address_end(call: Call, number: int | str) -> str:
    """How the address of an invented applicant of a call ends: it names the call, so that both go together."""
    return f".{call.pk}.{number}@{DOMAIN}"


class Inventor:
    """Makes applicants of one call, one after the other."""

    def __init__(self, call: Call, seed: int) -> None:
        self.call = call
        self.rng = random.Random(seed)  # noqa: S311 -- reproducible, not secret
        self.hosts = list(call.hosts.filter(left_at__isnull=True).select_related("incubator"))
        self.communes = self._communes()

    def _communes(self) -> list[Territory]:
        """Communes of the departments that the hosts cover, mostly rural ones: in the order of their codes, drawn."""
        codes = sorted({code for host in self.hosts for code in host.departments})
        rows = Territory.objects.open().filter(level=Level.COMMUNE, population__gte=250).select_related("department")
        rows = rows.filter(department__code__in=codes) if codes else rows.filter(code__startswith="24")
        keys = list(rows.order_by("code").values_list("pk", "rural_communes"))
        rural = [pk for pk, count in keys if count]
        urban = [pk for pk, count in keys if not count]
        drawn = self.rng.sample(rural, min(len(rural), 120)) + self.rng.sample(urban, min(len(urban), 15))
        found = {row.pk: row for row in rows.filter(pk__in=drawn)}
        return [found[pk] for pk in drawn]

    def applicant(self, number: int) -> Applicant:
        """The number-th one: the same for one seed and the same order of calls."""
        rng = self.rng
        first, last = rng.choice(_NAMES), _SURNAMES[number % len(_SURNAMES)]
        title, does = IDEAS[number % len(IDEAS)]
        end = _ENDS[(number // len(_HOUSES)) % len(_ENDS)]
        house = f"{_HOUSES[(number * 7) % len(_HOUSES)]}{end}"
        places = tuple(rng.sample(self.communes, min(len(self.communes), rng.choice((0, 1, 1, 1, 2, 3)))))
        name = fold(f"{first}.{last}").replace(" ", "-")
        return Applicant(
            number=number,
            person=f"{first} {last}",
            email=f"{name}{address_end(self.call, number)}",
            organisation=f"{house} (exemple)",
            siren=siren_of(self.call.pk * 1_000 + number) if rng.random() < 0.8 else "",
            title=title[:1].upper() + title[1:],
            does=does,
            seat=rng.choice(self.communes) if self.communes else None,
            places=places,
            hosts=self._wished(places),
            form=rng.choice(("association",) * 6 + ("cooperative",) * 2 + ("company",)),
            women=rng.random() < 0.45,
        )

    def _wished(self, places: Sequence[Territory]) -> tuple[Host, ...]:
        """The hosts of the departments aimed at; somebody without a place mostly has no host either."""
        codes = [row.department.code for row in places if row.department]
        near = [host for code in codes for host in self.hosts if code in host.departments]
        if not near and self.hosts and self.rng.random() < 0.3:
            near = [self.rng.choice(self.hosts)]
        return tuple(dict.fromkeys(near))[: self.call.most_hosts]


def siren_of(body: int) -> str:
    """A number that holds and that INSEE gives to nobody: it begins with 0."""
    text = f"{body % 10_000_000:08d}"
    return next(f"{text}{digit}" for digit in range(10) if luhn(f"{text}{digit}"))


class Pen:
    """Writes the answers of an applicant to any form: by the name of the question, else by its kind."""

    def __init__(self, call: Call, definition: Definition, applicant: Applicant, rng: random.Random) -> None:
        self.call, self.definition, self.one, self.rng = call, definition, applicant, rng
        self.facts = {question.id: key for key, question in facts.asked(call.facts, definition).items()}

    def documents(self) -> dict[str, Any]:
        """A document for each question that can be answered, by identifier: those that are not asked go when sent."""
        made = {}
        for question in self.definition.walk():
            document = self.write(question)
            if document is not None:
                made[question.id] = document
        return made

    def write(self, question: Any) -> Any:
        by_fact = _BY_FACT.get(self.facts.get(question.id, ""))
        by_name = _BY_NAME.get(question.name)
        by_kind = _BY_KIND.get(question.kind)
        for way in (by_fact, by_name, by_kind):
            if way is not None:
                return way(self, question)
        return None

    def sentences(self, question: Any) -> str:
        """Words within the limits of the question."""
        least, most = getattr(question, "min_words", None) or 0, getattr(question, "max_words", None) or 60
        words: list[str] = f"{self.one.title} : {self.one.does}.".split()
        while len(words) < max(least + 8, 18):
            words += self.rng.choice(_WORDS).split()
        text = " ".join(words[:most])
        limit = getattr(question, "max_chars", None)
        return text[:limit].rstrip() if limit else text

    def chosen(self, question: Any, most: int) -> list[str]:
        """Some of the choices, those that are chosen alone left out."""
        keys = [one.key for one in question.choices if not one.exclusive]
        least = max(getattr(question, "at_least", None) or 1, 1)
        count = min(max(least, self.rng.randint(1, most)), getattr(question, "at_most", None) or most, len(keys))
        return self.rng.sample(keys, max(count, min(least, len(keys))))

    def row(self, question: Any, number: int) -> dict[str, Any]:
        made: dict[str, Any] = {"id": f"r{number}"}
        for column in question.columns:
            if column.kind in {"number", "money"}:
                made[column.id] = self.rng.randrange(2, 90) * 1_000
            elif column.kind == "choice" and column.choices:
                made[column.id] = column.choices[number % len(column.choices)].key
            elif column.kind == "yes_no":
                made[column.id] = number == 0
            elif column.kind == "text":
                made[column.id] = self.one.person if number == 0 else f"Ligne {number + 1}"
        return made


def _day(pen: Pen, question: Any) -> str:
    """A day between the bounds of the question."""
    latest = question.latest or dt.date(2024, 1, 1)
    day = dt.date(2016, 3, 1) + dt.timedelta(days=37 * (pen.one.number % 60))
    day = min(day, latest)
    return max(day, question.earliest or day).isoformat()


def _places(pen: Pen, question: Any) -> Any:
    rows = list(pen.one.places[: getattr(question, "at_most", None) or 6])
    asked_of_all = question.required and (not question.relevant or pen.facts.get(question.id) != "territories")
    if not rows and asked_of_all and pen.one.seat is not None:
        rows = [pen.one.seat]
    return {"items": [{"level": "commune", "code": row.code} for row in rows]} if rows else None


def _number(pen: Pen, question: Any) -> float:
    low = getattr(question, "minimum", None)
    high = getattr(question, "maximum", None)
    value = float(pen.rng.randint(3, 60))
    return min(max(value, low if low is not None else value), high if high is not None else value)


def _organisation(pen: Pen, question: Any) -> Any:
    one = pen.one
    if question.kind == "text":
        return one.organisation
    return {"kind": "siren" if one.siren else "", "identifier": one.siren, "name": one.organisation}


def _address(pen: Pen, question: Any) -> Any:
    seat = pen.one.seat
    if seat is None:
        return None
    return {"line": f"{pen.one.number + 1}, place de la Halle", "postcode": (seat.postcodes or ["24300"])[0],
            "town": seat.name, "code": seat.code}  # fmt: skip


def _rows(pen: Pen, question: Any) -> Any:
    count = max(question.min_rows or 1, 1)
    return {"rows": [pen.row(question, number) for number in range(min(count + 1, question.max_rows or count + 1))]}


def _hosts(pen: Pen, question: Any) -> Any:
    keys = [facts.host_key(host) for host in pen.one.hosts]
    known = [key for key in keys if key in {one.key for one in question.choices}]
    if question.kind == "choice":
        return {"value": known[0], "text": ""} if known else None
    return {"values": known} if known else None


Way = Callable[[Pen, Any], Any]
_BY_FACT: Final[Mapping[str, Way]] = {
    "title": lambda pen, question: pen.one.title,
    "organisation": _organisation,
    "contact_email": lambda pen, question: pen.one.email,
    "territories": _places,
    "hosts": _hosts,
}
_BY_NAME: Final[Mapping[str, Way]] = {
    "contact_nom": lambda pen, question: pen.one.person,
    "contact_fonction": lambda pen, question: "Coordination",
    "statut": lambda pen, question: {"value": pen.one.form, "text": ""},
    "choisi": lambda pen, question: {"value": ("open", "one", "several", "several")[len(pen.one.places)], "text": ""},
    "femmes": lambda pen, question: {"value": pen.one.women, "reason": ""},
    "charges": lambda pen, question: 1_000 * (90 + 17 * (pen.one.number % 20)),
    "tresorerie": lambda pen, question: 1_000 * (8 + 7 * (pen.one.number % 15)),
    "esus": lambda pen, question: {"value": pen.one.number % 3 == 0, "reason": ""},
}
_BY_KIND: Final[Mapping[str, Way]] = {
    "text": lambda pen, question: pen.one.title[: question.max_chars or 200],
    "long_text": Pen.sentences,
    "rich_text": lambda pen, question: f"<p>{pen.sentences(question)}</p>",
    "number": _number,
    "money": lambda pen, question: pen.rng.randrange(4, 90) * 1_000,
    "percent": lambda pen, question: pen.rng.randrange(5, 90),
    "date": _day,
    "period": lambda pen, question: {"start": "2017-03-01", "end": "2023-12-31"},
    "choice": lambda pen, question: {"value": pen.rng.choice(question.choices).key, "text": ""},
    "choices": lambda pen, question: {"values": pen.chosen(question, 3), "text": ""},
    "ranking": lambda pen, question: {"values": pen.chosen(question, question.at_most or 3)},
    "grid": lambda pen, question: {"rows": {row.key: pen.rng.choice(question.columns).key for row in question.rows}},
    "scale": lambda pen, question: min(pen.rng.randint(5, 9), question.high),
    "yes_no": lambda pen, question: {"value": pen.rng.random() < 0.6, "reason": "Comme le disent nos statuts."},
    "email": lambda pen, question: pen.one.email,
    "phone": lambda pen, question: "05 53 00 00 00",
    "url": lambda pen, question: "https://candidature.example/",
    "address": _address,
    "territories": _places,
    "organisation": _organisation,
    "table": _rows,
    "consent": lambda pen, question: {"given": True},
    "signature": lambda pen, question: {"name": pen.one.person},
}
