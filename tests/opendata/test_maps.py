"""Shapes and tiles: everything is drawn, inside its frame, and read quickly."""

from __future__ import annotations

import gzip
import re
import time
from pathlib import Path

import numpy as np
import pytest
import shapely

from kiif.opendata import base, frames, shapes, tiles
from kiif.opendata.errors import DataError, MissingPack, RefusedFile

NUMBERS = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def box_of(path: str) -> tuple[float, float, float, float]:
    values = np.array([float(text) for text in NUMBERS.findall(path)]).reshape(-1, 2)
    return (*values.min(axis=0).tolist(), *values.max(axis=0).tolist())


@pytest.mark.usefixtures("base_pack")
def test_france_is_drawn_inside_its_frame_with_five_insets() -> None:
    france = shapes.national("department", 1000)
    assert len(france.shapes) == 96
    assert [inset.code for inset in france.insets] == ["971", "972", "973", "974", "976"]
    assert all(shape.path.startswith("M") and shape.path.endswith("Z") for shape in france.shapes)
    left, top, right, bottom = box_of(france.land)
    assert 0 <= left < right <= france.frame.width
    assert 0 <= top < bottom <= france.frame.height
    assert france.frame.km(100) == pytest.approx(84, abs=3)
    for inset in france.insets:
        left, top, right, bottom = box_of(inset.land)
        assert 0 <= min(left, top) < max(right, bottom) <= shapes.INSET
    assert sum(len(shape.path) for shape in france.shapes) < 400_000


@pytest.mark.usefixtures("base_pack")
def test_labels_fall_inside_their_shapes() -> None:
    frame = shapes.national("department", 1000).frame
    x, y = frame.project(2.3522, 48.8566)
    paris = next(s for s in shapes.national("department", 1000).shapes if s.code == "75")
    left, top, right, bottom = box_of(paris.path)
    assert left <= x <= right
    assert top <= y <= bottom
    assert left <= paris.x <= right


@pytest.mark.usefixtures("base_pack")
@pytest.mark.parametrize(("level", "count"), [("region", 13), ("epci", 1_255 - 23)])
def test_other_levels_are_drawn_too(level: str, count: int) -> None:
    assert len(shapes.national(level).shapes) == count


@pytest.mark.usefixtures("base_pack")
def test_a_national_map_of_communes_is_refused() -> None:
    with pytest.raises(DataError, match="use the tiles"):
        shapes.national("commune")


@pytest.mark.usefixtures("base_pack")
def test_a_map_of_living_areas_needs_them() -> None:
    with pytest.raises(MissingPack, match="living-areas"):
        shapes.national("living-area")


@pytest.mark.usefixtures("base_pack")
def test_the_relief_of_inhabitants_has_paris_at_its_top() -> None:
    lines = shapes.national_contours()
    assert [line.level for line in lines] == list(shapes.NATIONAL_LEVELS)
    frame = shapes.national("department", 1000).frame
    x, y = frame.project(2.35, 48.86)
    rings = [shapely.Polygon(ring_points(part)) for part in lines[-1].path.split("M")[1:] if part.endswith("Z")]
    assert any(ring.contains(shapely.Point(x, y)) for ring in rings)


def ring_points(part: str) -> list[tuple[float, float]]:
    values = [float(text) for text in NUMBERS.findall(part)]
    return list(zip(values[::2], values[1::2], strict=True))


@pytest.mark.usefixtures("base_pack")
@pytest.mark.parametrize(
    ("level", "code", "parts"),
    [
        ("epci", "200071819", 28),
        ("commune", "44109", 0),
        ("department", "2A", 124),
        ("epci", "249740077", None),
        ("commune", "97302", 0),
    ],
)
def test_a_local_map_shows_the_place_its_parts_and_its_surroundings(level: str, code: str, parts: int | None) -> None:
    picture = shapes.local(level, code, width=760, height=640)
    left, top, right, bottom = box_of(picture.outline)
    assert 0 < left < right < 760
    assert 0 < top < bottom < 640
    assert parts is None or len(picture.parts) == parts
    assert picture.context
    for shape in picture.context:
        left, top, right, bottom = box_of(shape.path)
        assert left >= -5
        assert bottom <= 645


