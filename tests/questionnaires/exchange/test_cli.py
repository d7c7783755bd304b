"""`kiif questionnaire check | import | export`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiif.config import cli, speech
from kiif.questionnaires import exchange
from kiif.questionnaires.models import Questionnaire
from tests.questionnaires.exchange.everything import everything
from tests.questionnaires.exchange.test_hostile import SOUND, book


@pytest.fixture(autouse=True)
def _speak_english_afterwards() -> object:
    yield
    from django.utils import translation

    speech.choose("en")
    translation.activate("en")


def run(*words: str | Path) -> int:
    return cli.main(["--lang", "en", "questionnaire", *map(str, words)])


def test_a_sound_form_may_be_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(exchange.workbook(everything()))
    assert run("check", path) == 0
    assert "26 questions" in capsys.readouterr().out


def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(book([*SOUND, ["telepathy", "b", "B"]]))
    assert run("check", path) == 1
    assert "error – sheet “survey”, line 3, “type”" in capsys.readouterr().out
    path.write_bytes(book([SOUND[0], ["calculate", "a", "A"]]))
    assert run("check", path) == 1


@pytest.mark.parametrize("content", [b"nonsense", b""])
def test_a_file_that_cannot_be_read_is_refused(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("form.xlsx", "form.json"):
        (tmp_path / name).write_bytes(content)
        assert run("check", tmp_path / name) == 1
        assert capsys.readouterr().err.startswith("kiif: This file")
    assert run("check", tmp_path / "absent.xlsx") == 1
    assert "absent.xlsx" in capsys.readouterr().err


def test_a_form_goes_from_one_format_to_another_and_back(tmp_path: Path) -> None:
    source, sheet, again, form = (tmp_path / name for name in ("a.json", "b.xlsx", "c.json", "d.pdf"))
    source.write_bytes(exchange.to_json(everything()))
    assert run("export", sheet, "--from", source) == 0
    assert run("import", sheet, "--to", again) == 0
    assert json.loads(again.read_text("utf-8")) == everything().document()
    assert run("export", form, "--from", source) == 0
    assert form.read_bytes().startswith(b"%PDF")
    assert run("export", tmp_path / "e.doc", "--from", source) == 1


@pytest.mark.django_db
def test_a_form_becomes_a_questionnaire_of_a_body(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.alliance.factories import make_incubator

    owner = make_incubator()
    path = tmp_path / "form.xlsx"
    path.write_bytes(exchange.workbook(everything()))
    assert run("import", path) == 1
    assert "--owner" in capsys.readouterr().err
    assert run("import", path, "--owner", "nobody") == 1
    assert run("import", path, "--owner", owner.slug, "--title", "Essai") == 0
    made = Questionnaire.objects.get()
    assert (made.title, made.owner_id) == ("Essai", owner.pk)
    back = tmp_path / "back.json"
    assert run("export", back, "--from", made.public_id) == 0
    written = json.loads(back.read_text("utf-8"))
    assert written["title"]["fr"] == "Essai"
    assert written["sections"] == everything().document()["sections"]
    assert run("export", back, "--from", "nobody") == 1


def test_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for language in ("en", "fr"):
        with pytest.raises(SystemExit):
            cli.main(["--lang", language, "questionnaire", "check", "--help"])
        said.append(capsys.readouterr().out)
    assert "say what is wrong" in said[0]
    assert "say what is wrong" not in said[1]
