"""Indicators of people, housing, work, income, facilities and associations."""

from __future__ import annotations

from typing import Final

from kiif.opendata.indicator_model import UPPER, Indicator, Recipe, Value, ratio, yearly_trend

COMPARATOR: Final = "base-comparateur"
DOSSIER: Final = "dossier-complet"
JOINED: Final = "census-2022-joined"

_CENSUS = "Recensement : estimations pondérées, fragiles dans les très petites communes (dénominateur inférieur à 20)."


def _share(ident: str, names: tuple[str, str], told: tuple[str, str], recipes: dict[str, Recipe]) -> Indicator:
    """A share of the census, in %."""
    return Indicator(
        ident, names[0], names[1], "%", "%", told[0], told[1], recipes, kind="share", coverage=_CENSUS
    )  # fmt: skip


def _joined(column: str) -> dict[str, Recipe]:
    return {JOINED: Value(column, "population")}


CENSUS: Final = (
    Indicator(
        "population_trend", "Évolution annuelle de la population", "Yearly trend of the population", "% par an", "% "
        "a year",
        "Évolution moyenne par an entre 2016 et 2022.", "Mean yearly change between 2016 and 2022.",
        {COMPARATOR: yearly_trend("P22_POP", "P16_POP", 6)}, decimals=2, coverage=_CENSUS,
    ),
    Indicator(
        "natural_balance", "Solde naturel annuel", "Yearly natural balance", "% par an", "% a year",
        "Naissances moins décès de 2016 à 2021, par an, pour 100 habitant·es "
        "(moyenne des populations de 2016 et 2022).",
        "Births minus deaths from 2016 to 2021, a year, for 100 inhabitants (mean of the populations of 2016 and "
        "2022).",
        {COMPARATOR: ratio("NAIS1621 -DECE1621", "P16_POP P22_POP", 200 / 6)}, decimals=2, coverage=_CENSUS,
    ),
    _share("under_15_share", ("Moins de 15 ans", "Under 15"),
           ("Part des habitant·es de moins de 15 ans.", "Share of the inhabitants under 15."),
           {DOSSIER: ratio("P22_POP0014", "P22_POP"), **_joined("dm_0014_pct_22")}),
    _share("over_65_share", ("Habitant·es de 65 ans et plus", "Inhabitants aged 65 and over"),
           ("Part des habitant·es de 65 ans et plus.", "Share of the inhabitants aged 65 and over."),
           {DOSSIER: ratio("P22_POP65P", "P22_POP"), **_joined("dmv_65p_pct_22")}),
    _share("over_75_share", ("Habitant·es de 75 ans et plus", "Inhabitants aged 75 and over"),
           ("Part des habitant·es de 75 ans et plus.", "Share of the inhabitants aged 75 and over."),
           {DOSSIER: ratio("P22_POP7589 P22_POP90P", "P22_POP"), **_joined("dmv_75p_pct_22")}),
    Indicator(
        "ageing_index", "Indice de vieillissement", "Ageing index", "pour 100", "per 100",
        "Habitant·es de 65 ans et plus pour 100 habitant·es de moins de 20 ans.",
        "Inhabitants aged 65 and over for 100 under 20.",
        {DOSSIER: ratio("P22_POP65P", "P22_POP0019")}, coverage=_CENSUS,
    ),
    _share("alone_share", ("Ménages d'une seule personne", "One-person households"),
           ("Part des ménages d'une seule personne.", "Share of households of one person."),
           {DOSSIER: ratio("C22_MENPSEUL", "C22_MEN"), **_joined("men_seul_pct_22")}),
    _share("single_parent_share", ("Familles monoparentales", "Single-parent families"),
           ("Part des ménages formés d'une famille monoparentale (exploitation complémentaire du recensement).",
            "Share of households formed by a single-parent family (complementary survey of the census)."),
           {DOSSIER: ratio("C22_MENFAMMONO", "C22_MEN"), **_joined("men_mono_pct_22")}),
    _share("no_bac_share", ("Sans baccalauréat", "Without the baccalauréat"),
           ("Part des 15 ans et plus non scolarisés dont le diplôme est inférieur au baccalauréat.",
            "Share of people of 15 and over out of school whose diploma is below the baccalauréat."),
           _joined("dsp_dipl_infbac_pct_22")),
    _share("unemployment_rate", ("Taux de chômage, 15–64 ans", "Unemployment rate, 15–64"),
           ("Chômeurs au sens du recensement (déclaration) parmi les actifs de 15 à 64 ans ; ce n'est pas le taux du "
            "BIT.",
            "Unemployed as declared at the census among the active population of 15 to 64; not the ILO rate."),
           {COMPARATOR: ratio("P22_CHOM1564", "P22_ACT1564"), **_joined("soc_txchom_1564_22")}),
    _share("vacancy_rate", ("Logements vacants", "Vacant dwellings"),
           ("Part des logements sans occupant au recensement.", "Share of dwellings without occupant at the census."),
           {COMPARATOR: ratio("P22_LOGVAC", "P22_LOG"), **_joined("log_vac_pct_22")}),
    _share("second_homes_share", ("Résidences secondaires", "Second homes"),
           ("Part des résidences secondaires et logements occasionnels parmi les logements.",
            "Share of second homes and occasional dwellings among dwellings."),
           {COMPARATOR: ratio("P22_RSECOCC", "P22_LOG"), **_joined("log_ressec_pct_22")}),
    _share("owners_share", ("Propriétaires de leur logement", "Owner-occupiers"),
           ("Part des résidences principales occupées par leur propriétaire.", "Share of main homes lived in by "
               "their owner."),
           {COMPARATOR: ratio("P22_RP_PROP", "P22_RP")}),
    _share("no_car_share", ("Ménages sans voiture", "Households without a car"),
           ("Part des ménages qui n'ont aucune voiture.", "Share of households without any car."),
           {DOSSIER: ratio("P22_RP -P22_RP_VOIT1P", "P22_RP")}),
    Indicator(
        "jobs_per_100", "Emplois pour 100 actifs occupés", "Jobs per 100 employed residents", "pour 100", "per 100",
        "Emplois sur place pour 100 habitant·es qui ont un emploi : sous 100, on part travailler ailleurs.",
        "Jobs on the spot for 100 residents in work: under 100, people leave to work elsewhere.",
        {COMPARATOR: ratio("P22_EMPLT", "P22_ACT1564 -P22_CHOM1564")}, coverage=_CENSUS,
    ),
    _share("large_establishments_share", ("Établissements de 10 salariés ou plus", "Establishments of 10 employees "
        "or more"),
           ("Part des établissements actifs fin 2024 qui ont 10 salariés ou plus.",
            "Share of establishments active at the end of 2024 with 10 employees or more."),
           {COMPARATOR: ratio("ETTEFP1024", "ETTOT24")}),
    _share("farming_establishments_share", ("Établissements agricoles", "Farming establishments"),
           ("Part de l'agriculture, sylviculture et pêche parmi les établissements actifs fin 2024.",
            "Share of farming, forestry and fishing among establishments active at the end of 2024."),
           {COMPARATOR: ratio("ETAZ24", "ETTOT24")}),
)  # fmt: skip

