"""Reading what was gathered: the table, the filters, the summary, the exports."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote
from uuid import UUID

import rules
from django.contrib import messages
from django.db.models import Count
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.jobs.actions import enqueue
from kiif.questionnaires.definition import said
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.models import Collection
from kiif.questionnaires.reading import filters
from kiif.questionnaires.reading.book import book
from kiif.questionnaires.reading.files import FORMATS
from kiif.questionnaires.reading.plan import Group, Plan, plan_of
from kiif.questionnaires.reading.selection import Selection, select
from kiif.questionnaires.reading.summary import summaries
from kiif.questionnaires.reading.tables import AnswersTable
from kiif.questionnaires.reading.tally import Tally
from kiif.questionnaires.tasks import export_answers
from kiif.ui.components import Tab
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import respond

#: Beyond so many cells, an export is a job that one may leave and come back to.
AT_ONCE = 100_000
#: Parameters of an address that say what is read.
KEPT = ("f", "c", "langue")


def _collection(request: HttpRequest, public_id: UUID) -> Collection:
    actor = of(request)
    visible = Collection.objects.visible_to(actor).select_related("questionnaire", "owner")
    collection = get_object_or_404(visible, public_id=public_id)
    if not rules.test_rule("questionnaires.read_answers", actor, collection):
        raise NotAllowed(_("These answers are read by the team that gathers them."))
    return collection


def _asked(request: HttpRequest) -> QueryDict:
    """The address, with the language of the page when it names none."""
    asked = request.GET.copy()
    asked.setdefault("langue", get_language() or "")
    return asked


def _kept(asked: QueryDict, **changes: list[str]) -> str:
    """What is read, as parameters of an address."""
    query = QueryDict(mutable=True)
    for key in KEPT:
        for value in changes.get(key, asked.getlist(key)):
            query.appendlist(key, value)
    return query.urlencode()


def _common(request: HttpRequest, collection: Collection, selection: Selection | None, current: str) -> dict[str, Any]:
    arguments, asked = [collection.public_id], request.GET
    ending = f"?{_kept(asked)}" if _kept(asked) else ""
    tabs = [
        Tab(label, reverse(f"questionnaires:{name}", args=arguments) + ending, name == current, None)
        for name, label in (("answers", _("Answers")), ("summary", _("Summary")), ("answers-export", _("Export")))
    ]
    states = dict(collection.responses.order_by().values_list("state").annotate(Count("pk")))
    context: dict[str, Any] = {"collection": collection, "tabs": tabs, "drafts": states.get(ResponseState.DRAFT, 0)}
    if selection is not None:
        context |= {
            "selection": selection,
            "conditions": _conditions(request, selection),
            "narrow_url": reverse("questionnaires:narrow", args=arguments),
            "languages": selection.plan.definition.languages,
            "aside": states.get(ResponseState.REOPENED, 0) if selection.conditions or current == "summary" else 0,
        }
    return context


def _conditions(request: HttpRequest, selection: Selection) -> list[tuple[str, str]]:
    """Each condition in words, and the address without it."""
    kept = [str(condition) for condition in selection.conditions]
    return [
        (
            filters.said(condition, selection.language),
            "?" + _kept(request.GET, f=[text for text in kept if text != str(condition)]),
        )
        for condition in selection.conditions
    ]


def _by_section(plan: Plan, language: str) -> list[tuple[str, list[tuple[Group, str]]]]:
    """Questions and their words under the titles of their sections; those no longer asked at the end."""
    found: dict[str, list[tuple[Group, str]]] = {}
    for group in plan.groups:
        title = plan.title_of(group, language) or _("No longer asked")
        found.setdefault(title, []).append((group, group.label(language)))
    return list(found.items())


@require_safe
def answers(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The table of answers: columns chosen, filters on any question."""
    collection = _collection(request, public_id)
    plan = plan_of(collection)
    if plan is None:
        context = _common(request, collection, None, "answers")
        return render(request, "questionnaires/reading/nothing.html", context)
    selection = select(plan, collection, of(request), _asked(request))
    table = AnswersTable(
        selection.readable,
        request,
        plan=plan,
        shown=selection.shown,
        conditions=list(selection.conditions),
        language=selection.language,
    )
    context = _common(request, collection, selection, "answers") | {
        "sections": _by_section(plan, selection.language),
        "shown": {group.key for group in selection.shown},
        "language": selection.language,
    }
    return respond(request, table, "questionnaires/reading/answers.html", context)