@pytest.mark.usefixtures("base_pack")
def test_local_contours_follow_the_levels() -> None:
    picture = shapes.local("epci", "200071819")
    levels = [line.level for line in picture.contours]
    assert levels == sorted(levels)
    assert {20, 40} <= set(levels)
    assert shapes.local("epci", "200071819", with_contours=False).contours == ()


@pytest.mark.usefixtures("base_pack")
def test_an_unknown_place_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        shapes.local("epci", "000000000")


def test_a_frame_keeps_proportions_and_centre() -> None:
    frame = frames.fit((0, 0, 1000, 500), 2154, 200, 200)
    assert frame.scale == pytest.approx(0.2)
    x, y = frame.pixels([500], [250])
    assert (x[0], y[0]) == pytest.approx((100, 100))
    assert frame.bounds == pytest.approx((0, -250, 1000, 750))


def test_paths_merge_points_of_the_same_pixel_and_drop_specks() -> None:
    big, speck = shapely.box(0, 0, 10, 10), shapely.box(20, 20, 20.1, 20.1)
    assert frames.path_data(shapely.union_all([big, speck]), smallest=1).count("M") == 1
    assert frames.path_data(shapely.box(0, 0, 10, 10)) == "M10,0 10,10 0,10 0,0Z"
    assert frames.line_data(np.array([[0, 0], [0.01, 0], [5, 5]])) == "M0,0 5,5"
    assert frames.line_data(np.array([[0, 0], [0.01, 0]])) == ""


# --- tiles


@pytest.fixture(scope="session")
def archive_file(base_dir: Path) -> Path:
    """The archive of tiles, built once beside the base pack."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("KIIF_DATA_DIR", str(base_dir))
    try:
        path = tiles.archive_path()
        return path if path.exists() else tiles.build()
    finally:
        monkeypatch.undo()


def test_tiles_are_there_at_every_zoom(archive_file: Path) -> None:
    with tiles.Archive(archive_file) as archive:
        assert {"regions", "departments", "epci", "communes"} <= set(archive.layers)
        assert (archive.min_zoom, archive.max_zoom) == (tiles.MIN_ZOOM, tiles.MAX_ZOOM)
        assert {z for z, _x, _y in archive} == set(range(tiles.MIN_ZOOM, tiles.MAX_ZOOM + 1))
        paris = archive.get(8, 129, 88)
        assert paris is not None
        content = gzip.decompress(paris)
        assert b"communes" in content
        assert b"75056" in content
        assert archive.get(5, 0, 0) is None
        assert archive.get(99, 0, 0) is None
        assert archive.get(5, -1, 99) is None


def test_communes_come_from_zoom_seven_only(archive_file: Path) -> None:
    with tiles.Archive(archive_file) as archive:
        for z, x, y in archive:
            if z < 7:
                assert b"\x0a\x08communes" not in gzip.decompress(archive.get(z, x, y) or b"")


def test_a_tile_is_read_in_less_than_five_milliseconds(archive_file: Path) -> None:
    with tiles.Archive(archive_file) as archive:
        times = []
        for key in archive:
            start = time.perf_counter()
            archive.get(*key)
            times.append(time.perf_counter() - start)
    assert float(np.quantile(times, 0.95)) < 0.005


@pytest.mark.usefixtures("base_pack")
def test_the_archive_is_opened_once(archive_file: Path) -> None:
    assert tiles.open_archive() is tiles.open_archive()
    assert tiles.open_archive().etag.startswith('"')


def test_a_missing_or_damaged_archive_is_refused(empty_dir: Path, tmp_path: Path, archive_file: Path) -> None:
    with pytest.raises(MissingPack, match="kiif data build"):
        tiles.open_archive()
    bad = tmp_path / "bad.pmtiles"
    for content in (b"", b"nothing like tiles" * 20, archive_file.read_bytes()[:2_000]):
        bad.write_bytes(content)
        with pytest.raises(RefusedFile, match="not an archive of tiles"):
            tiles.Archive(bad)


def test_every_commune_is_in_the_tiles(archive_file: Path, base_pack: Path) -> None:
    found: set[bytes] = set()
    pattern = re.compile(rb"\x0a\x05((?:\d\d|2[AB])\d{3})")
    with tiles.Archive(archive_file) as archive:
        for z, x, y in archive:
            if z == tiles.MAX_ZOOM:
                found.update(pattern.findall(gzip.decompress(archive.get(z, x, y) or b"")))
    missing = {code.encode() for code in base.load_communes()["code"].to_list()} - found
    assert missing == set()
