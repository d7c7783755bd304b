"""The switch "acting as" in the account menu, and the banner of whoever acts in somebody's place."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, of
from kiif.alliance.actions.acting import standings
from kiif.alliance.models import Membership
from kiif.alliance.own import own_of


def account_panel(request: HttpRequest) -> dict[str, Any] | None:
    """Under what one acts, and what one could act as; hidden for whoever belongs nowhere."""
    actor = of(request)
    own = own_of(actor.user) if actor.user is not None else []
    if actor.user is None or (actor.acting_as is None and not own):
        return None
    choices = standings(actor, known=True)
    current = actor.acting_as
    others = [choice for choice in choices if current is None or choice.acting_key != current.acting_key]
    return {"current": current, "others": others, "came_from": request.get_full_path(), "may_switch": actor.can_write}


def delegation_banner(actor: Actor | None, request: HttpRequest) -> SafeString | None:
    """A line above every page while one acts in somebody's place."""
    acting: Membership | None = actor.acting_as if actor else None
    if acting is None or acting.delegation is None:
        return None
    return format_html(
        '{} <a href="{}">{}</a>',
        _("You act in place of %(person)s at %(body)s.") % {"person": acting.user, "body": acting.where.label},
        reverse("alliance:mine"),
        _("Change role"),
    )
