"""Names and members of the demonstration. The ten members are public facts; every person is invented, and looks so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Town:
    """A real commune (official code, town hall's coordinates) where the demonstration puts a branch."""

    name: str
    code: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class MemberPlan:
    """A member of the alliance: departments where it can host a territorial study (2024), towns, size of its team."""

    name: str
    short_name: str
    region: str
    departments: tuple[str, ...]
    towns: tuple[Town, ...]
    team: int
    presentation: str
    accent: str = ""
    national: bool = False
    #: addresses of its invented people end with it
    domain: str = ""


MEMBERS: Final[tuple[MemberPlan, ...]] = (
    MemberPlan(
        "Ronalpia",
        "",
        "Auvergne-Rhône-Alpes",
        ("01", "69", "38", "07", "26", "42"),
        (
            Town("Lyon", "69123", 45.75715, 4.82934),
            Town("Saint-Étienne", "42218", 45.42259, 4.41641),
            Town("Grenoble", "38185", 45.18104, 5.72548),
            Town("Valence", "26362", 44.92247, 4.9066),
            Town("Bourg-en-Bresse", "01053", 46.20293, 5.24013),
        ),
        24,
        "De la première idée à l’essaimage, une équipe présente dans cinq villes de la région.",
        "#8a2f4f",
        domain="ronalpia.example",
    ),
    MemberPlan(
        "ATIS",
        "",
        "Nouvelle-Aquitaine",
        ("16", "17", "24", "47", "33", "79"),
        (
            Town("Bordeaux", "33063", 44.86257, -0.56065),
            Town("Périgueux", "24322", 45.19319, 0.71477),
            Town("Angoulême", "16015", 45.6454, 0.14653),
            Town("La Rochelle", "17300", 46.1621, -1.17658),
        ),
        18,
        "Un besoin du territoire, des personnes qui s’y attellent, une équipe à leurs côtés : "
        "c’est ainsi que commencent les projets accompagnés en Nouvelle-Aquitaine.",
        "#1d5f58",
        domain="atis.example",
    ),
    MemberPlan(
        "ADRESS",
        "",
        "Normandie",
        ("14", "50", "27", "76", "61"),
        (
            Town("Rouen", "76540", 49.44162, 1.08555),
            Town("Caen", "14118", 49.18188, -0.37158),
            Town("Saint-Lô", "50502", 49.11281, -1.07238),
        ),
        12,
        "Cinq départements normands, une même porte d’entrée pour entreprendre autrement.",
        domain="adress.example",
    ),
    MemberPlan(
        "Les Ecossolies",
        "",
        "Pays de la Loire",
        ("44", "85", "49", "53"),
        (
            Town("Nantes", "44109", 47.23833, -1.53756),
            Town("Saint-Nazaire", "44184", 47.27716, -2.24081),
            Town("La Roche-sur-Yon", "85191", 46.66461, -1.41519),
        ),
        14,
        "Un réseau d’entreprises de l’économie sociale et solidaire qui en fait naître de nouvelles.",
        "#8f3b1a",
        domain="ecossolies.example",
    ),
    MemberPlan(
        "Évident !",
        "Évident",
        "Hauts-de-France",
        ("59",),
        (Town("Lille", "59350", 50.63038, 3.05567), Town("Dunkerque", "59183", 51.02719, 2.34065)),
        7,
        "Dans le Nord, une équipe qui part des envies d’agir et va jusqu’à l’entreprise.",
        domain="evident.example",
    ),
    MemberPlan(
        "Le Laboratoire des partenariats",
        "Le Labo",
        "Grand Est",
        ("67", "68", "88", "08", "51"),
        (
            Town("Strasbourg", "67482", 48.56948, 7.75214),
            Town("Mulhouse", "68224", 47.75299, 7.32658),
            Town("Reims", "51454", 49.25271, 4.04798),
        ),
        9,
        "Relier celles et ceux qui ont un projet à celles et ceux qui peuvent l’aider à tenir.",
        domain="labo.example",
    ),
    MemberPlan(
        "Inter-Made",
        "",
        "Provence-Alpes-Côte d’Azur",
        ("06", "13", "83"),
        (
            Town("Marseille", "13055", 43.29383, 5.44806),
            Town("Toulon", "83137", 43.13638, 5.93165),
            Town("Nice", "06088", 43.70488, 7.24363),
        ),
        10,
        "De Marseille à Nice, un accompagnement collectif où les projets avancent ensemble.",
        "#17587a",
        domain="inter-made.example",
    ),
    MemberPlan(
        "Première Brique",
        "",
        "Occitanie",
        ("82", "31"),
        (Town("Toulouse", "31555", 43.60191, 1.42213), Town("Montauban", "82121", 44.01974, 1.36949)),
        9,
        "La première brique d’une entreprise qui répond à un besoin social, posée avec la collectivité.",
        domain="premiere-brique.example",
    ),
    MemberPlan(
        "Antropia ESSEC",
        "Antropia",
        "Île-de-France",
        (),
        (Town("Cergy", "95127", 49.03784, 2.06144),),
        8,
        "Des programmes nationaux pour changer d’échelle, nourris par la recherche.",
        national=True,
        domain="antropia.example",
    ),
    MemberPlan(
        "makesense",
        "",
        "Île-de-France",
        (),
        (Town("Paris", "75056", 48.85727, 2.3201),),
        9,
        "Des programmes nationaux pour se lancer, tenir et s’entraider.",
        national=True,
        domain="makesense.example",
    ),
)

FIRST_NAMES: Final = [
    "Adélie",
    "Aïssa",
    "Anouk",
    "Baptistin",
    "Bérénice",
    "Calixte",
    "Capucine",
    "Cyprien",
    "Dalila",
    "Désiré",
    "Éloan",
    "Esteban",
    "Fadila",
    "Flore",
    "Gaspard",
    "Hawa",
    "Héloïse",
    "Ilan",
    "Inès",
    "Isaure",
    "Jeanne",
    "Jonas",
    "Kadidia",
    "Léandre",
    "Lison",
    "Loïck",
    "Lubin",
    "Maïwenn",
    "Malo",
    "Mamadou",
    "Margot",
    "Mélisande",
    "Naïm",
    "Nolwenn",
    "Nour",
    "Octave",
    "Ondine",
    "Pauline",
    "Quentin",
    "Rachid",
    "Rosalie",
    "Sacha",
    "Salomé",
    "Samba",
    "Séverine",
    "Théodora",
    "Timothée",
    "Ulysse",
    "Valentine",
    "Wassim",
    "Yaël",
    "Ysée",
    "Zacharie",
    "Zélie",
]

#: Family names made of landscape words, so that nobody takes them for somebody.
FAMILY_NAMES: Final = [
    "Aigremonde",
    "Aubelune",
    "Boisclair-Dubuis",
    "Bruyèrenoire",
    "Cailloutin",
    "Champlouvet",
    "Clairgué",
    "Combevive",
    "Coudrelune",
    "Dunevert",
    "Estranvive",
    "Fontgrise",
    "Fougerolle-Basse",
    "Garrigane",
    "Gravelune",
    "Hautemousse",
    "Hautevigne",
    "Jonchelande",
    "Landevive",
    "Lauzevert",
    "Lichenais",
    "Lunebois",
    "Marnefeuille",
    "Méandrine",
    "Mirevent",
    "Montcalleux",
    "Mousseval",
    "Noirémousse",
    "Ormeclair",
    "Ourlevent",
    "Pierrelune",
    "Pinsonneval",
    "Plaincourbe",
    "Prébruyant",
    "Puyclairet",
    "Ravinel-Doux",
    "Rivegrise",
    "Roncevert",
    "Sablemauve",
    "Sauletin",
    "Sourcelune",
    "Talusclair",
    "Terremauve",
    "Tourbenoire",
    "Valombreuse",
    "Vasevive",
    "Ventclair",
    "Vernelune",
    "Villebruyère",
    "Voirébois",
]

ADVISOR_TITLES: Final = (
    "chargé·e d’accompagnement",
    "accompagnateur·rice essaimage",
    "chargé·e de mission territoires",
    "chargé·e de développement",
    "responsable de programme",
)
COLLEAGUE_TITLES: Final = (
    "communication",
    "administration et finances",
    "mesure d’impact",
    "partenariats",
    "accueil et vie de l’équipe",
)
