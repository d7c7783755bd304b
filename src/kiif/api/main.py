"""The public interface: read-only, versioned, documented by a page of ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from kiif.api.ranking import router as ranking
from kiif.api.territories import router
from kiif.opendata.errors import DataError, MissingPack

api = NinjaAPI(
    title="kiif",
    version="1",
    description="Official territories of France with their figures, each with its source and vintage; their ranking by "
    "a model. Read-only: nothing is kept.",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=None,
)
api.add_router("/territories", router)
api.add_router("/ranking", ranking)


@api.exception_handler(HttpError)
def on_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return api.create_response(request, {"error": error.message, "details": []}, status=error.status_code)


@api.exception_handler(RawPostDataException)
def on_form(request: HttpRequest, error: RawPostDataException) -> HttpResponse:
    """A form was sent where JSON is read."""
    return api.create_response(request, {"error": _("Send JSON, not a form."), "details": []}, status=400)


@api.exception_handler(Throttled)
def on_throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    wait = max(1, round(error.wait or 60))
    sentence = _("Too many requests from this address: wait %(seconds)d seconds.") % {"seconds": wait}
    response = api.create_response(request, {"error": sentence, "details": []}, status=429)
    response["Retry-After"] = str(wait)
    return response


@api.exception_handler(ValidationError)
def on_refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    details = [{"where": [str(part) for part in e.get("loc", ())], "why": str(e.get("msg", ""))} for e in error.errors]
    sentence = _("A parameter is not what is expected: see the details.")
    return api.create_response(request, {"error": sentence, "details": details}, status=422)


@api.exception_handler(DataError)
def on_data(request: HttpRequest, error: DataError) -> HttpResponse:
    """What the data layer says: a pack that is not built is our failure (503), the rest is the request's (422)."""
    status = 503 if isinstance(error, MissingPack) else 422
    return api.create_response(request, {"error": _(error.message) % error.params, "details": []}, status=status)


def public(urls: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same addresses, open to everybody, which answer HEAD and OPTIONS as well."""
    for pattern in urls[0]:
        pattern.callback = _with_head(pattern.callback)
        pattern.callback.login_required = False
    return urls


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    """The same headers, the length of what is not sent included; of a file, the server drops the body itself."""
    if isinstance(response, HttpResponse):
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""
    return response


def _with_head(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """HEAD is the GET without its body; OPTIONS says which methods there are, to browsers of other sites too."""

    @csrf_exempt  # as the views of ninja: they read no session
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        try:
            response = view(request, *args, **kwargs)
        finally:
            request.method = asked
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return _without_body(response) if asked == "HEAD" else response
        methods = {name.strip() for name in response.headers.get("Allow", "").split(",") if name.strip()}
        allowed = ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))
        if asked != "OPTIONS":
            response["Allow"] = allowed
            return response
        told = {"Allow": allowed, "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": allowed}
        told["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match"
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=told)

    return answer
