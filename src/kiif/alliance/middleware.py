from collections.abc import Callable
from dataclasses import replace
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, of
from kiif.alliance.models import Delegation, Membership
from kiif.alliance.own import keep_own

#: What the session holds: `acting_key` of a membership or delegation.
SESSION_KEY: Final = "alliance_acting_as"


class ActingAsMiddleware:
    """Completes `request.actor` with the membership that the person acts under.

    The session only holds a wish: membership or delegation are read again at each request, so that what was
    revoked is gone at once. Without a valid wish the person acts under the own membership of widest role.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = of(request)
        if actor.user is not None:
            own = list(Membership.objects.of(actor.user.pk))
            keep_own(actor.user, own)
            request.actor = replace(actor, acting_as=self._chosen(request, actor, own))  # type: ignore[attr-defined]  # read by actor.of
        return self.get_response(request)

    def _chosen(self, request: HttpRequest, actor: Actor, own: list[Membership]) -> Membership | None:
        wish = request.session.get(SESSION_KEY) if actor.impersonator is None else None
        default = own[0] if own else None
        if not wish:
            return default
        found = _find(str(wish), actor, own)
        if found is None:
            del request.session[SESSION_KEY]
            messages.warning(request, _("The role under which you acted has ended. You act under your own again."))
        return found or default


def _find(wish: str, actor: Actor, own: list[Membership]) -> Membership | None:
    if wish.startswith("m"):
        return next((membership for membership in own if membership.acting_key == wish), None)
    if wish.startswith("d") and wish[1:].isdigit():
        lent = Delegation.objects.running().with_ties().filter(to=actor.user, pk=int(wish[1:])).first()
        return lent.as_membership() if lent else None
    return None
