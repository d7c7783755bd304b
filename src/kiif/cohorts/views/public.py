"""The public page of a cohort: those who agreed, and nothing else."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from kiif.cohorts.models import Cohort


@login_not_required
@require_http_methods(["GET", "HEAD"])
def cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """By the name of the call in addresses."""
    rows = Cohort.objects.public().select_related("call__edition__programme")
    row = get_object_or_404(rows, call__slug=slug)
    members = row.members.shown().with_ties().prefetch_related("application__targets")
    return render(
        request, "cohorts/public.html", {"cohort": row, "members": members, "total": row.members.present().count()}
    )
