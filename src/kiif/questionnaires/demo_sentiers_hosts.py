"""The annexes of Les Sentiers: one for each member that hosts a territorial study, with a question of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiif.questionnaires.drafting.written import Part, q

#: Members that host a territorial study: key of the annex, name, departments.
HOSTS: Final[tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]] = (
    ("ronalpia", "Ronalpia", (("01", "Ain"), ("07", "Ardèche"), ("26", "Drôme"), ("38", "Isère"), ("42", "Loire"),
                              ("69", "Rhône"))),
    ("atis", "ATIS", (("16", "Charente"), ("17", "Charente-Maritime"), ("24", "Dordogne"), ("33", "Gironde"),
                      ("47", "Lot-et-Garonne"), ("79", "Deux-Sèvres"))),
    ("adress", "ADRESS", (("14", "Calvados"), ("27", "Eure"), ("50", "Manche"), ("61", "Orne"),
                          ("76", "Seine-Maritime"))),
    ("ecossolies", "Les Ecossolies", (("44", "Loire-Atlantique"), ("49", "Maine-et-Loire"), ("53", "Mayenne"),
                                      ("85", "Vendée"))),
    ("evident", "Évident !", (("59", "Nord"),)),
    ("labo", "Le Laboratoire des partenariats", (("08", "Ardennes"), ("51", "Marne"), ("67", "Bas-Rhin"),
                                                 ("68", "Haut-Rhin"), ("88", "Vosges"))),
    ("intermade", "Inter-Made", (("06", "Alpes-Maritimes"), ("13", "Bouches-du-Rhône"), ("83", "Var"))),
    ("premiere_brique", "Première Brique", (("31", "Haute-Garonne"), ("82", "Tarn-et-Garonne"))),
)  # fmt: skip
#: A question of its own for each host.
OWN: Final[dict[str, tuple[str, str]]] = {
    "ronalpia": ("Êtes-vous prêt·es à partager vos journées de terrain avec une autre structure essaimée ?",
                 "Are you ready to share field days with another replicated organisation?"),
    "atis": ("Quelles coopérations avec des structures déjà implantées imaginez-vous ?",
             "Which cooperations with organisations already there do you imagine?"),
    "adress": ("Connaissez-vous déjà un tiers-lieu ou une régie qui pourrait vous accueillir ?",
               "Do you already know a shared place that could host you?"),
    "ecossolies": ("En quoi votre solution complète-t-elle ce qui existe sur la côte et dans les terres ?",
                   "How does your solution complete what exists on the coast and inland?"),
    "evident": ("Comment toucherez-vous les villages éloignés de la métropole ?",
                "How will you reach villages far from the metropolis?"),
    "labo": ("Avec quels acteurs publics et privés souhaitez-vous bâtir un partenariat ?",
             "With which public and private actors do you wish to build a partnership?"),
    "intermade": ("Votre solution tient-elle hors saison, dans l’arrière-pays ?",
                  "Does your solution hold out of season, in the hinterland?"),
    "premiere_brique": ("Qui, à une heure de Toulouse, vous attend déjà ?",
                        "Who, one hour from Toulouse, is already waiting for you?"),
}  # fmt: skip


def annex(key: str, name: str, departments: Sequence[tuple[str, str]]) -> Part:
    """The section of one host: which of its departments suit, and its question."""
    if len(departments) == 1:
        [(code, place)] = departments
        where = q("yes_no", f"{key}_departement", f"Le département {code} ({place}) vous convient-il ?",
                  f"Does the {place} department suit you?", reason="no", required=True)  # fmt: skip
    else:
        choices = [(f"d{code}", f"{code} {place}", f"{code} {place}") for code, place in departments]
        where = q("choices", f"{key}_departements", "Lesquels vous intéressent ?", "Which ones interest you?",
                  choices=choices, at_least=1, required=True)  # fmt: skip
    return Part(
        (f"Annexe {name}", f"Annex {name}"),
        (f"{name} peut accueillir votre étude de territoire dans ces départements.",
         f"{name} may host your territorial study in these departments."),
        [
            [
                where,
                q("long_text", f"{key}_question", *OWN[key], max_words=120, required=True),
            ],
        ],
        annex=key,
    )  # fmt: skip
