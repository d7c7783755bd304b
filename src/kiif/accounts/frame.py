"""What accounts put in the frame of every page: entries of the account menu, banners, the language kept."""

from __future__ import annotations

from typing import Any

import rules
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts import actions
from kiif.accounts.actor import Actor
from kiif.ui import navigation, shell


def visit_banner(actor: Any, request: HttpRequest) -> SafeString | None:
    """Always there during a support visit, with the way out."""
    visit = getattr(request, "visit", None)
    if visit is None:
        return None
    return format_html(
        '<form class="acts" method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<p>{}</p><button class="btn s">{}</button></form>',
        reverse("people:visit-end"),
        get_token(request),
        _("You see the product as {person}, until {time}. Nothing can be changed, and the person will know.").format(
            person=visit.person, time=date_format(localtime(visit.ends_at), "TIME_FORMAT")
        ),
        _("End the visit"),
    )


def second_factor_banner(actor: Any, request: HttpRequest) -> SafeString | None:
    """Before the end of the grace period."""
    duty = getattr(request, "second_factor_duty", None)
    if duty is None or duty.is_over:
        return None
    return format_html(
        '<p>{} <a href="{}">{}</a></p>',
        _("Your role asks for a second factor from {date}.").format(
            date=date_format(localtime(duty.deadline), "DATE_FORMAT")
        ),
        reverse("mfa_index"),
        _("Add one, it takes two minutes"),
    )


def keep_language(request: HttpRequest, language: str) -> None:
    """The language chosen in the frame is kept in the profile of whoever is signed in."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor and actor.user and actor.can_write:
        actions.set_language(person=actor.user, by=actor, language=language)


def _signed_in(actor: Any) -> bool:
    return bool(actor and actor.is_authenticated and actor.can_write)


def _support(actor: Any) -> bool:
    return bool(actor and actor.is_authenticated and rules.test_rule("accounts.support", actor))


def register() -> None:
    """Called in `apps.ready()`."""
    shell.register_banner(visit_banner)
    shell.register_banner(second_factor_banner)
    shell.register_language_listener(keep_language)
    for label, name, order in (
        (gettext_lazy("My account"), "people:account", 10),
        (gettext_lazy("My data"), "people:my-data", 20),
    ):
        navigation.register(navigation.Entry(label, name, order, _signed_in, place="account"))
    navigation.register(
        navigation.Entry(
            gettext_lazy("People"), "people:people", 80, _support, place="staff", current_under=("people:visit*",)
        )
    )
