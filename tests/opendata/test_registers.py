"""The register pack: what is read of the files of Sirene and of the RNA, what is left out, how it is found again."""

from __future__ import annotations

import csv
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from kiif.opendata import packs, registers, registers_build
from kiif.opendata.errors import MissingInput, MissingPack, RefusedFile

#: Header of StockUniteLegale in 2026 (35 columns), of which the reader takes fourteen.
UNIT_LINE = (
    "siren,statutDiffusionUniteLegale,unitePurgeeUniteLegale,dateCreationUniteLegale,sigleUniteLegale,sexeUniteLegale,"
    "prenom1UniteLegale,prenom2UniteLegale,prenom3UniteLegale,prenom4UniteLegale,prenomUsuelUniteLegale,"
    "pseudonymeUniteLegale,identifiantAssociationUniteLegale,trancheEffectifsUniteLegale,anneeEffectifsUniteLegale,"
    "dateDernierTraitementUniteLegale,nombrePeriodesUniteLegale,categorieEntreprise,anneeCategorieEntreprise,dateDebut,"
    "etatAdministratifUniteLegale,nomUniteLegale,nomUsageUniteLegale,denominationUniteLegale,"
    "denominationUsuelle1UniteLegale,denominationUsuelle2UniteLegale,denominationUsuelle3UniteLegale,"
    "categorieJuridiqueUniteLegale,activitePrincipaleUniteLegale,nomenclatureActivitePrincipaleUniteLegale,"
    "nicSiegeUniteLegale,economieSocialeSolidaireUniteLegale,societeMissionUniteLegale,caractereEmployeurUniteLegale,"
    "activitePrincipaleNAF25UniteLegale"
)
UNIT_HEADER = UNIT_LINE.split(",")
ASSOCIATION_LINE = (
    "id;id_ex;siret;rup_mi;gestion;date_creat;date_decla;date_publi;date_disso;nature;groupement;titre;titre_court;"
    "objet;objet_social1;objet_social2;adrs_complement;adrs_numvoie;adrs_repetition;adrs_typevoie;adrs_libvoie;"
    "adrs_distrib;adrs_codeinsee;adrs_codepostal;adrs_libcommune;adrg_declarant;adrg_complemid;adrg_complemgeo;"
    "adrg_libvoie;adrg_distrib;adrg_codepostal;adrg_achemine;adrg_pays;dir_civilite;siteweb;publiweb;observation;"
    "position;maj_time"
)
ASSOCIATION_HEADER = ASSOCIATION_LINE.split(";")
ESTABLISHMENT_HEADER = (*registers_build.ESTABLISHMENTS, "denominationUsuelleEtablissement")


def unit(siren: str, name: str, **fields: str) -> dict[str, str]:
    row = {
        "siren": siren,
        "statutDiffusionUniteLegale": "O",
        "dateCreationUniteLegale": "2014-05-02",
        "dateDernierTraitementUniteLegale": "2026-10-30T08:00:00",
        "dateDebut": "2014-05-02",
        "etatAdministratifUniteLegale": "A",
        "denominationUniteLegale": name,
        "categorieJuridiqueUniteLegale": "9220",
        "nicSiegeUniteLegale": "00012",
    }
    renamed = {
        f"{key}UniteLegale" if f"{key}UniteLegale" in UNIT_HEADER else key: value for key, value in fields.items()
    }
    return row | renamed


