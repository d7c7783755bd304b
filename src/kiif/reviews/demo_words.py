"""Words of the demonstration: the rubric of Les Sentiers after its public criteria, readers, remarks. All invented."""

from __future__ import annotations

from typing import Any, Final, NamedTuple


class Reader(NamedTuple):
    """An invented reviewer. `severity`: how far their marks lie from the others', in steps; `given`: share of their
    reads that is given."""

    name: str
    email: str
    capacity: int
    themes: tuple[str, ...]
    territories: tuple[str, ...]
    skills: tuple[str, ...]
    organisation: str = ""
    severity: float = 0.0
    given: float = 0.75
    languages: tuple[str, ...] = ("fr",)


#: label, help, weight, in total, words of each mark from 1 to 5
CRITERIA: Final[tuple[tuple[str, str, int, bool, tuple[str, ...]], ...]] = (
    (
        "Réponse aux enjeux ruraux",
        "Un besoin précis, nommé par celles et ceux qui le vivent, et au moins un des six enjeux de l’appel.",
        2,
        True,
        (
            "Aucun enjeu rural n’est nommé.",
            "Un enjeu est cité, sans lien avec des habitant·es.",
            "Un besoin réel, décrit de loin.",
            "Un besoin précis, avec des habitant·es qui en parlent.",
            "Un besoin vérifié sur place, que personne ne couvre.",
        ),
    ),
    (
        "Impact prouvé",
        "Ce qui a changé sur le territoire d’origine, et comment on le sait.",
        3,
        True,
        (
            "Rien n’a encore eu lieu.",
            "Une première expérience, sans trace.",
            "Des chiffres d’activité, peu d’effets.",
            "Des effets décrits et comptés.",
            "Des effets mesurés, comparés, racontés par les personnes.",
        ),
    ),
    (
        "Modèle transposable",
        "Ce que l’on garde, ce que l’on adapte, ce que coûte une reprise.",
        3,
        True,
        (
            "Tout tient à une personne ou à un lieu.",
            "L’envie est là, le modèle n’est pas écrit.",
            "L’essentiel est écrit, le coût d’une reprise non.",
            "Le noyau, l’adaptable et le coût sont clairs.",
            "Une reprise a déjà eu lieu, ou est prête à partir.",
        ),
    ),
    (
        "Équipe et moyens",
        "Le temps, les compétences, l’argent de l’essaimage, sans mettre en danger l’activité d’origine.",
        2,
        True,
        (
            "Personne n’a de temps pour cela.",
            "Un peu de temps, pris sur l’activité.",
            "Du temps réservé, des moyens à trouver.",
            "Une équipe, du temps, un budget plausible.",
            "Une équipe, du temps, un budget déjà réuni.",
        ),
    ),
    (
        "Ancrage territorial",
        "Le territoire visé, ce que l’on en sait, qui l’on y connaît ; « pas encore choisi » est une réponse.",
        2,
        True,
        (
            "Le territoire est un point sur une carte.",
            "Un territoire cité, personne de rencontré.",
            "Des contacts, pas encore d’allié·es.",
            "Des allié·es sur place, un besoin partagé.",
            "Des habitant·es et des élu·es qui attendent le projet.",
        ),
    ),
    (
        "Gouvernance et économie sociale",
        "Lucrativité limitée, gouvernance partagée, utilité sociale.",
        1,
        True,
        (
            "Rien ne le montre.",
            "Les statuts le disent, la pratique non.",
            "Les statuts et une instance qui se réunit.",
            "Des salarié·es ou des usager·ères y décident.",
            "Tout le monde y décide, et le projet le prouve.",
        ),
    ),
    ("Coup de cœur", "Hors total : ce projet, on en parlerait à table.", 1, False, ("", "", "", "", "")),
)

