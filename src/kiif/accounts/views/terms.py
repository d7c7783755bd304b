from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiif.accounts import actions
from kiif.accounts.actor import of
from kiif.accounts.forms.people import ReconsentForm
from kiif.accounts.models import ConsentText
from kiif.accounts.queries import current_texts, pending_texts
from kiif.accounts.texts import default_text
from kiif.accounts.views.self import person_of
from kiif.ui.addresses import is_own_path
from kiif.ui.errors import Refused


def _current(kind: str) -> ConsentText:
    language = get_language() or ""
    found = next((text for text in current_texts(language) if text.kind == kind), None) or default_text(kind, language)
    if found is None:
        raise Http404
    return found


@login_not_required
@require_safe
def text(request: HttpRequest, kind: str) -> HttpResponse:
    """A text as it is in force, for anybody: one reads before one accepts."""
    return render(request, "people/text.html", {"text": _current(kind)})


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """A new version was published: read it, accept it, go on where one was."""
    person = person_of(request)
    pending = pending_texts(person, person.language)
    address = request.POST.get("next") or request.GET.get("next") or ""
    back = address if is_own_path(address) else "home"
    if not pending:
        return redirect(back)
    form = ReconsentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.give_consent(person=person, texts=pending, by=of(request))
        return redirect(back)
    status = 422 if form.errors else 200
    return render(request, "people/terms.html", {"form": form, "texts": pending, "next": address}, status=status)


@require_POST
def accept(request: HttpRequest, kind: str) -> HttpResponse:
    chosen = _current(kind)
    if chosen.pk is None:
        raise Http404
    actions.give_consent(person=person_of(request), texts=[chosen], by=of(request))
    messages.success(request, _("Noted. You can change your mind at any time."))
    return redirect("people:my-data")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    consent = get_object_or_404(person_of(request).consents, pk=pk)
    try:
        actions.withdraw_consent(consent=consent, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted. You can change your mind at any time."))
    return redirect("people:my-data")
