"""The documentation of the interface, written from its own schema: no third party, no script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kiif.api.main import api


@dataclass(frozen=True)
class Operation:
    """One operation: address, summary, parameters, answers."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, str]]
    answers: list[dict[str, str]]
    example: str


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    schema: dict[str, Any] = dict(api.get_openapi_schema())
    operations = [
        _operation(path, method, body) for path, methods in schema["paths"].items() for method, body in methods.items()
    ]
    schemas = [
        {
            "name": name,
            "description": body.get("description", ""),
            "fields": [_field(key, value) for key, value in body.get("properties", {}).items()],
        }
        for name, body in schema["components"]["schemas"].items()
    ]
    context = {
        "operations": operations,
        "schemas": schemas,
        "base": request.build_absolute_uri(reverse("api:docs")),
        "openapi_url": reverse("api:openapi-json"),
    }
    return render(request, "api/docs.html", context)


def _operation(path: str, method: str, body: dict[str, Any]) -> Operation:
    shown = path.replace("/api/v1", "", 1)
    example = path.replace("{level}", "commune").replace("{code}", "24311")
    if shown.endswith("/search"):
        example += "?q=nontron"
    elif shown.endswith("/export"):
        example = example.replace("commune", "region") + "?format=csv"
    elif shown.endswith("{level}"):
        example += "?department=24&limit=5"
    return Operation(
        id=str(body.get("operationId", shown)).rsplit("_", 1)[-1],
        method=method.upper(),
        path=path,
        summary=body.get("summary", ""),
        description=body.get("description", ""),
        parameters=[_parameter(one) for one in body.get("parameters", [])],
        answers=[
            {"status": str(status), "text": _answer(answer)}
            for status, answer in sorted(body["responses"].items(), key=str)
        ],
        example=example,
    )


def _parameter(one: dict[str, Any]) -> dict[str, str]:
    schema = one.get("schema", {})
    default = schema.get("default")
    return {
        "name": one["name"],
        "where": one["in"],
        "type": _type(schema),
        "required": "1" if one.get("required") else "",
        "default": "" if default in (None, "") else str(default),
        "description": one.get("description") or schema.get("description", ""),
    }


def _answer(answer: dict[str, Any]) -> str:
    content = answer.get("content", {})
    schemas = [_type(kind.get("schema", {})) for kind in content.values()]
    return schemas[0] if len(set(schemas)) == 1 and schemas[0] else ", ".join(content) or answer.get("description", "")


def _field(name: str, schema: dict[str, Any]) -> dict[str, str]:
    return {"name": name, "type": _type(schema), "description": schema.get("description", "")}


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words: “integer, 1 to 50”, “list of TerritoryOut”."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list[{_type(schema.get('items', {}))}]"
    text = str(schema.get("type", ""))
    low, high = schema.get("minimum"), schema.get("maximum")
    return f"{text} ({low}–{high})" if low is not None and high is not None else text
