"""What screens give to whom, what they cost, and the end of a session."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from kiif.committees import screens
from kiif.committees import still as still_room
from kiif.committees.actions import agenda, closing, deciding, preparing, room, scenarios, voting
from kiif.committees.documents import files
from kiif.committees.enums import AgendaOrder, Choice, Decision, SessionState
from kiif.committees.models import Scenario
from kiif.committees.ranking import reserve_of
from kiif.programmes.models import Application
from kiif.ui.errors import Refused
from tests.committees.factories import Scene, bar, give_marks, make_item, make_scene
from tests.factories import sign_in

pytestmark = pytest.mark.django_db


def address(name: str, scene: Scene) -> str:
    return reverse(f"committees:{name}", args=[scene.session.public_id])


def test_asking_again_costs_almost_nothing(django_assert_num_queries: Any) -> None:
    scene = make_scene()
    token = preparing.open_screen(session=scene.session, by=scene.actor())
    scene.session.refresh_from_db()
    client = sign_in(scene.members[1].person)
    seat = f"{address('seat-live', scene)}?rev={scene.session.revision}"
    client.get(seat)
    with django_assert_num_queries(7):  # six know who asks (middlewares), one asks the revision
        assert client.get(seat).status_code == 204
    screen = f"{reverse('committees:screen-live', args=[token])}?rev={scene.session.revision}"
    from django.test import Client

    with django_assert_num_queries(1):
        assert Client().get(screen).status_code == 204
    assert client.get(f"{address('seat-live', scene)}?rev=0").status_code == 200


def test_with_the_key_of_the_room_nothing_new_costs_one_query(django_assert_num_queries: Any) -> None:
    scene, other = make_scene(), make_scene()
    client, member = sign_in(scene.members[1].person), scene.members[1]
    seat = address("seat-live", scene)
    first = client.get(seat)
    key = first.headers["X-Room-Key"]
    asked = {"rev": re.search(r'data-rev="(\d+)"', first.text).group(1), "key": key}  # type: ignore[union-attr]  # found
    with django_assert_num_queries(1):
        still = client.get(seat, asked)
    assert (still.status_code, still.content, "no-store" in still["Cache-Control"]) == (204, b"", True)
    elsewhere = address("seat-live", other)
    assert client.get(elsewhere, {**asked, "rev": other.session.revision}).status_code == 404
    assert client.get(seat, {**asked, "key": key + "x"}).headers["X-Room-Key"]
    with time_machine.travel(timezone.now() + timedelta(seconds=still_room.WORTH + 1)):
        assert "X-Room-Key" in client.get(seat, asked).headers
    assert "X-Room-Key" not in client.get(seat, asked).headers
    room.remove_member(member=member, why="Absente", by=scene.actor())
    assert client.get(seat, asked).status_code == 404


def test_a_key_alone_shows_nothing(client: Any) -> None:
    scene = make_scene()
    seat = address("seat-live", scene)
    key = still_room.key_for(scene.session.public_id, scene.members[1].person_id)
    revision = scene.session.revision
    assert client.get(seat, {"rev": revision, "key": key}).status_code == 204
    for wrong in (
        {"rev": revision + 1, "key": key},
        {"rev": revision},
        {"rev": "", "key": key},
        {"rev": "²", "key": key},
    ):
        assert client.get(seat, wrong).status_code == 302
    assert client.get(address("seat", scene), {"rev": revision, "key": key}).status_code == 302


def test_the_projected_screen_speaks_the_language_of_the_house(client: Any) -> None:
    scene = make_scene()
    token = preparing.open_screen(session=scene.session, by=scene.actor())
    for name in ("screen", "screen-live"):
        page = client.get(reverse(f"committees:{name}", args=[token]), headers={"Accept-Language": "en"})
        assert "Entre deux dossiers" in page.text


def test_who_is_kept_away_is_given_nothing_of_the_dossier() -> None:
    scene = make_scene()
    give_marks(scene, (15, 14), (9, 17), (8, 8))
    item, away = scene.items[0], scene.members[2]
    bar(item.application, away.person)
    room.show(item=room.call(item=item, by=scene.actor()), by=scene.actor())
    seen = sign_in(scene.members[1].person).get(address("seat", scene)).content.decode()
    hidden = sign_in(away.person).get(address("seat", scene)).content.decode()
    for word in (item.application.title, item.application.number, "Avis inventé, 15"):
        assert (word in seen, word in hidden) == (True, False)
    agenda_page = sign_in(away.person).get(address("agenda", scene)).content.decode()
    assert item.application.title not in agenda_page
    url = reverse("committees:dossier", args=[scene.session.public_id, item.pk])
    assert (sign_in(away.person).get(url).status_code, sign_in(scene.members[1].person).get(url).status_code) == (
        404,
        200,
    )


def test_a_removed_member_is_shown_nothing_any_more() -> None:
    scene = make_scene()
    client = sign_in(scene.members[1].person)
    assert client.get(address("seat-live", scene)).status_code == 200
    room.remove_member(member=scene.members[1], why="Appelé ailleurs.", by=scene.actor())
    assert client.get(address("seat-live", scene)).status_code == 404
    assert not Application.objects.visible_to(scene.actor(scene.members[1])).exists()


def test_members_read_the_agenda_while_the_session_runs() -> None:
    scene = make_scene()
    reader = scene.actor(scene.members[1])
    assert Application.objects.visible_to(reader).count() == 3
    type(scene.session).objects.update(state=SessionState.CLOSED)
    assert Application.objects.visible_to(reader).count() == 0


def test_the_agenda_follows_the_marks_and_keeps_what_is_done() -> None:
    scene = make_scene(dossiers=4, state=SessionState.PLANNED)
    give_marks(scene, (16, 16), (4, 18), (12, 12), (2, 2))
    agenda.build(session=scene.session, by=scene.actor(), order=AgendaOrder.CONTESTED)
    first = scene.session.items.order_by("order").first()
    assert first is not None
    assert first.pk == scene.items[1].pk
    agenda.build(session=scene.session, by=scene.actor(), order=AgendaOrder.RANK, batch=True)
    rows = list(scene.session.items.order_by("order").values_list("pk", "batch"))
    assert next(pk for pk, batch in rows if not batch) in {scene.items[1].pk, scene.items[2].pk}
    moved = agenda.move(item=scene.items[2], up=False, by=scene.actor())
    assert moved.order != 0


def _decided(scene: Scene, item: Any, decision: str, *choices: str) -> None:
    shown = room.show(item=room.call(item=item, by=scene.actor()), by=scene.actor())
    vote = voting.open_vote(item=shown, by=scene.actor(), proposal=decision)
    for member, choice in zip(scene.members, choices, strict=False):
        voting.cast(vote=vote, choice=choice, by=scene.actor(member))
    voting.close_vote(vote=vote, by=scene.actor())
    deciding.decide(item=item, decision=decision, by=scene.actor(), reasons="Parce que.", version=item.reasons_version)


def test_the_reserve_list_says_what_settled_each_place() -> None:
    scene = make_scene()
    give_marks(scene, (10, 10), (12, 12), (11, 11))
    yes, no = Choice.FOR, Choice.AGAINST
    _decided(scene, scene.items[0], Decision.RESERVE, yes, yes, yes, yes)
    _decided(scene, scene.items[1], Decision.RESERVE, yes, yes, yes, no)
    _decided(scene, scene.items[2], Decision.RESERVE, yes, yes, yes, no)
    places = [(place.item.pk, place.rank, place.settled_by) for place in reserve_of(scene.session)]
    assert places == [
        (scene.items[0].pk, 1, ""),
        (scene.items[1].pk, 2, "votes"),
        (scene.items[2].pk, 3, "corrected"),
    ]
    minutes = closing.close(session=scene.session, by=scene.actor())
    assert [decision.rank for item in scene.items for decision in item.application.decisions.all()] == [1, 2, 3]
    assert closing.digest_of(minutes.content) == minutes.digest
    assert files.pdf_of(minutes).startswith(b"%PDF")
    assert files.docx_of(minutes).startswith(b"PK")
    added = closing.correct(session=scene.session, words="Une heure était fausse.", by=scene.actor())
    minutes.refresh_from_db()
    assert (added.number, added.content["summary"][1][1]) == (1, minutes.digest)
    number = scene.items[0].application.number
    extract = files.without(minutes.content, {number})
    assert (number in str(minutes.content), number in str(extract)) == (True, False)


def test_equals_on_the_reserve_list_ask_for_a_seed() -> None:
    scene = make_scene(dossiers=2)
    for item in scene.items:
        _decided(scene, item, Decision.RESERVE, Choice.FOR, Choice.FOR)
    with pytest.raises(Refused):
        closing.close(session=scene.session, by=scene.actor())
    preparing.change(session=scene.session, by=scene.actor(), fields={"seed": "ancolie"})
    assert closing.close(session=scene.session, by=scene.actor()).number == 0


def test_scenarios_hold_what_people_choose() -> None:
    scene = make_scene()
    give_marks(scene, (15, 14), (9, 17), (8, 8))
    keys = [str(item.application_id) for item in scene.items[:2]]
    member = scene.actor(scene.members[1])
    made = scenarios.save(session=scene.session, by=member, name="Le mien", chosen=keys)
    assert sorted(map(str, made.chosen.values_list("pk", flat=True))) == sorted(keys)
    assert not Scenario.objects.visible_to(scene.actor(scene.members[2])).exists()
    stranger = make_item(make_scene().session).application_id
    with pytest.raises(Refused):
        scenarios.save(session=scene.session, by=member, name="Autre", chosen=[str(stranger)])
    client = sign_in(scene.members[1].person)
    page = client.get(f"{address('cohort', scene)}?s=decided&s={made.public_id}")
    assert (page.status_code, "Le mien" in page.content.decode()) == (200, True)
    listed = client.get(reverse("committees:scenario", args=[scene.session.public_id, made.public_id]))
    best = [one.best for one in listed.context["candidates"]]
    assert (best, best[0] != best[-1]) == (sorted(best, reverse=True), True)
    swaps = reverse("committees:scenario-swaps", args=[scene.session.public_id, made.public_id])
    asked = client.get(swaps, {"sort": keys[0], "entre": str(scene.items[2].application_id)})
    assert asked.status_code == 200


def test_the_desk_says_what_comes_next() -> None:
    scene = make_scene(dossiers=2)
    client = sign_in(scene.runner)

    def following() -> int | None:
        row = client.get(address("desk", scene)).context["picture"].following
        return row.item.pk if row else None

    first, second = scene.items
    assert following() == first.pk
    item = room.call(item=first, by=scene.actor())
    assert (following(), 'id="desk-next"' in client.get(address("desk", scene)).text) == (second.pk, False)
    vote = voting.open_vote(item=item, by=scene.actor())
    voting.cast(vote=vote, choice=Choice.FOR, by=scene.actor(scene.members[0]))
    closed = voting.close_vote(vote=vote, by=scene.actor())
    assert screens.counts(closed).endswith("sans réponse\u00a0: 3")
    deciding.decide(item=item, decision=Decision.ACCEPT, by=scene.actor())
    page = client.get(address("desk", scene)).text
    assert reverse("committees:item", args=[scene.session.public_id, second.pk, "appeler"]) in page
    assert 'id="desk-next"' in page
    scene.session.items.update(state="decided", decision=Decision.ACCEPT)
    page = client.get(address("desk", scene)).text
    assert (following(), "Regarder la liste complémentaire" in page) == (None, True)


@pytest.mark.parametrize("state", [SessionState.PLANNED, SessionState.OPEN, SessionState.CLOSED])
def test_a_dossier_not_open_yet_is_not_said_to_be_a_conflict(state: str) -> None:
    scene = make_scene(state=state, dossiers=2)
    bar(scene.items[0].application, scene.members[1].person)
    page = sign_in(scene.members[1].person).get(address("agenda", scene)).content.decode()
    said = [page.count(words) for words in ("Vous sortez pour celui-ci", "Un dossier</b>")]
    assert said == ([1, 0] if state == SessionState.OPEN else [0, 2])
    assert scene.items[0].application.title not in page
