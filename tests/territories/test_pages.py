"""Public pages: right, quick, equal without pack, without map, without JavaScript."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kiif.opendata import tiles
from kiif.territories.enums import Visibility
from kiif.territories.models import FormerCode, Territory
from tests.alliance.factories import make_branch
from tests.factories import World
from tests.territories import factories as make

PAGES = (
    ("commune", "24311"), ("commune", "06163"), ("intercommunalite", "200071819"), ("departement", "24"),
    ("region", "75"),
)  # fmt: skip


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u202f", " ").replace("\u00a0", " ").split())


@pytest.mark.parametrize(("level", "code"), PAGES)
def test_a_page_says_what_where_and_how_one_knows(client: Client, real: Path, level: str, code: str) -> None:
    response = client.get(f"/territoires/{level}/{code}/", follow=True)
    assert response.status_code == 200
    html = text_of(response)
    territory = Territory.objects.get(code=code, level=response.context["territory"].level)
    assert f"<h1>{territory.title}</h1>" in html
    assert "Insee, population municipale 2023" in html
    assert "Estimation d’après la densité" in html
    assert "Le territoire parmi ses pairs" in html
    assert response.context["page"].figures
    assert "<svg" in html
    assert "style=" not in html
    assert "onclick" not in html


@pytest.mark.parametrize(("level", "code"), PAGES)
def test_a_page_costs_twenty_queries_at_most(
    client: Client, real: Path, level: str, code: str, django_assert_max_num_queries: Any
) -> None:
    address = client.get(f"/territoires/{level}/{code}/", follow=True).request["PATH_INFO"]
    with django_assert_max_num_queries(20):
        client.get(address)


def test_without_the_pack_the_page_says_what_lacks(client: Client, dordogne: dict[str, Territory]) -> None:
    for place in ("nontron", "epci", "department", "region"):
        response = client.get(dordogne[place].get_absolute_url())
        assert response.status_code == 200
        assert "Les chiffres ne sont pas encore chargés" in text_of(response)


def test_the_address_is_mended(client: Client, dordogne: dict[str, Territory]) -> None:
    right = dordogne["nontron"].get_absolute_url()
    for wrong in ("/territoires/commune/24311/", "/territoires/commune/24311-autre-nom/"):
        assert client.get(wrong)["Location"] == right
    assert client.get("/territoires/commune/99999-x/").status_code == 404
    assert client.get("/territoires/planete/24311/").status_code == 404


def test_a_former_code_leads_to_the_commune_of_today(client: Client, dordogne: dict[str, Territory]) -> None:
    FormerCode.objects.create(
        code="24900", name="Vieux-Bourg", search="vieux bourg", kind="merged", territory=dordogne["nontron"]
    )
    html = text_of(client.get("/territoires/commune/24900/"))
    assert "« Vieux-Bourg » fait aujourd’hui partie de la commune Nontron." in html
    assert dordogne["nontron"].get_absolute_url() in html
    Territory.objects.filter(code="24016").update(is_open=False)
    assert "n’existe plus" in text_of(client.get("/territoires/commune/24016/"))


def test_search_page_and_fragment(client: Client, real: Path) -> None:
    page = client.get("/territoires/recherche", {"q": "nontr"})
    fragment = client.get("/territoires/recherche", {"q": "nontr"}, headers={"HX-Request": "true"})
    assert "<html" in page.content.decode()
    assert "<html" not in fragment.content.decode()
    assert [r.title for r in page.context["results"]] == [r.title for r in fragment.context["results"]]
    assert page.context["results"][0].title == "Nontron"
    assert "Aucun territoire ne porte ce nom" in text_of(client.get("/territoires/recherche", {"q": "zzzzzz"}))


@pytest.mark.parametrize("text", ["'", "\x01", "%", "😀", "a" * 5_000, "\u202e", "  "])
def test_search_answers_anything(client: Client, dordogne: dict[str, Territory], text: str) -> None:
    assert client.get("/territoires/recherche", {"q": text}).status_code == 200


def test_the_number_of_queries_of_a_search_does_not_grow(
    client: Client, real: Path, django_assert_num_queries: Any
) -> None:
    client.get("/territoires/recherche", {"q": "nontron"})
    for text in ("augignac", "saint"):
        with django_assert_num_queries(4):
            client.get("/territoires/recherche", {"q": text})


def test_compare_keeps_one_level_and_five_territories(client: Client, real: Path) -> None:
    three = list(Territory.objects.at("epci").order_by("code")[:3])
    address = reverse("territories:compare")
    response = client.get(address, {"t": [t.key for t in three]})
    assert [t.pk for t in response.context["comparison"].territories] == [t.pk for t in three]
    assert all(len(row["cells"]) == 3 for row in response.context["comparison"].rows)
    mixed = client.get(address, {"t": [three[0].key, "commune:24311", "epci:nothing", "x", "a:b:c"]})
    assert "du même niveau" in text_of(mixed)
    assert [t.pk for t in mixed.context["comparison"].territories] == [three[0].pk]
    six = [t.key for t in Territory.objects.at("commune").order_by("code")[:6]]
    response = client.get(address, {"t": six})
    assert len(response.context["comparison"].territories) == 5
    assert "cinq premiers" in text_of(response)


def test_compare_costs_the_same_for_one_and_five(client: Client, real: Path, django_assert_num_queries: Any) -> None:
    keys = [t.key for t in Territory.objects.at("commune").order_by("code")[:5]]
    for chosen in (keys[:1], keys):
        with django_assert_num_queries(3):
            client.get(reverse("territories:compare"), {"t": chosen})


def test_home_table_sorts_by_a_figure_of_the_packs(client: Client, real: Path) -> None:
    address = reverse("territories:home")
    response = client.get(
        address, {"niveau": "commune", "figure": "town_50k_km", "tri": "-i_town_50k_km", "par": "200"}
    )
    table = response.context["table"]
    assert table.count == 34_875
    assert list(response.context["choices"])
    filtered = client.get(
        address, {"niveau": "commune", "figure": "town_50k_km", "tri": "i_town_50k_km", "department": "24"}
    )
    codes = [row.source.code for row in filtered.context["table"].page_rows]
    assert filtered.context["table"].count == 503
    values = [filtered.context["table"].figures.base.value(code, "town_50k_km") for code in codes]
    assert len(codes) == 20
    assert values == sorted(values)
    named = client.get(address, {"niveau": "commune", "q": "nontron"})
    assert {row.source.code for row in named.context["table"].page_rows} >= {"24311"}


@pytest.mark.parametrize(
    "query", ["niveau=x", "figure=x", "niveau=commune&figure=communes", "tri=-i_x", "page=9999999999"]
)
def test_home_answers_any_address(client: Client, real: Path, query: str) -> None:
    assert client.get(f"/territoires/?{query}").status_code == 200


def test_home_without_anything(client: Client, db: None, empty_dir: Path) -> None:
    html = text_of(client.get("/territoires/"))
    assert "Les chiffres ne sont pas encore chargés" in html
    assert "Aucun territoire n’est encore chargé" in html


def test_values_for_the_map(client: Client, db: None, base_pack: Path) -> None:
    response = client.get("/territoires/valeurs/department/density.json")
    body = json.loads(response.content)
    assert len(body["values"]) == 101
    assert body["breaks"] == sorted(body["breaks"])
    again = client.get("/territoires/valeurs/department/density.json", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    for wrong in ("department/x", "planet/density", "commune/rural_share"):
        assert client.get(f"/territoires/valeurs/{wrong}.json").status_code == 404


def test_tiles_are_served_as_they_are_stored(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Archive:
        etag = "abc"

        def get(self, z: int, x: int, y: int) -> bytes | None:
            return b"\x1f\x8btile" if (z, x, y) == (5, 16, 11) else None

    monkeypatch.setattr(tiles, "open_archive", Archive)
    found = client.get("/territoires/tuiles/5/16/11.mvt")
    assert (found.status_code, found["Content-Encoding"], found.content) == (200, "gzip", b"\x1f\x8btile")
    assert client.get("/territoires/tuiles/5/16/11.mvt", headers={"If-None-Match": found["ETag"]}).status_code == 304
    assert client.get("/territoires/tuiles/5/1/1.mvt").status_code == 204
    for wrong in ("5/32/0", "99/0/0", "5/99999999999999999999/0"):
        assert client.get(f"/territoires/tuiles/{wrong}.mvt").status_code == 404


def test_the_alliance_page_counts_what_nobody_covers(client: Client, real: Path, world: World) -> None:
    from kiif.accounts.actor import system
    from kiif.alliance.actions.coverage import set_coverage

    set_coverage(incubator=world.incubator, by=system("tests"), codes=["24"], since=date(2026, 1, 1), why="test")
    make_branch(world.incubator, commune_code="24311", latitude=45.53, longitude=0.66)
    response = client.get(reverse("territories:alliance"))
    gaps = response.context["gaps"]
    assert {row.code for row in gaps} == {"06", "57"}
    assert gaps == sorted(gaps, key=lambda row: -row.rural_population)
    assert response.context["totals"].departments == 1
    dordogne = Territory.objects.get(level="department", code="24")
    assert response.context["totals"].rural_communes == dordogne.rural_communes
    assert len(response.context["points"]) == 1
    narrowed = client.get(reverse("territories:alliance"), {"couverture": "non"})
    assert narrowed.context["table"].count == 2
    page = client.get(Territory.objects.get(code="24311").get_absolute_url())
    assert world.incubator.label in text_of(page)
    assert page.context["page"].is_covered
    far = client.get(Territory.objects.get(code="06163").get_absolute_url())
    assert not far.context["page"].is_covered


def test_an_area_page_and_its_print(
    client: Client, real: Path, world: World, django_assert_max_num_queries: Any
) -> None:
    codes = ["06023", "06062", "06132", "06163"]
    drawn = make.make_drawn(world.actor("advisor"), codes, "Vallée de la Roya", visibility=Visibility.PUBLIC)
    client.get(drawn.get_absolute_url())
    with django_assert_max_num_queries(20):
        response = client.get(drawn.get_absolute_url())
    html = text_of(response)
    assert "Territoire vécu, dessiné par des habitant·es : 4 communes, 4 889 habitant·es" in html
    assert response.context["page"].figures
    assert [epci.name for epci, _count in response.context["page"].epci] == ["CA de la Riviera Française"]
    assert "Vallée de la Roya" in text_of(client.get("/territoires/recherche", {"q": "roya"}))
    csv = client.get(drawn.get_absolute_url(), {"format": "csv"})
    assert b"Tende" in b"".join(csv)


def test_the_workshop_without_javascript(real: Path, world: World) -> None:
    client = world.client("advisor")
    response = client.post(reverse("territories:draw") + "?t=commune:06163", follow=True)
    address = response.request["PATH_INFO"]
    assert response.context["draft"].codes == ["06163"]
    found = client.get(address, {"q": "breil"})
    assert "Breil-sur-Roya" in text_of(found)
    client.post(f"{address}communes", {"ajouter": ["commune:06023", "06062"]})
    page = client.post(f"{address}communes", {"clic": "06062", "oter": "99999"}, follow=True)
    assert page.context["draft"].codes == ["06023", "06163"]
    whole = client.post(f"{address}communes", {"ajouter": "epci:200071819"}, follow=True)
    assert len(whole.context["draft"].codes) == 30
    assert "morceaux qui ne se touchent pas" in text_of(whole)
    read = client.post(f"{address}liste", {"text": "Sospel\nnulle part"})
    assert [t.code for t in read.context["new"]] == ["06136"]
    assert "nulle part" in text_of(read)
    refused = client.post(address, {"name": ""})
    assert refused.status_code == 422
    assert "Donnez un nom" in text_of(refused)
    done = client.post(address, {"name": "Roya et Nontron", "why": "Pour voir"}, follow=True)
    assert done.redirect_chain[-1][0] == "/territoires/dessines/roya-et-nontron/"


def test_the_workshop_by_htmx_changes_the_list_only(real: Path, world: World) -> None:
    client = world.client("carrier")
    draft = make.make_draft(world.actor("carrier"), ["06163"])
    address = reverse("territories:draft", args=[draft.pk])
    answer = client.post(f"{address}communes", {"clic": "06023"}, headers={"HX-Request": "true"})
    assert 'id="draft-state"' in answer.content.decode()
    assert answer.context["draft"].codes == ["06023", "06163"]
    saved = client.post(f"{address}textes", {"name": "Haute Roya"}, headers={"HX-Request": "true"})
    assert "Enregistré à" in text_of(saved)
    draft.refresh_from_db()
    assert draft.name == "Haute Roya"