def write(path: Path, header: Any, rows: list[dict[str, str]], separator: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, header, delimiter=separator, restval="", quoting=csv.QUOTE_MINIMAL)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIIF_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def files(folder: Path) -> dict[str, Path]:
    units = [
        unit(
            "803000017",
            "ÉTAPE D'ŒUVRE, « Les Mains vives »",
            sigle="EMV",
            denominationUsuelle1="Mains vives",
            economieSocialeSolidaire="O",
            caractereEmployeur="N",
            identifiantAssociation="W243001234",
        ),
        unit("803000025", "ATELIER CLOS", etatAdministratif="C", dateDebut="2024-01-31", categorieJuridique="5710"),
        unit("803000033", "PURGEE", dateCreation="1900-01-01", identifiantAssociation="inconnu"),
        unit("803000041", "[ND]", statutDiffusion="P"),
        unit("803000058", "", nom="DUPONT", prenom1="JEANNE", categorieJuridique="1000"),
        unit("803000066", "BOUTIQUE JEANNE", nom="DUPONT", categorieJuridique="1000"),
    ]
    places = [
        {
            "siret": "80300001700012",
            "etablissementSiege": "true",
            "numeroVoieEtablissement": "12",
            "indiceRepetitionEtablissement": "B",
            "typeVoieEtablissement": "RUE",
            "libelleVoieEtablissement": "DES TANNEURS",
            "codePostalEtablissement": "24300",
            "libelleCommuneEtablissement": "NONTRON",
            "codeCommuneEtablissement": "24311",
        },
        {"siret": "80300001700020", "etablissementSiege": "false", "codeCommuneEtablissement": "97411"},
        {
            "siret": "80300002500012",
            "etablissementSiege": "true",
            "libelleVoieEtablissement": "LE BOURG",
            "codePostalEtablissement": "97400",
            "libelleCommuneEtablissement": "SAINT-DENIS",
            "codeCommuneEtablissement": "97411",
        },
    ]
    associations = [
        {
            "id": "W243001234",
            "siret": "80300001700012",
            "titre": "LES MAINS VIVES",
            "date_creat": "2013-11-05",
            "date_disso": "0001-01-01",
            "adrs_codeinsee": "24311",
            "position": "A",
            "maj_time": "2026-09-01 10:00:00",
        },
        {
            "id": "W243009999",
            "titre": 'LE PRÉ AUX "LUNES"; café associatif',
            "titre_court": "LPL",
            "date_creat": "1987-03-01",
            "date_disso": "2020-06-30",
            "adrs_libvoie": "Place de l'Église",
            "adrs_codeinsee": "24311",
            "adrs_codepostal": "24300",
            "adrs_libcommune": "Nontron",
            "adrg_declarant": "Jeanne Dupont",
            "dir_civilite": "PF",
            "position": "D",
            "maj_time": "2026-09-02 10:00:00",
        },
        {"id": "W243009999", "titre": "ANCIEN TITRE", "position": "A", "maj_time": "2001-01-01 00:00:00"},
        {"id": "0243001111", "titre": "ANCIEN NUMERO", "position": "A", "maj_time": "2001-01-01 00:00:00"},
    ]
    return {
        "units": write(folder / "StockUniteLegale_utf8.csv", UNIT_HEADER, units),
        "establishments": write(folder / "StockEtablissement_utf8.csv", ESTABLISHMENT_HEADER, places),
        "associations": write(folder / "rna_waldec_20261101.csv", ASSOCIATION_HEADER, associations, ";", "cp1252"),
    }


def test_without_the_pack_a_sentence_says_so(folder: Path) -> None:
    assert not registers.is_built()
    for ask in (lambda: registers.by_siren("803000017"), lambda: registers.search("mains"), registers.vintages):
        with pytest.raises(MissingPack):
            ask()


def test_an_organisation_of_sirene_with_its_headquarters(files: dict[str, Path]) -> None:
    provenance = registers_build.build(**files)
    assert (provenance.rows, provenance.vintage) == (4, "2026-10")
    assert registers.vintages() == {"sirene": "2026-10", "rna": "2026-09"}
    found = registers.by_siren("803000017")
    assert found == registers.Entry(
        siren="803000017",
        siret="80300001700012",
        rna="W243001234",
        name="ÉTAPE D'ŒUVRE, « Les Mains vives »",
        short_name="EMV",
        usual_name="Mains vives",
        legal_code="9220",
        address="12 B RUE DES TANNEURS",
        postcode="24300",
        commune="24311",
        commune_name="NONTRON",
        source="sirene",
        is_open=True,
        social_economy=True,
        employer=False,
        created_on=date(2014, 5, 2),
        closed_on=None,
        vintage="2026-10",
    )
    assert registers.by_siret("80300001700020") == found  # another of its establishments
    assert registers.by_rna("W243001234") == found


