"""Each family of files, small, from the documented headers; and each bad file, with the sentence that it gets."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import polars as pl
import pytest

from kiif.opendata import base, importers, indicators, packs, paths, programmes
from kiif.opendata.errors import DataError, MissingPack, RefusedFile
from kiif.opendata.importers import ImportReport
from tests.opendata import samples

pytestmark = pytest.mark.usefixtures("data_dir")


def load(path: Path, source: str | None = None, **more: bool) -> ImportReport:
    return importers.import_file(path, source, partial=True, **more)


def value(code: str, ident: str, level: str = "commune") -> float:
    return indicators.load_indicators(level).value(code, ident)


# --- figures


def test_the_comparator_gives_exact_rates(tmp_path: Path) -> None:
    report = load(samples.comparator(tmp_path))
    assert (report.source, report.rows, report.matched, report.secret) == ("base-comparateur", 3, 3, 1)
    assert value("01001", "unemployment_rate") == pytest.approx(100 * 28 / 431)
    assert value("01001", "population_trend") == pytest.approx(100 * ((859 / 767) ** (1 / 6) - 1))
    assert value("01001", "natural_balance") == pytest.approx(100 * (51 - 33) / ((767 + 859) / 2) / 6)
    assert value("01001", "jobs_per_100") == pytest.approx(100 * 76.9798398259956 / (431 - 28))
    assert value("01004", "median_income") == 21660
    assert math.isnan(value("01019", "median_income"))
    assert math.isnan(value("01002", "unemployment_rate"))


def test_a_rate_on_a_tiny_denominator_is_not_reliable(tmp_path: Path) -> None:
    load(samples.comparator(tmp_path))
    table = indicators.load_indicators("commune")
    assert table.reliable("01001", "unemployment_rate")
    assert not table.reliable("01019", "unemployment_rate")
    assert value("01019", "unemployment_rate") == pytest.approx(100 * 3.84615384615385 / 12.5)


def test_an_epci_of_which_little_is_known_stays_unknown(tmp_path: Path) -> None:
    load(samples.comparator(tmp_path))
    assert math.isnan(value("200069193", "unemployment_rate", "epci"))


def test_filosofi_never_writes_zero_for_a_secret(tmp_path: Path) -> None:
    path = samples.text(
        tmp_path / "cc_filosofi_2021_COM.csv",
        "CODGEO;NBMENFISC21;NBPERSMENFISC21;MED21;PIMP21;TP6021;RD21",
        "01001;346;895;25820;s;s;s", "01004;6855;15000;21660;50,0;17,0;2,9", "01002;s;s;nd;ns;s;s",
    )  # fmt: skip
    report = load(path)
    assert (report.source, report.vintage, report.secret) == ("filosofi", "2021", 8)
    raw = pl.read_parquet(paths.pack_dir("filosofi") / "raw_commune.parquet")
    assert raw.filter(pl.col("code") == "01001")["poverty_rate"].to_list() == [None]
    assert value("01001", "median_income") == 25820
    assert math.isnan(value("01002", "median_income"))
    assert "poverty_rate" not in indicators.load_indicators("commune")


def test_poverty_is_read_where_it_is_published(tmp_path: Path) -> None:
    path = samples.text(
        tmp_path / "cc_filosofi_2022_EPCI.csv", "CODGEO;NBPERSMENFISC22;MED22;TP6022;PIMP22;RD22",
        "200071819;15000;20240;20,3;39,1;3,0", "999999999;1;1;1;1;1",
    )  # fmt: skip
    report = load(path)
    assert (report.source, report.vintage, report.unmatched) == ("filosofi-epci", "2022", ("999999999",))
    assert value("200071819", "poverty_rate", "epci") == 20.3
    assert indicators.load_indicators("epci").source("poverty_rate").vintage == "2022"


def test_the_dossier_complet_reads_only_what_it_needs(tmp_path: Path) -> None:
    codes = ["C107", "C108", "C109", "B104", "B105", "B201", "B202", "B207", "D265", "D307", "A206", "A207", "A208"]
    header = ["CODGEO", "P22_POP", "P22_POP0014", "P22_POP0019", "P22_POP65P", "P22_POP7589", "P22_POP90P", "P22_RP",
              "P22_RP_VOIT1P", "C22_MEN", "C22_MENPSEUL", "C22_MENFAMMONO",
              "OTHER", *(f"BPE_2024_{c}" for c in codes)]  # fmt: skip
    row = ["01001", "859", "160", "200", "170", "60", "10", "354", "340", "354.5", "70.5", "25", "x"]
    row += ["0", "1", "0", "0", "0", "0", "1", "1", "2", "0", "0", "0", "0"]
    report = load(samples.text(tmp_path / "dossier_complet.csv", ";".join(header), ";".join(row)))
    assert report.source == "dossier-complet"
    assert value("01001", "over_75_share") == pytest.approx(100 * 70 / 859)
    assert value("01001", "no_car_share") == pytest.approx(100 * 14 / 354)
    assert value("01001", "ageing_index") == pytest.approx(85)
    assert value("01001", "basket") == 4
    assert value("01001", "gp_per_10k") == pytest.approx(10_000 * 2 / 860)


MELODI = "BPE_MEASURE;FACILITY_DOM;FACILITY_SDOM;FACILITY_TYPE;GEO;GEO_OBJECT;TIME_PERIOD;OBS_VALUE"


def melodi(folder: Path, total: int = 3) -> Path:
    return samples.text(
        folder / "DS_BPE_2024_data.csv", MELODI,
        "FACILITIES;D;D2;D265;01004;COM;2024;2", "FACILITIES;C;C1;C107;01004;COM;2024;1",
        f"FACILITIES;_T;_T;_T;01004;COM;2024;{total}", "FACILITIES;D;D2;_T;01004;COM;2024;2",
        "FACILITIES;D;_T;_T;01004;COM;2024;2",
        "FACILITIES;D;D2;D265;200029999;EPCI;2024;9", "OTHER;D;D2;D265;01004;COM;2024;7",
    )  # fmt: skip


def test_facilities_are_the_sum_of_leaves_only(tmp_path: Path) -> None:
    report = load(melodi(tmp_path))
    assert (report.source, report.notes["facilities"], report.notes["gp"]) == ("bpe", 3, 2)
    assert value("01004", "gp_per_10k") == pytest.approx(10_000 * 2 / 15_934)
    assert value("01001", "gp_per_10k") == 0  # a commune of a department that the file knows
    assert math.isnan(value("02001", "gp_per_10k"))  # and of one that it does not


def test_facilities_that_do_not_sum_to_their_total_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="in 01004 the facilities by type sum to 3 and the total says 9"):
        load(melodi(tmp_path, total=9))


def test_the_register_of_associations_is_read_without_personal_data(tmp_path: Path) -> None:
    header = "id;siret;date_creat;nature;titre;adrs_codeinsee;adrg_declarant;dir_civilite;position"
    rows = (
        '"W01";;"2025-05-01";"D";"Un";"01001";"Jeanne Exemple";"PM";"A"',
        '"W02";;"1990-01-01";"D";"Deux; ou trois";"01001";"";"";"A"',
        '"W03";;"0001-01-01";"D";"Trois";"69381";"";"";"A"',
        '"W04";;"2024-01-01";"D";"Quatre";"01001";"";"";"D"',
        '"W02";;"1990-01-01";"D";"Deux";"01001";"";"";"A"',
    )
    report = load(samples.text(tmp_path / "rna_waldec_20260101_dpt_01.csv", header, *rows, encoding="latin-1"))
    assert (report.source, report.rows, report.arrondissements) == ("rna", 3, 1)
    assert value("01001", "associations_per_1000") == pytest.approx(1000 * 2 / 860)
    assert value("01001", "new_associations_per_1000") == pytest.approx(1000 / 860)
    written = b"".join(path.read_bytes() for path in paths.pack_dir("rna").resolve().iterdir())
    assert b"Jeanne" not in written


def test_reference_populations_are_compared_with_the_base(tmp_path: Path) -> None:
    report = load(
        samples.text(
            tmp_path / "donnees_communes.csv",
            "REG;COM;Commune;PMUN;PCAP;PTOT",
            "84;01001;A;860;9;869",
            "84;01002;B;1;1;2",
        )
    )
    assert report.source == "populations"
    assert report.notes == {"differ from the base": 1}


# --- zonings


def grid(folder: Path, columns: list[object], name: str, *rows: list[object]) -> Path:
    notes: list[list[object]] = [["Grille communale de densité"], [], [], ["Code", "Libellé"]]
    sheet = "Maille communale" if "DENS7" in columns else "Grille_Densite"
    return samples.workbook(folder / name, sheet, [*notes, columns, *rows])


def test_the_density_grid_is_read_by_vintage(tmp_path: Path) -> None:
    path = grid(
        tmp_path,
        ["CODGEO", "LIBGEO", "DENS", "DENS7"],
        "fichier_diffusion_2025.xlsx",
        ["01001", "A", 3, 6],
        ["01004", "B", 2, 4],
    )
    report = load(path)
    assert (report.source, report.vintage) == ("density-grid", "2025")
    assert value("01001", "density_level") == 6
    path = grid(tmp_path, ["CODGEO", "LIBGEO", "DENS"], "grille_densite_7_niveaux_2023.xlsx", ["01001", "A", 7])
    assert load(path).vintage == "2023"
    assert value("01001", "density_level") == 7
    table = base.load_communes()
    assert table.filter(pl.col("code") == "01001").select("rural", "rural_source").row(0) == (True, "official")
    assert table.filter(pl.col("code") == "01004")["rural_source"].item() == "estimate"


def test_a_grid_with_impossible_levels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="levels 1 to 7; it holds 9"):
        load(grid(tmp_path, ["CODGEO", "LIBGEO", "DENS"], "grille_densite_7_niveaux_2023.xlsx", ["01001", "A", 9]))


def test_frr_classes_are_read_from_their_labels(tmp_path: Path) -> None:
    path = samples.workbook(
        tmp_path / "Liste communes FRR_juillet2025.xlsx", "Liste",
        [["Classement"], ["Code_insee", "Commune", "Classement FRR et FRR+ au 10 juillet 2025"],
         [1001, "A", "FRR socle"], ["01002", "B", "FRR+"], ["01004", "C", "Non classée"], ["01005", "D",
         "FRR bénéficiaire"]],
    )  # fmt: skip
    assert load(path).source == "frr"
    assert [value(code, "frr") for code in ("01001", "01002", "01004", "01005")] == [3, 4, 0, 2]


def test_priority_neighbourhoods_unwrap_codes_and_split_cells(tmp_path: Path) -> None:
    path = samples.text(
        tmp_path / "listeqp2024.csv", "code_qp;lib_qp;insee_com;lib_com", 'QN00101M;Les Courbes;="01004";Ambérieu',
        'QN07501M;Belleville;"75111;75120";"Paris 11e;Paris 20e"', "QN00102M;Autre;1053;Bourg", encoding="utf-8-sig",
    )  # fmt: skip
    report = load(path)
    assert (report.source, report.arrondissements) == ("qpv", 2)
    assert value("01004", "qpv") == value("01053", "qpv") == 1
    assert value("75056", "qpv") == 2
    assert value("01001", "qpv") == 0


def test_an_unknown_label_is_shown_with_those_expected(tmp_path: Path) -> None:
    path = samples.text(tmp_path / "d.csv", "insee_com,lib_com,niveau_densite", "01001,A,Campagne profonde")
    with pytest.raises(RefusedFile, match=r"unknown label “Campagne profonde”\. Expected: Grands centres urbains"):
        load(path)


def test_living_areas_become_a_level(tmp_path: Path) -> None:
    rows: list[list[object]] = [["x"], ["CODGEO", "LIBGEO", "BV2022", "LIBBV2022"]]
    rows += [
        ["01001", "A", "01093", "Châtillon"],
        ["01004", "B", "01004", "Ambérieu"],
        ["01002", "C", "01004", "Ambérieu"],
    ]
    report = load(samples.workbook(tmp_path / "BV2022_au_01-01-2025.xlsx", "Composition_communale", rows))
    assert report.source == "living-areas"
    areas = base.load_living_areas()
    assert areas.select("code", "name", "communes", "population").rows() == [
        ("01004", "Ambérieu", 2, 15_934 + 270), ("01093", "Châtillon", 1, 860),
    ]  # fmt: skip
    assert base.load_members("living-area").height == 3
    assert base.load_geometry("living-area").codes.tolist() == ["01004", "01093"]
    assert value("01093", "town_10k_km", "living-area") == value("01001", "town_10k_km")
    assert indicators.load_indicators("living-area").source("density").name == "living-areas"


# --- programmes


def test_codes_are_found_between_the_right_parentheses(tmp_path: Path) -> None:
    path = samples.geojson(
        tmp_path / "ti_geom.geojson",
        {"id_territoire": "ti-1", "lib_territoire": "Est Réunion",
        "liste_geo": "CA de la Réunion Est (CIREST) (249740093); X (Ville)"},
        {"id_territoire": "ti-2", "lib_territoire": "Un", "liste_geo": "Commune (01001)"},
    )  # fmt: skip
    assert load(path).source == "programme-ti"
    assert [m.label for m in programmes.memberships_of("97410")] == ["Est Réunion"]
    found = programmes.memberships_of("01001")
    assert [(m.programme.key, m.level) for m in found] == [("ti", "commune")]
    assert [m.code for m in programmes.memberships_within("epci", "249740093")] == ["249740093"]


def test_a_list_of_communes_is_read_too(tmp_path: Path) -> None:
    path = samples.text(
        tmp_path / "liste-va-com2025-20260602.csv",
        "insee_com,lib_com,id_va",
        "01001,L'Abergement,va-01",
        "1002,B,va-02",
    )
    assert load(path).source == "programme-va"
    assert programmes.memberships_of("01002")[0].programme.name == "Villages d'avenir"


def test_a_truncated_geojson_is_refused(tmp_path: Path) -> None:
    path = samples.geojson(tmp_path / "pvd_geom.geojson", {"lib_territoire": "A", "liste_geo": "A (01001)"})
    path.write_text(path.read_text()[:-20])
    with pytest.raises(RefusedFile, match="not a whole GeoJSON"):
        load(path)


# --- bad input, and what stays


def test_a_renamed_column_shows_expected_and_found(tmp_path: Path) -> None:
    path = samples.comparator(tmp_path, samples.COMPARATOR_HEADER.replace("P22_LOGVAC", "P22_VACANTS"))
    with pytest.raises(RefusedFile, match=r"lacks P22_LOGVAC\. Expected columns: .*P22_LOGVAC.*Found: .*P22_VACANTS"):
        load(path, "base-comparateur")


def test_another_vintage_is_told_as_such(tmp_path: Path) -> None:
    path = samples.comparator(tmp_path, samples.COMPARATOR_HEADER.replace("P22", "P23").replace("P16", "P17"))
    with pytest.raises(RefusedFile, match=r"another vintage \(P23_POP\)"):
        load(path, "base-comparateur")


def test_duplicated_codes_are_refused(tmp_path: Path) -> None:
    rows = (*samples.COMPARATOR_ROWS, samples.COMPARATOR_ROWS[0])
    with pytest.raises(RefusedFile, match=r"the same code more than once \(01001; in all: 1\)"):
        load(samples.comparator(tmp_path, rows=rows))


def test_a_table_of_something_else_is_refused(tmp_path: Path) -> None:
    path = samples.text(tmp_path / "x.csv", "CODGEO,nb_assos", "FR-01,3", "FR-02,4", "FR-03,4")
    with pytest.raises(RefusedFile, match=r"0 codes of 3 are communes .*FR-01"):
        load(path)


def test_an_excerpt_is_refused_unless_asked_for(tmp_path: Path) -> None:
    path = samples.comparator(tmp_path)
    with pytest.raises(RefusedFile, match=r"holds 3 rows; at least 30000 .*--partial"):
        importers.import_file(path)
    assert "base-comparateur" not in packs.names()


def test_a_file_of_200_000_rows_too_many_is_refused(tmp_path: Path) -> None:
    rows = [f"{n % 34000:05d},{n}" for n in range(200_000)]
    with pytest.raises(RefusedFile, match="more than once"):
        load(samples.text(tmp_path / "x.csv", "CODGEO,nb_assos", *rows))


def test_a_truncated_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bpe.parquet"
    pl.DataFrame({"DEPCOM": ["01001"], "TYPEQU": ["D201"], "NB_EQUIP": [1.0], "AN": [2019.0]}).write_parquet(path)
    assert load(path).source == "bpe-2019"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(RefusedFile, match="not a whole Parquet"):
        load(path)


def test_an_unknown_file_or_source_says_where_to_look(tmp_path: Path) -> None:
    path = samples.text(tmp_path / "x.csv", "a,b", "1,2")
    with pytest.raises(RefusedFile, match=r"not recognised. Its columns: a, b. .*--source"):
        load(path)
    with pytest.raises(DataError, match="“nope” is not a source"):
        load(path, "nope")
    with pytest.raises(DataError, match="kept as a file"):
        load(path, "cog-2026")
    with pytest.raises(RefusedFile, match="does not exist"):
        load(tmp_path / "none.csv")


def test_yesterdays_pack_serves_after_a_refusal(tmp_path: Path) -> None:
    load(samples.comparator(tmp_path))
    before = packs.stamp("base-comparateur")
    bad = samples.COMPARATOR_ROWS[0].replace("859;767", "859;many")
    with pytest.raises(RefusedFile, match="P16_POP holds “many”"):
        load(samples.comparator(tmp_path, rows=(bad,)))
    assert packs.stamp("base-comparateur") == before
    assert not math.isnan(value("01001", "unemployment_rate"))


def test_a_dry_run_reports_and_publishes_nothing(tmp_path: Path) -> None:
    report = load(samples.comparator(tmp_path), dry_run=True)
    assert report.dry_run
    assert report.matched == 3
    assert "base-comparateur" not in packs.names()


def test_merged_communes_are_summed_and_counted(tmp_path: Path) -> None:
    """14011 and 14581 are one commune today; 69381 is a district of Lyon; 2A and overseas codes are communes like
    others.
    """
    rows = ["14011,10", "14581,5", "69381,3", "69382,4", "2A004,7", "97411,8", "97501,1", "00000,2"]
    report = load(samples.text(tmp_path / "x.csv", "CODGEO,nb_assos", *rows))
    raw = pl.read_parquet(paths.pack_dir("associations-communes") / "raw_commune.parquet")
    assert dict(raw.iter_rows()) == {"14581": 15, "69123": 7, "2A004": 7, "97411": 8}
    assert report.converted == {"14011": "14581"}
    assert (report.arrondissements, report.outside, report.unmatched) == (2, 1, ("00000",))


def test_a_sum_with_a_secret_part_is_unknown(tmp_path: Path) -> None:
    load(samples.text(tmp_path / "x.csv", "CODGEO,nb_assos", "14011,s", "14581,5"))
    assert math.isnan(value("14581", "associations_per_1000"))


def test_nothing_can_be_imported_before_the_base(empty_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingPack, match="kiif data build"):
        load(samples.comparator(tmp_path))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("cc_filosofi_2021.zip", b"this is not an archive", "damaged or truncated archive"),
        ("photos.csv", b"nom;taille\na;1\n", "Its columns: nom, taille. Say which dataset it is"),
    ],
)
def test_an_unknown_file_is_told_what_to_do(
    base_pack: Path, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RefusedFile, match=sentence) as refused:
        importers.import_file(tmp_path / name, dry_run=True)
    assert str(refused.value).startswith(name)


def test_an_archive_that_inflates_beyond_reason_is_refused_before_it_does(base_pack: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "cc.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.csv", b"0" * 60_000_000)
    with pytest.raises(RefusedFile, match="inflates beyond reason"):
        importers.import_file(tmp_path / "cc.zip", dry_run=True)
