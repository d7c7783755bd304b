from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.search import registry
from kiif.search.pages import pages_for
from kiif.search.queries import page_of, search
from kiif.search.terms import normalise_query

IN_GROUP = 8
IN_PALETTE = 5
PAGES_IN_PALETTE = 8
PAGE_SIZE = 30


@login_not_required
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What was found, grouped by kind; `genre` shows one kind in full. Visitors find what is public."""
    text = normalise_query(request.GET.get("q", ""))
    kind = request.GET.get("genre", "")
    source = registry.get(kind) if kind else None
    context: dict[str, Any] = {"text": text, "groups": [], "pages": [], "kind": None, "page": None, "total": 0}
    if source is not None:
        paginator = Paginator(page_of(source, of(request), text), PAGE_SIZE)
        context |= {"kind": source, "page": paginator.get_page(request.GET.get("page"))}
    elif text:
        groups = search(of(request), text, IN_GROUP, count=True)
        pages = pages_for(request, text, IN_GROUP)
        total = sum(group.total or len(group.hits) for group in groups) + len(pages)
        context |= {"groups": groups, "pages": pages, "total": total}
    return render(request, "search/results.html", context)


@login_not_required
@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """The options of the palette for what is typed, as a fragment."""
    text = normalise_query(request.GET.get("q", ""))
    context = {
        "text": text,
        "pages": pages_for(request, text, PAGES_IN_PALETTE),
        "groups": search(of(request), text, IN_PALETTE),
    }
    response = render(request, "search/palette.html", context)
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response