_UNKNOWN = "Secret statistique : inconnu, jamais zéro."

INCOME: Final = (
    Indicator(
        "median_income", "Niveau de vie médian", "Median standard of living", "€ par an", "€ a year",
        "La moitié des personnes vit avec moins, par unité de consommation. Pour un territoire sans valeur publiée : "
        "moyenne des "
        "communes pondérée par leurs habitant·es, qui n'est pas une médiane.",
        "Half of the people live on less, per consumption unit. For a territory without published value: mean of its "
        "communes "
        "weighted by their inhabitants, which is not a median.",
        {"filosofi": Value("median_income", "persons"), COMPARATOR: Value("MED21",
        "P22_POP"), JOINED: Value("med21", "population")},
        decimals=0, rollup="mean", secrecy=_UNKNOWN, coverage="31 304 communes sur 34 909 en 2021.",
    ),
    Indicator(
        "poverty_rate", "Taux de pauvreté", "Poverty rate", "%", "%",
        "Part des personnes sous 60 % du niveau de vie médian national. Lu à l'échelle de l'EPCI ou du bassin de vie "
        ": il n'est "
        "connu que pour une commune sur huit.",
        "Share of people under 60 % of the national median standard of living. Read at the scale of the EPCI or "
        "living area: it is "
        "known for only one commune in eight.",
        {"filosofi": Value("poverty_rate")}, levels=UPPER, kind="share", rollup="none", secrecy=_UNKNOWN,
    ),
    Indicator(
        "income_ratio", "Rapport interdécile", "Interdecile ratio", "", "",
        "Niveau de vie au-dessus duquel vivent les 10 % les plus aisés, divisé par celui sous lequel vivent les 10 % "
        "les plus modestes.",
        "Standard of living above which the richest 10 % live, divided by that under which the poorest 10 % live.",
        {"filosofi": Value("income_ratio")}, levels=UPPER, rollup="none", secrecy=_UNKNOWN,
    ),
    Indicator(
        "taxed_households_share", "Ménages imposés", "Taxed households", "%", "%",
        "Part des ménages fiscaux qui paient l'impôt sur le revenu.", "Share of fiscal households that pay income tax.",
        {"filosofi": Value("taxed_households_share")}, levels=UPPER, kind="share", rollup="none", secrecy=_UNKNOWN,
    ),
)  # fmt: skip

