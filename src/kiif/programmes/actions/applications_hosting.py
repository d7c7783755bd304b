"""Where an application would be hosted, changed by the team once it was sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.programmes import application_mails as mails
from kiif.programmes import facts
from kiif.programmes.actions.applications_team import locked, note_in_journal
from kiif.programmes.enums import State
from kiif.programmes.models import Application
from kiif.questionnaires.actions import answering
from kiif.questionnaires.models import Response
from kiif.ui.errors import Refused

#: Until an answer is published; a project that is accepted finds its host in the matching.
HOSTABLE: Final = frozenset({State.SUBMITTED, State.REVIEW, State.RESERVE})


@transaction.atomic
def change_hosts(
    *, application: Application, hosts: Sequence[str], words: str, by: Actor, seen: Iterable[str] | None = None
) -> Application:
    """Says by whom it would be hosted, in order (`facts.host_key`); none: not chosen yet. Its carriers read why.

    From then on the team's word holds: what they send again no longer changes it. The annexes of new hosts join the
    form, so that corrections may ask for them; what was answered in the others stays. `seen`: the keys on the page of
    who decides. Raises NotAllowed, Refused (no words, nothing changed, changed meanwhile, another state).
    """
    row = locked(application, by)
    if row.state not in HOSTABLE:
        raise Refused(_("Hosts are changed on an application that was received, until its answer is published."))
    if not words.strip():
        raise Refused(_("Say why: the people who wrote this application will read it."), field="words")
    before = keys_of(row)
    if seen is not None and list(seen) != before:
        raise Refused(_("Somebody changed these hosts meanwhile. Look at them again before deciding."))
    was = names_of(row)
    chosen = facts.rank_hosts(row, hosts)
    after = [facts.host_key(host) for host in chosen]
    if after == before:
        raise Refused(_("These are the hosts that it has already."))
    row.hosts_set_at = timezone.now()
    row.save(update_fields=["host_open", "hosts_set_at"])
    response = Response.objects.select_for_update(of=("self",)).get(pk=row.response_id)
    wanted = {*response.variants, *(host.variant for host in chosen if host.variant)}
    if wanted != set(response.variants):
        answering.carry(response=response, variants=sorted(wanted))
    now = [str(host) for host in chosen]
    note_in_journal(row, "programmes.hosts_changed", by, changes={"hosts": (was, now)}, data={"words": words.strip()})
    mails.tell_of_hosts(row, now, words.strip(), by)
    return row


def keys_of(application: Application) -> list[str]:
    """Keys of the hosts that it would like, in order."""
    return [facts.host_key(one.host) for one in application.wishes.select_related("host__incubator")]


def names_of(application: Application) -> list[str]:
    rows = application.wishes.select_related("host__incubator", "host__branch")
    return [str(one.host) for one in rows]
