import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiif.accounts import actions, second_factor
from kiif.accounts.actor import of
from kiif.accounts.forms.people import VisitForm
from kiif.accounts.middleware import VISIT_KEY
from kiif.accounts.models import SupportVisit
from kiif.accounts.queries import people_for_support
from kiif.accounts.tables import People
from kiif.accounts.views.self import person_of, proves_again
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import respond


def _require_support(request: HttpRequest) -> None:
    if not rules.test_rule("accounts.support", of(request)):
        raise NotAllowed(_("Only support can open this page."))


@require_safe
def people(request: HttpRequest) -> HttpResponseBase:
    """Support finds somebody who asked for help."""
    _require_support(request)
    return respond(request, People(people_for_support(of(request)), request), "people/people.html")


@require_http_methods(["GET", "HEAD", "POST"])
@proves_again
def visit_start(request: HttpRequest, pk: int) -> HttpResponse:
    _require_support(request)
    support = person_of(request)
    person = get_object_or_404(people_for_support(of(request)), pk=pk)
    if not second_factor.has_one(support):
        messages.info(request, _("Add a second factor first: support acts with one."))
        return redirect("mfa_index")
    form = VisitForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            visit = actions.start_visit(person=person, reason=form.cleaned_data["reason"], by=of(request))
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            request.session[VISIT_KEY] = visit.pk
            return redirect("home")
    status = 422 if form.errors else 200
    return render(request, "people/visit_start.html", {"form": form, "person": person}, status=status)


@require_POST
def visit_end(request: HttpRequest) -> HttpResponse:
    visit: SupportVisit | None = getattr(request, "visit", None)
    if visit is not None:
        actions.end_visit(visit=visit, by=of(request))
        request.session.pop(VISIT_KEY, None)
        messages.success(request, _("The visit is over: you see the product as yourself again."))
    return redirect("people:people" if visit else "home")
