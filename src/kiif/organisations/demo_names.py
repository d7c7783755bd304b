# ruff: noqa: E501 -- one idea an entry: a table reads better whole
"""Invented organisations of the demonstration: names that nobody bears, in the manner of real ones.

Numbers are recognisable too: INSEE gives no SIREN that begins with 0, the ministry no RNA number that begins with W00.
"""

from __future__ import annotations

from typing import Final

#: (name, themes, kind of solution, what it does, for whom)
IDEAS: Final[tuple[tuple[str, tuple[str, ...], str, str, str], ...]] = (
    ("Le Cambouis solidaire", ("mobility", "employment"), "mobility", "Un garage où l’on répare avec un·e mécanicien·ne, et des voitures à louer à petit prix.", "Des personnes loin des transports qui cherchent un emploi."),
    ("La Marmite nomade", ("food", "civic"), "food", "Une cuisine mobile qui tourne dans huit villages et cuisine les invendus avec les habitant·es.", "Des ménages aux revenus modestes, des personnes seules."),
    ("Les Heures claires", ("ageing", "local_services"), "elderly", "Une conciergerie qui rend visite, fait les courses et change les ampoules.", "Des personnes de plus de 75 ans qui vivent chez elles."),
    ("L’Établi des possibles", ("circular", "third_place"), "circular", "Un atelier de réparation partagé, avec sa matériauthèque.", "Des habitant·es, des artisan·es, des écoles."),
    ("Souris verte et compagnie", ("digital", "local_services"), "digital", "Un camion d’aide aux démarches en ligne, le jour du marché.", "Celles et ceux que le tout-numérique laisse à la porte."),
    ("La Grange aux liens", ("third_place", "culture"), "third-place", "Un café, des bureaux, une scène dans une ancienne grange.", "Tout un canton."),
    ("Graines d’équipage", ("youth", "education"), "youth", "Des chantiers de jeunes bénévoles et leur mentor·e.", "Des 15–25 ans sans emploi ni formation."),
    ("Toits partagés du Causse", ("housing", "ageing"), "housing", "Des logements accompagnés entre générations.", "Des retraité·es et de jeunes travailleur·ses."),
    ("Le Bus des soins doux", ("health", "local_services"), "health", "Un centre de santé itinérant, sans avance de frais.", "Des communes sans médecin."),
    ("Chœur de village", ("culture", "civic"), "culture", "Des spectacles préparés six mois avec les habitant·es.", "Des villages de moins de 800 habitant·es."),
    ("Les Mains à l’ouvrage", ("employment", "housing"), "employment", "Une entreprise d’insertion qui rénove des logements vacants.", "Des personnes éloignées de l’emploi."),
    ("L’Herbe haute", ("nature", "food"), "food", "Du pâturage d’entretien et une viande vendue au village.", "Des communes et des cantines."),
    ("Petite Ourse", ("childhood", "employment"), "other", "Une crèche aux horaires de nuit.", "Des parents qui travaillent tôt ou tard."),
    ("La Dernière Lettre", ("mourning", "civic"), "other", "Un accompagnement laïque des familles endeuillées.", "Des familles, des communes."),
    ("Soleil en commun", ("energy", "civic"), "other", "Des toits solaires décidés et possédés par les habitant·es.", "Des communes et leurs habitant·es."),
    ("Sans détour", ("disability", "mobility"), "mobility", "Des trajets accompagnés vers le travail.", "Des personnes en situation de handicap."),
    ("Cap égalité des vallées", ("equality", "education"), "youth", "Des ateliers contre les stéréotypes, portés par des clubs sportifs.", "Des collèges ruraux."),
    ("Relais semences", ("food", "nature"), "food", "Une maison des semences paysannes.", "Des maraîcher·es, des jardinier·es."),
    ("La Lessive du samedi", ("local_services", "third_place"), "third-place", "Une laverie où l’on reste boire un café.", "Des personnes isolées."),
    ("Fil à fil", ("circular", "employment"), "circular", "Une filière locale de réemploi du textile.", "Des personnes en insertion."),
)  # fmt: skip

#: Words put together to name the others.
FIRST: Final = (
    "La Boussole", "Les Passerelles", "L’Atelier", "La Ruche", "Le Comptoir", "La Fabrique", "Les Jardins", "La Cabane",
    "Le Moulin", "L’Échoppe", "La Lanterne", "Le Sentier", "La Verrière", "Les Voisin·es", "La Halle", "Le Ponton",
)  # fmt: skip
SECOND: Final = (
    "des brumes", "aux mille vents", "de la Combe verte", "des quatre chemins", "du Val d’or gris", "des Trois-Fées",
    "à rebours", "des lucioles", "de l’Aubépine", "du Grand Pré bleu", "des ricochets", "du Merle moqueur",
    "des herbes folles", "de la Lune ronde", "du Bout du bac", "des Pas perdus",
)  # fmt: skip
STREETS: Final = (
    "rue des Lavandières",
    "place du Vieux-Four",
    "chemin de la Source",
    "rue du Four-à-chaux",
    "quai des Brouettes",
)

#: People who lead some of them: invented, and looking so.
LEADERS: Final = (
    ("Anouk Brisemer", "anouk.brisemer@structure.example"),
    ("Tancrède Chantelune", "tancrede.chantelune@structure.example"),
    ("Fatou Clairevoie", "fatou.clairevoie@structure.example"),
    ("Goulven Passeroche", "goulven.passeroche@structure.example"),
    ("Inès Roncevigne", "ines.roncevigne@structure.example"),
    ("Bastien Fauvechamp", "bastien.fauvechamp@structure.example"),
    ("Ludivine Aubeterne", "ludivine.aubeterne@structure.example"),
    ("Malo Hirondeau", "malo.hirondeau@structure.example"),
)
