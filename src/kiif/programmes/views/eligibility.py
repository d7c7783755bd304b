"""The five-minute test, for anybody: taken, read again by its link, put to a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.accounts import pace
from kiif.accounts.actor import of
from kiif.programmes.actions import eligibility as actions
from kiif.programmes.eligibility import said
from kiif.programmes.eligibility.doors import doors
from kiif.programmes.enums import CallState, Phase, Verdict
from kiif.programmes.forms_test import AskPersonForm, CheckForm
from kiif.programmes.models import Check
from kiif.programmes.views.public import apply_url, test_of, visible_call
from kiif.ui.errors import Refused

#: Digests of the personal links that this browser holds.
SESSION_KEY = "programmes_tests"
HELD = 12
#: Tests that one address may take in an hour, requests it may leave.
TESTS, REQUESTS, HOUR = 40, 6, 3_600
TONES = {Verdict.YES: "v", Verdict.PERSON: "b", Verdict.NO: "o"}


def held(request: HttpRequest) -> tuple[str, ...]:
    """Digests of the tests that this browser took."""
    kept = request.session.get(SESSION_KEY, [])
    return tuple(kept) if isinstance(kept, list) else ()


@login_not_required
def take(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions; when they are answered, the result behind its own link."""
    call = visible_call(slug)
    rules = test_of(call)
    if not rules.families or call.state != CallState.PUBLISHED:
        raise Http404
    form = CheckForm(request.POST or None, rules=rules)
    if request.method == "POST" and form.is_valid():
        if pace.too_many("test", pace.who_asks(request), most=TESTS, seconds=HOUR):
            form.add_error(None, _("Many tests came from this address. Wait an hour, then try again."))
        else:
            token = actions.new_token()
            actions.take(call=call, answers=form.answers(), by=of(request), token=token)
            request.session[SESSION_KEY] = [*held(request), actions.digest(token)][-HELD:]
            return redirect("programmes:test-result", slug=call.slug, token=token)
    context = {
        "call": call, "form": form, "groups": form.groups(), "rules": rules,
        "intro": said(rules.intro, (get_language() or "fr")[:2]),
    }  # fmt: skip
    return render(request, "programmes/public/test.html", context, status=422 if form.errors else 200)


def _found(slug: str, token: str) -> Check:
    """The test behind a link, thirty days; kept longer for an account."""
    from django.utils import timezone

    call = visible_call(slug)
    check = get_object_or_404(call.checks.select_related("user"), token_hash=actions.digest(token))
    if check.user_id is None and check.at < timezone.now() - timedelta(days=actions.KEPT.days):
        raise Http404
    check.call = call
    return check


@login_not_required
def result(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """What the rules say, why, which doors are open; a person may be asked."""
    check = _found(slug, token)
    actor = of(request)
    initial = {"email": actor.user.email} if actor.user is not None else {}
    form = AskPersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if pace.too_many("test_request", pace.who_asks(request), most=REQUESTS, seconds=HOUR):
            form.add_error(None, _("Several requests came from this address. Wait an hour, then try again."))
        else:
            try:
                data = form.cleaned_data
                actions.ask_a_person(check=check, email=data["email"], words=data["words"])
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                messages.success(request, _("It is with the team. The answer comes at the address you gave."))
                return redirect("programmes:test-result", slug=slug, token=token)
    context = result_context(check) | {"form": form, "token": token}
    return render(request, "programmes/public/result.html", context, status=422 if form.errors else 200)


def result_context(check: Check) -> dict[str, Any]:
    """What the page of a result says, for its author and for the team."""
    language = (get_language() or "fr")[:2]
    call = check.call
    places = check.answers.get("places", [])
    departments = list(dict.fromkeys(place["department"] for place in places if place["department"]))
    families = [
        {
            "title": said(one["title"], language),
            "words": said(one["words"], language),
            "verdict": Verdict(one["verdict"]),
            "tone": TONES[Verdict(one["verdict"])],
        }
        for one in check.reasons
    ]
    phase = call.phase()
    return {
        "call": call,
        "check": check,
        "families": families,
        "places": places,
        "outcome": check.outcome,
        "doors": doors(call, departments),
        "apply_url": apply_url(call) if check.outcome != Verdict.NO and phase in (Phase.OPEN, Phase.LATE) else "",
        "kept_days": actions.KEPT.days,
    }
