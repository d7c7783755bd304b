from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiif.accounts import actions, privacy
from kiif.accounts.actor import of
from kiif.accounts.forms.people import ErasureForm
from kiif.accounts.queries import current_texts, in_force, pending_erasure, visits_to
from kiif.accounts.views.self import person_of, proves_again
from kiif.ui.errors import Refused


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Who can see what about me, what I accepted, when support looked, and what I can do about it."""
    person = person_of(request)
    accepted = list(in_force(person))
    kinds = {consent.text.kind for consent in accepted}
    context = {
        "seen_by": privacy.who_sees(person),
        "consents": accepted,
        "offered": [t for t in current_texts(person.language) if not t.required and t.kind not in kinds],
        "visits": visits_to(person),
        "erasure": pending_erasure(person),
    }
    return render(request, "people/my_data.html", context)


@require_POST
@proves_again
def export(request: HttpRequest) -> HttpResponseBase:
    person = person_of(request)
    archive = actions.export_data(person=person, by=of(request))
    name = f"mes-donnees-{timezone.localdate():%Y-%m-%d}.zip"
    return FileResponse(archive, as_attachment=True, filename=name, content_type="application/zip")


@require_http_methods(["GET", "HEAD", "POST"])
@proves_again
def erasure(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if pending_erasure(person):
        return redirect("people:my-data")
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            pending = actions.request_erasure(person=person, by=of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            day = date_format(timezone.localtime(pending.due_at), "DATE_FORMAT")
            messages.success(request, _("Your account will be erased on %(day)s.") % {"day": day})
            return redirect("people:my-data")
    obstacles = privacy.obstacles_for(person)
    status = 422 if form.errors else 200
    return render(request, "people/erasure.html", {"form": form, "obstacles": obstacles}, status=status)


@require_POST
def erasure_cancel(request: HttpRequest) -> HttpResponse:
    try:
        actions.cancel_erasure(person=person_of(request), by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your account stays as it is: the erasure is cancelled."))
    return redirect("people:my-data")
