"""Indicators of the referential and of the official zonings."""

from __future__ import annotations

from typing import Final

from kiif.opendata.indicator_model import UPPER, Indicator, Value

DENSITY_LEVELS: Final = {
    1: ("Grands centres urbains", "Large urban centres"),
    2: ("Centres urbains intermédiaires", "Intermediate urban centres"),
    3: ("Petites villes", "Small towns"),
    4: ("Ceintures urbaines", "Urban belts"),
    5: ("Bourgs ruraux", "Rural market towns"),
    6: ("Rural à habitat dispersé", "Rural, dispersed settlement"),
    7: ("Rural à habitat très dispersé", "Rural, very dispersed settlement"),
}
RURALITY_TYPES: Final = {
    1: ("Les ruralités résidentielles aisées", "Well-off residential rural areas"),
    2: ("Les ruralités résidentielles mixtes", "Mixed residential rural areas"),
    3: ("Les petites polarités mixtes", "Small mixed centres"),
    4: ("Les petites polarités industrielles et artisanales", "Small industrial and craft centres"),
    5: ("Les ruralités productives ouvrières", "Productive working-class rural areas"),
    6: ("Les ruralités productives agricoles", "Productive farming rural areas"),
    7: ("Les ruralités touristiques à dominante résidentielle", "Tourist rural areas, mostly residential"),
    8: ("Les ruralités touristiques spécialisées", "Specialised tourist rural areas"),
    9: ("Hors champ : DOM ou commune urbaine", "Outside the typology: overseas or urban"),
    10: (
        "Commune dont le périmètre a changé depuis la réalisation de la typologie",
        "Commune whose boundary changed since the typology",
    ),
}
CENTRE_LEVELS: Final = {
    0: ("Communes non centre", "Not a centre"),
    1: ("Centre local d'équipements et de services", "Local centre of facilities and services"),
    2: ("Centre intermédiaire d'équipements et de services", "Intermediate centre of facilities and services"),
    3: ("Centre structurant d'équipements et de services", "Structuring centre of facilities and services"),
    4: ("Centre majeur d'équipements et de services", "Major centre of facilities and services"),
}
MASSIFS: Final = {
    1: ("Massif des Vosges", "Vosges"),
    2: ("Massif du Jura", "Jura"),
    3: ("Massif des Alpes", "Alps"),
    4: ("Massif de Guadeloupe", "Guadeloupe"),
    5: ("Massif de Corse", "Corsica"),
    6: ("Massif Central", "Massif Central"),
    7: ("Massif de Martinique", "Martinique"),
    8: ("Massif des Pyrénées", "Pyrenees"),
    9: ("Massif des Hauts de la Réunion", "Highlands of La Réunion"),
}
FRR_CLASSES: Final = {
    0: ("Commune non classée", "Not classified"),
    1: ("Classement partiel", "Partly classified"),
    2: ("FRR bénéficiaire", "FRR, transitional beneficiary"),
    3: ("FRR socle", "FRR, base scheme"),
    4: ("FRR+", "FRR+"),
}

_POINTS = "Distances à vol d'oiseau entre les points intérieurs des communes."
_POINTS_EN = "Distances as the crow flies between inner points of communes."


def _town(ident: str, size: str, size_en: str) -> Indicator:
    return Indicator(
        ident,
        f"Distance à la ville de {size} habitant·es la plus proche",
        f"Distance to the nearest town of {size_en} inhabitants",
        "km",
        "km",
        f"Kilomètres jusqu'à la commune de {size} habitant·es ou plus la plus proche ; 0 pour une telle ville. "
        f"{_POINTS} "
        "Pour un ensemble de communes : la moyenne par habitant·e.",
        f"Kilometres to the nearest commune of {size_en} inhabitants or more; 0 for such a town. {_POINTS_EN} "
        "For a set of communes: the mean for an inhabitant.",
        {"base": Value(ident)},
        rollup="mean",
    )


def _around(km: int) -> Indicator:
    return Indicator(
        f"population_{km}km",
        f"Habitant·es à moins de {km} km",
        f"Inhabitants within {km} km",
        "hab.",
        "inh.",
        f"Somme des habitant·es des communes dont le point intérieur est à moins de {km} km à vol d'oiseau, la commune "
        "comprise. "
        "Pour un ensemble de communes : la moyenne par habitant·e.",
        f"Sum of the inhabitants of the communes whose inner point is within {km} km as the crow flies, itself "
        "included. "
        "For a set of communes: the mean for an inhabitant.",
        {"base": Value(f"population_{km}km")},
        decimals=0,
        rollup="mean",
    )


