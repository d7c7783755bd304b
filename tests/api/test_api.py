"""The open interface: the same figures as the pages and the command line, and no address that breaks it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client

from kiif.api import throttle
from kiif.opendata import base, export
from kiif.territories import lookup
from kiif.territories.models import ReferentialLoad
from tests.opendata.conftest import base_dir, base_pack, empty_dir
from tests.territories import factories as make

__all__ = ["base_dir", "base_pack", "empty_dir"]
ROOT = "/api/v1/territories"


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path) -> None:
    throttle.PAGES.forget()
    throttle.FILES.forget()
    lookup.forget()


@pytest.fixture
def dordogne(db: None, base_pack: Path) -> Path:
    make.load_departments(("24",))
    return base_pack


def ask(client: Client, path: str, **query: Any) -> Any:
    response = client.get(f"{ROOT}{path}", query)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def test_a_page_of_communes(client: Client, base_pack: Path) -> None:
    first = ask(client, "/commune", department="24", limit=2, columns="code,name,rural")
    assert (first["count"], len(first["results"])) == (503, 2)
    assert set(first["results"][0]) == {"code", "name", "rural"}
    following = json.loads(client.get(first["next"]).content)
    assert [row["code"] for row in following["results"]] == base.load_communes().filter(pl.col("department") == "24")[
        "code"
    ].to_list()[2:4]
    empty = ask(client, "/commune", offset=1_000_000)
    assert (empty["results"], empty["next"]) == ([], None)


def test_filters(client: Client, base_pack: Path) -> None:
    small = ask(client, "/commune", population_max=0, columns="code,population")
    assert (small["count"], {row["population"] for row in small["results"]}) == (6, {0})
    rural = ask(client, "/commune", department="24", rural="true", limit=1)
    assert rural["count"] == base.load_communes().filter((pl.col("department") == "24") & pl.col("rural")).height
    assert client.get(f"{ROOT}/region", {"department": "24"}).status_code == 422


def test_one_territory_with_sources(client: Client, dordogne: Path) -> None:
    body = ask(client, "/epci/200071819")
    assert (body["name"], body["department"], body["communes"]) == ("CC du Périgord Nontronnais", "24", 28)
    assert body["indicators"]["population"]["value"] == 15_293
    assert body["indicators"]["population"]["source"]["licence"] == "Licence Ouverte 2.0"
    assert len(body["neighbours"]) == 5
    assert client.get(f"{ROOT}/commune/99999").status_code == 404


def test_search_is_that_of_the_pages(client: Client, dordogne: Path) -> None:
    body = ask(client, "/search", q="brantome", limit=3)
    first = body["results"][0]
    assert (first["code"], first["former"], first["match"]) == ("24064", "Brantôme", "exact")


def test_outline(client: Client, dordogne: Path) -> None:
    feature = ask(client, "/commune/24311/geojson")
    assert (feature["id"], feature["geometry"]["type"]) == ("24311", "Polygon")
    full = ask(client, "/commune/24311/geojson", detail="true")
    assert len(str(full)) > len(str(feature))


@pytest.mark.parametrize("kind", export.FORMATS)
def test_a_file_is_that_of_the_command_line(client: Client, db: None, base_pack: Path, kind: str) -> None:
    expected = io.BytesIO()
    export.export("region", ["code", "name", "population"], kind, expected)
    response = client.get(f"{ROOT}/region/export", {"format": kind, "columns": "code,name,population"})
    content = b"".join(response.streaming_content)
    for close in response._resource_closers:
        close()  # closing the answer would close the connection of the test
    if kind == "parquet":
        assert pl.read_parquet(content).equals(pl.read_parquet(expected.getvalue()))
    else:
        assert content == expected.getvalue()
    assert response["Content-Disposition"] == f'attachment; filename="kiif-region.{kind}"'


def test_what_did_not_change_costs_nothing(client: Client, base_pack: Path) -> None:
    first = client.get(f"{ROOT}/indicators")
    assert first["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"{ROOT}/indicators", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{ROOT}/indicators", headers={"If-None-Match": "other"}).status_code == 200


def test_too_many_requests_from_one_address(client: Client, base_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle.PAGES, "rate", 2)
    statuses = [client.get(f"{ROOT}/version").status_code for _turn in range(3)]
    assert statuses == [200, 200, 429]
    refused = client.get(f"{ROOT}/version")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "attendez" in json.loads(refused.content)["error"]
    assert client.get(f"{ROOT}/version", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_forged_address_does_not_help(client: Client, base_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle.PAGES, "rate", 1)
    answers = [client.get(f"{ROOT}/version", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(2)]
    assert answers == [200, 429]


def test_without_the_pack_a_sentence(client: Client, db: None, empty_dir: Path) -> None:
    response = client.get(f"{ROOT}/commune")
    assert response.status_code == 503
    assert "base" in json.loads(response.content)["error"]


def test_the_documentation_names_every_operation(client: Client, db: None) -> None:
    html = client.get("/api/v1/").content.decode()
    schema = json.loads(client.get("/api/v1/openapi.json").content)
    assert {f"{ROOT}/search", f"{ROOT}/{{level}}", f"{ROOT}/{{level}}/{{code}}"} <= set(schema["paths"])
    for path in schema["paths"]:
        assert path in html
    assert "cdn" not in html
    assert "<script" not in html.replace('<script type="module" src="/static/', "")


def test_nobody_writes(client: Client, db: None) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(f"{ROOT}/version").status_code == 405


@pytest.mark.django_db
def test_head_is_get_without_its_body(base_pack: Path, client: Client) -> None:
    address = "/api/v1/territories/region"
    full, bare = client.get(address), client.head(address)
    assert (full.status_code, bare.status_code) == (200, 200)
    assert bare.content == b""
    for name in ("Content-Type", "ETag", "Cache-Control"):
        assert bare[name] == full[name]
    assert bare["Content-Length"] == str(len(full.content))
    assert client.head("/api/v1/territories/region/none").status_code == 404


def test_options_says_the_methods_to_any_site(client: Client) -> None:
    answer = client.options("/api/v1/territories/region")
    assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert answer["Access-Control-Allow-Origin"] == "*"
    refused = client.post("/api/v1/territories/region")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.django_db
def test_a_file_is_kept_by_browsers_too(base_pack: Path, client: Client) -> None:
    address = "/api/v1/territories/region/export?format=csv"
    first = client.get(address)
    assert b"".join(first.streaming_content).startswith(b"code,")  # type: ignore[arg-type]  # of a synchronous client
    first.close()
    assert first["Cache-Control"] == "public, max-age=600"
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


@pytest.mark.django_db
def test_an_answer_from_the_database_is_renewed_by_a_load(base_pack: Path, client: Client) -> None:
    make.load_departments(("24",))
    address = "/api/v1/territories/search?q=nontron"
    before = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": before}).status_code == 304
    ReferentialLoad.objects.create(vintage="2026", stamp="another", loaded_by="test")
    assert client.get(address, headers={"if-none-match": before}).status_code == 200
