"""Being told when a programme opens again: with an account in one gesture, else with an address to confirm."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kiif.accounts import pace
from kiif.accounts.actor import of
from kiif.programmes.actions import watching as actions
from kiif.programmes.forms_watching import WatchForm
from kiif.programmes.models import Call
from kiif.programmes.views.public import visible_call
from kiif.ui.errors import Refused

#: Addresses that one network address may give in an hour.
MOST, HOUR = 6, 3_600


@login_not_required
def watch(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Asks, or stops. While a call of the programme is open, its page says more."""
    call, actor = visible_call(slug), of(request)
    programme = call.edition.programme
    if (now := actions.opened(programme)) is not None:
        messages.info(request, _("It is open: you can apply now."))
        return redirect(now.public_url)
    known = actions.of_account(programme, actor)
    if request.method == "POST" and request.POST.get("stop") == "1":
        actions.stop(programme=programme, by=actor)
        messages.success(request, _("We will not write to you about it."))
        return redirect(call.public_url)
    form = WatchForm(request.POST if request.method == "POST" and actor.user is None else None)
    if request.method == "POST" and (actor.user is not None or form.is_valid()):
        return _ask(request, call, form)
    context = {"call": call, "programme": programme, "form": form, "known": known, "signed": actor.user is not None}
    return render(request, "programmes/public/watch.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, call: Call, form: WatchForm) -> HttpResponse:
    actor = of(request)
    if actor.user is not None:
        actions.ask(call=call, by=actor)
        messages.success(request, _("We will write to you, once, when it opens."))
        return redirect(call.public_url)
    if pace.too_many("watch", pace.who_asks(request), most=MOST, seconds=HOUR):
        form.add_error(None, _("Several addresses came from this place. Wait an hour, then try again."))
    else:
        try:
            actions.ask(call=call, by=actor, email=form.cleaned_data["email"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("One thing left: open the link that we have just sent you."))
            return redirect(call.public_url)
    context = {"call": call, "programme": call.edition.programme, "form": form, "known": None, "signed": False}
    return render(request, "programmes/public/watch.html", context, status=422)


@login_not_required
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of an address: confirm it, or take it off."""
    found = actions.behind(token)
    if found is None:
        raise Http404
    done = ""
    if request.method == "POST":
        if request.POST.get("stop") == "1":
            actions.stop_address(watch=found)
            done = "stopped"
        else:
            found = actions.confirm(watch=found)
    context = {"watch": found, "programme": found.programme, "done": done}
    response = render(request, "programmes/public/watch_link.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
