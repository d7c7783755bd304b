"""Pages open to everybody: home, and what one must know about the site."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from kiif.ui import atlas
from kiif.ui import home as registry


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The public face. A signed-in person lands where their work is, unless they ask for this page (`?public`)."""
    actor = getattr(request, "actor", None)
    if "public" not in request.GET and (address := registry.landing(actor)):
        return HttpResponseRedirect(address)
    coverage = registry.coverage()
    context = {
        "hero": registry.hero(),
        "coverage": coverage,
        "atlas": atlas.draw(coverage) if coverage else None,
        "members": atlas.mapped(coverage) if coverage else [],
        "sections": registry.sections(actor),
        "figures": registry.figures(actor),
        "doors": [(door, address) for door in registry.doors() if (address := _address(door.url_name))],
    }
    return render(request, "ui/pages/home.html", context)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/pages/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    cookies = {
        "session": settings.SESSION_COOKIE_NAME,
        "csrf": settings.CSRF_COOKIE_NAME,
        "language": settings.LANGUAGE_COOKIE_NAME,
        "days": settings.SESSION_COOKIE_AGE // 86_400,
    }
    return render(request, "ui/pages/privacy.html", {"cookies": cookies})


@login_not_required
@require_safe
def source(request: HttpRequest) -> HttpResponse:
    """Where the source is: the licence gives every user of the service the right to it."""
    return render(request, "ui/pages/source.html", {"address": settings.SOURCE_URL})
