"""`{% load jobs %}{% job_status run %}`: how far a job is, on the page of any app; it keeps itself up to date."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from kiif.accounts.actor import of
from kiif.jobs.downloads import may_download
from kiif.jobs.models import Run

register = template.Library()


@register.inclusion_tag("jobs/_status.html", takes_context=True)
def job_status(context: Context, run: Run) -> dict[str, Any]:
    request = context["request"]
    return {"run": run, "download": may_download(of(request), run), "operator": False, "own": True, "request": request}
