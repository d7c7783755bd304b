"""Importing a list: read, checked line by line, written whole or not at all."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kiif.organisations import sheets
from kiif.organisations.actions.imports import bring_list, discard_list, import_list, preview
from kiif.organisations.models import Batch, Organisation
from kiif.territories import lookup
from kiif.ui.errors import NotAllowed, Refused
from tests.organisations import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIIF_DATA_DIR", str(tmp_path / "data"))
    lookup.forget()


def csv_of(
    *rows: str, head: str = "Nom;SIREN;Commune;Code postal;Courriel;Thèmes;Forme juridique;Colonne à nous"
) -> bytes:
    return "\n".join([head, *rows]).encode("cp1252")


def bring(world: Any, content: bytes, name: str = "liste.csv", role: str = "advisor") -> Batch:
    return bring_list(content=content, name=name, steward=world.incubator, by=world.actor(role))


def test_lines_as_people_write_them(world: Any) -> None:
    make.make_commune("24311", "Nontron")
    zero = make.siren(-79_000_000)
    assert zero.startswith("0")
    known = make.make_organisation(world.alliance, world.incubator, name="Déjà là", siren=make.siren(3))
    foreign = make.make_organisation(world.alliance, world.other_incubator, siren=make.siren(4))
    batch = bring(
        world,
        csv_of(
            f"Les Mains vives;{zero.lstrip('0')};NONTRON;24300;Contact@MainsVives.fr;"
            "mobilité, alimentation;Association loi 1901;x",
            f"Autre nom;{known.siren};;;bonjour@deja.fr;;;",
            f"À eux;{foreign.siren};;;;;;",
            "Sans rien;;;;;;;",
            "Faux numéro;123456789;;;;;;",
            "Où est-elle;;Trifouillis;;;;;",
            ";;Nontron;;;;;",
            "Forme étrange;;;;;;Confrérie;",
            "Thème étrange;;;;;astrologie;;",
            "Courriel étrange;;;;arobase;;;",
            f"Deux fois;{zero};;;;;;",
            ";;;;;;;",
        ),
    )
    assert batch.unknown_columns == ["Colonne à nous"]
    lines = preview(batch, world.actor("advisor"))
    assert [(line.number, line.what) for line in lines] == [
        (2, "create"), (3, "complete"), (4, "refused"), (5, "create"), *((n, "refused") for n in range(6, 13)),
    ]  # fmt: skip
    facts = lines[0].facts
    assert (facts["siren"], facts["commune"].code, facts["email"], facts["themes"], facts["legal_form"]) == (
        zero,
        "24311",
        "contact@mainsvives.fr",
        ["mobility", "food"],
        "association",
    )
    assert lines[1].facts == {"email": "bonjour@deja.fr"}
    assert all(len(line.problems) == 1 for line in lines if line.what == "refused")
    assert Organisation.objects.count() == 2


def test_all_or_nothing(world: Any) -> None:
    batch = bring(world, csv_of("Première;;;;;;;", "Fausse;123456789;;;;;;"))
    by = world.actor("advisor")
    with pytest.raises(Refused):
        import_list(batch=batch, by=by)
    assert not Organisation.objects.exists()
    counts = import_list(batch=batch, by=by, skip=frozenset({3}))
    assert counts == {"create": 1, "complete": 0, "same": 0, "skipped": 1}
    made = Organisation.objects.get()
    assert (made.name, list(made.stewards.all()), made.sources["name"]["source"]) == (
        "Première",
        [world.incubator],
        "import",
    )
    batch.refresh_from_db()
    assert (batch.state, batch.lines) == ("done", [])
    with pytest.raises(Refused):
        import_list(batch=batch, by=by)


def test_a_known_one_is_completed_never_overwritten(world: Any) -> None:
    known = make.make_organisation(world.alliance, world.incubator, name="Notre nom", siren=make.siren(3), phone="01")
    batch = bring(world, csv_of(f"Leur nom;{known.siren};02;bonjour@deja.fr", head="nom;siren;téléphone;courriel"))
    import_list(batch=batch, by=world.actor("advisor"))
    known.refresh_from_db()
    assert (known.name, known.phone, known.email) == ("Notre nom", "01", "bonjour@deja.fr")
    again = bring(world, csv_of(f"Leur nom;{known.siren};02;bonjour@deja.fr", head="nom;siren;téléphone;courriel"))
    assert [line.what for line in preview(again, world.actor("advisor"))] == ["same"]


def test_a_workbook(world: Any) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Structures")
        sheet.write_row(0, 0, ["Structure", "SIRET", "Ville"])
        siret = make.siret(make.siren(5))
        sheet.write_row(1, 0, ["Les Mains vives", int(siret), ""])
    batch = bring(world, buffer.getvalue(), "liste.xlsx")
    (line,) = preview(batch, world.actor("advisor"))
    assert (line.what, line.facts["siret"], line.facts["siren"]) == ("create", siret, siret[:9])


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "liste.csv"),
        (b"\x00\x01\x02", "liste.csv"),
        (b"PK\x03\x04 pas un classeur", "liste.xlsx"),
        (b"adresse;siren\nrue;1", "liste.csv"),
        (b"nom;siren\n", "liste.csv"),
        (b"nom\n" + b"a\n" * 2_001, "liste.csv"),
        (b"x" * 5_000_001, "liste.csv"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(world: Any, content: bytes, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        bring(world, content, name)
    assert refusal.value.field == "file"
    assert "/tmp" not in str(refusal.value)
    assert not Batch.objects.exists()


def test_who_imports(world: Any) -> None:
    content = csv_of("Première;;;;;;;")
    for role in ("carrier", "partner", "reviewer", "impersonating"):
        with pytest.raises(NotAllowed):
            bring(world, content, role=role)
    with pytest.raises(NotAllowed):
        bring(world, content, role="other_advisor")  # for another incubator than one's own
    batch = bring(world, content, role="coordinator")
    discard_list(batch=batch, by=world.actor("coordinator"))
    with pytest.raises(Refused):
        import_list(batch=batch, by=world.actor("coordinator"))
    assert not Organisation.objects.exists()


def test_the_pages_from_file_to_directory(world: Any) -> None:
    client = world.client("advisor")
    upload = SimpleUploadedFile("structures.csv", csv_of("Première;;;;;;;", "Seconde;;;;;;;"))
    answer = client.post(reverse("organisations:import-list"), {"file": upload, "steward": world.incubator.pk})
    address = answer["Location"]
    assert "Seconde" in client.get(address).content.decode()
    assert not Organisation.objects.exists()
    client.post(address, {"ligne": ["2"]})
    assert [row.name for row in Organisation.objects.all()] == ["Première"]
    wrong = client.post(reverse("organisations:import-list"), {"file": SimpleUploadedFile("vide.csv", b"nom\n")})
    assert wrong.status_code == 422
    model = client.get(reverse("organisations:import-model")).content.decode()
    assert model.strip().lstrip("\ufeff").split(";") == list(sheets.MODEL)


def test_lines_are_read_against_the_directory_with_bounded_queries(
    world: Any, django_assert_max_num_queries: Any
) -> None:
    batch = bring(world, csv_of(*(f"Structure {n};;;;;;;" for n in range(3))))
    with django_assert_max_num_queries(20):
        preview(batch, world.actor("advisor"))


def test_a_long_list_is_imported_by_a_job(world: Any) -> None:
    from django.test import TestCase

    from kiif.organisations.actions import imports

    batch = bring(
        world, csv_of(*(f"Structure {n};;;;;;;" for n in range(imports.AT_ONCE + 1)), "Fausse;123456789;;;;;;")
    )
    client, wrong = world.client("advisor"), str(imports.AT_ONCE + 3)
    every = [str(line["line"]) for line in batch.lines]
    refused = client.post(batch.get_absolute_url(), {"ligne": every})
    assert refused.status_code == 422
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(batch.get_absolute_url(), {"ligne": [n for n in every if n != wrong]})
    assert answer["Location"].startswith("/taches/")
    from kiif.jobs.models import Run

    run = Run.objects.get()
    assert (run.name, run.args) == ("organisations.import_list", [batch.pk, [int(wrong)]])
    assert Organisation.objects.count() == imports.AT_ONCE + 1
    batch.refresh_from_db()
    assert batch.state == "done"
