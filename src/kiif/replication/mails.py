"""The mail of the app: somebody shared a solution with you. Sent only to who may open it when it leaves."""

from __future__ import annotations

from typing import Final

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.actor import Actor
from kiif.accounts.links import absolute
from kiif.accounts.models import User
from kiif.alliance.actions.acting import standings
from kiif.mailbox import registry as mailbox
from kiif.mailbox.actions import queue_mail
from kiif.replication.models import Grant, Solution
from kiif.replication.rules import can_view
from kiif.ui.errors import Refused

SHARED: Final = mailbox.MailKind(
    "replication.shared",
    gettext_lazy("A solution shared with you"),
    mailbox.Category("replication", gettext_lazy("Where to replicate"), order=40),
    {
        "sharer": "Noé Tisserand",
        "solution": "Le Cambouis solidaire",
        "rights": "lire et écrire",
        "until": "le 30 juin 2027",
        "link": "https://kiif.example/essaimer/solutions/12/",
    },
    optional=True,
)


def register() -> None:
    mailbox.register(SHARED)
    mailbox.register_visibility(Solution, may_open)


def may_open(user: User, solution: Solution) -> bool:
    """Whether this person reads the solution under any of their roles."""
    me = Actor(user=user)
    return any(can_view(actor, solution) for actor in (me, *(Actor(user=user, acting_as=s) for s in standings(me))))


def tell(given: Grant, by: Actor) -> None:
    """Queues the mail of a share with a person. One who received enough mails today is not told, and still reads it."""
    if given.user is None:
        return
    with translation.override(given.user.language or translation.get_language()):
        context = {
            "sharer": str(by.user) if by.user else _("Somebody"),
            "solution": given.solution.name,
            "rights": _("read and write") if given.may_write else _("read"),
            "until": date_format(given.until, "DATE_FORMAT") if given.until else _("as long as the share lasts"),
            "link": absolute("replication:solution", pk=given.solution.pk),
        }
    end = given.until.isoformat() if given.until else ""
    try:
        queue_mail(
            kind=SHARED.key, to=given.user, context=context, by=by, about=given.solution,
            key=f"replication.shared:{given.pk}:{int(given.may_write)}:{end}",
        )  # fmt: skip
    except Refused:
        return
