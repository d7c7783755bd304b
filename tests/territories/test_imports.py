"""Official files given by a coordinator: read first, published on demand, refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kiif.opendata import base, packs
from kiif.territories.actions import imports
from kiif.territories.enums import ImportState
from kiif.territories.models import DataImport, ReferentialLoad, Territory
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import World

LABELS = ("Rural à habitat dispersé", "Grands centres urbains")


def grid(rows: int = 34_875, column: str = "niveau_densite") -> SimpleUploadedFile:
    """A density grid in which everything is rural but one commune."""
    codes = base.load_communes()["code"].to_list()[:rows]
    lines = [f"{code},Nom,{LABELS[code == '24311']}" for code in codes]
    text = "\n".join([f"insee_com,lib_com,{column}", *lines]) + "\n"
    return SimpleUploadedFile("densite.csv", text.encode())


@pytest.fixture
def coordinator(world: World, data_dir: Path, settings: object, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    return world


def test_read_then_published_then_everywhere(coordinator: World, django_capture_on_commit_callbacks: object) -> None:
    client = coordinator.client("coordinator")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        response = client.post(reverse("territories:import-create"), {"file": grid(), "source": ""})
    item = DataImport.objects.get()
    assert response["Location"] == item.get_absolute_url()
    assert (item.state, item.report["rows"], item.report["matched"]) == (ImportState.CHECKED, 34_875, 34_875)
    assert "density-grid" not in packs.names()
    page = client.get(item.get_absolute_url()).content.decode()
    assert "Publier ces données" in page
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        client.post(reverse("territories:import-publish", args=[item.pk]))
    item.refresh_from_db()
    assert (item.state, bool(item.file)) == (ImportState.PUBLISHED, False)
    assert "density-grid" in packs.names()
    assert ReferentialLoad.objects.exists()
    nontron = Territory.objects.get(level="commune", code="24311")
    assert (nontron.is_rural, nontron.rural_source) == (False, "official")


@pytest.mark.parametrize(
    ("upload", "word"),
    [
        (lambda: grid(rows=50), "50"),
        (lambda: grid(column="autre_colonne"), "reconnu"),
        (lambda: SimpleUploadedFile("densite.csv", b"\x00\x01\x02" * 50), ""),
        (lambda: SimpleUploadedFile("archive.zip", b"PK\x03\x04 cut"), ""),
    ],
)
def test_a_file_that_is_not_what_it_says_changes_nothing(
    coordinator: World, django_capture_on_commit_callbacks: object, upload: object, word: str
) -> None:
    before = packs.version()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        item = imports.give_file(by=coordinator.actor("coordinator"), upload=upload())  # type: ignore[operator]
    item.refresh_from_db()
    assert item.state == ImportState.REFUSED
    assert packs.version() == before
    html = coordinator.client("coordinator").get(item.get_absolute_url()).content.decode()
    assert "Le fichier est refusé" in html
    assert word in html
    with pytest.raises(Refused):
        imports.publish(item=item, by=coordinator.actor("coordinator"))


def test_set_aside(coordinator: World, django_capture_on_commit_callbacks: object) -> None:
    actor = coordinator.actor("coordinator")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        item = imports.give_file(by=actor, upload=grid())
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        imports.discard(item=DataImport.objects.get(pk=item.pk), by=actor)
    item.refresh_from_db()
    assert (item.state, bool(item.file)) == (ImportState.DISCARDED, False)


@pytest.mark.parametrize("role", ["manager", "advisor", "carrier", "partner"])
def test_only_coordinators_give_files(coordinator: World, role: str) -> None:
    with pytest.raises(NotAllowed):
        imports.give_file(by=coordinator.actor(role), upload=grid(rows=3))
    assert not DataImport.objects.exists()


def test_limits(coordinator: World, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = coordinator.actor("coordinator")
    with pytest.raises(Refused, match="vide"):
        imports.give_file(by=actor, upload=SimpleUploadedFile("x.csv", b""))
    monkeypatch.setattr(imports, "MAX_BYTES", 10)
    with pytest.raises(Refused, match="200"):
        imports.give_file(by=actor, upload=grid(rows=3))
    with pytest.raises(Refused, match="pas connu"):
        imports.give_file(by=actor, upload=SimpleUploadedFile("x.csv", b"a"), source="nothing")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\Densité 2025.csv", "Densité_2025.csv"),
        ("...", "donnees.csv"),
        ("", "donnees.csv"),
    ],
)
def test_names_of_files_are_names(given: str, kept: str) -> None:
    assert imports.safe_name(given) == kept
