"""A study as a file: PDF for everybody, word-processor file to go on working."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kiif.replication.documents.content import content_of
from kiif.replication.documents.pdf import pdf_of
from kiif.replication.documents.word import docx_of
from kiif.replication.models import FeasibilityStudy
from kiif.replication.views.study import visible_study

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
@never_cache
def study_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Made at once (about half a second): a study is bounded."""
    study = visible_study(request, pk)
    return _file(study, pdf_of(content_of(study)), "application/pdf", "pdf")


@require_safe
@never_cache
def study_docx(request: HttpRequest, pk: int) -> HttpResponse:
    study = visible_study(request, pk)
    return _file(study, docx_of(content_of(study)), WORD, "docx")


def _file(study: FeasibilityStudy, body: bytes, kind: str, ending: str) -> HttpResponse:
    name = slugify(study.name)[:60] or str(study.pk)
    headers = {"Content-Disposition": f'attachment; filename="etude-{name}.{ending}"'}
    return HttpResponse(body, content_type=kind, headers=headers)
