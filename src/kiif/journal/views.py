from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.journal import export, objects, registry
from kiif.journal.forms import JournalFilter
from kiif.journal.models import JournalEntry
from kiif.journal.queries import EntryQuerySet
from kiif.journal.readable import lines
from kiif.ui.errors import NotAllowed, Refused

PAGE_SIZE = 30


@require_safe
def whole(request: HttpRequest) -> HttpResponseBase:
    """The journal of the instance, for those whom a higher floor named."""
    actor = of(request)
    if not registry.can_read_whole(actor):
        raise NotAllowed(_("The whole journal is read by the coordination of the alliance."))
    entries = registry.readable_by(actor, JournalEntry.objects.all())  # guarded: readable_by
    return _page(request, entries, {"title": _("Journal of the alliance")})


@require_safe
def scope(request: HttpRequest, app: str, model: str, pk: str) -> HttpResponseBase:
    """The journal of an organisation: everything that happened in it."""
    found = _find(app, model, pk)
    if not registry.can_read_scope(of(request), found):
        raise Http404
    title = _("Journal of %(name)s") % {"name": found}
    return _page(request, JournalEntry.objects.in_scope(found), _about(title, found))


@require_safe
def history(request: HttpRequest, app: str, model: str, pk: str) -> HttpResponseBase:
    """Everything that happened to one object."""
    found = _find(app, model, pk)
    if not registry.can_read_object(of(request), found):
        raise Http404
    title = _("History of %(name)s") % {"name": found}
    return _page(request, JournalEntry.objects.about(found), _about(title, found))


@require_safe
def open_object(request: HttpRequest, pk: int) -> HttpResponse:
    """From an entry to the page of its object, if it still exists and this person may read it."""
    entries = JournalEntry.objects.select_related("content_type")  # guarded: the right to its object is asked below
    entry: JournalEntry = get_object_or_404(entries, pk=pk)
    model = entry.content_type.model_class()
    found = objects.by_key(model, entry.object_id) if model else None
    address = getattr(found, "get_absolute_url", None)
    if found is None or address is None or not registry.can_read_object(of(request), found):
        raise Http404
    return redirect(address())


def _find(app: str, model: str, pk: str) -> Model:
    found = objects.find(app, model, pk)
    if found is None:
        raise Http404
    return found


def _about(title: str, found: Model) -> dict[str, Any]:
    address = getattr(found, "get_absolute_url", None)
    return {"title": title, "about": found, "address": address() if address else ""}


def _page(request: HttpRequest, entries: EntryQuerySet, context: dict[str, Any]) -> HttpResponseBase:
    form = JournalFilter(request.GET)
    entries = form.apply(registry.without_hidden(of(request), entries))
    refusal = ""
    if (kind := request.GET.get("format", "")) in export.KINDS:
        try:
            return export.as_file(request, entries, kind)
        except Refused as refused:
            refusal = str(refused)
    page = Paginator(entries.readable(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"about": None, "address": "", **context}
    context |= {"form": form, "page": page, "lines": lines(page), "refusal": refusal, "query": _query(request)}
    return render(request, "journal/page.html", context, status=422 if refusal else 200)


def _query(request: HttpRequest) -> str:
    """The filters as they stand in the address, to add a page number or a format to."""
    kept = request.GET.copy()
    for name in ("page", "format"):
        kept.pop(name, None)
    return kept.urlencode()
