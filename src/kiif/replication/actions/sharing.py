"""Share a solution with its searches and studies: by name, or by a dated link that only reads."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.models import Body
from kiif.journal.actions import record
from kiif.replication import mails
from kiif.replication.actions.common import check, lock
from kiif.replication.models import Grant, Link, Solution
from kiif.ui.errors import Refused

#: Days that a reading link may live.
MAX_LINK_DAYS = 365


@transaction.atomic
def grant(
    *,
    solution: Solution,
    by: Actor,
    user: User | None = None,
    body: Body | None = None,
    may_write: bool = False,
    until: date | None = None,
) -> Grant:
    """Gives a person or a body the right to read, perhaps to write; a second time, changes it. A person gets a mail."""
    locked = lock(solution)
    check("replication.share", by, locked)
    if (user is None) == (body is None):
        raise Refused(_("Choose one person or one organisation."), field="who")
    if until is not None and until < timezone.localdate():
        raise Refused(_("This date is past."), field="until")
    if user is not None and user.pk == locked.owner_id:
        raise Refused(_("This person owns the search already."), field="who")
    given, _made = Grant.objects.update_or_create(
        solution=locked,
        user=user,
        body=body,
        defaults={"may_write": may_write, "until": until, "granted_by": by.user},
    )
    record(
        by=by, verb="replication.shared", obj=given, scope=locked, data={"may_write": may_write, "with": user or body}
    )
    mails.tell(given, by)
    return given


@transaction.atomic
def grant_by_address(
    *, solution: Solution, by: Actor, address: str, may_write: bool = False, until: date | None = None
) -> None:
    """Shares with whoever has this verified address. Says nothing of whether somebody has it: unknown, nothing is
    written; the owner's own address is passed over in the same way.
    """
    check("replication.share", by, solution)
    if until is not None and until < timezone.localdate():
        raise Refused(_("This date is past."), field="until")
    verified = EmailAddress.objects.filter(email__iexact=address.strip(), verified=True, user__is_active=True)
    found = verified.select_related("user").first()
    if found is not None and found.user.pk != solution.owner_id:
        grant(solution=solution, by=by, user=found.user, may_write=may_write, until=until)


@transaction.atomic
def withdraw_grant(*, given: Grant, by: Actor) -> None:
    """Ends a share at once."""
    locked = lock(given.solution)
    check("replication.share", by, locked)
    record(by=by, verb="replication.share_ended", obj=given, scope=locked)
    given.delete()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_link(*, solution: Solution, by: Actor, label: str, days: int) -> tuple[Link, str]:
    """A reading link and its token, shown once: only its hash is kept."""
    locked = lock(solution)
    check("replication.share", by, locked)
    if not label.strip():
        raise Refused(_("Say for whom this link is: you will know which one to close."), field="label")
    if not 1 <= days <= MAX_LINK_DAYS:
        raise Refused(_("A link lives from one day to one year."), field="days")
    token = secrets.token_urlsafe(24)
    link = Link.objects.create(
        solution=locked,
        label=label.strip()[:120],
        token_hash=hash_of(token),
        expires_at=timezone.now() + timedelta(days=days),
        made_by=by.user,
    )
    record(by=by, verb="replication.link_made", obj=link, scope=locked, data={"days": days})
    return link, token


@transaction.atomic
def close_link(*, link: Link, by: Actor) -> None:
    """The address no longer opens anything."""
    locked = lock(link)
    check("replication.share", by, locked)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        record(by=by, verb="replication.link_closed", obj=locked, scope=locked.solution)
