from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from kiif.accounts import prove
from kiif.accounts.forms.people import CodeForm
from kiif.accounts.views.self import person_of
from kiif.ui.addresses import is_own_path
from kiif.ui.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """A person without password and second factor proves who they are with a code sent by mail."""
    person = person_of(request)
    address = request.POST.get("next") or request.GET.get("next") or ""
    back = address if is_own_path(address) else "people:account"
    if not prove.is_due(request):
        return redirect(back)
    if request.method == "POST" and "code" not in request.POST:
        try:
            prove.send(request, person)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(f"{reverse('people:prove')}?{urlencode({'next': address})}")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            prove.check(request, person, form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect(back)
    context = {"form": form, "sent": prove.was_sent(request), "next": address, "email": person.email}
    return render(request, "people/prove.html", context, status=422 if form.errors else 200)
