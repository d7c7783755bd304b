"""The personal link of somebody without an account, sent to an address that is not kept with the answer."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.mailbox.actions import queue_mail
from kiif.questionnaires.actions.answer_common import allow, link, lock
from kiif.questionnaires.links import digest
from kiif.questionnaires.models import Response
from kiif.ui.errors import Refused


@transaction.atomic
def send_link(*, response: Response, token: str, email: str, by: Actor, links: Iterable[str] = ()) -> None:
    """Mails the link to an address. Raises Refused for an impossible address or too many mails, or another's token."""
    locked = lock(response)
    allow("edit", by, locked, links)
    if digest(token) != locked.link_hash:
        raise Refused(_("This link is not that of this answer."))
    queue_mail(
        kind="questionnaires.personal_link",
        address=email,
        language=locked.language,
        context={"title": locked.collection.title, "link": link("answers:by-link", token)},
        by=by,
    )
