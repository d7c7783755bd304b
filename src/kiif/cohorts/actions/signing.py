"""Commitments: written, opened to signatures, signed by each side, replaced by another version."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean, link, require
from kiif.cohorts import mails, people
from kiif.cohorts.actions.common import scope_of, who_runs
from kiif.cohorts.enums import PRESENT, Side
from kiif.cohorts.models import Cohort, Commitment, Member, Placement, Signature
from kiif.journal.actions import record
from kiif.ui.errors import Refused

_FIELDS = ("title", "text", "by_carrier", "by_host", "by_alliance", "due_on")


@transaction.atomic
def write_commitment(*, cohort: Cohort, by: Actor, commitment: Commitment | None = None, **fields: Any) -> Commitment:
    """Writes a commitment, or changes one that is not open yet. `fields`: title, text, by_carrier, by_host,
    by_alliance, due_on. Raises NotAllowed; Refused when it is open to signatures, or when nobody signs it."""
    require("cohorts.run", by, cohort, who_runs())
    row = Commitment(cohort=cohort, created_by=by.user) if commitment is None else _locked(commitment)
    if row.opened_at is not None:
        raise Refused(_("People may have signed this text: write another version of it."))
    for name in _FIELDS:
        setattr(row, name, fields[name])
    if not row.sides:
        raise Refused(_("Choose who signs it."), field="by_carrier")
    clean(row)
    row.save()
    record(by=by, verb="cohorts.commitment_written", obj=cohort, data={"title": row.title}, scope=scope_of(cohort.call))
    return row


def _locked(commitment: Commitment) -> Commitment:
    rows = Commitment.objects.select_for_update(of=("self",)).select_related("cohort__call__edition__programme__owner")
    return rows.get(pk=commitment.pk)


@transaction.atomic
def open_commitment(*, commitment: Commitment, by: Actor) -> Commitment:
    """Opens it to signatures: the text no longer changes, everybody who signs is written to. Raises NotAllowed,
    Refused."""
    require("cohorts.run", by, commitment, who_runs())
    row = _locked(commitment)
    if row.opened_at is not None:
        raise Refused(_("It is already open to signatures."))
    row.opened_at = timezone.now()
    row.save(update_fields=["opened_at"])
    record(
        by=by, verb="cohorts.commitment_opened", obj=row.cohort, data={"title": row.title, "digest": row.digest},
        scope=scope_of(row.cohort.call),
    )  # fmt: skip
    if not mails.stays_inside(row.cohort.call):
        _tell(row, by)
    return row


def _tell(row: Commitment, by: Actor) -> None:
    members = list(Member.objects.filter(cohort=row.cohort, state__in=PRESENT).select_related("application__response"))
    if row.by_carrier:
        page = link("cohorts:my-cohort", row.cohort.public_id)
        carrying = people.carriers_by_application([member.application for member in members])
        mails.tell_to_sign(row, _each(carrying), page, by)
    if row.by_host:
        hosted = Placement.objects.hosted().filter(application__in=[member.application_id for member in members])
        hosts = people.houses({placement.host for placement in hosted.select_related("host")})
        mails.tell_to_sign(row, _each(hosts), link("cohorts:hosted"), by)


def _each(groups: dict[int, list[Any]]) -> list[Any]:
    return list(dict.fromkeys(user for users in groups.values() for user in users))


@transaction.atomic
def new_version(*, commitment: Commitment, by: Actor) -> Commitment:
    """Another version to write, with the same words to begin with; the old one stays signed until the new one opens.

    Raises NotAllowed; Refused when it is not open, or has one already.
    """
    require("cohorts.run", by, commitment, who_runs())
    row = _locked(commitment)
    if row.opened_at is None:
        raise Refused(_("Nobody signed it yet: change it as it is."))
    if Commitment.objects.filter(replaces=row).exists():
        raise Refused(_("Another version of it exists already."))
    fields = {name: getattr(row, name) for name in _FIELDS}
    made = Commitment.objects.create(
        cohort=row.cohort, version=row.version + 1, replaces=row, created_by=by.user, **fields
    )
    record(
        by=by, verb="cohorts.commitment_written", obj=row.cohort, data={"title": row.title, "version": made.version},
        scope=scope_of(row.cohort.call),
    )  # fmt: skip
    return made


@transaction.atomic
def sign(*, commitment: Commitment, member: Member, side: Side, name: str, digest: str, by: Actor) -> Signature:
    """A person signs for a side by typing their name. `digest`: that of the text that they read.

    Raises NotAllowed; Refused for a text that is not open or was replaced, another text than the one that was read, a
    name that is not theirs, or a side that signed already.
    """
    _require_side(side, member, by)
    row = _locked(commitment)
    if row.opened_at is None or side not in row.sides:
        raise Refused(_("This text is not open to your signature."))
    if Commitment.objects.filter(replaces=row, opened_at__isnull=False).exists():
        raise Refused(_("A newer version of this text is open: read that one."))
    if digest != row.digest:
        raise Refused(_("The text changed since you opened the page. Read it again before signing."))
    known = Signature.objects.filter(commitment=row, member=member, side=side).first()
    if known is not None:
        raise Refused(_("%(name)s already signed for your side.") % {"name": known.name})
    if member.state not in PRESENT or member.cohort_id != row.cohort_id:
        raise Refused(_("This project does not take part in this cohort any more."))
    typed = " ".join(name.split())
    if by.user is not None and _plain(typed) != _plain(by.user.full_name or by.user.email):
        raise Refused(
            _("Type your name as it is in your account: %(name)s.") % {"name": by.user.full_name or by.user.email},
            field="name",
        )
    made = Signature.objects.create(
        commitment=row, member=member, side=side, name=typed[:150], user=by.user, version=row.version, digest=digest
    )
    record(
        by=by, verb="cohorts.signed", obj=member,
        data={"title": row.title, "version": row.version, "side": str(side), "digest": digest},
        scope=scope_of(row.cohort.call),
    )  # fmt: skip
    return made


def _require_side(side: Side, member: Member, by: Actor) -> None:
    rules = {
        Side.CARRIER: ("cohorts.sign_as_carrier", _("Those who write the application sign for the project.")),
        Side.HOST: ("cohorts.sign_as_host", _("The managers and advisors of the host sign for it.")),
        Side.ALLIANCE: ("cohorts.run_member", who_runs()),
    }
    rule, sentence = rules[side]
    require(rule, by, member, sentence)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def overdue(commitment: Commitment, today: dt.date | None = None) -> bool:
    """Whether its day is over."""
    return commitment.due_on is not None and commitment.due_on < (today or timezone.localdate())
