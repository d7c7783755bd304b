"""Attaching, removing, quotas, scanning, purging."""

import datetime as dt
import os
import shlex
import sys
import threading
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import TestCase
from django.utils import timezone

from kiif.accounts.actor import VISITOR, Actor, system
from kiif.accounts.privacy import who_sees
from kiif.attachments import actions, privacy, registry, scanner
from kiif.attachments.enums import Scan
from kiif.attachments.models import Attachment
from kiif.jobs.models import Run
from kiif.journal.models import JournalEntry
from kiif.ui.errors import NotAllowed, Refused
from tests.attachments.conftest import upload
from tests.attachments.corpus import REFUSED
from tests.factories import make_user


def attach(group, by, name="notes.txt", content=None, **more):
    return actions.attach(owner=group, upload=upload(name, content), by=by, **more)


def test_a_file_is_kept_under_a_name_that_tells_nothing(group, by, stored):
    attachment = attach(group, by, "../../rapport.pdf", upload("rapport.pdf").read(), label="  Le\nrapport ")
    (path,) = stored()
    assert attachment.file.path == str(path)
    assert "rapport" not in str(path)
    assert path.suffix == ""
    assert path.stat().st_mode & 0o077 == 0
    assert (attachment.original_name, str(attachment)) == ("rapport.pdf", "Le rapport")
    assert (attachment.kind, attachment.media_type, attachment.size) == ("pdf", "application/pdf", path.stat().st_size)
    assert (attachment.uploaded_by, attachment.owner, attachment.scan) == (by.user, group, Scan.UNSCANNED)
    entry = JournalEntry.objects.in_scope(group).get()
    assert (entry.verb, entry.detail.data["name"]) == ("attachments.attached", "Le rapport")


@pytest.mark.parametrize("name", ["page.html", "bombe.xlsx", "script.pdf", "deluge.png"])
def test_a_refused_file_leaves_nothing(name, group, by, stored):
    content, declared = REFUSED[name]
    with pytest.raises(Refused):
        actions.attach(owner=group, upload=upload(name, content, declared), by=by)
    assert (stored(), Attachment.objects.count(), JournalEntry.objects.count()) == ([], 0, 0)
    attach(group, by)
    assert len(stored()) == 1


def test_who_may_only_read_does_not_write(group, by, reader, stored):
    for actor in (Actor(user=reader), Actor(user=make_user()), VISITOR, Actor(user=by.user, impersonator=reader)):
        with pytest.raises(NotAllowed):
            attach(group, actor)
    assert stored() == []
    attachment = attach(group, by)
    with pytest.raises(NotAllowed):
        actions.remove(attachment=attachment, by=Actor(user=reader))
    assert Attachment.objects.count() == 1


def test_nothing_is_attached_to_what_nobody_registered(group, by, ida):
    with pytest.raises(NotAllowed):
        actions.attach(owner=ida, upload=upload("notes.txt"), by=by)
    assert not registry.can_read(by, ida)


def test_removing_takes_the_content_too(group, by, stored, django_capture_on_commit_callbacks):
    attachment = attach(group, by)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove(attachment=attachment, by=by)
    assert (stored(), Attachment.objects.count()) == ([], 0)
    assert [entry.verb for entry in JournalEntry.objects.about(group)] == [
        "attachments.removed",
        "attachments.attached",
    ]


def test_quotas(group, by, settings, stored):
    settings.ATTACHMENTS = {"per_person": 100}
    attach(group, by, content=b"a" * 60)
    with pytest.raises(Refused):
        attach(group, by, content=b"a" * 41)
    attach(group, by, content=b"a" * 40)
    settings.ATTACHMENTS = {"per_organisation": 120}
    with pytest.raises(Refused):
        attach(group, by, content=b"a" * 21)
    attach(group, by, content=b"a" * 20)
    settings.ATTACHMENTS = {"per_object": 3}
    with pytest.raises(Refused):
        attach(group, by, content=b"a")
    assert len(stored()) == Attachment.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_quotas_hold_when_many_send_at_once(group, by, settings, stored):
    settings.ATTACHMENTS = {"per_person": 100}
    ready = threading.Barrier(6)
    answers = []

    def send():
        try:
            ready.wait()
            attach(group, by, content=b"a" * 40)
            answers.append("kept")
        except Refused:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["kept"] * 2 + ["refused"] * 4
    assert Attachment.objects.total_size() == 80
    assert len(stored()) == 2


