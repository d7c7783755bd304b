# ruff: noqa: E501 -- a paragraph a line reads better whole
"""The words of the demonstration's feasibility study: invented people, in a place that only the data choose."""

from __future__ import annotations

from typing import Any, Final

from kiif.replication.enums import Engagement, Kind, Part

#: Who writes each part: the carrier, or the advisor who goes with her.
TEXTS: Final[tuple[tuple[Part, str, str], ...]] = (
    (
        Part.NEED,
        "carrier",
        "Trois personnes rencontrées ont refusé un emploi cette année parce que leur voiture ne passait plus le contrôle technique. L’une fait douze kilomètres à pied deux fois par semaine.\n\nLa mission locale compte quarante jeunes suivis qui ont le permis et pas de voiture en état. Le centre social voit la même chose chez des parents seuls : la panne coûte l’emploi, puis le logement.",
    ),
    (
        Part.SUPPLY,
        "advisor",
        "Deux garages de marque au bourg-centre, pleins jusqu’à l’automne, et un mécanicien à la retraite qui dépanne par amitié. Personne ne loue de voiture à moins de vingt euros par jour.\n\nL’auto-école associative la plus proche est dans le département voisin : nous ne gênerions personne.",
    ),
    (
        Part.PARTNERS,
        "advisor",
        "La communauté de communes prépare son plan de mobilité simple et cherche une action visible avant l’été. La mission locale signerait une convention d’orientation. Le lycée professionnel a un plateau technique vide le mercredi.",
    ),
    (
        Part.MEANS,
        "carrier",
        "Quatre-vingt-dix mille euros pour ouvrir, dont la moitié en outillage d’occasion. À l’équilibre la troisième année avec trois cents adhésions et vingt-cinq voitures en location : c’est le rythme de notre premier garage, plus lent que celui du second.",
    ),
    (
        Part.PREMISES,
        "carrier",
        "L’ancien garage près de la gare : 240 m², deux ponts, une fosse à condamner. Le propriétaire préfère louer à une association que vendre à bas prix. Voir l’état du sol avec la commune avant de signer.",
    ),
    (
        Part.ADAPTATION,
        "carrier",
        "Ce qui ne change pas : on répare avec la personne, jamais à sa place. Ce qui change : ici il faudra aller chercher les voitures en panne, donc une dépanneuse partagée avec la régie de territoire.",
    ),
    (
        Part.RISKS,
        "advisor",
        "Le risque principal est le recrutement : les deux mécanicien·nes du secteur gagnent mieux ailleurs. Second risque, le vote du plan de mobilité : s’il passe après l’été, la subvention de démarrage glisse d’un an.",
    ),
    (
        Part.DECISION,
        "carrier",
        "Le besoin est dit par des gens que nous avons vus, pas seulement par les chiffres. Le local existe. Deux partenaires sur quatre mettent des moyens.\n\nNous y allons si le recrutement d’une première personne aboutit : sans elle, le garage n’ouvrirait que deux jours par semaine, et nous avons vu ailleurs que cela ne suffit pas.",
    ),
)
#: Kind of line, who writes it, its fields. Dates are days from today.
LINES: Final[tuple[tuple[Kind, str, dict[str, Any]], ...]] = (
    (
        Kind.ACTOR,
        "advisor",
        {
            "title": "Directrice de la mission locale",
            "on": -41,
            "detail": "Prête à orienter dix jeunes par mois. Demande un interlocuteur unique.",
        },
    ),
    (
        Kind.ACTOR,
        "carrier",
        {
            "title": "Vice-président aux mobilités",
            "on": -33,
            "detail": "Favorable, veut une visite de notre premier garage avec deux maires.",
        },
    ),
    (
        Kind.INTERVIEW,
        "carrier",
        {
            "title": "Aide à domicile, 46 ans",
            "on": -29,
            "detail": "« Quand la voiture lâche, je perds mes tournées de la semaine. »",
        },
    ),
    (
        Kind.INTERVIEW,
        "advisor",
        {
            "title": "Apprenti cuisinier, 19 ans",
            "on": -27,
            "detail": "A le permis. Son employeur l’a gardé parce qu’un collègue passe le prendre.",
        },
    ),
    (
        Kind.INTERVIEW,
        "carrier",
        {
            "title": "Secrétaire de mairie",
            "on": -20,
            "detail": "Reçoit chaque semaine une demande d’aide pour une réparation.",
        },
    ),
    (
        Kind.SUPPLY,
        "advisor",
        {
            "title": "Deux garages de marque",
            "detail": "Délai de cinq semaines ; ne font ni location ni réparation accompagnée.",
            "source": "Visites de mai",
        },
    ),
    (
        Kind.PARTNER,
        "advisor",
        {
            "title": "Mission locale",
            "engagement": Engagement.LETTER,
            "detail": "Lettre d’intention reçue ; convention à écrire.",
        },
    ),
    (
        Kind.PARTNER,
        "advisor",
        {
            "title": "Communauté de communes",
            "engagement": Engagement.ACTIVE,
            "detail": "Deux réunions de travail, visite à organiser.",
        },
    ),
    (
        Kind.PARTNER,
        "carrier",
        {
            "title": "Régie de territoire",
            "engagement": Engagement.MEANS,
            "detail": "Met à disposition une dépanneuse deux jours par semaine.",
        },
    ),
    (
        Kind.PARTNER,
        "carrier",
        {
            "title": "Lycée professionnel",
            "engagement": Engagement.INTERESTED,
            "detail": "Plateau technique le mercredi, à voter au conseil d’administration.",
        },
    ),
    (
        Kind.FUNDING,
        "carrier",
        {"title": "Plan de mobilité simple", "amount": 30_000, "on": 120, "detail": "Vote prévu avant l’été."},
    ),
    (
        Kind.FUNDING,
        "advisor",
        {
            "title": "Fondation, appel à projets rural",
            "amount": 25_000,
            "on": 75,
            "detail": "Dossier commun avec la régie.",
        },
    ),
    (Kind.FUNDING, "carrier", {"title": "Prêt d’honneur associatif", "amount": 20_000, "on": 60, "detail": ""}),
    (
        Kind.PREMISES,
        "carrier",
        {"title": "Ancien garage de la gare", "amount": 9_600, "detail": "240 m², deux ponts, fosse à condamner."},
    ),
    (
        Kind.PREMISES,
        "advisor",
        {
            "title": "Hangar de la zone artisanale",
            "amount": 14_400,
            "detail": "Plus grand, mais à trois kilomètres de l’arrêt de car.",
        },
    ),
    (
        Kind.RISK,
        "advisor",
        {
            "title": "Pas de mécanicien·ne avant l’ouverture",
            "detail": "Parade : former quelqu’un de la régie dans notre premier garage pendant deux mois.",
        },
    ),
    (
        Kind.RISK,
        "carrier",
        {
            "title": "Vote du plan repoussé",
            "detail": "Parade : ouvrir d’abord la location, qui demande moins d’outillage.",
        },
    ),
    (Kind.NEXT, "carrier", {"title": "Faire visiter le premier garage à deux maires", "on": 14, "done": False}),
    (Kind.NEXT, "advisor", {"title": "Écrire la convention avec la mission locale", "on": 21, "done": False}),
    (Kind.NEXT, "carrier", {"title": "Faire analyser le sol du garage", "on": -6, "done": True}),
)
CONDITIONS: Final = (
    "Une personne recrutée avant le 1er mars, et le bail de l’ancien garage signé après l’analyse du sol."
)
BEGUN: Final = "Une seule rencontre pour l’instant, au marché. Revenir un jour de permanence du centre social."
EXCLUDED: Final = "Un garage associatif y a ouvert l’an dernier ; on ne vient pas à côté."