@require_safe
def narrow(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """One more filter, in two steps: the question, then what its answers must be."""
    collection = _collection(request, public_id)
    plan = plan_of(collection)
    back = reverse("questionnaires:answers", args=[collection.public_id])
    if plan is None:
        return redirect(back)
    selection = select(plan, collection, of(request), _asked(request))
    question = plan.definition.by_id.get(request.GET.get("question", ""))
    if question is None or not filters.operators_of(question):
        messages.error(request, _("Choose the question to filter on."))
        return redirect(f"{back}?{_kept(request.GET)}")
    context = _common(request, collection, selection, "answers") | {
        "question": question,
        "label": said(question.label, selection.language),
        "operators": [(name, filters.OPERATORS[name]) for name in filters.operators_of(question)],
        "choices": filters.choices_of(question, selection.language).items(),
        "kept": [(key, value) for key in KEPT for value in request.GET.getlist(key)],
        "back": f"{back}?{_kept(request.GET)}",
    }
    operator = request.GET.get("operateur", "")
    if operator:
        try:
            wanted = filters.read_condition(plan.definition, f"{question.id}:{operator}:{_values(request, operator)}")
        except ValueError as error:
            return render(request, "questionnaires/reading/narrow.html", context | {"problem": str(error)}, status=422)
        return redirect(f"{back}?{_kept(request.GET, f=[*map(str, selection.conditions), str(wanted)])}")
    return render(request, "questionnaires/reading/narrow.html", context)


def _values(request: HttpRequest, operator: str) -> str:
    """What was chosen or typed for this operator, as it stands in an address."""
    if operator in {"is", "has"}:
        return "|".join(request.GET.getlist("choix"))
    if operator == "holds":
        return request.GET.get("texte", "").replace("|", " ").strip()[:200]
    if operator in {"between", "between_dates"}:
        return "|".join(request.GET.get(part, "").replace("|", "")[:40] for part in ("de", "a"))
    return ""


@require_safe
def summary(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the answers say, one section of the form at a time."""
    collection = _collection(request, public_id)
    plan = plan_of(collection)
    if plan is None:
        context = _common(request, collection, None, "summary")
        return render(request, "questionnaires/reading/nothing.html", context)
    selection = select(plan, collection, of(request), _asked(request))
    sections = _by_section(plan, selection.language)
    asked = request.GET.get("partie", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 5 and int(asked) <= len(sections) else 1
    number = max(number, 1)
    groups = [group for group, _label in sections[number - 1][1]] if sections else []
    parts = [
        Tab(name, f"?{_kept(request.GET)}&partie={index}", index == number, None)
        for index, (name, _groups) in enumerate(sections, 1)
    ]
    tally = Tally(plan, groups, selection.counted)
    context = _common(request, collection, selection, "summary") | {
        "parts": parts,
        "answers_url": reverse("questionnaires:answers", args=[collection.public_id]),
        "more": "".join(f"&f={quote(str(condition))}" for condition in selection.conditions),
        "count": sum(tally.asked.values()),
        "summaries": summaries(plan, groups, tally, selection.language),
    }
    return render(request, "questionnaires/reading/summary.html", context)


def export(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Which format; then the file at once when it is small, or a job whose page gives it."""
    collection = _collection(request, public_id)
    plan = plan_of(collection)
    if plan is None:
        context = _common(request, collection, None, "answers-export")
        return render(request, "questionnaires/reading/nothing.html", context)
    selection = select(plan, collection, of(request), _asked(request))
    if request.method == "POST":
        return _write(request, collection, selection)
    context = _common(request, collection, selection, "answers-export") | {
        "count": selection.responses.count(),
        "columns": len(selection.exported),
        "formats": [(key, words) for key, (words, *_rest) in FORMATS.items()],
    }
    return render(request, "questionnaires/reading/export.html", context)


@require_POST
def _write(request: HttpRequest, collection: Collection, selection: Selection) -> HttpResponseBase:
    kind = request.POST.get("format", "")
    if kind not in FORMATS:
        raise Refused(_("Choose a format."), field="format")
    name = f"{collection.slug}-{localdate():%Y-%m-%d}"
    made = book(selection.plan, selection.exported, selection.responses, selection.language, name=name)
    if made.count * len(made.main.headings) > AT_ONCE:
        run = enqueue(
            export_answers, collection.pk, kind, _kept(request.GET), selection.language, by=of(request),
            title=_("Export of “%(title)s”") % {"title": collection.title},
        )  # fmt: skip
        return redirect("jobs:run", run.pk)
    _words, extension, media, write = FORMATS[kind]
    with ExitStack() as closing:  # the answer closes the file when it has been sent; what fails before, at once
        file = closing.enter_context(tempfile.TemporaryFile())
        write(made, file, lambda done: None)
        file.seek(0)
        answer = FileResponse(file, as_attachment=True, filename=f"{name}.{extension}", content_type=media)
        closing.pop_all()
    return answer
