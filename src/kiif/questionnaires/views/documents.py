"""What one takes away from an answer: its print, what was sent, its files."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.attachments.models import Attachment
from kiif.attachments.views import serve
from kiif.questionnaires import uses
from kiif.questionnaires.documents.filled import of_snapshot, pdf_of
from kiif.questionnaires.exchange import blank
from kiif.questionnaires.loaded import definition_of, newest
from kiif.questionnaires.models import Collection, Response, Snapshot
from kiif.questionnaires.reviewing import sections_of
from kiif.questionnaires.speaking import Speaker
from kiif.questionnaires.views.answering_common import NotHere, page, readable, tabs, visible


@login_not_required
@require_safe
def pdf(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The filled form as it is now; `?envoi=` gives a state that was sent."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    wanted = request.GET.get("envoi", "")
    if wanted.isdecimal():
        snapshot = _snapshot(shown, int(wanted[:12]))
        return _file(pdf_of(of_snapshot(snapshot), snapshot), shown)
    return _file(pdf_of(readable(request, shown, asks)), shown)


def _snapshot(shown: Response, pk: int) -> Snapshot:
    ties = "version", "by", "response__collection__owner", "response__owner"
    found = shown.snapshots.select_related(*ties).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _file(content: bytes, shown: Response) -> HttpResponse:
    made = HttpResponse(content, content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{shown.collection.slug}-{str(shown.public_id)[:8]}.pdf"'
    made["Cache-Control"] = "private, no-store"
    return made


@login_not_required
@require_safe
def blank_form(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a collection to print and fill by hand, as public as its page; `?langue=` chooses the language."""
    rows = Collection.objects.select_related("questionnaire")  # guarded: a public page
    collection = rows.filter(slug=slug).first()
    if collection is None or not uses.of(collection.use).shows(of(request), collection):
        raise Http404
    version = newest(collection.questionnaire)
    if version is None:
        raise Http404
    definition, asked = definition_of(version), request.GET.get("langue", "")
    language = asked if asked in definition.languages else definition.languages[0]
    content = blank.pdf(definition, language, stamp=int(version.published_at.timestamp()))
    made = HttpResponse(content, content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{slug}-{language}.pdf"'
    return made


@login_not_required
@require_safe
def sent(request: HttpRequest, public_id: str, pk: int) -> HttpResponseBase:
    """A state as it was sent; `?version=nouvelle` reads it in the newest form instead."""
    try:
        shown, _asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    snapshot = _snapshot(shown, pk)
    dossier = of_snapshot(snapshot)
    newest = shown.collection.questionnaire.versions.order_by("-number").first()
    in_new = request.GET.get("version") == "nouvelle" and newest is not None and newest.pk != snapshot.version_id
    if in_new and newest is not None:
        snapshot.version = newest
        dossier = of_snapshot(snapshot)
    context = {
        "answer": shown,
        "collection": shown.collection,
        "snapshot": snapshot,
        "tabs": tabs(shown, "history"),
        "sections": sections_of(dossier, Speaker(dossier)),
        "newer": newest if (newest is not None and newest.pk != snapshot.version_id) or in_new else None,
        "in_new": in_new,
    }
    return page(request, "people/sent.html", context)


@login_not_required
@require_safe
def file(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """A file of an answer, also for whoever answers by a personal link."""
    try:
        shown, _asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    found = Attachment.objects.on(shown).filter(public_id=file_id).first()
    if found is None:
        raise Http404
    return serve(found)
