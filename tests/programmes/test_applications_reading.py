"""What each reads of an application: hosts their annex, blind readers no name, drafts nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Q
from django.urls import reverse

from kiif.accounts.actor import Actor
from kiif.programmes import readers, reading
from kiif.programmes.models import Application
from kiif.programmes.readers import Limits, Reader
from kiif.programmes.registers_applications import find
from tests.factories import make_user, sign_in
from tests.programmes import application_factories as make
from tests.programmes.test_applications import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> dict[str, Any]:
    found = make.make_place()
    carrier = found["carrier"]
    begun = make.fill(make.begin(found["call"], carrier), carrier, accueil={"values": ["nord", "sud"]})
    begun = make.fill(
        begun, carrier, titre="Le vélo des Chênes",
        structure={"kind": "", "identifier": "", "name": "Les Cinq Chênes"},
        recit="Les Cinq Chênes réparent. Écrire à nina@chenes.example ou au 05 53 00 00 00.",
        dunord="Oui au nord", dusud="Oui au sud",
    )  # fmt: skip
    found["sent"] = make.send(begun, carrier)
    return found


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Somebody who reads everything, without names nor files."""
    person = Actor(user=make_user())
    monkeypatch.setattr(readers, "_readers", {})
    readers.register(
        Reader(
            "blind", lambda actor: Q() if actor == person else Q(pk__in=()), lambda actor, row: _limits(actor, person)
        )
    )
    return person


def _limits(actor: Actor, person: Actor) -> Limits | None:
    return Limits(hidden=frozenset({"q_statut"}), blind=True, without_files=True) if actor == person else None


def answers(actor: Actor, application: Application) -> dict[str, str]:
    parts = reading.read(actor, make.fresh(application)).parts
    return {line.id: " ".join(line.lines) for part in parts for line in part.lines}


def test_a_host_reads_its_own_annex_and_who_runs_the_call_all(place: dict[str, Any]) -> None:
    read = answers(place["coordinator"], place["sent"])
    assert (read["q_dunord"], read["q_dusud"]) == ("Oui au nord", "Oui au sud")
    near = answers(place["advisor"], place["sent"])
    assert near["q_dunord"] == "Oui au nord"
    assert "q_dusud" not in near
    assert "q_dunord" not in answers(place["far_advisor"], place["sent"])


def test_a_blind_reader_sees_no_name(place: dict[str, Any], blind: Actor) -> None:
    read = answers(blind, place["sent"])
    assert not {"q_structure", "q_courriel", "q_statut"} & set(read)
    assert read["q_recit"] == "[…] réparent. Écrire à […] ou au […]."
    assert reading.names(blind, place["sent"]) == reading.Names()
    assert reading.names(place["coordinator"], place["sent"]).organisation == "Les Cinq Chênes"


def test_corrections_under_way_are_their_people_s(place: dict[str, Any]) -> None:
    ask(place["sent"], place["coordinator"], "recit")
    make.fill(place["sent"], place["carrier"], recit="En cours d’écriture")
    assert "réparent" in answers(place["coordinator"], place["sent"])["q_recit"]


def test_a_draft_tells_how_far_it_is_and_nothing_else(place: dict[str, Any]) -> None:
    draft = make.begin(place["call"], Actor(user=make_user()))
    read = reading.read(place["coordinator"], make.fresh(draft))
    assert read.parts == []
    assert read.progress is not None


def test_neither_the_search_nor_its_page_tells_the_title_of_a_draft(place: dict[str, Any]) -> None:
    writer = Actor(user=make_user())
    draft = make.fill(make.begin(place["call"], writer), writer, titre="La péniche des possibles")
    by = place["coordinator"]
    titles = lambda actor, text: [hit.title for hit in find(actor, text, 5)]  # noqa: E731 -- short
    assert titles(by, "péniche") == []
    assert titles(by, draft.number) == [draft.number]
    assert len(titles(writer, "péniche")) == 1
    page = reverse("programmes:application", args=[draft.public_id])
    assert "péniche" not in sign_in(by.user).get(page).text
    make.send(draft, writer)
    assert titles(by, "péniche") == [f"{draft.number} La péniche des possibles"]
    assert "péniche" in sign_in(by.user).get(page).text


def test_who_reads_in_no_way_reads_nothing(place: dict[str, Any]) -> None:
    stranger = Actor(user=make_user())
    assert reading.read(stranger, make.fresh(place["sent"])).parts == []
    assert reading.title_for(stranger, make.fresh(place["sent"])) == "Le vélo des Chênes"
