"""The next edition made from the last one; a rehearsal of an edition, played at any of its days."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean, require
from kiif.journal.actions import record
from kiif.programmes import copying, shifting
from kiif.programmes.actions.call_common import follow
from kiif.programmes.actions.calls import FIELDS
from kiif.programmes.actions.hosts import HOST_FIELDS
from kiif.programmes.actions.programmes import free_slug
from kiif.programmes.enums import CallState, Phase
from kiif.programmes.models import Call, CallPartner, Edition, Host
from kiif.questionnaires.actions.collections import open_collection
from kiif.questionnaires.enums import Audience
from kiif.questionnaires.models import Collection
from kiif.ui.errors import Refused

_OWN = ("opens_at", "closes_at", "late_until", "grace", "answers_by", "eligibility", "facts")


def require_copies(by: Actor, edition: Edition) -> None:
    require(
        "programmes.change_programme", by, edition, _("Only the team that runs this programme copies its editions.")
    )


@transaction.atomic
def copy_edition(*, edition: Edition, by: Actor, name: str, days: int) -> Edition:
    """The next edition: calls in preparation, with their words, form, test, hosts, partners and dates moved by so many
    days (whole weeks keep the days of the week). Applications and codes are not copied. Raises NotAllowed, Refused.
    """
    require_copies(by, edition)
    if edition.is_rehearsal:
        raise Refused(_("A rehearsal is not copied: copy the edition it comes from."))
    made = _new_edition(edition, name, days)
    made.copied_from = edition
    made.save()
    for call in edition.calls.order_by("pk"):
        _copy_call(call, made, days, by)
    record(
        by=by, verb="programmes.edition_copied", obj=made, data={"from": str(edition), "days": days},
        scope=edition.programme.owner.specific,
    )  # fmt: skip
    return made


def _new_edition(source: Edition, name: str, days: int) -> Edition:
    made = Edition(
        programme=source.programme,
        name=name.strip(),
        starts_on=shifting.moved_day(source.starts_on, days),
        ends_on=shifting.moved_day(source.ends_on, days),
    )
    # guarded: an address is unique in its programme
    made.slug = free_slug(Edition.objects.filter(programme=source.programme), made.name, 60, "edition")
    clean(made)
    return made


def _copy_call(source: Call, edition: Edition, days: int, by: Actor) -> Call:
    made = Call(edition=edition, created_by=by.user)
    for name in (*FIELDS, *_OWN):
        setattr(made, name, getattr(source, name))
    shifting.move_call(made, days)
    made.title = _renamed(source, edition)
    # guarded: an address is unique among all calls
    made.slug = free_slug(Call.objects.all(), made.title, 80, "appel")
    clean(made)
    made.save()
    _copy_form(source, made, by)
    _copy_rows(source, made, days)
    for copier in copying.every():
        copier.copy(source, made, dt.timedelta(days=days), by)
    return made


def _renamed(source: Call, edition: Edition) -> str:
    """The title with the name of the new edition, when it held that of the old one."""
    before = source.edition.name
    return source.title.replace(before, edition.name)[:200] if before and before in source.title else source.title


def _copy_form(source: Call, made: Call, by: Actor) -> None:
    if source.collection is None:
        return
    # guarded: an address is unique among all collections
    slug = free_slug(Collection.objects.all(), made.slug, 80, "appel")
    made.collection = open_collection(
        questionnaire=source.collection.questionnaire, by=by, use="call", about=made,
        fields={
            "title": made.title, "slug": slug, "audience": Audience.ACCOUNT, "one_each": False,
            "opens_at": made.opens_at, "closes_at": made.ends_at, "grace": made.grace,
        },
    )  # fmt: skip
    made.save(update_fields=["collection"])


def _copy_rows(source: Call, made: Call, days: int) -> None:
    for host in source.hosts.filter(left_at__isnull=True):
        copied = Host(call=made, incubator_id=host.incubator_id, branch_id=host.branch_id)
        for name in HOST_FIELDS:
            setattr(copied, name, getattr(host, name))
        copied.save()
    for partner in source.partners.all():
        names = ("body_id", "name", "role", "website", "order")
        CallPartner.objects.create(call=made, **{name: getattr(partner, name) for name in names})
    for moment in source.moments.all():
        moment.pk, moment.call = None, made
        moment._state.adding = True
        shifting.move_moment(moment, days)
        moment.save()


@transaction.atomic
def rehearse(*, edition: Edition, by: Actor, day: dt.date) -> Edition:
    """A copy that nobody outside sees, played at a day of its calendar: every date moves so that this day is today.

    Its calls are published in it, its mails stay in the house. Raises NotAllowed, Refused.
    """
    require_copies(by, edition)
    if edition.is_rehearsal:
        raise Refused(_("This is a rehearsal already: play it at another day."))
    if not edition.calls.exists():
        raise Refused(_("There is no call to rehearse in this edition yet."))
    days = (timezone.localdate() - day).days
    made = _new_edition(edition, _("%(edition)s, rehearsal") % {"edition": edition.name}, days)
    made.rehearsal_of, made.moved_days = edition, days
    made.save()
    for call in edition.calls.order_by("pk"):
        copied = _copy_call(call, made, days, by)
        copied.state, copied.published_at = CallState.PUBLISHED, timezone.now()
        copied.save(update_fields=["state", "published_at"])
    record(
        by=by, verb="programmes.rehearsed", obj=made, data={"day": day.isoformat()},
        scope=edition.programme.owner.specific,
    )  # fmt: skip
    return made


@transaction.atomic
def play_at(*, rehearsal: Edition, by: Actor, day: dt.date) -> Edition:
    """Moves a rehearsal so that another day of the calendar of the real edition is today, with all that it holds.

    Raises NotAllowed, Refused (an edition that is no rehearsal).
    """
    row = Edition.objects.select_for_update(of=("self",)).get(pk=rehearsal.pk)
    require_copies(by, row)
    if not row.is_rehearsal:
        raise Refused(_("Only a rehearsal is played at another day."))
    days = (timezone.localdate() - day).days - row.moved_days
    if not days:
        return row
    row.moved_days += days
    row.starts_on, row.ends_on = shifting.moved_day(row.starts_on, days), shifting.moved_day(row.ends_on, days)
    row.save()
    for call in row.calls.select_related("collection"):
        shifting.move_call(call, days)
        call.revision += 1
        call.save()
        follow(call)
        for moment in call.moments.all():
            shifting.move_moment(moment, days)
            moment.save()
        _move_applications(call, dt.timedelta(days=days))
        for copier in copying.every():
            copier.move(call, dt.timedelta(days=days))
    record(
        by=by, verb="programmes.rehearsal_moved", obj=row, data={"day": day.isoformat()},
        scope=row.programme.owner.specific,
    )  # fmt: skip
    return row


def _move_applications(call: Call, shift: dt.timedelta) -> None:
    """What was received moves along: it keeps its place in the calendar."""
    names = ("begun_at", "submitted_at", "decided_at", "state_at")
    call.applications.update(**{name: F(name) + shift for name in names})


@transaction.atomic
def invent(*, rehearsal: Edition, by: Actor, number: int) -> Edition:
    """So many invented applicants in each call of a rehearsal. They come while it is open: it is played there for a
    moment, then back at its day. Raises NotAllowed, Refused.
    """
    from kiif.programmes.actions import invented

    row = Edition.objects.get(pk=rehearsal.pk)
    require_copies(by, row)
    if not row.is_rehearsal:
        raise Refused(_("Invented applicants are for rehearsals: this call is real."))
    back = played_day(row)
    for call in row.calls.filter(opens_at__isnull=False).order_by("pk"):
        call.refresh_from_db()
        assert call.opens_at is not None  # noqa: S101 -- just filtered
        opening = timezone.localdate(call.opens_at) - dt.timedelta(days=row.moved_days)
        # those of a call that opens on the very day that is played come now, never tomorrow
        if opening != back or call.phase() not in (Phase.OPEN, Phase.LATE):
            row = play_at(rehearsal=row, by=by, day=opening + dt.timedelta(days=1))
            call.refresh_from_db()
        invented.fill(call=call, number=number, by=by)
    return play_at(rehearsal=row, by=by, day=back)


def played_day(rehearsal: Edition) -> dt.date:
    """The day of the real calendar that a rehearsal plays today."""
    return timezone.localdate() - dt.timedelta(days=rehearsal.moved_days)
