"""From request to actor, then the gates that a signed-in person passes: visit, second factor, terms."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import rules
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import get_resolver, reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from kiif.accounts import actions, prove, second_factor
from kiif.accounts.actor import VISITOR, Actor
from kiif.accounts.devices import SEEN_KEY
from kiif.accounts.models import SupportVisit
from kiif.accounts.queries import owes_consent
from kiif.ui.errors import NotAllowed

GetResponse = Callable[[HttpRequest], HttpResponse]
VISIT_KEY = "support_visit"
_SAFE = {"GET", "HEAD", "OPTIONS"}


class SessionActivityMiddleware:
    """Notes, at most every five minutes, that a session is in use, and ends one that has not been for long.

    The library's own tracking writes at each request, which an embedded database would feel. The first note is
    made at sign-in (`adapters.AccountAdapter.post_login`).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(SEEN_KEY, now)
            if now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
                messages.info(request, _("You were away for a while: sign in again to go on."))
            elif now - seen > settings.SESSION_NOTE_SECONDS:
                request.session[SEEN_KEY] = now
                UserSession.objects.create_from_request(request)
        return self.get_response(request)


def _open_visit(request: HttpRequest) -> SupportVisit | None:
    """The support visit of this session; it is closed here when its time is over or its right is gone."""
    key = request.session.get(VISIT_KEY)
    if key is None:
        return None
    visit = SupportVisit.objects.filter(pk=key, support_id=request.user.pk).select_related("support", "person").first()
    if visit and visit.is_open and rules.test_rule("accounts.see_as_user", Actor(user=visit.support), visit.person):
        return visit
    del request.session[VISIT_KEY]
    if visit and visit.ended_at is None:
        actions.end_visit(visit=visit, by=Actor(user=visit.support))
        messages.info(request, _("The visit is over: you see the product as yourself again."))
    return None


class ActorMiddleware:
    """Puts `request.actor`; the alliance floor completes it with the membership acted under.

    During a support visit `request.user` is the person visited, so that pages show what they see.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor, visit = VISITOR, None
        if request.user.is_authenticated:
            visit = _open_visit(request)
            if visit is None:
                actor = Actor(user=request.user)
            else:
                actor = Actor(user=visit.person, impersonator=visit.support)
                request.user = visit.person
        request.actor = actor  # type: ignore[attr-defined] # read with kiif.accounts.actor.of
        request.visit = visit  # type: ignore[attr-defined] # read by the banner
        return self.get_response(request)


class UserLanguageMiddleware:
    """A signed-in person reads in the language of their profile, on every device."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.language in dict(settings.LANGUAGES):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        return self.get_response(request)


class PrivatePagesMiddleware:
    """Nothing that a signed-in person sees, or that comes from a session, is kept by a cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        private = was_signed_in or request.user.is_authenticated or not request.session.is_empty()
        if private and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class GatesMiddleware:
    """What must come first: a visit writes nothing; a second factor that is due; new terms; proof of who one is."""

    #: Always open: leaving, enrolling, proving who one is.
    ALWAYS = ("account_logout", "account_reauthenticate", "language", "theme", "people:visit-end", "mfa_")
    WITHOUT_CONSENT = (
        *ALWAYS,
        "account_",
        "usersessions_",
        "people:prove",
        "people:terms",
        "people:text",
        "people:my-data",
        "people:erasure",
    )
    #: Pages about the person's own account and secrets, and the administration.
    CLOSED_TO_VISITS = ("account_", "mfa_", "usersessions_", "people:", "admin:")
    OPEN_TO_VISITS = ("people:visit-end", "people:text", "account_logout")
    #: Pages before which one proves again who one is. The library asks whoever has a password or a second factor;
    #: the others get a code by mail (`views.prove`).
    SENSITIVE = (
        *("account_email", "account_set_password", "mfa_activate_totp", "mfa_add_webauthn"),
        *("people:erasure", "people:my-data-export"),
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if self._visiting(request) and "attachment" in response.get("Content-Disposition", ""):
            file = getattr(response, "file_to_stream", None)
            if file is not None:
                file.close()
            return self._forbidden(request, _("Nothing can be downloaded while you see the product as somebody else."))
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if self._visiting(request):
            self._check_visit(request, name)
            return None
        if not name.startswith(self.ALWAYS):
            duty = second_factor.keep_duty(request.user)
            request.second_factor_duty = duty  # type: ignore[attr-defined] # read by the banner
            if duty and duty.is_over:
                return self._send(request, "mfa_index")
        if name in self.SENSITIVE and prove.is_due(request):
            return redirect_to_proof(request)
        is_page = request.method in _SAFE and not getattr(request, "htmx", False)
        if is_page and not name.startswith(self.WITHOUT_CONSENT) and owes_consent(request.user):
            return self._send(request, "people:terms")
        return None

    def _visiting(self, request: HttpRequest) -> bool:
        return getattr(request, "visit", None) is not None

    def _check_visit(self, request: HttpRequest, name: str) -> None:
        if name in {"people:visit-end", "account_logout"}:
            return
        if request.method not in _SAFE:
            raise NotAllowed(_("You see the product as somebody else: nothing can be changed. End the visit first."))
        if name not in self.OPEN_TO_VISITS and name.startswith(self.CLOSED_TO_VISITS):
            raise NotAllowed(_("This page belongs to the person alone. End the visit first."))

    def _forbidden(self, request: HttpRequest, sentence: str) -> HttpResponse:
        view: Callable[..., HttpResponse] = get_resolver().resolve_error_handler(403)
        return view(request, exception=PermissionDenied(sentence))

    def _send(self, request: HttpRequest, url_name: str) -> HttpResponse:
        address = reverse(url_name)
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(address)
        if request.method == "GET":
            return HttpResponseRedirect(f"{address}?{urlencode({'next': request.get_full_path()})}")
        return redirect(address)


def redirect_to_proof(request: HttpRequest) -> HttpResponse:
    """To the code by mail, then back; what was sent by POST is asked for again on the page that it came from."""
    back = request.get_full_path() if request.method == "GET" else reverse("people:my-data")
    return HttpResponseRedirect(f"{reverse('people:prove')}?{urlencode({'next': back})}")
