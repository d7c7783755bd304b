"""The page of results and the palette."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import sign_in
from tests.search.conftest import SECRET

RESULTS, PALETTE = reverse("search:results"), reverse("search:palette")


def shown(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("address", [RESULTS, PALETTE])
def test_no_trace_of_what_one_may_not_see(address, make, person):
    make("Atelier public")
    make("Atelier caché", region=SECRET)
    visitor = shown(Client(), address, q="atelier")
    assert "Atelier public" in visitor
    assert "caché" not in visitor
    assert "Atelier caché" in shown(sign_in(person), address, q="atelier")
    assert "Atelier public" not in shown(Client(), address, q="rien du tout")


@pytest.mark.parametrize("address", [RESULTS, PALETTE])
@pytest.mark.parametrize("typed", ["", "<script>", '"', "é" * 1000, "\ud800", "\x1f", "' OR 1=1 --"])
def test_odd_questions_get_an_answer(address, typed, make):
    make("Les Mains vives")
    html = shown(Client(), address, q=typed.encode("utf-8", "replace").decode())
    assert "<script>" not in html.replace('<script type="module"', "")


def test_results_are_grouped_and_one_group_can_be_opened(make):
    for number in range(33):
        make(f"Atelier {number}")
    response = Client().get(RESULTS, {"q": "ateliers"})
    (group,) = response.context["groups"]
    assert (len(group.hits), group.total) == (8, 33)
    assert f"{RESULTS}?q=ateliers&amp;genre=incubators" in response.content.decode()
    whole = Client().get(RESULTS, {"q": "ateliers", "genre": "incubators", "page": "2"})
    assert len(whole.context["page"]) == 3
    assert Client().get(RESULTS, {"q": "ateliers", "genre": "incubators", "page": "9" * 40}).status_code == 200
    assert Client().get(RESULTS, {"q": "ateliers", "genre": "nothing"}).context["total"] == 33


def test_palette_offers_pages_and_things(make, own_search):
    make("Accueil des projets")
    html = shown(Client(), PALETTE, q="acc")
    assert "Accueil des projets" in html
    assert html.count('role="option"') >= 2
    assert "<html" not in html
    empty = shown(Client(), PALETTE)
    assert "Incubateurs" not in empty


def test_palette_is_never_kept_by_a_cache(make):
    response = Client().get(PALETTE, {"q": "acc"})
    assert response["Cache-Control"] == "private, no-store"
    assert "Cookie" in response["Vary"]
