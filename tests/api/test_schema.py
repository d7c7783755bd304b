"""Every answer is one that the description declares, whatever the parameters: checked by generated requests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi import checks

from kiif.api import throttle
from kiif.territories import lookup
from tests.opendata.conftest import base_dir, base_pack
from tests.territories import factories as make

__all__ = ["base_dir", "base_pack"]
ROOT = "/api/v1/territories"
PATHS = (
    "/version", "/levels", "/indicators", "/search", "/{level}", "/{level}/export", "/{level}/{code}",
    "/{level}/{code}/geojson",
)  # fmt: skip
EXAMPLES = 12
CHECKS = [checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance]


@pytest.fixture
def described(client: Client, db: None, base_pack: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The description as it is served."""
    monkeypatch.setattr(throttle.PAGES, "rate", 10**9)
    monkeypatch.setattr(throttle.FILES, "rate", 10**9)
    lookup.forget()
    make.load_departments(("90",))
    return schemathesis.openapi.from_dict(json.loads(client.get("/api/v1/openapi.json").content))


def answer_to(client: Client, case: Any) -> schemathesis.Response:
    """The answer of the product, through the test client: the connection of the test stays open."""
    request = requests.Request("GET", f"http://testserver{case.formatted_path}", params=case.query).prepare()
    found: Any = client.get(request.path_url)
    content = b"".join(found.streaming_content) if found.streaming else found.content
    if found.streaming:
        for close in found._resource_closers:
            close()  # closing the answer would close the connection of the test
    headers = {name.lower(): [value] for name, value in found.headers.items()}
    return schemathesis.Response(found.status_code, headers, content, request, 0.1, verify=False)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_no_address_breaks_the_interface(client: Client, described: Any, path: str, mode: str) -> None:
    operation = described[f"{ROOT}{path}"]["GET"]
    if mode == "negative" and not list(operation.iter_parameters()):
        return  # nothing to get wrong

    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def try_one(case: Any) -> None:
        if path.endswith("/export") and mode == "positive":
            case.query = {**(case.query or {}), "columns": "code,name"}
        response = answer_to(client, case)
        assert response.status_code in {200, 400, 404, 405, 422}, response.content
        if response.status_code not in {400, 404, 405} or response.headers["content-type"][0].startswith(
            "application/json"
        ):
            case.validate_response(response, checks=CHECKS)

    try_one()
