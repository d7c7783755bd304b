"""What a person receives: preferences, the link that ends a category, the mails they received."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.mailbox import actions, registry
from kiif.mailbox import unsubscribe as links
from kiif.mailbox.enums import Cadence
from kiif.mailbox.forms import PreferencesForm
from kiif.mailbox.models import Mail, Preference
from kiif.mailbox.tables import Received
from kiif.ui.tables import respond


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How often a person receives the mails that can be refused."""
    actor = of(request)
    current = dict(Preference.objects.filter(user=actor.user).values_list("category", "cadence"))  # guarded: one’s own
    form = PreferencesForm(request.POST or None, current=current)
    if request.method == "POST" and form.is_valid():
        actions.set_preferences(choices=form.cleaned_data, by=actor)
        messages.success(request, _("Saved: your next mails follow this choice."))
        return redirect("mailbox:preferences")
    status = 422 if form.errors else 200
    return render(request, "mailbox/preferences.html", {"form": form}, status=status)


def received(request: HttpRequest) -> HttpResponseBase:
    """The mails that this person received."""
    actor = of(request)
    if actor.user is None:
        raise Http404
    mails = Mail.objects.received_by(actor.user).defer("text", "html", "calendar")
    return respond(request, Received(mails, request), "mailbox/received.html")


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail. Opening it changes nothing (mail programs open links); the button, or one click, does.

    Exempt from the CSRF check: mail programs post here without a page of ours (RFC 8058); the signature protects.
    """
    subscription = links.read(token)
    if subscription is None:
        raise Http404
    done = ""
    if request.method == "POST":
        again = request.POST.get("again") == "1"
        done = Cadence.NOW if again else Cadence.NONE
        actions.unsubscribe(subscription=subscription, cadence=done)
    context = {"category": registry.category(subscription.category), "done": done}
    return render(request, "mailbox/unsubscribe.html", context)
