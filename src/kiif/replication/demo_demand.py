"""Other carriers of the demonstration: enough searches for the atlas of demand to show something, and hide the rest."""

from __future__ import annotations

from typing import Any, Final

from kiif.accounts.actor import Actor
from kiif.accounts.demo import create_person
from kiif.opendata import base
from kiif.replication import actions

#: Invented first and family names: each pair makes one person who can be recognised as invented.
FIRST: Final = ("Aëlle", "Brieuc", "Cyane", "Dorian", "Éloïse", "Faustin", "Gaïa", "Hippolyte")
FAMILY: Final = ("Ruchevent", "Quaiserein", "Bordelune", "Faîtechamp", "Gréevive", "Landeclaire")
#: What they replicate, in turn; where they look most, in turn, and the two where only a few do.
SOLUTIONS: Final = (
    ("mobility", "Des vélos pour chercher un emploi"),
    ("food", "L’épicerie qui roule"),
    ("digital", "Un·e conseiller·e dans chaque village"),
)
DEPARTMENTS: Final = ("24", "87", "19", "15", "46")
SELDOM: Final = ("09", "55")


def build(world: Any) -> None:
    """A short list for each of these people: a territory in each of three departments, now and then a fourth."""
    communes = base.load_epci()
    people = [f"{first} {family}" for family in FAMILY for first in FIRST]
    for number, name in enumerate(people):
        email = f"porteur-{number + 1}@kiif.example"
        by = Actor(user=create_person(world, name, email))
        kind, title = SOLUTIONS[number % len(SOLUTIONS)]
        solution = actions.describe_solution(by=by, texts={"name": title, "kind": kind}, sites=())
        search = actions.open_search(solution=solution, by=by, level="epci")
        near = [DEPARTMENTS[(number + step) % len(DEPARTMENTS)] for step in range(4)]
        for department in [*near, *SELDOM[number % 9 : number % 9 + 1]]:
            codes = communes.filter(communes["department"] == department)["code"].to_list()
            if codes:
                actions.pick(search=search, by=by, code=world.rng.choice(codes))
