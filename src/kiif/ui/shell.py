"""What higher floors put in the frame of every page: banners, panels of the account menu, who runs this instance.

Registrations happen in `apps.ready()`. Registering the same function again replaces it (apps may be reloaded in tests).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

PanelContext = Callable[[HttpRequest], dict[str, Any] | None]
Banner = Callable[[Any, HttpRequest], "SafeString | str | None"]


@dataclass(frozen=True)
class Identity:
    """Who runs this instance, as the footer and the home page say it. Everything about an alliance is data."""

    name: str = ""
    #: one sentence, plain text
    sentence: str = ""


_panels: dict[str, PanelContext] = {}
_banners: list[Banner] = []
_language_listeners: list[Callable[[HttpRequest, str], None]] = []
_identity: list[Callable[[], Identity | None]] = []


def register_account_panel(template: str, context: PanelContext) -> None:
    """Adds a part to the account menu: `template` rendered with what `context(request)` returns; None hides it.

    The template is shown at the top of the menu, inside a `<div>`: the switch "acting as", for instance.
    """
    _panels[template] = context


def register_banner(banner: Banner) -> None:
    """Adds a line above every page: `banner(actor, request)` returns escaped HTML (`format_html`) or None."""
    if banner not in _banners:
        _banners.append(banner)


def register_language_listener(listener: Callable[[HttpRequest, str], None]) -> None:
    """`listener(request, "fr")` is called when a person chooses a language, to remember it in their profile."""
    if listener not in _language_listeners:
        _language_listeners.append(listener)


def register_identity(identity: Callable[[], Identity | None]) -> None:
    """Says who runs this instance; the last one registered wins."""
    _identity[:] = [identity]


def panels(request: HttpRequest) -> list[str]:
    """Rendered panels of the account menu of this person."""
    rendered: list[str] = []
    for template, context in _panels.items():
        data = context(request)
        if data is not None:
            rendered.append(render_to_string(template, data, request))
    return rendered


def banners(request: HttpRequest) -> list[str]:
    actor = getattr(request, "actor", None)
    return [html for banner in _banners if (html := banner(actor, request))]


def language_chosen(request: HttpRequest, language: str) -> None:
    for listener in _language_listeners:
        listener(request, language)


def identity() -> Identity:
    found = _identity[0]() if _identity else None
    return found or Identity()
