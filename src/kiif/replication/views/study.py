"""The feasibility study of a territory: open, read, write a part, see its versions, decide, compare."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.replication import actions, dossier, presence
from kiif.replication.actions.common import Conflict
from kiif.replication.enums import Part
from kiif.replication.forms_study import DecisionForm
from kiif.replication.labels import Labels
from kiif.replication.models import FeasibilityStudy, Search, Section
from kiif.replication.proposals import open_proposals
from kiif.replication.versions import versions_of
from kiif.replication.views.common import frame as steps_frame
from kiif.ui.components import Step, Tab
from kiif.ui.errors import Refused

#: Sent by the script that saves while one types: it wants the answer, not the page.
AUTOSAVE = "X-Autosave"


def visible_study(request: HttpRequest, pk: int) -> FeasibilityStudy:
    """The study if this person may read it, else 404."""
    rows = FeasibilityStudy.objects.visible_to(of(request)).with_ties().select_related("opened_by", "decided_by")
    return get_object_or_404(rows, pk=pk)


def visible_search(request: HttpRequest, pk: int) -> Search:
    return get_object_or_404(Search.objects.visible_to(of(request)).with_ties(), pk=pk)


def may_write(request: HttpRequest, obj: Any) -> bool:
    return bool(rules.test_rule("replication.change", of(request), obj))


@require_POST
def study_open(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """From the short list: opens the study of a territory, or goes to it."""
    search = visible_search(request, pk)
    try:
        study = actions.open_study(search=search, by=of(request), code=code[:9])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("replication:shortlist", args=[search.pk]))
    return redirect(study)


def frame(request: HttpRequest, study: FeasibilityStudy, current: str) -> dict[str, Any]:
    """What every face of a study shows: tabs, decision, the right to write."""
    faces = [
        ("study", _("The study"), "replication:study"),
        ("decision", _("Decision"), "replication:study-decide"),
        ("files", _("Files"), "replication:study-files"),
        ("history", _("History"), "replication:study-history"),
    ]
    return {
        "study": study,
        "solution": study.search.solution,
        "tabs": [Tab(label, reverse(name, args=[study.pk]), key == current) for key, label, name in faces],
        "writable": may_write(request, study),
        "decision_words": dossier.decision_words(study),
        "decision_tone": dossier.decision_tone(study),
        "steps": dossier.STEPS,
    }


@require_safe
def study(request: HttpRequest, pk: int) -> HttpResponse:
    """The living dossier: figures, then eight parts with a guide beside each."""
    shown = visible_study(request, pk)
    parts = dossier.parts_of(shown)
    context = frame(request, shown, "study") | {
        "parts": parts,
        "contents": [Step(part.title, "", part.state, f"#{part.key}") for part in parts],
        "facts": dossier.facts_of(shown),
        "place": dossier.place_of(shown),
        "writers": dossier.writers_of(shown, parts),
        "editor": of(request).user,
        "proposed": len(open_proposals(shown, of(request))),
    }
    return render(request, "replication/study/study.html", context)


def study_part(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """One part alone. POST saves it: a page without JavaScript, a short answer for the script that saves by itself."""
    shown = visible_study(request, pk)
    if part not in Part.values:
        raise Http404
    if request.method == "POST":
        return _write(request, shown, part)
    return _part_page(request, shown, part)


def _write(request: HttpRequest, shown: FeasibilityStudy, part: str) -> HttpResponse:
    """409 with both texts when somebody wrote in between; 422 with the sentence when it is refused."""
    found = Section.objects.select_related("study__search__solution")  # guarded: the study is visible
    section = get_object_or_404(found, study=shown, part=part)
    text, quiet = request.POST.get("text", ""), AUTOSAVE in request.headers
    version = request.POST.get("version", "")
    try:
        saved = actions.write_section(
            section=section, by=of(request), text=text, version=int(version) if version.isdecimal() else -1
        )
    except Conflict as conflict:
        return _part_page(request, shown, part, mine=text, theirs=conflict.current, status=409)
    except Refused as refusal:
        if quiet:
            return JsonResponse({"error": str(refusal)}, status=422)
        return _part_page(request, shown, part, mine=text, refusal=str(refusal), status=422)
    if quiet:
        return JsonResponse({"version": saved.version, "said": said(saved)})
    messages.success(request, _("Saved."))
    return redirect(f"{shown.get_absolute_url()}#{part}")


def said(section: Section) -> str:
    return _("Saved at %(hour)s") % {"hour": date_format(localtime(section.written_at), "TIME_FORMAT")}


def _part_page(
    request: HttpRequest,
    shown: FeasibilityStudy,
    key: str,
    *,
    mine: str | None = None,
    theirs: Section | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The form of one part: what was typed stays, beside what is there now."""
    part = next(one for one in dossier.parts_of(shown) if one.key == key)
    context = frame(request, shown, "study") | {
        "part": part,
        "section": theirs or part.section,
        "text": part.section.text if mine is None else mine,
        "theirs": theirs,
        "refusal": refusal,
        "editor": of(request).user,
    }
    template = "replication/study/_write.html" if AUTOSAVE in request.headers else "replication/study/part.html"
    return render(request, template, context, status=status)


