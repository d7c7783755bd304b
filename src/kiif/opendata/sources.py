"""Every dataset known: who publishes it, where, under which licence, how it is read. Declarative: nothing here opens
a file.

Addresses come from third-party notes and are tried by ``kiif data fetch``; a failure says what was expected and what
came. Sources without a parser are fetched and kept as files only (to check the base pack, or for studies).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kiif.opendata.indicators import CATALOGUE

Kind = Literal["figures", "zoning", "programme", "register", "reference"]

LO: Final = "Licence Ouverte 2.0"
_INSEE: Final = "https://www.insee.fr/fr/statistiques/fichier"
_MELODI: Final = "https://api.insee.fr/melodi/file"
_RESOURCE: Final = "https://www.data.gouv.fr/api/1/datasets/r"


@dataclass(frozen=True)
class Source:
    """One dataset.

    ``name`` is French, as shown beside figures. ``columns`` are those that must be there (the file is recognised by
    them and refused without them); ``entry`` the name of the file inside a zip archive (patterns separated by ``|``);
    ``least`` the number of rows under which the file must be an excerpt or truncated; ``parser`` the name of a
    function of :mod:`kiif.opendata.parsers`.
    """

    id: str
    name: str
    publisher: str
    licence: str
    vintage: str
    kind: Kind
    page: str = ""
    addresses: tuple[str, ...] = ()
    format: str = "csv"
    columns: tuple[str, ...] = ()
    parser: str | None = None
    entry: str = "*"
    files: tuple[str, ...] = ()
    least: int = 0
    pack: str = ""
    note: str = ""
    every_entry: bool = False
    #: without a licence to publish: for tests, never offered by the product
    tests_only: bool = False

    @property
    def pack_name(self) -> str:
        """The pack that an import of this source publishes."""
        return self.pack or self.id

    @property
    def indicators(self) -> tuple[str, ...]:
        """Identifiers of the indicators that this source feeds."""
        pack = self.pack_name.removesuffix("-epci").removesuffix("-living-area").removesuffix("-department")
        return tuple(ident for ident, indicator in CATALOGUE.items() if pack in indicator.recipes)


_GRID = ("CODGEO", "DENS")
_FILOSOFI_NAMES: Final = {
    "": ("COM", "communes", 30_000),
    "-epci": ("EPCI", "EPCI", 1_100),
    "-living-area": ("BV2022", "bassins de vie", 1_500),
    "-department": ("DEP", "départements", 90),
}


def _filosofi(suffix: str) -> Source:
    stem, level, least = _FILOSOFI_NAMES[suffix]
    return Source(
        f"filosofi{suffix}", f"Filosofi, revenus et pauvreté ({level})", "Insee-DGFiP-Cnaf-CCMSA", LO, "2021",
        "figures",
        "https://www.insee.fr/fr/statistiques/8229323", (f"{_INSEE}/8229323/cc_filosofi_2021_{stem}.csv",),
        columns=("CODGEO", "MED21", "TP6021"), parser=f"filosofi{suffix}".replace("-", "_"),
        files=(f"cc_filosofi_*_{stem}.csv", *(("filosofi_epci*.csv",) if suffix == "-epci" else ())), least=least,
    )  # fmt: skip


def _reference(ident: str, name: str, publisher: str, vintage: str, address: str) -> Source:
    form = address.rsplit(".", 1)[-1]
    form = form if form in ("zip", "csv", "xlsx") else "selon l'adresse"
    return Source(ident, name, publisher, LO, vintage, "reference", addresses=(address,), format=form)


#: Key, name and identifier of the resource of each ANCT programme. The bare key "tec" is never used: see DOMAIN.
PROGRAMME_RESOURCES: Final[dict[str, tuple[str, str]]] = {
    "pvd": ("Petites villes de demain", "1fa831ec-d912-4277-8b95-a8b998bf951e"),
    "va": ("Villages d'avenir", "fbef04bb-3df9-4d6d-a23f-0a0034f6a3f8"),
    "ti": ("Territoires d'industrie", "2a228141-469f-4945-a9bf-f8c46f694022"),
    "fs": ("France services", "f49fe9e1-f9bb-4dbd-8dfe-b9fad31899ef"),
    "fabt": ("Fabriques de territoire", "309049b4-f9f7-4038-a2b4-875ef32eca7c"),
    "crte": ("Contrats de relance et de transition écologique", "614e8d6f-934e-45a4-ae58-cd5a621ea16a"),
    "acv": ("Action cœur de ville", "8b6f422b-cbdf-459a-9a16-d6be4b92d91a"),
    "acv2": ("Entrées de ville", "ed3486ee-a70d-4ad7-b448-49f1c340dfe9"),
    "comrur": ("Commerces ruraux", "c6e360a4-d979-4297-b0d4-c3aee158c531"),
    "cde": ("Cités de l'emploi", "00e9a547-50c9-46a2-bbfb-b403e8e1eca6"),
    "citeduc": ("Cités éducatives", "37b9f49b-79aa-4093-afa3-3cbd68f72867"),
    "manup": ("Manufactures de proximité", "a1cf9852-7be2-49bc-8981-a989cc70b6d0"),
    "ami": ("Avenir montagne ingénierie", "20530b87-b74e-4372-961f-a51dd818ac36"),
    "amm": ("Avenir montagne mobilité", "370d0ac5-fd43-4c62-b1a5-eea6f1fd90d3"),
    "fabp": ("Fabriques prospectives", "87d38102-b2c1-4e81-9a9d-4d922effc8f8"),
    "site": ("Sites clés en main", "5f2e1413-552a-43fc-9669-74169cbca87d"),
    "frla": ("Fonds de restructuration des locaux d'activité", "3fbacdea-2afd-44e9-96ce-1099f128d795"),
    "pao": ("Projets d'appui opérationnel", "6de2ad29-6671-4cd7-beca-637a5b183fd0"),
    "ptzc": ("Plan de transformation des zones commerciales", "8c627383-0d11-403e-8621-2b82bf223f27"),
}


def _programme(key: str) -> Source:
    name, resource = PROGRAMME_RESOURCES[key]
    return Source(
        f"programme-{key}", name, "ANCT", LO, "non datée", "programme",
        "https://www.data.gouv.fr", (f"{_RESOURCE}/{resource}",), "csv ou geojson",
        ("insee_com", f"id_{key}"), "programme", files=(f"{key}_geom.geojson", f"liste-{key}*.csv", f"{key}.csv"),
    )  # fmt: skip


def _typology(ident: str, name: str, column: str, least: int, vintage: str) -> Source:
    return Source(
        ident, name, "ANCT, Observatoire des territoires", LO, vintage, "zoning",
        "https://www.observatoire-des-territoires.gouv.fr", (), "csv", ("insee_com", column), ident, least=least,
    )  # fmt: skip


_ALL: Final = (
    Source(
        "density-grid", "Grille communale de densité", "Insee", LO, "2025", "zoning",
        "https://www.insee.fr/fr/information/8571524", (f"{_INSEE}/8571524/fichier_diffusion_2025.xlsx",), "xlsx",
        _GRID,
        "density_grid_sheet", files=("fichier_diffusion_20*.xlsx", "grille_densite_7_niveaux_*.xlsx"), least=34_000,
        note="DENS est le code à 7 niveaux jusqu'en 2024, à 3 niveaux en 2025.",
    ),
    Source(
        "density-grid-labels", "Grille communale de densité",
        "Insee, via l'Observatoire des territoires", LO,
        "2025", "zoning", "https://www.observatoire-des-territoires.gouv.fr", (), "csv", ("insee_com",
        "niveau_densite"),
        "density_grid_labels", least=34_000, pack="density-grid",
    ),
    Source(
        "density-grid-2024", "Grille communale de densité 2024", "Insee", LO, "2024", "zoning",
        "https://www.insee.fr/fr/information/6439600", (f"{_INSEE}/6439600/grille_densite_7_niveaux_2024.xlsx",),
        "xlsx", _GRID,
        "density_grid_sheet", least=34_000, pack="density-grid",
    ),
    _typology("rurality", "Typologie des ruralités", "niveau_ruralite", 34_000, "2026"),
    _typology("centrality", "Niveaux de centralité", "niveau_centralite", 34_000, "2021"),
    _typology("mountain", "Communes de montagne", "niveau_montagne", 8_000, "2026"),
    *(_filosofi(suffix) for suffix in _FILOSOFI_NAMES),
    Source(
        "base-comparateur", "Base du comparateur de territoires", "Insee", LO, "recensement 2022", "figures",
        "https://www.insee.fr/fr/statistiques/2521169", (f"{_INSEE}/2521169/base_cc_comparateur_csv.zip",), "csv",
        ("CODGEO", "P22_POP", "P16_POP", "P22_LOG", "P22_LOGVAC", "P22_RSECOCC", "P22_RP", "P22_RP_PROP", "P22_EMPLT",
         "P22_CHOM1564", "P22_ACT1564", "NAIS1621", "DECE1621", "ETTOT24", "ETAZ24", "ETTEFP1024", "MED21"),
        "comparator", "base_cc_comparateur*.csv", least=30_000,
    ),
    Source(
        "dossier-complet", "Dossier complet", "Insee", LO, "recensement 2022, BPE 2024", "figures",
        "https://www.insee.fr/fr/statistiques/5359146", (f"{_INSEE}/5359146/dossier_complet.zip",), "csv",
        ("CODGEO", "P22_POP", "P22_POP0014", "P22_POP7589", "P22_POP90P", "P22_RP", "P22_RP_VOIT1P", "C22_MEN",
         "C22_MENPSEUL", "C22_MENFAMMONO"),
        "dossier", "dossier_complet*.csv", least=30_000,
    ),
    Source(
        "census-2022-joined", "Extrait joint du recensement 2022 (test)", "Insee, joint par des tiers",
        "sans licence : tests seulement",
        "2022", "figures", columns=("code", "dm_0014_pct_22", "soc_txchom_1564_22", "log_vac_pct_22", "med21"),
        parser="joined", least=30_000, note="Pour les tests : ne pas publier.", tests_only=True,
    ),
    Source(
        "bpe", "Base permanente des équipements", "Insee", LO, "2023 ou 2024", "figures",
        "https://www.insee.fr/fr/statistiques/8217527", (f"{_INSEE}/8217527/DS_BPE_CSV_FR.zip",), "csv",
        ("BPE_MEASURE", "FACILITY_TYPE", "GEO", "GEO_OBJECT", "TIME_PERIOD", "OBS_VALUE"), "bpe_melodi",
        "DS_BPE*_data.csv|*data.csv", least=100_000,
    ),
    Source(
        "bpe-2019", "Base permanente des équipements 2019", "Insee", LO, "2019", "figures",
        "https://www.insee.fr/fr/statistiques/8217527", (), "parquet", ("DEPCOM", "TYPEQU", "NB_EQUIP", "AN"),
        "bpe_2019",
        least=900_000, pack="bpe",
    ),
    Source(
        "living-areas", "Bassins de vie 2022", "Insee", LO, "géographie 2025", "zoning",
        "https://www.insee.fr/fr/information/6676988", (f"{_INSEE}/6676988/BV2022_au_01-01-2025.zip",), "xlsx",
        ("CODGEO", "BV2022"), "living_areas_sheet", "BV2022*.xlsx", ("BV2022_au_*.xlsx",), 34_000,
    ),
    Source(
        "living-areas-cogugaison", "Bassins de vie 2022 (table de COGugaison)", "Insee, via COGugaison", "ODbL",
        "géographie 2024",
        "zoning", "", (), "csv", ("CODGEO", "BV2022", "ZE2020", "UU2020", "AAV2020"), "living_areas_table",
        least=34_000,
        pack="living-areas", note="ODbL : ne pas redistribuer mêlé à une base sous d'autres conditions.",
    ),
    Source(
        "living-areas-names", "Noms des zonages supracommunaux (COGugaison)", "Insee, via COGugaison", "ODbL",
        "géographie 2024",
        "zoning", "", (), "csv", ("NIVGEO", "CODGEO", "LIBGEO", "NB_COM"), "living_areas_names", least=1_000,
    ),
    Source(
        "populations", "Populations de référence", "Insee", LO, "2023", "figures",
        "https://www.insee.fr/fr/statistiques/8680726", (f"{_INSEE}/8680726/ensemble.zip",), "csv", ("COM", "PMUN",
        "PTOT"),
        "populations", "donnees_communes.csv", least=34_000,
    ),
    *(_programme(key) for key in PROGRAMME_RESOURCES),
    Source(
        "frr", "France ruralités revitalisation", "DGCL", LO, "10 juillet 2025", "zoning",
        "https://www.collectivites-locales.gouv.fr",
        ("https://www.collectivites-locales.gouv.fr/files/files/"
         "3.%20Animer%20les%20territoires/5.%20La%20coh%C3%A9sion%20"
         "territoriale%20et%20l'am%C3%A9nagement%20du%20territoire/Liste%20communes%20FRR_juillet2025.xlsx",),
        "xlsx", ("Code_insee",), "frr", files=("*FRR*.xlsx", "*FRR*.csv"), least=17_000,
    ),
    Source(
        "qpv", "Quartiers prioritaires de la politique de la ville", "ANCT", LO, "2024", "zoning",
        "https://www.data.gouv.fr",
        (f"{_RESOURCE}/4c6bb7f3-97b6-4834-8a3a-f5f8b3e6735b",
         "https://static.data.gouv.fr/resources/quartiers-prioritaires-de-la-politique-de-la-ville-qpv/20260116-110350/"
         "listeqp2024-cog2024.csv"),
        "csv", ("code_qp", "lib_qp", "insee_com"), "qpv", least=1_000,
    ),
    Source(
        "associations-communes", "Associations par commune", "d'après le RNA, comptage de tiers (NTD)", "MIT",
        "non datée", "figures",
        columns=("CODGEO", "nb_assos"), parser="associations", least=15_000,
    ),
    Source(
        "rna", "Répertoire national des associations", "Ministère de l'Intérieur", LO, "selon le fichier", "register",
        "https://www.data.gouv.fr/fr/datasets/repertoire-national-des-associations/", (), "csv",
        ("id", "date_creat", "position", "adrs_codeinsee"), "rna", "rna_waldec*.csv|*.csv", ("rna_waldec_*.zip",),
        100_000,
        note="Adresse du mois : rna_waldec_AAAAMM01.zip. Aucune donnée personnelle n'est lue.", every_entry=True,
    ),
    _reference("cog-2026", "Code officiel géographique", "Insee", "2026",
    f"{_INSEE}/8740222/cog_ensemble_2026_csv.zip"),
    _reference("cog-communes-2025", "COG, communes", "Insee", "2025", f"{_INSEE}/8377162/v_commune_2025.csv"),
    _reference("membership-2025", "Appartenance géographique des communes", "Insee", "2025",
               f"{_INSEE}/7671844/table-appartenance-geo-communes-2025.zip"),
    _reference("passage-2025", "Table de passage 2003 → 2025", "Insee", "2025",
               f"{_INSEE}/7671867/table_passage_geo2003_geo2025.zip"),
    _reference("iris-2024", "Référentiel des IRIS", "Insee", "2024", f"{_INSEE}/7708995/reference_IRIS_geo2024.zip"),
    _reference("epci-dgcl-2026", "Composition des EPCI", "DGCL", "2026",
               "https://www.collectivites-locales.gouv.fr/files/files/"
               "Etudes-et-statistiques/DESL/2026/EPCI/epcicom2026.xlsx"),
    _reference("epci-insee-2025", "Composition des EPCI", "Insee", "2025", f"{_INSEE}/2510634/epci_au_01-01-2025.zip"),
    _reference("urban-units-2025", "Unités urbaines 2020", "Insee", "2025",
    f"{_INSEE}/4802589/UU2020_au_01-01-2025.zip"),
    _reference("employment-zones-2025", "Zones d'emploi 2020", "Insee", "2025",
    f"{_INSEE}/4652957/ZE2020_au_01-01-2025.zip"),
    _reference("filosofi-melodi", "Filosofi (Melodi)", "Insee", "2021 ou 2023",
    f"{_MELODI}/DS_FILOSOFI_CC/DS_FILOSOFI_CC_CSV_FR"),
    _reference("census-employment-2023", "Recensement 2023, emploi (Melodi)", "Insee", "2023",
               f"{_MELODI}/DS_RP_EMPLOI_LR_PRINC/DS_RP_EMPLOI_LR_PRINC_2023_CSV_FR"),
    _reference("census-housing-2023", "Recensement 2023, logement (Melodi)", "Insee", "2023",
               f"{_MELODI}/DS_RP_LOGEMENT_PRINC/DS_RP_LOGEMENT_PRINC_2023_CSV_FR"),
    _reference("bpe-located-2023", "Équipements géolocalisés", "Insee", "2023", f"{_INSEE}/8217525/BPE23.zip"),
    _reference("esus", "Entreprises solidaires d'utilité sociale agréées", "DG Trésor", "selon le fichier",
               "https://www.tresor.economie.gouv.fr/Institutionnel/Niveau3/Pages/"
               "fbd397c7-b0a9-42a3-8b07-5d50637b634e/files/"
               "1b886032-0134-4b10-8c52-e895b8e8922e"),
    _reference("ess-enterprises", "Liste des entreprises de l'ESS", "ESS France", "20 novembre 2023",
               "https://static.data.gouv.fr/resources/liste-des-entreprises-de-less/"
               "20231120-102604/entreprisesess.csv"),
    _reference("sirene", "Base Sirene (adresses à lire chaque mois)", "Insee", "mensuelle",
               "https://www.data.gouv.fr/api/1/datasets/"
               "base-sirene-des-entreprises-et-de-leurs-etablissements-siren-siret/"),
)  # fmt: skip

SOURCES: Final[dict[str, Source]] = {source.id: source for source in _ALL}

#: Those that the product offers: what has no licence to publish is for tests alone.
OFFERED: Final[dict[str, Source]] = {ident: source for ident, source in SOURCES.items() if not source.tests_only}
