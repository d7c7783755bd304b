"""The page of an application, on the team's side; its print, its files, what changed in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import Actor, of
from kiif.attachments.views import serve
from kiif.programmes import documents, masking, panels, reading, whatchanged
from kiif.programmes.actions.applications_hosting import HOSTABLE
from kiif.programmes.enums import DECIDED, ConflictState, PairState, Rural, State
from kiif.programmes.forms_applications import NoteForm
from kiif.programmes.models import Application, Conflict, CorrectionRequest, Note, Pair
from kiif.programmes.tables_applications import TONES, ApplicationsTable, labels_of, listed, state_words
from kiif.programmes.views.applications_common import frame, private, visible


@require_safe
def application(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """All that this reader may read of it, and what the team may do."""
    row, actor = visible(request, public_id), of(request)
    context = frame(request, row)
    read = reading.read(actor, row)
    context |= {
        "reading": read,
        "facts": _facts(row, context["limits"].blind),
        "panels": _panels(request, row),
        "tone": TONES.get(State(row.state), ""),
        "state_words": state_words(row),
        "acts": _acts(row) if context["handles"] else {},
        "requests": _requests(actor, row),
        "notes": _notes(actor, row, blind=context["limits"].blind),
        "note_form": NoteForm(),
        "pairs": _pairs(actor, row),
        "conflicts": _conflicts(actor, row),
        "me": actor.user,
        "around": _around(request, row) if context["team"] and "tri" in request.GET else None,
        "mandates": _mandates(row) if context["handles"] else [],
    }
    return private(render(request, "programmes/applications/application.html", context))


def _panels(request: HttpRequest, row: Application) -> list[tuple[panels.Panel, str]]:
    """What rooms above add, each drawn with its own words."""
    told = panels.of_application(of(request), row)
    return [
        (panel, render_to_string(panel.template, {**context, "application": row}, request=request))
        for panel, context in told
    ]


def _acts(row: Application) -> dict[str, bool]:
    """What its state lets one do."""
    correcting = row.corrections_due is not None
    return {
        "eligible": row.state in (State.SUBMITTED, State.INELIGIBLE) and not correcting,
        "ineligible": row.state in (State.SUBMITTED, State.REVIEW),
        "back": row.state in (State.REVIEW, State.INELIGIBLE),
        "corrections": row.state in (State.SUBMITTED, State.REVIEW) and not correcting,
        "close": correcting,
        "hosts": row.state in HOSTABLE and row.call.consortium,
        "withdraw": row.state not in (State.DRAFT, State.WITHDRAWN, State.MERGED, State.REFUSED),
        "decided": row.state in DECIDED,
    }


def _facts(row: Application, blind: bool) -> list[tuple[Any, Any]]:
    """What lists and scenarios read of it, in words."""
    call = row.call
    words: list[tuple[Any, Any]] = []
    if not blind:
        words.append((_("Organisation"), row.organisation_name or _("not said")))
        if row.siren:
            words.append(("SIREN", row.siren))
    if row.challenges:
        challenges = labels_of(call, "challenges", version=row.response.version)
        words.append((_("Challenges"), ", ".join(challenges.get(code, code) for code in row.challenges)))
    targets = [f"{one.name}{f' ({Rural(one.rural).label})' if one.rural else ''}" for one in row.targets.all()]
    words.append((_("Territories aimed at"), ", ".join(targets) or _("not chosen yet")))
    if row.rural_source:
        words.append((_("Rural class"), _SOURCES.get(row.rural_source, _SOURCES["estimate"])()))
    wished = [str(wish.host) for wish in row.wishes.all()]
    label = _("Hosts, as the team says") if row.hosts_set_at else _("Hosts wished for")
    words.append((label, ", ".join(wished) or _("not chosen yet")))
    if row.submitted_at:
        words.append((_("Received"), row.submitted_at))
    return words


_SOURCES = {
    "official": lambda: _("by the official density grid of Insee"),
    "estimate": lambda: _("an estimate: the official grid is not loaded"),
    "mixed": lambda: _("by the official grid, and an estimate where it is silent"),
}


def _notes(actor: Actor, row: Any, *, blind: bool) -> list[Note]:
    """Colleagues who know who applies write them: a blind reader reads them without names."""
    if not row.has_notes:
        return []
    found = list(Note.objects.visible_to(actor).filter(application=row).select_related("author")[:50])
    for one in found if blind else ():
        one.text = masking.text(one.text, masking.of(row))
    return found


def _mandates(row: Any) -> list[Any]:
    """Those who write for its people."""
    return list(row.response.mandates.filter(ended_at__isnull=True)) if row.has_mandates else []


def _requests(actor: Actor, row: Any) -> list[Any]:
    """Requests for correction, the questions in words."""
    if not row.has_requests:
        return []
    rows = CorrectionRequest.objects.visible_to(actor).filter(application=row).prefetch_related("items")
    language = row.response.language
    return [
        (one, whatchanged.items_in_words(one, language))
        for one in rows.select_related("asked_by").order_by("-asked_at")[:10]
    ]


def _pairs(actor: Actor, row: Any) -> list[Any]:
    if not row.has_pairs:
        return []
    pairs = Pair.objects.visible_to(actor).select_related("first__project", "second__project")
    mine = pairs.filter(first=row) | pairs.filter(second=row)
    kept = list(mine.exclude(state=PairState.APART)[:10])
    return [(one, one.second if one.first_id == row.pk else one.first) for one in kept]


def _conflicts(actor: Actor, row: Any) -> list[Conflict]:
    """For who runs the call: who is barred, who might be."""
    if not row.has_conflicts:
        return []
    rows = Conflict.objects.visible_to(actor).filter(application=row).exclude(state=ConflictState.DISMISSED)
    return list(rows.select_related("person")[:30])


def _around(request: HttpRequest, row: Application) -> dict[str, Any]:
    """Addresses of the one before and the one after in the list as it was filtered; its place. Asked by links of the
    list alone, which all say in which order it is."""
    from kiif.programmes.views.applications_lists import choices_of

    choices = (
        choices_of(of(request), row.call) if any(one.key in request.GET for one in ApplicationsTable.filters) else {}
    )
    table = ApplicationsTable(listed(of(request), row.call).prefetch_related(None), request, **choices)
    keys = list(table.rows.rows.values_list("pk", "public_id"))  # type: ignore[union-attr]  # rows of a queryset
    places = [place for place, (pk, _key) in enumerate(keys) if pk == row.pk]
    found: dict[str, Any] = {"query": table.along, "total": len(keys)}
    if places:
        place = places[0]
        found["place"] = place + 1
        for name, at in (("before", place - 1), ("after", place + 1)):
            if 0 <= at < len(keys):
                found[name] = reverse("programmes:application", args=[keys[at][1]]) + f"?{table.along}"
    return found


@require_safe
def pdf(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The print of what this reader reads."""
    row = visible(request, public_id)
    read = reading.read(of(request), row)
    if read.dossier is None:
        raise Http404
    made = HttpResponse(documents.pdf_of(of(request), row, read), content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{row.number}.pdf"'
    return private(made)


@require_safe
def file(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file that this reader may read: named by an answer that is not hidden from them."""
    row = visible(request, public_id)
    found = reading.file_in(reading.read(of(request), row).parts, file_id)
    if found is None:
        raise Http404
    return serve(found)


@require_safe
def changed(request: HttpRequest, public_id: UUID, request_id: UUID) -> HttpResponseBase:
    """What a correction changed: before, after, question by question."""
    row, actor = visible(request, public_id), of(request)
    rows = CorrectionRequest.objects.visible_to(actor).filter(application=row)
    asked = get_object_or_404(
        rows.select_related("before__version", "after__version", "asked_by"), public_id=request_id
    )
    context = frame(request, row) | {
        "asked": asked,
        "lines": whatchanged.between(asked, row.response.language),
        "items": whatchanged.items_in_words(asked, row.response.language),
    }
    return private(render(request, "programmes/applications/changed.html", context))