READERS: Final = (
    Reader("Perrine Ajoncbleu", "perrine.ajoncbleu@kiif.example", 22, ("food", "local_services"),
           ("33", "24", "40"), ("spreading", "rural"), "Réseau des cantines (exemple)", -0.7, 1.0),
    Reader("Isidore Valmenu", "isidore.valmenu@kiif.example", 18, ("mobility", "ageing"), ("63", "15", "43"),
           ("finance",), "Mutuelle des plateaux (exemple)", 0.6, 0.7),
    Reader("Nawel Roncevert", "nawel.roncevert@kiif.example", 20, ("employment", "circular"), ("59", "62", "80"),
           ("impact", "governance"), "", 0.0, 0.8),
    Reader("Gaspard Lierreclair", "gaspard.lierreclair@kiif.example", 14, ("nature", "energy", "food"),
           ("31", "09", "32"), ("rural",), "Ferme-école des Coteaux (exemple)", 0.2, 0.6),
    Reader("Oumou Champdoux", "oumou.champdoux@kiif.example", 18, ("childhood", "education", "youth"),
           ("44", "49", "85"), ("experience", "impact"), "", 0.9, 0.9),
    Reader("Théodora Quatrevaux", "theodora.quatrevaux@kiif.example", 16, ("housing", "third_place"),
           ("57", "67", "88"), ("governance",), "Habitat partagé de l’Est (exemple)", -0.3, 0.5, ("fr", "de")),
    Reader("Malo Ruisselande", "malo.ruisselande@kiif.example", 15, ("culture", "third_place"), ("29", "22", "56"),
           ("spreading",), "", 0.1, 0.7, ("fr", "br")),
    Reader("Clarisse Hautbourg", "clarisse.hautbourg@kiif.example", 20, ("health", "ageing", "disability"),
           ("69", "42", "01"), ("impact", "finance"), "Maison de santé des Monts (exemple)", -0.4, 0.8),
    Reader("Séverin Grandpré", "severin.grandpre@kiif.example", 25, (), ("61", "14", "50"), ("finance", "governance"),
           "Caisse solidaire du bocage (exemple)", -1.0, 1.0),
    Reader("Irina Beaulavoir", "irina.beaulavoir@kiif.example", 16, ("digital", "education"), ("13", "83", "06"),
           ("experience",), "", 0.4, 0.6),
    Reader("Rosalie Tournevent", "rosalie.tournevent@kiif.example", 18, ("civic", "equality"), ("25", "39", "70"),
           ("governance", "rural"), "", 0.0, 0.0),
)  # fmt: skip

#: who reads through a personal link
EXPERT: Final = Reader(
    "Blandine Souchefort", "blandine.souchefort@observatoire.exemple", 6, ("food", "nature"), ("24", "19", "87"),
    ("rural", "experience"), "Observatoire des campagnes (exemple)", 0.1, 0.5,
)  # fmt: skip

TEAM: Final[tuple[str, ...]] = (
    "Le besoin est vu de près, le budget moins.",
    "J’aimerais entendre les salarié·es sur la suite.",
    "La reprise par un acteur local me convainc.",
    "Beaucoup d’énergie, peu de preuves pour l’instant.",
    "Le modèle tient à la fondatrice : à creuser en comité.",
    "Les élu·es sont déjà là, c’est rare.",
    "Dossier clair, territoire encore flou.",
    "",
    "",
)
CARRIERS: Final[tuple[str, ...]] = (
    "Dites ce que coûte une reprise, poste par poste : c’est la question que l’on vous posera partout.",
    "Vos effets sont réels : comptez-les, même simplement, sur deux saisons.",
    "Rencontrez deux élu·es du territoire visé avant la prochaine étape.",
    "Votre récit donne envie ; gardez-le, et ajoutez un budget d’une page.",
    "Pensez à ce que vous laisseriez adapter : c’est ce qui rassure un repreneur.",
    "",
    "",
)
SCALE: Final = 5
ABSTAINED: Final = "Je ne connais rien aux marchés funéraires, quelqu’un d’autre jugera mieux."
DECLARED: Final = "J’ai aidé cette équipe à écrire son premier dossier."


def anchors(words: tuple[str, ...]) -> dict[str, Any]:
    """Words of each mark, as a criterion keeps them."""
    return {str(mark): text for mark, text in enumerate(words, start=1) if text}
