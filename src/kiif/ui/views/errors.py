"""Pages of refusal: a sentence, and a way out. They show even when the database does not answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def _error(request: HttpRequest, status: int, title: str, sentence: str, **context: Any) -> HttpResponse:
    data = {"status": status, "title": title, "sentence": sentence, **context}
    name = "ui/pages/error_fragment.html" if getattr(request, "htmx", False) else "ui/pages/error.html"
    if not hasattr(request, "user"):
        # refused before the session was read: no navigation, no database
        return HttpResponse(render_to_string("ui/pages/error_bare.html", data), status=status)
    return render(request, name, data, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None, sentence: str = "") -> HttpResponse:
    return _error(
        request,
        400,
        _("This address or this form cannot be read"),
        sentence or _("Something in it is damaged. Go back, check what you typed or pasted, and try again."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    reason = str(exception or "")
    return _error(
        request,
        403,
        _("You may not do this"),
        reason or _("Your present role does not allow it. Somebody who manages your organisation can change that."),
    )


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(
        request,
        404,
        _("Nothing here"),
        _("The page has moved, no longer exists, or is not open to you in your present role."),
    )


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """An action said no, for a reason that has nothing to do with rights: 422 with its sentence."""
    return _error(request, 422, _("This cannot be done now"), sentence)


def unfinished(sentence: str) -> HttpResponse:
    """The same gesture is being done by another request of this page: 409, without asking who is there."""
    data = {"status": 409, "title": _("This cannot be done now"), "sentence": sentence}
    return HttpResponse(render_to_string("ui/pages/error_bare.html", data), status=409)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(
        request,
        403,
        _("This page had been open too long"),
        _("Your form was not sent, to protect your account. Go back, reload the page and send it again."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """No context processor, no database, no session: only the sentence."""
    data = {
        "status": 500,
        "title": _("Something broke on our side"),
        "sentence": _("It has been noted. What you had saved is safe. Try again in a moment."),
    }
    return HttpResponse(render_to_string("ui/pages/error_bare.html", data), status=500)


def unavailable(request: HttpRequest, sentence: str = "") -> HttpResponse:
    """503: maintenance, or a service that this page needs does not answer."""
    data = {
        "status": 503,
        "title": _("Closed for a moment"),
        "sentence": sentence or _("We are working on the house. Come back in a few minutes; nothing is lost."),
    }
    response = HttpResponse(render_to_string("ui/pages/error_bare.html", data), status=503)
    response["Retry-After"] = "120"
    return response
