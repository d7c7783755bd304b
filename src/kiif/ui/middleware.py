from __future__ import annotations

import json
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kiif.ui.errors import Refused
from kiif.ui.views import errors

Answer = Callable[[HttpRequest], HttpResponse]

#: NUL, and halves of characters: databases differ on them, people never type them.
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_MAX_JSON = 5 * 1024 * 1024


class CleanInputMiddleware:
    """Refuses NUL and lone surrogates in the address, the forms and the JSON of a request, before any view.

    The answer is a 400 page with a sentence. Uploaded files are not looked into: `attachments` does.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not address_is_clean(request):
            return errors.bad_request(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """Bodies are read once the view is known, so that a wrong address stays a 404."""
        return None if body_is_clean(request) else errors.bad_request(request)


def address_is_clean(request: HttpRequest) -> bool:
    if _UNREADABLE.search(request.path):
        return False
    return all(is_clean(key) and all(map(is_clean, values)) for key, values in request.GET.lists())


def body_is_clean(request: HttpRequest) -> bool:
    """True for bodies that are not forms nor JSON; a JSON that cannot be read is left to the view."""
    if request.method not in {"POST", "PUT", "PATCH", "DELETE"}:
        return True
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        names = (file.name or "" for files in request.FILES.lists() for file in files[1])
        fields = all(is_clean(key) and all(map(is_clean, values)) for key, values in request.POST.lists())
        return fields and all(map(is_clean, names))
    if request.content_type == "application/json" and _length(request) <= _MAX_JSON:
        try:
            return clean_json(json.loads(request.body or b"null"))
        except (ValueError, RecursionError):
            return True
    return True


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else _MAX_JSON + 1


def is_clean(text: str) -> bool:
    return not _UNREADABLE.search(text)


def clean_json(value: object) -> bool:
    """Whether no text of this value, key or content, is unreadable."""
    if isinstance(value, str):
        return is_clean(value)
    if isinstance(value, list):
        return all(map(clean_json, value))
    if isinstance(value, dict):
        return all(is_clean(str(key)) and clean_json(content) for key, content in value.items())
    return True


class RefusalMiddleware:
    """An action that refused, and whose view did not say it: a 422 page with the sentence. Nothing was changed."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return errors.refused(request, str(exception) or _("This gesture is not possible at the moment."))
        return None
