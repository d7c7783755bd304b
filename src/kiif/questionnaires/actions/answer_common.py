"""What every action on an answer does first: lock, check the right, look at the clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import rules
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from kiif.accounts.actor import Actor
from kiif.questionnaires.models import Response
from kiif.questionnaires.rules import holds_link
from kiif.questionnaires.windows import why_not_write
from kiif.ui.errors import NotAllowed, Refused

#: What somebody without an account may do with the answer whose personal link they hold.
BY_LINK: Final = frozenset({"view", "comment", "edit", "submit"})
_WHY: Final = {
    "view": gettext_lazy("This answer is read by the people who take part in it only."),
    "comment": gettext_lazy("You read this answer. Ask its owner for the right to comment."),
    "edit": gettext_lazy("You read this answer. Ask its owner for the right to write."),
    "submit": gettext_lazy("You write in this answer; its owner, or somebody whom they name, sends it."),
    "share": gettext_lazy("Only the owner of an answer says who takes part in it."),
}
LOOKING: Final = gettext_lazy("You are looking with somebody's eyes: nothing can be written.")


def may(verb: str, by: Actor, response: Response, links: Iterable[str] = ()) -> bool:
    """Whether this actor, or the holder of one of these personal links, may do that with this answer."""
    if by.impersonator is not None and verb != "view":
        return False
    if verb in BY_LINK and holds_link(response, tuple(links)):
        return True
    return bool(rules.test_rule(f"questionnaires.{verb}_response", by, response))


def allow(verb: str, by: Actor, response: Response, links: Iterable[str] = ()) -> None:
    """Raises NotAllowed, with the reason, unless `may`."""
    if by.impersonator is not None and verb != "view":
        raise NotAllowed(LOOKING)
    if not may(verb, by, response, links):
        raise NotAllowed(_WHY[verb])


def lock(response: Response) -> Response:
    """The row as the database has it, locked until the end of the transaction, with what it hangs on."""
    return Response.objects.with_ties().select_for_update(of=("self",)).get(pk=response.pk)


def lock_to_write(response: Response, verb: str, by: Actor, links: Iterable[str] = ()) -> Response:
    """The locked row, once it is sure that this actor may write it now. Raises NotAllowed, Refused."""
    locked = lock(response)
    allow(verb, by, locked, links)
    if refusal := why_not_write(locked):
        raise Refused(refusal)
    return locked


def link(name: str, *args: Any) -> str:
    """Absolute address of a page, for mails."""
    return f"{settings.BASE_URL}{reverse(name, args=args)}"