BASE: Final = (
    Indicator(
        "population", "Population municipale", "Municipal population", "hab.", "inh.",
        "Personnes qui ont leur résidence habituelle dans la commune, au 1er janvier 2023 (populations de référence).",
        "People who usually live in the commune, on 1 January 2023 (reference populations).",
        {"base": Value("population")}, decimals=0, rollup="sum",
    ),
    Indicator(
        "area_km2", "Superficie", "Area", "km²", "km²",
        "Aire du contour IGN généralisé, sur l'ellipsoïde ; elle compte lacs, glaciers et estuaires, à la différence "
        "du cadastre.",
        "Area of the generalised IGN contour, on the ellipsoid; unlike the cadastre it counts lakes, glaciers and "
        "estuaries.",
        {"base": Value("area_km2")}, rollup="sum",
    ),
    Indicator(
        "density", "Densité de population", "Population density", "hab./km²", "inh./km²",
        "Population municipale divisée par l'aire du contour.",
        "Municipal population divided by the area of the contour.",
        {"base": Value("density")},
    ),
    _town("town_10k_km", "10 000", "10,000"),
    _town("town_50k_km", "50 000", "50,000"),
    Indicator(
        "seat_km", "Distance à la préfecture ou sous-préfecture la plus proche",
        "Distance to the nearest prefecture or sub-prefecture", "km", "km",
        f"Kilomètres jusqu'à la plus proche commune siège d'une préfecture ou sous-préfecture. {_POINTS}",
        f"Kilometres to the nearest commune that seats a prefecture or sub-prefecture. {_POINTS_EN}",
        {"base": Value("seat_km")}, rollup="mean",
    ),
    _around(10), _around(20), _around(30),
    Indicator(
        "communes", "Nombre de communes", "Number of communes", "communes", "communes",
        "Communes au 1er janvier 2026.", "Communes on 1 January 2026.",
        {"base": Value("communes")}, levels=UPPER, decimals=0, rollup="sum",
    ),
    Indicator(
        "small_communes_share", "Part de petites communes", "Share of small communes", "%", "%",
        "Part des communes de moins de 1 000 habitant·es.", "Share of communes under 1,000 inhabitants.",
        {"base": Value("small_communes_share")}, levels=UPPER, kind="share",
    ),
    Indicator(
        "main_commune_share", "Poids de la commune la plus peuplée", "Weight of the largest commune", "%", "%",
        "Part des habitant·es qui vivent dans la commune la plus peuplée.",
        "Share of the inhabitants who live in the largest commune.",
        {"base": Value("main_commune_share")}, levels=UPPER, kind="share",
    ),
    Indicator(
        "rural_share", "Habitant·es en commune rurale", "Inhabitants of rural communes", "%", "%",
        "Part des habitant·es qui vivent dans une commune rurale : niveaux 5 à 7 de la grille de densité de l'Insee "
        "quand elle est "
        "chargée ; sinon, estimation d'après la densité et la taille.",
        "Share of the inhabitants who live in a rural commune: levels 5 to 7 of INSEE's density grid when it is "
        "loaded; otherwise "
        "an estimate from density and size.",
        {"density-grid": Value("rural_share"), "base": Value("rural_share")}, levels=UPPER, kind="share",
    ),
)  # fmt: skip

ZONINGS: Final = (
    Indicator(
        "density_level", "Grille de densité", "Density grid", "", "",
        "Niveau de la commune dans la grille communale de densité à sept niveaux ; 5, 6 et 7 sont ruraux.",
        "Level of the commune in the seven-level density grid; 5, 6 and 7 are rural.",
        {"density-grid": Value("density_level")}, levels=("commune",), decimals=0, kind="category",
        categories=DENSITY_LEVELS, rollup="none",
    ),
    Indicator(
        "rurality_type", "Type de ruralité", "Type of rurality", "", "",
        "Typologie des ruralités de l'ANCT, huit types de communes rurales de métropole.",
        "ANCT's typology of rurality: eight types of rural communes of metropolitan France.",
        {"rurality": Value("rurality_type")}, levels=("commune",), decimals=0, kind="category",
        categories=RURALITY_TYPES, rollup="none", coverage="Métropole.",
    ),
    Indicator(
        "centre_level", "Niveau de centralité", "Level of centrality", "", "",
        "Ce que la commune offre d'équipements et de services à celles qui l'entourent (2021).",
        "What the commune offers in facilities and services to those around it (2021).",
        {"centrality": Value("centre_level")}, levels=("commune",), decimals=0, kind="category",
        categories=CENTRE_LEVELS, rollup="none", coverage="Métropole.",
    ),
    Indicator(
        "massif", "Massif de montagne", "Mountain massif", "", "",
        "Massif auquel appartient la commune au titre de la loi montagne ; vide hors montagne.",
        "Massif that the commune belongs to under the mountain law; empty elsewhere.",
        {"mountain": Value("massif")}, levels=("commune",), decimals=0, kind="category",
        categories=MASSIFS, rollup="none",
    ),
    Indicator(
        "frr", "France ruralités revitalisation", "France ruralités revitalisation", "", "",
        "Classement officiel de la commune dans le zonage FRR.",
        "Official classification of the commune in the FRR zoning.",
        {"frr": Value("frr")}, levels=("commune",), decimals=0, kind="category", categories=FRR_CLASSES, rollup="none",
    ),
    Indicator(
        "qpv", "Quartiers prioritaires", "Priority neighbourhoods", "quartiers", "neighbourhoods",
        "Nombre de quartiers prioritaires de la politique de la ville (2024) dans la commune.",
        "Number of priority neighbourhoods of the urban policy (2024) in the commune.",
        {"qpv": Value("qpv")}, levels=("commune",), decimals=0, rollup="none",
    ),
)  # fmt: skip
