from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from kiif.ui.tables.export import export
from kiif.ui.tables.table import Table


def respond(
    request: HttpRequest, table: Table, template: str, context: dict[str, Any] | None = None
) -> HttpResponseBase:
    """The page with its table, the table alone when htmx asks for it, or the file of `?format=csv|xlsx`."""
    kind = request.GET.get("format", "")
    if kind in table.exports:
        return export(table, kind)
    if _wants_table_only(request, table):
        response = render(request, "ui/parts/table_area.html", {"table": table, **(context or {})})
    else:
        response = render(request, template, {"table": table, **(context or {})})
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _wants_table_only(request: HttpRequest, table: Table) -> bool:
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Target", "").endswith(f"#{table.id}")