def test_a_failure_while_writing_leaves_no_file(group, by, stored, monkeypatch):
    monkeypatch.setattr(actions, "record", lambda **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        attach(group, by)
    assert stored() == []


def scanner_that(settings, code):
    settings.ATTACHMENT_SCANNER = shlex.join([sys.executable, "-c", code])


CLEAN, FOUND, BROKEN = "", "raise SystemExit(1)", "raise SystemExit(2)"


def test_without_a_scanner_files_are_unscanned(group, by):
    assert not scanner.is_configured()
    attachment = attach(group, by)
    assert scanner.look_at(attachment.file) == Scan.UNSCANNED
    assert attachment.is_downloadable


@pytest.mark.parametrize(("code", "state"), [(CLEAN, Scan.CLEAN), (FOUND, Scan.INFECTED)])
def test_the_scanner_decides(code, state, group, by, settings):
    scanner_that(settings, code)
    attachment = attach(group, by)
    assert (attachment.scan, attachment.is_downloadable) == (Scan.PENDING, False)
    assert Run.objects.filter(name="attachments.scan", args=[attachment.pk]).exists()
    path = Path(attachment.file.path)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert actions.scan(attachment_id=attachment.pk) == state
    attachment.refresh_from_db()
    assert (attachment.scan, attachment.is_downloadable) == (state, state == Scan.CLEAN)
    assert path.exists() == (state == Scan.CLEAN)
    assert actions.scan(attachment_id=attachment.pk) == ""


@pytest.mark.parametrize("command", [None, "/nowhere/scanner"])
def test_a_scanner_without_an_answer_keeps_the_file_closed(command, group, by, settings):
    scanner_that(settings, BROKEN)
    if command:
        settings.ATTACHMENT_SCANNER = command
    attachment = attach(group, by)
    with pytest.raises(scanner.NoAnswerError):
        actions.scan(attachment_id=attachment.pk)
    attachment.refresh_from_db()
    assert attachment.scan == Scan.PENDING


def test_the_scanner_sees_the_content(group, by, settings, tmp_path):
    seen = tmp_path / "seen"
    scanner_that(settings, f"import shutil, sys; shutil.copy(sys.argv[1], {str(seen)!r})")
    attachment = attach(group, by, content="à voir".encode())
    assert actions.scan(attachment_id=attachment.pk) == Scan.CLEAN
    assert seen.read_text() == "à voir"


def test_purge(group, by, settings, stored, django_capture_on_commit_callbacks):
    kept = attach(group, by)
    lost_owner = Group.objects.create(name="Éphémère")
    attach(lost_owner, by)
    lost_owner.delete()
    folder = settings.MEDIA_ROOT / "attachments" / "00"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "orphan").write_bytes(b"x")
    tomorrow = timezone.now() + dt.timedelta(days=2)
    assert actions.purge(by=system("purge")) == {"rows": 0, "files": 0, "scans": 0}
    os.utime(folder / "orphan", (0, 0))
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.purge(by=system("purge"), now=tomorrow) == {"rows": 1, "files": 1, "scans": 0}
    assert [str(path) for path in stored()] == [kept.file.path]


def test_purge_asks_again_for_checks_without_an_answer(group, by, settings):
    scanner_that(settings, CLEAN)
    attachment = attach(group, by)
    Run.objects.all().delete()
    later = timezone.now() + dt.timedelta(hours=1)
    assert actions.purge(by=system("purge"), now=later)["scans"] == 1
    assert Run.objects.filter(name="attachments.scan", args=[attachment.pk]).exists()
    settings.ATTACHMENT_SCANNER = ""
    assert actions.purge(by=system("purge"), now=later)["scans"] == 1
    attachment.refresh_from_db()
    assert attachment.scan == Scan.UNSCANNED


def test_rights_over_the_data_of_a_person(group, ida, reader, stored, monkeypatch):
    monkeypatch.setitem(
        registry._rights, type(ida), registry.Rights(lambda a, o: True, lambda a, o: True, lambda o: None)
    )
    attach(group, Actor(user=ida), label="Note")
    attach(group, Actor(user=ida))
    actions.attach(owner=ida, upload=upload("notes.txt"), by=Actor(user=reader))
    assert [file["label"] for file in privacy.export(ida)["files"]] == ["Note", ""]
    contents = {name: content.read() for name, content in privacy.files(ida)}
    assert len(contents) == 2
    assert privacy.seen_by(ida) in [sentences for _label, sentences in who_sees(ida)]
    assert len(privacy.export(reader)["files"]) == 1
    with TestCase.captureOnCommitCallbacks(execute=True), transaction.atomic():
        privacy.erase(ida)
        privacy.erase(ida)
    assert Attachment.objects.on(group).filter(uploaded_by=None).count() == 2
    assert Attachment.objects.on(ida).count() == 0
    assert len(stored()) == 2
    assert privacy.seen_by(ida) not in [sentences for _label, sentences in who_sees(ida)]
