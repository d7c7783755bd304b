"""Who takes part in a cohort: joins, pauses, gives up with a reason, comes back, finishes, stays in touch."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean, require
from kiif.cohorts.actions.common import scope_of, who_runs
from kiif.cohorts.enums import TURNS, LeaveReason, MemberState, PlacementState
from kiif.cohorts.models import Card, Cohort, Member, Placement, Turn
from kiif.journal.actions import record
from kiif.programmes.models import Application
from kiif.ui.errors import Refused

#: Turns that say why.
_EXPLAINED = frozenset({MemberState.PAUSED, MemberState.DROPPED})


def join(application: Application, by: Actor) -> Member | None:
    """The application takes part in the cohort of its call, if there is one; once. Asks no right: callers do."""
    cohort = Cohort.objects.filter(call_id=application.call_id).first()
    if cohort is None:
        return None
    member, made = Member.objects.get_or_create(application=application, defaults={"cohort": cohort})
    if made:
        Turn.objects.create(member=member, state=member.state, on=member.joined_on, by=by.user)
        # about the member, not the cohort: every team reads the history of a cohort
        record(by=by, verb="cohorts.joined", obj=member, data={"cohort": str(cohort)}, scope=scope_of(cohort.call))
    return member


def place_member(placement: Placement) -> None:
    """The member points to its running placement, or to none."""
    running = placement.pk if placement.state == PlacementState.HOSTED else None
    rows = Member.objects.filter(application_id=placement.application_id)
    if running is None:
        rows = rows.filter(placement_id=placement.pk)
    rows.update(placement_id=running)


def _locked(member: Member) -> Member:
    return Member.objects.select_for_update(of=("self",)).with_ties().get(pk=member.pk)


@transaction.atomic
def turn(
    *,
    member: Member,
    to: MemberState,
    by: Actor,
    reason: str = "",
    words: str = "",
    on: dt.date | None = None,
    revision: int | None = None,
) -> Member:
    """Moves a member: pause, give up (both say why), come back, finish. Who gives up frees the place of its host.

    Raises NotAllowed; Refused for a move that does not exist, a reason that lacks, a day to come, a stale page.
    """
    require("cohorts.run_member", by, member, who_runs())
    row = _locked(member)
    if revision is not None and revision != row.revision:
        raise Refused(_("Somebody changed this member since you opened the page. Reload it."))
    if to not in TURNS[row.state]:
        raise Refused(
            _("From “%(before)s” a member cannot become “%(after)s”.")
            % {"before": row.get_state_display(), "after": to.label}
        )
    if to in _EXPLAINED and reason not in LeaveReason.values:
        raise Refused(_("Choose a reason: the alliance learns from them."), field="reason")
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise Refused(_("This day is still to come."), field="on")
    make_turn(row, to, by, reason=reason if to in _EXPLAINED else "", words=words, on=on)
    member.refresh_from_db()
    return row


def make_turn(
    row: Member, to: MemberState, by: Actor, *, reason: str = "", words: str = "", on: dt.date | None = None
) -> None:
    """Without the checks, for a locked member."""
    from kiif.cohorts.actions.placements import close

    before = row.state
    row.state, row.reason, row.words = to, reason, words.strip()[:1_000]
    row.state_on = on or timezone.localdate()
    row.revision += 1
    if to == MemberState.DROPPED:
        row.public_at = None
    row.save()
    Turn.objects.create(member=row, state=to, reason=reason, words=row.words, on=row.state_on, by=by.user)
    record(
        by=by, verb=f"cohorts.member_{to.value}", obj=row, changes={"state": (before, to.value)},
        data={"reason": reason, "words": row.words}, scope=scope_of(row.cohort.call),
    )  # fmt: skip
    if to == MemberState.DROPPED:
        running = Placement.objects.select_for_update(of=("self",)).running().filter(application=row.application_id)
        for placement in running.with_ties().select_related("application__response"):
            said = _("The project gives up the programme.")
            close(placement, PlacementState.ENDED, said, by, verb="cohorts.ended")


@transaction.atomic
def consent(*, member: Member, alumni: bool, public: bool, portrait: str, by: Actor) -> Member:
    """What the carriers agree to: to be written to after the programme, to be shown to everybody, with which words.

    Taken back as easily as given. Raises NotAllowed; Refused for a portrait without a word.
    """
    require("cohorts.answer_as_carrier", by, member, _("Those who write the application agree for the project."))
    row = _locked(member)
    if row.state == MemberState.DROPPED and public:
        raise Refused(_("The project left the cohort: it is no longer shown."), field="public")
    if public and not portrait.strip():
        raise Refused(_("Write the few words that everybody will read."), field="portrait")
    now = timezone.now()
    before = {"alumni": row.consent_alumni_at is not None, "public": row.public_at is not None}
    row.consent_alumni_at = (row.consent_alumni_at or now) if alumni else None
    row.public_at = (row.public_at or now) if public else None
    row.portrait = portrait.strip()
    row.revision += 1
    clean(row)
    row.save()
    after = {"alumni": alumni, "public": public}
    record(
        by=by, verb="cohorts.consented", obj=row, changes={key: (before[key], after[key]) for key in after},
        scope=scope_of(row.cohort.call),
    )  # fmt: skip
    return row


@transaction.atomic
def show_card(
    *, member: Member, by: Actor, shown: bool, email: bool = False, phone: bool = False, role: str = "", words: str = ""
) -> Card | None:
    """What a person shows of themselves to the other members; `shown` false takes it away. Raises NotAllowed."""
    require("cohorts.carry_member", by, member, _("Each person of the project chooses for themselves."))
    if by.user is None or not by.can_write:
        raise Refused(_("Each person of the project chooses for themselves."))
    if not shown:
        Card.objects.filter(member=member, user=by.user).delete()
        return None
    card = Card.objects.filter(member=member, user=by.user).first() or Card(member=member, user=by.user)
    card.shows_email, card.shows_phone, card.role, card.words = email, phone, role.strip(), words.strip()
    clean(card)
    card.save()
    return card
