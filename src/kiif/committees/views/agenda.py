"""The agenda: built, arranged, read; one dossier of it, whole."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.attachments.views import serve
from kiif.committees import screens
from kiif.committees.actions import agenda as actions
from kiif.committees.enums import Decision
from kiif.committees.forms import AgendaForm
from kiif.committees.models import Note
from kiif.committees.queries import opening_seats
from kiif.committees.views.common import check, frame, gesture, readable_item, seat_of, seen_session
from kiif.programmes.enums import RUNNING
from kiif.programmes.models import Application
from kiif.programmes.reading import file_in, read
from kiif.ui.errors import Refused


@require_safe
def agenda(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The dossiers in order, as one may see them; who runs the call builds and arranges it."""
    session = seen_session(request, public_id)
    picture = screens.picture(session, screens.SEAT, of(request), seat_of(request, session))
    form = AgendaForm(initial={"order": session.order, "batch": True})
    framed = frame(request, session, "agenda")
    context = framed | {
        "picture": picture,
        # what one does not see yet is not said to be a conflict
        "shut": not framed["prepares"] and not opening_seats(of(request)).filter(session=session).exists(),
        "form": form,
        "proposals": [row for row in Decision.choices if row[0] != Decision.BACK],
    }
    return render(request, "committees/agenda.html", context)


@require_POST
def build(request: HttpRequest, public_id: UUID) -> HttpResponse:
    session = seen_session(request, public_id)
    form = AgendaForm(request.POST)
    back = reverse("committees:agenda", args=[session.public_id])
    if not form.is_valid():
        messages.error(request, _("Choose an order for the agenda."))
        return redirect(back)
    try:
        n = actions.build(session=session, by=of(request), **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext(
            "The agenda is in order: %(n)s dossier added.", "The agenda is in order: %(n)s dossiers added.", n
        )
        messages.success(request, said % {"n": n})
    return redirect(back)


@require_POST
def batch(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Proposes a dossier without discussion, or puts it back among those discussed."""
    item = readable_item(request, public_id, pk)
    back = reverse("committees:agenda", args=[public_id])
    proposal = request.POST.get("proposal", "")
    return gesture(request, lambda: actions.set_batch(item=item, proposal=proposal, by=of(request)), back)


def add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Adds one dossier of the call, found by its number or its title."""
    session = seen_session(request, public_id)
    check("committees.change_session", of(request), session, _("The agenda is built by those who run the call."))
    words = request.GET.get("q", request.POST.get("q", "")).strip()[:100]
    rows = Application.objects.visible_to(of(request), session.call).filter(state__in=RUNNING).with_ties()
    rows = rows.exclude(pk__in=session.items.values("application_id"))
    if words:
        rows = rows.filter(title__holds=words) | rows.filter(project__number__icontains=words)
    if request.method == "POST":
        chosen = rows.filter(public_id=request.POST.get("application", "")).first() if _uuid(request) else None
        if chosen is not None:
            back = reverse("committees:agenda", args=[session.public_id])
            said = _("The dossier is on the agenda.")
            return gesture(
                request, lambda: actions.add(session=session, application=chosen, by=of(request)), back, said
            )
        messages.error(request, _("Choose a dossier of the list."))
    context = frame(request, session, "agenda") | {"found": rows.order_by("project__number")[:30], "words": words}
    return render(request, "committees/agenda_add.html", context)


def _uuid(request: HttpRequest) -> bool:
    try:
        UUID(request.POST.get("application", ""))
    except ValueError:
        return False
    return True


@require_safe
def dossier(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """A dossier of the agenda, whole, as this person may read it; its marks, and the notes of its reader."""
    item = readable_item(request, public_id, pk)
    session = item.session
    application = Application.objects.visible_to(of(request)).with_ties().get(pk=item.application_id)
    item.application = application
    picture = screens.dossier_of(item, session, of(request))
    around = frame(request, session, "agenda")
    seat = around["seat"]
    context = around | {
        "item": item,
        "dossier": picture,
        # nothing to somebody whose own mark is still awaited
        "comments": () if picture.awaited else screens.comments_of(session, item),
        "reading": read(of(request), application),
        # guarded: one’s own seat
        "note": Note.objects.filter(item=item, member=seat).first() if seat else None,
    }
    return render(request, "committees/dossier.html", context)


@require_safe
def file(request: HttpRequest, public_id: UUID, pk: int, file_id: UUID) -> HttpResponseBase:
    """A file of a dossier, when what this person reads of it shows it."""
    item = readable_item(request, public_id, pk)
    application = Application.objects.visible_to(of(request)).with_ties().get(pk=item.application_id)
    found = file_in(read(of(request), application).parts, file_id)
    if found is None:
        raise Http404
    return serve(found)
