from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest


class CleanInputMiddleware:
    """Refuses NUL in the path or the query before any view: databases differ on it, people never type it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("NUL")
        return self.get_response(request)