@require_POST
def study_pulse(request: HttpRequest, pk: int) -> JsonResponse:
    """A sign of life every twenty seconds: who else is here and where, which version each part has."""
    shown = visible_study(request, pk)
    actor = of(request)
    part = request.POST.get("part", "")
    if actor.user is not None and actor.impersonator is None:
        presence.note(shown, actor.user, part if part in Part.values else "")
    here = [
        {
            "initials": one.initials,
            "part": one.part,
            "said": _("%(name)s writes here") % {"name": one.name} if one.part else one.name,
        }
        for one in presence.others(shown, actor.user)
    ]
    return JsonResponse({"here": here, "versions": dict(shown.sections.values_list("part", "version"))})


@require_safe
def study_versions(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Every version of a part, with who wrote it."""
    shown = visible_study(request, pk)
    found = Section.objects.select_related("study")  # guarded: the study is visible
    section = get_object_or_404(found, study=shown, part=part)
    context = frame(request, shown, "history") | {"section": section, "versions": versions_of(section)}
    return render(request, "replication/study/versions.html", context)


def study_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Go, go if, no. Whoever only reads sees the decision and its reasons."""
    shown = visible_study(request, pk)
    form = DecisionForm.of(shown, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide(study=shown, by=of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The decision is written. It can be taken again: the history keeps each."))
            return redirect("replication:study-decide", shown.pk)
    reasons = shown.sections.filter(part=Part.DECISION).values_list("text", flat=True).first() or ""
    context = frame(request, shown, "decision") | {"form": form, "reasons": reasons}
    return render(request, "replication/study/decision.html", context, status=422 if form.errors else 200)


@require_safe
def study_files(request: HttpRequest, pk: int) -> HttpResponse:
    shown = visible_study(request, pk)
    return render(request, "replication/study/files.html", frame(request, shown, "files"))


@require_safe
def study_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened, and the way to the versions of each part."""
    shown = visible_study(request, pk)
    return render(
        request,
        "replication/study/history.html",
        frame(request, shown, "history") | {"sections": shown.sections.all()},
    )


@require_safe
def studies(request: HttpRequest, pk: int) -> HttpResponse:
    """The studies of one search side by side."""
    search = visible_search(request, pk)
    rows = (
        FeasibilityStudy.objects.visible_to(of(request)).filter(search=search).with_ties().select_related("opened_by")
    )
    labels = Labels(search)
    columns = [Column(row, labels) for row in rows.prefetch_related("sections", "entries")[:12]]
    names = list(dict.fromkeys(fact.name for column in columns for fact in column.facts))
    context = steps_frame(request, search, "studies") | {
        "columns": columns,
        "facts": [(name, [column.figure(name) for column in columns]) for name in names],
        "parts": [(part.label, [column.text(part) for column in columns]) for part in Part],
    }
    return render(request, "replication/study/compare.html", context)


class Column:
    """One study in the comparison, from what was fetched at once."""

    def __init__(self, row: FeasibilityStudy, labels: Labels) -> None:
        self.study = row
        self.facts = dossier.facts_of(row, labels)
        self.place = dossier.place_of(row)
        self.words = dossier.decision_words(row)
        self.tone = dossier.decision_tone(row)
        self._texts = {section.part: section.text for section in row.sections.all()}
        entries = list(row.entries.all())
        self.met = sum(entry.kind in dossier.ABOUT_PEOPLE for entry in entries)
        self.partners = [entry for entry in entries if entry.kind == "partner"]
        self.firm = sum((entry.engagement or 0) >= 4 for entry in self.partners)
        self.money = sum(entry.amount or 0 for entry in entries if entry.kind == "funding")
        self.todo = sum(entry.kind == "next" and not entry.done for entry in entries)

    def figure(self, name: str) -> str:
        return next((fact.value for fact in self.facts if fact.name == name), "–")

    def text(self, part: Part) -> str:
        return self._texts.get(part, "")
