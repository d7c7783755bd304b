"""Who hosts in a call, with whom it is carried, and the codes that let somebody in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean
from kiif.alliance.models import Body, Branch, Coverage, Incubator
from kiif.journal import diff
from kiif.programmes import signals
from kiif.programmes.actions.call_common import grow, locked, note
from kiif.programmes.actions.programmes import fill
from kiif.programmes.enums import CodeKind
from kiif.programmes.models import AccessCode, Call, CallPartner, Host
from kiif.ui.errors import Refused

HOST_FIELDS: Final = ("variant", "departments", "places", "themes", "languages", "stages", "contact", "words")
#: Without letters that look like digits: a code is read over the phone.
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@transaction.atomic
def add_host(
    *,
    call: Call,
    incubator: Incubator,
    by: Actor,
    branch: Branch | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Host:
    """An incubator, or one of its branches, hosts. A host that had withdrawn comes back. Raises NotAllowed, Refused."""
    row = locked(call, by)
    if incubator.alliance_key != row.edition.programme.owner.alliance_key:
        raise Refused(_("Only members of the alliance host."), field="incubator")
    if branch is not None and branch.incubator_id != incubator.pk:
        raise Refused(_("This branch belongs to another incubator."), field="branch")
    host = Host.objects.filter(call=row, incubator=incubator, branch=branch).first()
    if host is not None and host.left_at is None:
        raise Refused(_("%(host)s hosts in this call already.") % {"host": host}, field="incubator")
    host = host or Host(call=row, incubator=incubator, branch=branch)
    host.left_at = None
    fill(host, HOST_FIELDS, fields or {})
    clean(host)
    host.save()
    grow(row)
    note(by, "host_added", row, row, data={"host": str(host)})
    return host


@transaction.atomic
def add_covering_hosts(*, call: Call, by: Actor) -> int:
    """All members that cover a department today host, with their own coverage; gives how many were added."""
    row = locked(call, by)
    covering = Coverage.objects.on().values("incubator_id")
    members = Incubator.objects.members().filter(alliance_id=row.edition.programme.owner.alliance_key, pk__in=covering)
    absent = members.exclude(pk__in=row.hosts.filter(branch__isnull=True).values("incubator_id"))
    made = [Host(call=row, incubator=incubator) for incubator in absent.order_by("name")]
    Host.objects.bulk_create(made)
    if made:
        row.consortium = True
        row.save(update_fields=["consortium"])
        grow(row)
        note(by, "hosts_added", row, row, data={"hosts": [str(host.incubator) for host in made]})
    return len(made)


@transaction.atomic
def change_host(*, host: Host, by: Actor, fields: Mapping[str, Any]) -> Host:
    """Changes what a host offers. Raises NotAllowed, Refused."""
    row = locked(host.call, by)
    found = row.hosts.select_for_update(of=("self",)).get(pk=host.pk)
    before = diff.snapshot(found, ("variant", "departments", "places", "themes", "words"))
    fill(found, HOST_FIELDS, fields)
    clean(found)
    found.save()
    grow(row)
    note(by, "host_changed", row, row, changes=diff.difference(before, found), data={"host": str(found)})
    return found


@transaction.atomic
def withdraw_host(*, host: Host, by: Actor, words: str = "") -> Host:
    """A host no longer hosts: whoever wished for it is told by the rooms that look after it (`signals.host_left`).

    Raises NotAllowed, Refused when it has left already.
    """
    row = locked(host.call, by)
    found = row.hosts.select_for_update(of=("self",)).get(pk=host.pk)
    if found.left_at is not None:
        raise Refused(_("This host has withdrawn already."))
    found.left_at = timezone.now()
    found.save(update_fields=["left_at"])
    grow(row)
    note(by, "host_left", row, row, data={"host": str(found), "words": words})
    signals.host_left.send(Host, host=found, by=by)
    return found


def departments_of(host: Host) -> list[str]:
    """Codes of the departments that a host hosts in: its own list, else those that its incubator covers today."""
    if host.departments:
        return list(host.departments)
    rows = Coverage.objects.on().filter(incubator_id=host.incubator_id)
    return sorted(rows.values_list("department_code", flat=True))


@transaction.atomic
def set_partners(*, call: Call, by: Actor, partners: Sequence[Mapping[str, Any]], revision: int | None = None) -> Call:
    """Writes the whole list of partners, in order: `name`, `role`, `website`, `body`. Raises NotAllowed, Refused."""
    row = locked(call, by, revision)
    row.partners.all().delete()
    for order, given in enumerate(partners):
        body: Body | None = given.get("body")
        partner = CallPartner(call=row, order=order, body=body)
        fill(partner, ("name", "role", "website"), given)
        clean(partner)
        partner.save()
    grow(row)
    note(by, "partners_set", row, row, data={"partners": [str(given["name"]) for given in partners]})
    return row


@transaction.atomic
def make_code(*, call: Call, by: Actor, kind: str, why: str, most_uses: int = 1, until: Any = None) -> AccessCode:
    """Makes a code that lets people begin before the opening or after the closing. Raises NotAllowed, Refused."""
    row = locked(call, by)
    if kind == CodeKind.LATE and until is None:
        raise Refused(_("Say until when a late code is valid."), field="until")
    if until is not None and until <= timezone.now():
        raise Refused(_("Choose a moment to come."), field="until")
    code = "-".join("".join(secrets.choice(_LETTERS) for _n in range(4)) for _m in range(2))
    made = AccessCode(call=row, code=code, kind=kind, why=why, most_uses=most_uses, until=until, made_by=by.user)
    clean(made)
    made.save()
    note(by, "code_made", row, row, data={"kind": kind, "why": why, "times": most_uses})
    return made


@transaction.atomic
def revoke_code(*, code: AccessCode, by: Actor) -> AccessCode:
    """Nobody begins with this code any more; who already did goes on. Raises NotAllowed, Refused."""
    row = locked(code.call, by)
    found = row.codes.select_for_update(of=("self",)).get(pk=code.pk)
    if found.revoked_at is not None:
        raise Refused(_("This code was withdrawn already."))
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    note(by, "code_revoked", row, row, data={"why": found.why})
    return found


@transaction.atomic
def use_code(*, call: Call, typed: str) -> AccessCode:
    """Counts one use of the code that somebody typed to begin an application. Asks no right: the code is the right.

    Raises Refused, each time with what to do: unknown, withdrawn, out of date, used up, not of this moment.
    """
    text = typed.strip().upper().replace(" ", "")
    code = call.codes.select_for_update(of=("self",)).filter(code=text).first()
    if code is None:
        raise Refused(_("We do not know this code. Check it letter by letter, or ask the team."), field="code")
    if sentence := why_not_use(code):
        raise Refused(sentence, field="code")
    call.codes.filter(pk=code.pk).update(uses=F("uses") + 1)
    code.refresh_from_db()
    return code


def why_not_use(code: AccessCode) -> str:
    """Why a code lets nobody in now; empty when it does."""
    now, call = timezone.now(), code.call
    if code.revoked_at is not None:
        return _("This code was withdrawn. Ask the team for another one.")
    if code.until is not None and now >= code.until:
        return _("This code is no longer valid. Ask the team for another one.")
    if code.uses >= code.most_uses:
        return _("This code was used as often as it may be. Ask the team for another one.")
    if code.kind == CodeKind.EARLY and call.ends_at is not None and now >= call.ends_at:
        return _("This code was for before the opening; the call is closed.")
    return ""
