"""Calls, for everybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kiif.programmes.models import Call


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Calls that are open, announced, closed."""
    rows = Call.objects.public().with_ties().order_by("-closes_at", "-pk")
    return render(request, "programmes/public/calls.html", {"calls": rows})


@login_not_required
@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """A call as anybody reads it."""
    found = get_object_or_404(Call.objects.public().with_ties(), slug=slug)
    return render(request, "programmes/public/call.html", {"call": found, "phase": found.phase()})
