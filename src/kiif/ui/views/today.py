"""*Aujourd'hui*: what waits for me, the most pressing first, and what happened lately."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from kiif.ui import today as registry

_SHOWN = 12


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """`?tout` shows the gestures beyond the first twelve."""
    actor = getattr(request, "actor", None)
    found = registry.gestures(actor)
    late = sum(gesture.is_late for gesture in found)
    shown = found if "tout" in request.GET else found[:_SHOWN]
    context = {
        "day": date_format(localdate(), "l j F"),
        "gestures": shown,
        "count": len(found),
        "late": late,
        "more": len(found) - len(shown),
        "calm": None if found else registry.calm(actor),
        "activity": registry.activity(actor),
    }
    return render(request, "ui/pages/today.html", context)
