"""The page of a call, for the teams."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kiif.programmes.views.common import call_context


@require_safe
def overview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the call stands."""
    return render(request, "programmes/calls/overview.html", call_context(request, public_id, "overview"))