def test_ended_purged_and_unknown(files: dict[str, Path]) -> None:
    registers_build.build(**files)
    closed, purged = registers.by_siren("803000025"), registers.by_siren("803000033")
    assert closed is not None
    assert purged is not None
    assert (closed.is_open, closed.closed_on, closed.social_economy) == (False, date(2024, 1, 31), None)
    assert (purged.is_open, purged.created_on, purged.rna, purged.commune) == (True, None, "", "")
    assert registers.by_siren("803000074") is None
    assert registers.by_rna("W000000000") is None


def test_an_association_without_siren_in_its_last_state(files: dict[str, Path]) -> None:
    registers_build.build(**files)
    found = registers.by_rna("W243009999")
    assert found is not None
    assert (found.siren, found.name, found.source, found.vintage) == (
        "",
        'LE PRÉ AUX "LUNES"; café associatif',
        "rna",
        "2026-09",
    )
    assert (found.is_open, found.created_on, found.closed_on) == (False, date(1987, 3, 1), date(2020, 6, 30))
    assert (found.address, found.commune, found.legal_code) == ("Place de l'Église", "24311", "9220")


def test_no_person_enters_the_pack(files: dict[str, Path]) -> None:
    registers_build.build(**files)
    for siren in ("803000041", "803000058", "803000066"):
        assert registers.by_siren(siren) is None
    for path in packs.paths.pack_dir(registers.PACK).glob("*/*.parquet"):
        text = pl.read_parquet(path).write_csv()
        assert "siren" in text
        assert "dupont" not in text.lower()
        assert "jeanne" not in text.lower()


def test_search_by_words_and_place(files: dict[str, Path]) -> None:
    registers_build.build(**files)

    def names(text: str, **where: str) -> list[str]:
        return [entry.name for entry in registers.search(text, **where)]

    first = "ÉTAPE D'ŒUVRE, « Les Mains vives »"
    assert names("mains vives") == [first]
    assert names("Œuvre étape") == [first]
    assert names("vives", commune="24311") == [first]
    assert names("vives", commune="97411") == []
    assert names("atelier", department="974") == ["ATELIER CLOS"]
    assert names("pre lunes") == ['LE PRÉ AUX "LUNES"; café associatif']
    assert names("%") == []
    assert names("' OR 1=1 --") == []


def test_one_file_is_enough(files: dict[str, Path]) -> None:
    provenance = registers_build.build(associations=files["associations"])
    assert provenance.rows == 2
    found = registers.by_rna("W243001234")
    assert found is not None
    assert (found.name, found.source, found.siren) == ("LES MAINS VIVES", "rna", "803000017")
    assert registers.by_siren("803000017") == found


def test_a_zip_archive_as_it_is_published(files: dict[str, Path], folder: Path) -> None:
    archive = folder / "StockUniteLegale_utf8.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.write(files["units"], "StockUniteLegale_utf8.csv")
    assert registers_build.build(units=archive).rows == 3


def test_a_parquet_file(files: dict[str, Path], folder: Path) -> None:
    path = folder / "StockUniteLegale_utf8.parquet"
    pl.read_csv(files["units"], infer_schema=False).write_parquet(path)
    assert registers_build.build(units=path).rows == 3


def test_a_wrong_file_leaves_the_register_that_serves(files: dict[str, Path], folder: Path) -> None:
    registers_build.build(**files)
    before = registers.by_siren("803000017")
    other = write(folder / "autre.csv", ["siren", "nom"], [{"siren": "803000017", "nom": "X"}])
    with pytest.raises(RefusedFile) as refusal:
        registers_build.build(units=other)
    assert "statutDiffusionUniteLegale" in str(refusal.value)
    cut = folder / "StockUniteLegale_coupe.csv"
    cut.write_bytes(files["units"].read_bytes()[:-120])
    with pytest.raises(RefusedFile):
        registers_build.build(units=cut)
    with pytest.raises(RefusedFile):
        registers_build.build(units=folder / "absent.csv")
    with pytest.raises(MissingInput):
        registers_build.build(establishments=files["establishments"])
    assert registers.by_siren("803000017") == before


def test_reads_nothing_outside_the_packs(files: dict[str, Path], folder: Path) -> None:
    registers_build.build(**files)
    registers.by_siren("803000017")
    with pytest.raises(duckdb.Error):
        registers._connection().execute("SELECT * FROM read_csv(?)", [str(files["units"])])
