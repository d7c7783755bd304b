"""Exports of a call: what is in them, what never is, how they stop and go on."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.attachments.models import Attachment
from kiif.jobs import progress
from kiif.jobs.models import Run
from kiif.journal.models import JournalEntry
from kiif.programmes.actions import conflicts
from kiif.programmes.enums import ConflictState, State
from kiif.programmes.models import Application, Call, Conflict
from kiif.questionnaires import values
from kiif.questionnaires.actions.saving import write_answer
from kiif.questionnaires.loaded import definition_of, field_keys
from kiif.questionnaires.models import Response
from kiif.reviews.models import Score
from kiif.steering import actions, tasks
from kiif.steering.exporting import archive as archives
from kiif.steering.exporting.choices import Choices, kept_by
from kiif.steering.exporting.making import forget_remains, make
from kiif.steering.models import Export
from kiif.ui.errors import NotAllowed
from tests.factories import World
from tests.programmes.factories import make_application, make_call, make_edition, make_programme
from tests.reviews.factories import make_assignment, make_mark, make_reviewer, make_round
from tests.steering.factories import SYSTEM

pytestmark = pytest.mark.django_db

ALL = Choices()
FACTS = Choices(parts=("facts",), facts=("title", "state"))


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def world() -> World:
    return World()


def call_of(world: World) -> Call:
    return make_call(make_edition(make_programme(world.alliance)))


def answer(application: Application, **given: Any) -> None:
    response = application.response
    definition, fields = definition_of(response.version), field_keys(response.version)
    for name, document in given.items():
        question = definition.by_name[name]
        value = values.accept(question, document)
        write_answer(response, question, fields[question.id], value, 1, by=SYSTEM, at=timezone.now())


def attach(application: Application, name: str, content: bytes) -> Attachment:
    return Attachment.objects.create(
        content_type=ContentType.objects.get_for_model(Response), object_id=str(application.response_id),
        original_name=name, file=ContentFile(content, name=name), kind="text", size=len(content), sha256="0" * 64,
        scan="clean",
    )  # fmt: skip


def export(call: Call, by: Actor, choices: Choices = ALL, query: str = "") -> zipfile.ZipFile:
    """The archive, as the job makes it."""
    made = actions.ask_export(call=call, choices=choices, query=query, by=by)
    assert made.run is not None
    run = Run.objects.get(pk=made.run.pk)
    if not run.file:
        make(made, by)
        return zipfile.ZipFile(archives.folder() / f"{made.public_id.hex}.zip")
    return zipfile.ZipFile(run.file.open("rb"))


def sheet(archive: zipfile.ZipFile, ending: str) -> list[dict[str, str]]:
    name = next(name for name in archive.namelist() if name.endswith(f"{ending}.csv"))
    text = archive.read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_an_export_holds_facts_answers_marks_and_their_codebook(world: World) -> None:
    call = call_of(world)
    row = make_application(call, title="La Remise (exemple)")
    answer(row, nom1="Un nom", choix={"value": "oui", "text": ""})
    make_mark(make_assignment(make_reviewer(make_round(call)), row), 4, 5, words_team="Solide")
    archive = export(call, world.actor("coordinator"))
    facts = sheet(archive, "candidatures")
    assert [(line["dossier"], line["title"], line["state"]) for line in facts] == [
        (row.number, "La Remise (exemple)", "submitted")
    ]
    answers = sheet(archive, "reponses")
    assert (answers[0]["dossier"], answers[0]["nom1"]) == (row.number, "Un nom")
    reads = sheet(archive, "lectures")
    assert (reads[0]["dossier"], reads[0]["words_team"]) == (row.number, "Solide")
    assert len(sheet(archive, "notes-par-critere")) == 2
    codebook = sheet(archive, "codebook") if any("codebook" in n for n in archive.namelist()) else []
    assert "dossiers.xlsx" in archive.namelist()
    assert codebook == [] or codebook[0]["column"] == "dossier"


def test_what_the_job_says_of_itself_names_no_dossier(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    call = call_of(world)
    row = make_application(call, title="La Remise (exemple)")
    answer(row, pieces={"files": [str(attach(row, "budget.csv", b"a;b").public_id)]})
    said: list[str] = []
    monkeypatch.setattr(progress, "report", lambda done, total=0, note="": said.append(f"{done} {total} {note}"))
    archive = export(call, world.actor("coordinator"), Choices(parts=("facts", "files", "prints")))
    assert [name.split("/")[0] for name in archive.namelist()].count("pdf") == 1
    assert {one.split(" ", 2)[2] for one in said} == {
        "Écriture des lignes", "Fichiers joints", "Impression des candidatures",
    }  # fmt: skip


def test_a_cell_never_becomes_a_formula(world: World) -> None:
    call = call_of(world)
    make_application(call, title="=HYPERLINK(1)")
    archive = export(call, world.actor("coordinator"), FACTS)
    assert sheet(archive, "candidatures")[0]["title"].startswith("'=")

    book = zipfile.ZipFile(io.BytesIO(archive.read("dossiers.xlsx")))
    assert all("<f>" not in book.read(name).decode() for name in book.namelist() if "worksheets/" in name)


def test_barred_dossiers_and_one_s_own_are_not_in_it(world: World) -> None:
    call = call_of(world)
    kept, barred = make_application(call), make_application(call)
    own = make_application(call, world.people["coordinator"])
    Conflict.objects.create(application=barred, person=world.people["coordinator"], state=ConflictState.CONFIRMED)
    archive = export(call, world.actor("coordinator"))
    text = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".csv")).decode()
    assert kept.number in text
    assert barred.number not in text
    assert own.number not in text


def test_drafts_and_answers_of_what_was_withdrawn_are_not_in_it(world: World) -> None:
    call = call_of(world)
    draft, gone = make_application(call, state=State.DRAFT), make_application(call, state=State.WITHDRAWN)
    for row in (draft, gone):
        answer(row, nom1="Secret")
    archive = export(call, world.actor("coordinator"))
    text = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".csv")).decode()
    assert draft.number not in text
    assert gone.number in text
    assert "Secret" not in text


def test_only_what_was_filtered(world: World) -> None:
    call = call_of(world)
    rural, urban = make_application(call, rural="rural"), make_application(call, rural="urban")
    archive = export(call, world.actor("coordinator"), FACTS, "rural=rural")
    assert [line["dossier"] for line in sheet(archive, "candidatures")] == [rural.number]
    assert urban.number not in archive.read("LISEZMOI.txt").decode()


def test_attached_files_stand_in_the_folder_of_their_dossier(world: World) -> None:
    call = call_of(world)
    row, other = make_application(call), make_application(call)
    attached = []
    for application in (row, other):
        one = attach(application, "statuts.txt", b"Article premier")
        answer(application, pieces={"files": [str(one.public_id)]})
        attached.append(one)
    attach(row, "brouillon.txt", b"jamais envoye")
    archive = export(call, world.actor("coordinator"), Choices(parts=("files",)))
    names = sorted(name for name in archive.namelist() if name.startswith("pieces/"))
    assert names == sorted(
        f"pieces/{one.number}/{file.pk}-statuts.txt" for one, file in zip((row, other), attached, strict=True)
    )
    assert archive.read(names[0]) == b"Article premier"


def test_a_stopped_export_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    call = call_of(world)
    make_application(call)
    by = world.actor("coordinator")
    row = Export.objects.create(call=call, asked_by=by.user, choices=ALL.document())

    def stop(*args: Any) -> None:
        raise progress.Interrupted

    with monkeypatch.context() as patched:
        patched.setattr(archives, "write_files", stop)
        with pytest.raises(progress.Interrupted):
            make(row, by)
    path = archives.folder() / f"{row.public_id.hex}.zip"
    before = zipfile.ZipFile(path).namelist()
    assert "dossiers.xlsx" in before
    with monkeypatch.context() as patched:
        patched.setattr(archives, "write_xlsx", stop)  # asked again, it would stop the job
        make(row, by)
    assert zipfile.ZipFile(path).namelist()[: len(before)] == before


def test_what_a_broken_archive_left_begins_again_and_remains_go(world: World) -> None:
    call = call_of(world)
    row = make_application(call)
    by = world.actor("coordinator")
    asked = Export.objects.create(call=call, asked_by=by.user, choices=FACTS.document())
    path = archives.folder() / f"{asked.public_id.hex}.zip"
    path.write_bytes(b"PK\x03\x04 cut in the middle")
    make(asked, by)
    assert row.number in zipfile.ZipFile(path).read("csv/01-candidatures.csv").decode()
    assert forget_remains(3_600) == 0
    assert forget_remains(-1) == 1


def test_choices_are_kept_per_person_and_the_gesture_is_written(world: World) -> None:
    call = call_of(world)
    make_application(call)
    client = world.client("coordinator")
    url = reverse("steering:exports", args=[call.public_id])
    page = client.post(url, {"parts": ["facts"], "facts": ["title"]})
    assert page.status_code == 302
    assert kept_by(world.actor("coordinator"), call) == Choices(parts=("facts",), facts=("title",))
    other = make_call(call.edition)
    assert kept_by(world.actor("coordinator"), other).facts == ("title",)
    verbs = set(JournalEntry.objects.filter(verb__startswith="steering.").values_list("verb", flat=True))
    assert "steering.export_asked" in verbs


def test_nothing_chosen_is_said(world: World) -> None:
    call = call_of(world)
    page = world.client("coordinator").post(reverse("steering:exports", args=[call.public_id]), {})
    assert page.status_code == 422
    assert "parts" in page.context["form"].errors


def test_who_does_not_run_the_call_exports_nothing(world: World) -> None:
    call = call_of(world)
    for role in ("advisor", "impersonating", "partner"):
        with pytest.raises(NotAllowed):
            actions.ask_export(call=call, choices=ALL, query="", by=world.actor(role))
    assert actions.ask_export(call=call, choices=FACTS, query="", by=world.actor("coordinator")).pk


def test_a_right_that_is_gone_gives_no_file(world: World) -> None:
    from kiif.steering.tasks import export_call

    call = call_of(world)
    by = world.actor("coordinator")
    row = Export.objects.create(call=call, asked_by=by.user, choices=FACTS.document())
    assert export_call.allowed is not None
    assert export_call.allowed(by, row.pk)
    assert not export_call.allowed(world.actor("advisor"), row.pk)
    assert export_call.keep == timedelta(days=7)


def test_marks_of_the_others_are_not_in_it_while_one_s_own_is_awaited(world: World) -> None:
    call = call_of(world)
    row, other, round_ = make_application(call), make_application(call), make_round(call)
    reader, mine = make_reviewer(round_), make_reviewer(round_, world.people["coordinator"])
    for one in (row, other):
        make_mark(make_assignment(reader, one), 4, 5, words_team="Solide")
        Score.objects.filter(application=one).update(raw=12.5)
    read = make_assignment(mine, row)

    def told() -> tuple[list[tuple[str, str, str]], list[str], list[str]]:
        archive = export(call, world.actor("coordinator"))
        reads = [(one["dossier"], one["words_team"], one["hidden"]) for one in sheet(archive, "lectures")]
        lines = [one["dossier"] for one in sheet(archive, "notes-par-critere")]
        return sorted(reads), sorted(set(lines)), [one["dossier"] for one in sheet(archive, "-notes") if one["raw"]]

    yes, no = "1", "0"
    assert told() == (
        [(row.number, "", no), (row.number, "", yes), (other.number, "Solide", no)], [other.number], [other.number]
    )  # fmt: skip
    make_mark(read, 4, 5, words_team="Fragile")
    assert told() == (
        [(row.number, "Fragile", no), (row.number, "Solide", no), (other.number, "Solide", no)],
        [row.number, other.number], [row.number, other.number],
    )  # fmt: skip


def test_a_conflict_found_since_takes_the_archive_away(world: World) -> None:
    call = call_of(world)
    row, other = make_application(call), make_application(make_call(call.edition))
    by = world.actor("coordinator")
    made = actions.ask_export(call=call, choices=FACTS, query="", by=by)
    assert made.run is not None
    if not Export.objects.get(pk=made.pk).finished_at:
        make(made, by)
    asked: Any = tasks.export_call.allowed
    conflicts.declare(application=other, by=by, words="ma cousine")
    assert asked(by, made.pk)
    conflicts.declare(application=row, by=by, words="mon voisin")
    assert not asked(by, made.pk)
    again = actions.ask_export(call=call, choices=FACTS, query="q=", by=by)
    if not Export.objects.get(pk=again.pk).finished_at:
        make(again, by)
    assert asked(by, again.pk)
