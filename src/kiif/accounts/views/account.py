from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kiif.accounts import actions, second_factor
from kiif.accounts.actor import of
from kiif.accounts.forms.people import ProfileForm
from kiif.accounts.queries import pending_erasure
from kiif.accounts.views.self import person_of
from kiif.ui.errors import Refused


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everything about one's account, one line each, with the way to change it."""
    person = person_of(request)
    kinds = second_factor.kinds_of(person)
    context = {
        "person": person,
        "has_password": person.has_usable_password(),
        "has_application": Authenticator.Type.TOTP in kinds,
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "duty": second_factor.duty_of(person),
        "erasure": pending_erasure(person),
    }
    return render(request, "people/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    initial = {"full_name": person.full_name, "phone": person.phone, "language": person.language}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            actions.update_profile(person=person, by=of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Your profile is up to date."))
            return redirect("people:account")
    status = 422 if form.errors else 200
    return render(request, "people/profile.html", {"form": form, "person": person}, status=status)
