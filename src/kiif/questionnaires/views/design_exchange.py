"""Bringing a definition from a file, after a look at what it would do; taking one out."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.questionnaires import exchange
from kiif.questionnaires.actions import design, design_publish
from kiif.questionnaires.definition import Definition, read
from kiif.questionnaires.drafting import kinds
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, flatten, questions
from kiif.questionnaires.enums import Purpose
from kiif.questionnaires.exchange import blank
from kiif.questionnaires.forms_design import FileForm, body_of
from kiif.questionnaires.models import Questionnaire
from kiif.questionnaires.views.design_common import flat_of, frame, language_of, visible, words_of
from kiif.questionnaires.views.design_list import refuse_outsiders
from kiif.questionnaires.views.design_versions import lines_of
from kiif.ui.errors import Refused

SALT: Final = "questionnaires.brought"
MAX_FILE: Final = 10 << 20
#: Remarks of a file shown at once.
MAX_REMARKS: Final = 200
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The files that can be taken out, and the form that brings one."""
    questionnaire = visible(request, public_id)
    context = frame(request, questionnaire, "exchange") | {"form": FileForm()}
    return render(request, "questionnaires/design/exchange.html", context)


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def schema(request: HttpRequest) -> JsonResponse:
    """The published schema of definitions (JSON Schema 2020-12), for whoever writes or checks one elsewhere."""
    return JsonResponse(exchange.schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})


def bring_new(request: HttpRequest) -> HttpResponse:
    """A new questionnaire from a file."""
    refuse_outsiders(request)
    return _bring(request, None)


def bring(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The draft of a questionnaire replaced by a file; what it held is one undo away."""
    questionnaire = visible(request, public_id)
    return _bring(request, questionnaire)


def _bring(request: HttpRequest, questionnaire: Questionnaire | None) -> HttpResponse:
    if request.method == "POST" and request.POST.get("document"):
        return _confirmed(request, questionnaire)
    form = FileForm(request.POST or None, request.FILES or None)
    found: exchange.Imported | None = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            found = _read(upload)
        except exchange.ExchangeError as error:
            form.add_error("file", str(error))
        else:
            if found.definition is not None:
                return _preview(request, questionnaire, found, str(upload.name)[:120])
            form.add_error("file", _("Nothing was brought: the file holds faults. Mend them, then send it again."))
    context = _frame(request, questionnaire) | {
        "form": form,
        "remarks": list(found.remarks[:MAX_REMARKS]) if found else [],
    }
    return render(request, "questionnaires/design/bring.html", context, status=422 if form.errors else 200)


def _read(upload: Any) -> exchange.Imported:
    """The definition of a file. Raises ExchangeError with a sentence."""
    if upload.size > MAX_FILE:
        raise exchange.ExchangeError(_("This file weighs more than 10 MB: a questionnaire weighs much less."))
    content = upload.read()
    if str(upload.name).lower().endswith(".json"):
        return exchange.from_json(content)
    return exchange.imported(content)


def _frame(request: HttpRequest, questionnaire: Questionnaire | None) -> dict[str, Any]:
    if questionnaire is None:
        return {"questionnaire": None, "template": "ui/base.html"}
    return frame(request, questionnaire, "exchange") | {"template": "questionnaires/design/base.html"}


def _preview(
    request: HttpRequest, questionnaire: Questionnaire | None, found: exchange.Imported, name: str
) -> HttpResponse:
    """What the file would do; nothing is written before it is confirmed."""
    definition = found.definition
    if definition is None:
        raise Http404
    document = definition.document()
    flat = flatten(document)
    language = language_of(flat)
    context = _frame(request, questionnaire) | {
        "name": name,
        "remarks": list(found.remarks[:MAX_REMARKS]),
        "count": sum(1 for _question in questions(flat)),
        "title": words_of(flat, ROOT, language),
        "sections": [
            (
                words_of(flat, section, language),
                [
                    (words_of(flat, key, language), kinds.WORDS[flat[key]["kind"]].label)
                    for one in flat[section].get(CHILDREN, ())
                    for key in flat[one].get(CHILDREN, ())
                ],
            )
            for section in flat[ROOT].get(CHILDREN, ())
        ],
        "lines": lines_of(flat_of(questionnaire), flat) if questionnaire else [],
        "document": signing.dumps(document, salt=SALT, compress=True),
        "language": language,
    }
    return render(request, "questionnaires/design/bring_preview.html", context)


def _confirmed(request: HttpRequest, questionnaire: Questionnaire | None) -> HttpResponse:
    """Writes what was looked at: the very document, signed."""
    try:
        document = signing.loads(request.POST["document"], salt=SALT, max_age=7_200)
    except signing.BadSignature:
        messages.error(request, _("This look is too old: send the file again."))
        return redirect(request.path)
    name = request.POST.get("name", "")[:120]
    actor = of(request)
    try:
        if questionnaire is None:
            title = str(request.POST.get("title", "")) or name
            made = design.create_questionnaire(
                by=actor, owner=body_of(actor), title=title, purpose=Purpose.OTHER, document=document
            )
            messages.success(request, _("The questionnaire is made from the file."))
            return redirect(made)
        design_publish.replace_draft(questionnaire=questionnaire, by=actor, document=document, source=name)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    messages.success(request, _("The draft is now that of the file; “Undo the last step” returns to the one before."))
    return redirect(questionnaire)


@require_safe
def export(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    """The draft, or a version (`?version=`), as a workbook, as JSON, or as a form to print."""
    questionnaire = visible(request, public_id)
    definition, suffix = _asked(request, questionnaire)
    name = f"{slugify(questionnaire.title)[:60] or 'questionnaire'}-{suffix}"
    if kind == "xlsx":
        return _file(exchange.workbook(definition), _XLSX, f"{name}.xlsx")
    if kind == "json":
        return _file(exchange.to_json(definition), "application/json", f"{name}.json")
    asked = request.GET.get("langue", "")
    language = asked if asked in definition.languages else definition.languages[0]
    if kind == "html":
        return render(request, "questionnaires/blank.html", {"form": blank.page(definition, language)})
    if kind == "pdf":
        return _file(blank.pdf(definition, language), "application/pdf", f"{name}-{language}.pdf")
    raise Http404


def _asked(request: HttpRequest, questionnaire: Questionnaire) -> tuple[Definition, str]:
    text = request.GET.get("version", "")
    if not text:
        return read(questionnaire.draft), _("draft")
    version = get_object_or_404(questionnaire.versions, number=int(text) if text.isdecimal() and len(text) < 9 else 0)
    return read(version.definition), f"v{version.number}"


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
