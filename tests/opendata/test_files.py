"""Archives that lie, texts cut short, workbooks read apart."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from kiif.opendata import files
from kiif.opendata.errors import RefusedFile


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_the_wanted_entry_is_extracted(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"meta_table.csv": b"x", "in/table.csv": b"code;n\n01001;2\n"})
    with files.opened(path, "none.csv|table.csv") as found:
        assert found.name == "table.csv"
        assert files.read_table(found.path)["n"].to_list() == ["2"]


def test_tables_of_one_archive_are_put_end_to_end(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"t_01.csv": b"code;n\n01001;1\n", "t_02.csv": b"code;n\n02001;2\n"})
    with files.opened(path, "t_*.csv", every=True) as found:
        assert files.read_table(found.path)["code"].to_list() == ["01001", "02001"]
    path = zipped(tmp_path / "b.zip", {"t_01.csv": b"code;n\n01001;1\n", "t_02.csv": b"n;code\n2;02001\n"})
    with pytest.raises(RefusedFile, match=r"t_02\.csv.* other columns"), files.opened(path, "*.csv", every=True):
        pass


def test_an_archive_without_the_entry_says_what_it_holds(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"other.csv": b"x"})
    with (
        pytest.raises(RefusedFile, match=r"does not hold table\.csv\. Found: other\.csv"),
        files.opened(path, "table.csv"),
    ):
        pass


def test_a_bomb_is_refused_before_it_inflates(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", {"table.csv": b"0" * 40_000_000})
    with pytest.raises(RefusedFile, match="beyond reason"), files.opened(path):
        pass


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "many.zip", {f"{n}.csv": b"x" for n in range(files.MAX_ENTRIES + 1)})
    with pytest.raises(RefusedFile, match="201 files"), files.opened(path):
        pass


def test_an_archive_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "lie.zip", {"table.csv": bytes(range(256)) * 5_000})
    raw = bytearray(path.read_bytes())
    central = raw.rindex(b"PK\x01\x02")
    struct.pack_into("<I", raw, central + 24, 1_000)  # the size announced in the directory
    path.write_bytes(raw)
    with pytest.raises(RefusedFile, match=r"lies|damaged"), files.opened(path):
        pass


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "cut.zip", {"table.csv": b"code;n\n" * 1000})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(RefusedFile, match="damaged or truncated"), files.opened(path):
        pass


def test_a_damaged_entry_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bad.zip", {"table.csv": bytes(range(256)) * 50})
    raw = bytearray(path.read_bytes())
    raw[60:80] = b"\x00" * 20
    path.write_bytes(raw)
    with pytest.raises(RefusedFile, match="damaged or truncated"), files.opened(path):
        pass


def test_an_entry_cannot_leave_the_folder(tmp_path: Path) -> None:
    path = zipped(tmp_path / "slip.zip", {"../../table.csv": b"code\n01001\n"})
    with files.opened(path) as found:
        assert found.path.name == "table.csv"
        assert "kiif-zip-" in str(found.path.parent)


@pytest.mark.parametrize("name", ["..", "a/..", ".hidden", "x" * 300 + ".csv", "dir/../../é😀.csv"])
def test_an_entry_is_read_whatever_it_calls_itself(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "odd.zip", {name: b"code\n01001\n"})
    with files.opened(path) as found:
        assert found.path.read_bytes() == b"code\n01001\n"
        assert found.path.parent.name.startswith("kiif-zip-")
        folder = found.path.parent
    assert not folder.exists()


def test_looking_for_an_entry_inflates_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "two.zip", {"a/Table_2022.csv": b"code\n", "notes.txt": b"-"})
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    assert files.holds(path, "table_*.csv")
    assert not files.holds(path, "other*.csv")
    assert not files.holds(tmp_path / "none.zip", "*")


def test_empty_and_missing_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    with pytest.raises(RefusedFile, match="is empty"), files.opened(tmp_path / "empty.csv"):
        pass
    with pytest.raises(RefusedFile, match="does not exist"), files.opened(tmp_path / "none.csv"):
        pass


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("code;nom\n01001;L'Abergement-Clémenciat\n".encode(encoding))
    table = files.read_table(path)
    assert table.columns == ["code", "nom"]
    assert table["nom"][0] == "L'Abergement-Clémenciat"


def test_a_table_cut_in_its_last_row_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a;b;c\n1;2;3\n4;5")
    with pytest.raises(RefusedFile, match="truncated"):
        files.read_table(path)


def test_rows_with_too_many_cells_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a;b\n1;2\n1;2;3\n")
    with pytest.raises(RefusedFile, match="2 columns"):
        files.read_table(path)


def test_a_binary_file_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"\x00\x01\x02" * 100)
    with pytest.raises(RefusedFile, match="not a text table"):
        files.read_table(path)


def workbook(path: Path, sheet: str, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def test_a_sheet_is_read_from_the_row_of_its_names(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Grille"],
        [],
        ["Code géographique", "Densité"],
        ["CODGEO", "DENS"],
        ["01001", 6],
        ["2A004", 1.5],
    ]
    path = workbook(tmp_path / "t.xlsx", "Maille communale", rows)
    table = files.read_sheet(path, ("Maille communale",), "CODGEO")
    assert table.to_dict(as_series=False) == {"CODGEO": ["01001", "2A004"], "DENS": ["6", "1.5"]}


def test_a_workbook_without_the_sheet_says_what_it_has(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", "Notes", [["x"]])
    with pytest.raises(RefusedFile, match=r"Maille communale .*CODGEO.*Found: Notes"):
        files.read_sheet(path, ("Maille communale",), "CODGEO")


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(RefusedFile, match="damaged or truncated"):
        files.read_sheet(path, ("*",), "CODGEO")
    zipped(path, {"hello.txt": b"no sheet here"})
    with pytest.raises(RefusedFile, match="cannot be read as a workbook"):
        files.read_sheet(path, ("*",), "CODGEO")