#: Facilities followed, by key: French and English name. The codes of each vintage are in :mod:`kiif.opendata.bpe`.
FACILITIES: Final[dict[str, tuple[str, str]]] = {
    "gp": ("Médecins généralistes", "General practitioners"),
    "nurse": ("Infirmiers et infirmières", "Nurses"),
    "dentist": ("Chirurgiens-dentistes", "Dentists"),
    "pharmacy": ("Pharmacies", "Pharmacies"),
    "school": ("Écoles", "Schools"),
    "college": ("Collèges", "Lower secondary schools"),
    "food_shop": ("Commerces alimentaires", "Food shops"),
    "bakery": ("Boulangeries", "Bakeries"),
    "post": ("Points de contact postal", "Post offices and relays"),
    "elderly_home": ("Hébergements pour personnes âgées", "Homes for the elderly"),
}
#: The basket of daily services: how many of these kinds a commune has.
BASKET: Final = ("school", "food_shop", "bakery", "gp", "pharmacy", "post")


def _facility(key: str) -> Indicator:
    name, name_en = FACILITIES[key]
    return Indicator(
        f"{key}_per_10k", f"{name} pour 10 000 habitant·es", f"{name_en} per 10,000 inhabitants", "pour 10 000",
        "per 10,000",
        "Nombre d'équipements de la base permanente des équipements pour 10 000 habitant·es.",
        "Number of facilities in the permanent base of facilities for 10,000 inhabitants.",
        {"bpe": ratio(key, "population", 10_000), DOSSIER: ratio(f"bpe_{key}", "population", 10_000)},
        coverage="Une commune sans ligne dans la base en a zéro, si elle existait à ce millésime.",
    )  # fmt: skip


FACILITY: Final = (
    Indicator(
        "basket", "Services du quotidien dans la commune", "Daily services in the commune", "sur 6", "of 6",
        "Combien de ces six services la commune a : école, commerce alimentaire, boulangerie, médecin généraliste, "
        "pharmacie, "
        "point postal. Pour un ensemble de communes : la moyenne par habitant·e.",
        "How many of these six services the commune has: school, food shop, bakery, general practitioner, pharmacy, "
        "post. "
        "For a set of communes: the mean for an inhabitant.",
        {"bpe": Value("basket", "population"), DOSSIER: Value("bpe_basket", "population")}, rollup="mean",
    ),
    *(_facility(key) for key in FACILITIES),
)  # fmt: skip

SOCIETY: Final = (
    Indicator(
        "associations_per_1000", "Associations pour 1 000 habitant·es", "Associations per 1,000 inhabitants",
        "pour 1 000", "per 1,000",
        "Associations enregistrées (RNA) pour 1 000 habitant·es. Rien n'oblige une association à se dissoudre : "
        "enregistrée n'est pas "
        "vivante.",
        "Registered associations (RNA) for 1,000 inhabitants. Nothing obliges an association to dissolve: registered "
        "is not alive.",
        {"rna": ratio("associations", "population", 1_000), "associations-communes": ratio("associations",
        "population", 1_000)},
        coverage="21 593 communes dans le comptage de test ; les autres sont inconnues, pas à zéro.",
    ),
    Indicator(
        "new_associations_per_1000", "Associations créées depuis cinq ans, pour 1 000 habitant·es",
        "Associations created in the last five years, per 1,000 inhabitants", "pour 1 000", "per 1,000",
        "Associations déclarées dans les cinq ans qui précèdent le fichier, pour 1 000 habitant·es.",
        "Associations declared in the five years before the file, for 1,000 inhabitants.",
        {"rna": ratio("new_associations", "population", 1_000)}, decimals=2,
    ),
)  # fmt: skip
