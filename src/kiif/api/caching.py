"""ETags: data change only when a pack is published, so an answer is identified by the packs and its own address."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control

from kiif.opendata import packs
from kiif.territories.models import ReferentialLoad


def etag_of(request: HttpRequest, loaded: int = 0) -> str:
    """Weak identity of the answer to this address with the packs of now (and the load of the referential)."""
    text = f"{packs.version()} {loaded} {request.get_full_path()}"
    return f'W/"{hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]}"'


def conditional(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer 304 without any work when who asks already has the answer; else mark it."""
    return _conditional(view, lambda: 0)


def conditional_on_load(view: Callable[..., Any]) -> Callable[..., Any]:
    """The same for what is read from the database, which follows the packs one load later."""
    return _conditional(view, lambda: ReferentialLoad.objects.values_list("pk", flat=True).first() or 0)


def _conditional(view: Callable[..., Any], load: Callable[[], int]) -> Callable[..., Any]:
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        etag = etag_of(request, load())
        if etag in [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]:
            return mark(HttpResponse(status=304), etag)
        answer = view(request, *args, **kwargs)
        return mark(answer, etag) if isinstance(answer, HttpResponseBase) and answer.status_code == 200 else answer

    return wrapper


def mark(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    """ETag, ten minutes of public cache, readable from any site."""
    response["ETag"] = etag
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=600)
    return response
