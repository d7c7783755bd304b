from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from kiif.accounts.actor import VISITOR, Actor


class ActorMiddleware:
    """Puts `request.actor`; the alliance floor completes it with the membership acted under."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = Actor(user=request.user) if request.user.is_authenticated else VISITOR  # type: ignore[attr-defined]
        return self.get_response(request)


class PrivatePagesMiddleware:
    """Nothing that a signed-in person sees is kept by a cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
