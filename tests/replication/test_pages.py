"""The journey on pages: without JavaScript, with mistakes, without an account, without data."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kiif.accounts.actions import ensure_default_texts
from kiif.accounts.demo_world import World as DemoWorld
from kiif.opendata import base
from kiif.replication import actions, editing
from kiif.replication.atlas import demand
from kiif.replication.demo import build
from kiif.replication.enums import Kind
from kiif.replication.models import Search, Solution
from kiif.replication.visitors import SESSION_KEY
from tests.factories import World
from tests.replication import factories as make
from tests.territories.factories import load_departments

NONTRON = "200071819"


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"[\u202f\u00a0]", " ", response.content.decode()).split())


def url(name: str, *args: Any) -> str:
    return reverse(f"replication:{name}", args=args)


def fields(search: Search, **changes: str) -> dict[str, str]:
    """The form of criteria as the page gives it, with changes."""
    return editing.typed_from(search.model) | {"version": str(search.version), "level": search.level} | changes


def test_from_nothing_without_account_to_a_result_then_an_account_keeps_it(real: Any, world: World) -> None:
    client = Client()
    assert client.get(url("home")).status_code == 200
    assert SESSION_KEY not in client.session
    form = {**make.TEXTS, "commune": "nontron", "chercher": "1"}
    page = client.post(url("solution-create"), form)
    assert "Nontron" in text_of(page)
    assert not Solution.objects.exists()
    created = client.post(url("solution-create"), {**make.TEXTS, "sites": ["24311"]})
    solution = Solution.objects.get()
    assert created.url == solution.get_absolute_url()
    assert solution.visitor_key == client.session[SESSION_KEY]
    criteria = client.post(url("search-create", solution.pk), {"level": "epci"})
    search = Search.objects.get()
    assert criteria.url == url("criteria", search.pk)
    assert client.get(url("results", search.pk)).status_code == 200
    assert Client().get(url("results", search.pk)).status_code == 404
    client.force_login(world.people["carrier"], backend="allauth.account.auth_backends.AuthenticationBackend")
    solution.refresh_from_db()
    assert (solution.owner, solution.visitor_key) == (world.people["carrier"], "")
    assert client.get(url("results", search.pk)).status_code == 200


def test_a_refused_solution_keeps_what_was_typed(real: Any, carrier: Client) -> None:
    page = carrier.post(url("solution-create"), {"name": "", "kind": "food", "does": "On cuisine", "sites": ["24311"]})
    assert page.status_code == 422
    assert "On cuisine" in text_of(page)
    assert 'name="sites" value="24311"' in text_of(page)
    assert not Solution.objects.exists()


def test_a_conflict_shows_both_texts(solution: Solution, carrier: Client, world: World) -> None:
    theirs = make.TEXTS | {"does": "Leur version"}
    actions.change_solution(solution=solution, by=world.actor("carrier"), texts=theirs, version=1)
    page = carrier.post(url("solution-change", solution.pk), {**make.TEXTS, "does": "La mienne", "version": "1"})
    assert page.status_code == 422
    assert "Leur version" in text_of(page)
    assert "La mienne" in text_of(page)
    again = carrier.post(url("solution-change", solution.pk), {**make.TEXTS, "does": "La mienne", "version": "2"})
    assert again.status_code == 302
    solution.refresh_from_db()
    assert solution.does == "La mienne"


def test_the_result_says_itself_in_words_and_explains_the_first(search: Search, carrier: Client) -> None:
    page = carrier.get(url("results", search.pk))
    html = text_of(page)
    assert page.context["headline"] in html
    assert page.context["counts"]["A"] + page.context["counts"]["B"] > 0
    assert f"Pourquoi {page.context['why'].line.name} ?" in html
    points = sum(bar.part.points for bar in page.context["why"].bars)
    assert points == pytest.approx(page.context["why"].line.score)


def test_settings_are_tried_without_being_kept_then_kept(search: Search, carrier: Client) -> None:
    changed = fields(search, **{"min-within-20": "20000"})
    page = carrier.post(url("criteria-preview", search.pk), changed)
    assert page.context["preview"].excluded > 0
    search.refresh_from_db()
    assert search.version == 1
    kept = carrier.post(url("criteria", search.pk), changed | {"voir": "1"})
    assert kept.url == url("results", search.pk)
    search.refresh_from_db()
    assert [c["condition"] for c in search.model["criteria"] if c.get("condition")] == [{"min": 20000.0}]
    assert carrier.get(url("excluded", search.pk)).context["count"] == page.context["preview"].excluded


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"s1-within-20": "beaucoup"}, "« beaucoup » n’est pas un nombre"),
        ({"shape-within-20": "range", "s1-within-20": "1"}, "Dites ici ce qui vous convient"),
        ({"s1-within-20": "9", "s4-within-20": "3"}, "doivent être croissantes"),
        ({"min-within-20": "9", "max-within-20": "3"}, "le second est plus petit"),
        ({"w-within-20": "-4"}, "Une importance va de 0 à 10"),
        ({"top": "9000"}, "de 1 à 200"),
        ({"min-within-20": "999999999"}, "Les conditions écartent tout"),
    ],
)
def test_bad_settings_get_a_sentence_and_stay(
    search: Search, carrier: Client, changes: dict[str, str], words: str
) -> None:
    page = carrier.post(url("criteria", search.pk), fields(search, **changes), headers={"accept-language": "fr"})
    assert page.status_code == 422
    assert words in text_of(page)
    for key, value in changes.items():
        if not key.startswith("shape"):
            assert re.search(rf'name="{key}"[^>]*value="{value}"', page.content.decode())
    search.refresh_from_db()
    assert search.version == 1


def test_all_weights_at_zero_are_refused_in_a_sentence(search: Search, carrier: Client) -> None:
    zero = {key: "0" for key in fields(search) if key.startswith("pillar-")}
    page = carrier.post(url("criteria", search.pk), fields(search, **zero))
    assert page.status_code == 422
    assert "Toutes les importances sont nulles" in text_of(page)


def test_somebody_elses_settings_are_shown_beside_mine(search: Search, carrier: Client, world: World) -> None:
    model = editing.read({"w-within-20": "9"}, search.model).model
    actions.change_model(search=search, by=world.actor("carrier"), model=model, version=1)
    page = carrier.post(url("criteria", search.pk), fields(search, **{"w-within-20": "1", "version": "1"}))
    assert page.status_code == 422
    assert [(theirs, mine) for _name, theirs, mine in page.context["their_weights"]] == [("9", "1")]


def test_a_criterion_comes_from_the_library_and_leaves(search: Search, carrier: Client) -> None:
    before = Search.objects.get().model
    carrier.post(url("library", search.pk), {"ajouter": "own-sites"})
    after = Search.objects.get().model
    assert [c["id"] for c in after["criteria"]] == [*(c["id"] for c in before["criteria"]), "own-sites"]
    carrier.post(url("library", search.pk), {"retirer": "own-sites"})
    assert Search.objects.get().model["criteria"] == before["criteria"]
    html = text_of(carrier.get(url("library", search.pk)))
    assert "son fichier officiel n’est pas importé ici" in html


def test_an_order_gives_the_weights(search: Search, carrier: Client) -> None:
    names = [c["id"] for c in search.model["criteria"]]
    moved = carrier.post(url("weights-order", search.pk), {"ordre": names, "descendre": names[0]})
    assert [name for name, _label, _share in moved.context["items"]][:2] == [names[1], names[0]]
    carrier.post(url("weights-order", search.pk), {"ordre": names[::-1], "garder": "1"})
    question = Search.objects.get().question
    weights = dict(zip([c.id for c in question.scored], question.weights(), strict=True))
    assert sorted(weights, key=lambda name: weights[name]) == names


def test_a_file_is_shown_before_it_is_kept(search: Search, carrier: Client) -> None:
    codes = base.load_epci()["code"].to_list()
    body = (
        "code;demandes\n"
        + "\n".join(f"{code};{i}" for i, code in enumerate(codes))
        + f"\n{codes[0]};7\nabc;1\n{codes[1]};x"
    )
    said = {"label": "Demandes", "pillar": "need"}
    page = carrier.post(url("figures", search.pk), {**said, "file": SimpleUploadedFile("d.csv", body.encode())})
    upload = page.context["upload"]
    assert (len(upload.figures), len(upload.repeated), len(upload.unknown), len(upload.not_numbers)) == (
        len(codes),
        1,
        1,
        1,
    )
    assert not search.own_criteria.exists()
    kept = carrier.post(
        url("figures", search.pk), {**said, "text": page.context["text"], "garder": "1", "nom": "d.csv"}
    )
    assert kept.url == url("criteria", search.pk)
    own = search.own_criteria.get()
    assert (own.source, len(own.figures)) == ("d.csv", len(codes))
    assert own.indicator in {c["indicator"] for c in Search.objects.get().model["criteria"]}
    carrier.post(url("figures-remove", search.pk, own.pk))
    assert own.indicator not in {c["indicator"] for c in Search.objects.get().model["criteria"]}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"PK\x03\x04zip", "enregistrez la feuille en CSV"),
        (b"code;x\n", "aucune ligne de chiffres"),
        (b"200071819;1\n" * 200_001, "Plus de 200 000 lignes"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(search: Search, carrier: Client, body: bytes, words: str) -> None:
    data = {"label": "Demandes", "pillar": "need", "file": SimpleUploadedFile("d.csv", body)}
    page = carrier.post(url("figures", search.pk), data)
    assert page.status_code == 422
    assert words in text_of(page)
    assert 'value="Demandes"' in page.content.decode()


def test_a_territory_says_why_and_takes_an_opinion(search: Search, carrier: Client) -> None:
    page = carrier.get(url("why", search.pk, NONTRON))
    why = page.context["why"]
    assert why.full_name == "Périgord Nontronnais"
    assert why.flip
    assert why.likeness is None
    given = {"about": "will", "value": "2", "evidence": "Vu le 3 mai", "expires_on": "2027-05-03"}
    assert carrier.post(url("score", search.pk, NONTRON), given).status_code == 302
    assert "Vu le 3 mai" in text_of(carrier.get(url("why", search.pk, NONTRON)))
    refused = carrier.post(url("score", search.pk, NONTRON), given | {"evidence": ""})
    assert refused.status_code == 422
    assert carrier.get(url("why", search.pk, "000000000")).status_code == 404


def test_a_territory_resembles_where_it_works(search: Search, carrier: Client) -> None:
    first = carrier.get(url("results", search.pk)).context["why"]
    assert first.likeness is not None
    assert first.like_name == "Périgord Nontronnais"
    assert (len(first.together), len(first.apart)) == (5, 3)
    assert first.own_km > 0


def test_the_ranking_is_searched_and_exported(search: Search, carrier: Client) -> None:
    found = carrier.get(url("ranking", search.pk), {"q": "nontronnais"})
    assert "Périgord Nontronnais" in text_of(found)
    sheet = carrier.get(url("ranking", search.pk), {"format": "csv"})
    lines = b"".join(sheet.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == base.load_epci().height + 1


def test_the_short_list_from_a_proposal_to_paper(search: Search, carrier: Client) -> None:
    page = carrier.get(url("spread", search.pk), {"size": "5", "min_km": "60", "quota": "1"})
    proposal = page.context["proposal"]
    assert len(proposal) == 5
    proved = carrier.get(url("spread", search.pk), {"size": "5", "min_km": "60", "quota": "1", "exact": "on"})
    total = sum(line.score for line in proved.context["proposal"])
    assert total >= sum(line.score for line in proposal) - 1e-9
    carrier.post(url("pick", search.pk), {"code": [line.code for line in proposal]})
    assert search.picks.count() == 5
    chosen = search.picks.first()
    carrier.post(url("pick-note", search.pk, chosen.pk), {"note": "Appeler la mission locale"})
    carrier.post(url("pick-move", search.pk, chosen.pk), {"sens": "descendre"})
    refused = carrier.post(url("exclude", search.pk, proposal[4].code), {"reason": ""})
    assert refused.status_code == 422
    carrier.post(url("exclude", search.pk, proposal[4].code), {"reason": "Déjà un garage"})
    paper = text_of(carrier.get(url("paper", search.pk)))
    assert "Appeler la mission locale" in paper
    assert "Déjà un garage" in paper
    assert carrier.get(url("spread", search.pk), {"size": "x"}).status_code == 422
    outside = carrier.post(url("pick", search.pk), {"code": proposal[0].code, "retour": "https://ailleurs.example"})
    assert outside.url == url("shortlist", search.pk)


def test_a_kept_result_is_identical_when_computed_again(search: Search, carrier: Client) -> None:
    kept = carrier.post(url("results", search.pk))
    assert kept.url == url("kept-result", search.pk, 1)
    page = carrier.get(kept.url)
    assert page.context["again"].identical
    assert "identique" in text_of(page)


def test_without_data_each_page_says_it(world: World, empty_dir: Any, carrier: Client) -> None:
    search = make.bare(world.people["carrier"])
    for name in ("results", "ranking", "shortlist", "spread", "paper", "excluded", "criteria", "library"):
        page = carrier.get(url(name, search.pk))
        assert page.status_code == 200, name
    refused = carrier.post(url("search-create", search.solution_id), {"level": "epci"})
    assert refused.status_code == 422


@pytest.mark.parametrize("level", ["commune", "department"])
def test_every_level_has_its_map_and_reasons(solution: Solution, carrier: Client, world: World, level: str) -> None:
    search = make.open_for(solution, world.actor("carrier"), level=level)
    page = carrier.get(url("results", search.pk), {"certitude": "1"})
    assert page.status_code == 200
    assert len(page.context["picture"].places) > 0
    changed = carrier.post(url("criteria", search.pk), fields(search, level="epci"))
    assert changed.status_code == 302
    assert Search.objects.get().level == "epci"


@pytest.mark.parametrize("name", ["home", "solution", "shortlist", "paper"])
def test_no_more_queries_with_three_rows_than_with_one(
    search: Search, carrier: Client, world: World, name: str
) -> None:
    by = world.actor("carrier")
    codes = base.load_epci()["code"].to_list()
    args = {"home": (), "solution": (search.solution_id,)}.get(name, (search.pk,))

    def count() -> int:
        carrier.get(url(name, *args))
        with CaptureQueriesContext(connection) as queries:
            assert carrier.get(url(name, *args)).status_code == 200
        return len(queries)

    actions.pick(search=search, by=by, code=codes[0])
    one = count()
    for code in codes[1:3]:
        actions.pick(search=search, by=by, code=code)
        make.open_for(search.solution, by)
        make.describe(by)
    assert count() == one


def test_the_demonstration_has_five_territories_and_a_decided_study_by_two_hands(world: World, base_pack: Any) -> None:
    load_departments(("15", "24"))
    people = {
        "porteuse@kiif.example": world.people["carrier"],
        "accompagnement@kiif.example": world.people["advisor"],
        "fondation@kiif.example": world.people["partner"],
    }
    stage = DemoWorld(people=people, say=lambda _line: None)
    ensure_default_texts()
    build(stage)
    search = stage.things["search"]
    picks = list(search.picks.all())
    assert [bool(pick.note) for pick in picks if not pick.excluded] == [True] * 5
    assert [bool(pick.reason) for pick in picks if pick.excluded] == [True]
    advanced, begun = search.studies.order_by("pk")
    assert (advanced.decision, begun.decision) == ("go_if", "")
    assert {section.written_by for section in advanced.sections.all()} == {people[e] for e in list(people)[:2]}
    assert {entry.kind for entry in advanced.entries.all()} == set(Kind)
    shown = demand()
    assert any(not cell.hidden and cell.count for row in shown.rows for cell in row.cells)
