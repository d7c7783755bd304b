"""This app's part of the demonstration: Épilogue 2025 has its hosts and its cohort, with what happens in a real one."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.alliance.models import Membership
from kiif.cohorts import actions, demo_words, fitting
from kiif.cohorts.enums import Audience, LeaveReason, MemberState, Side
from kiif.cohorts.models import Cohort, Commitment, Matching, Member, Placement, Signature, Turn
from kiif.programmes.actions.states import move
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call, Host

ORDER = 68
NAME = _("Hosts and cohort of Épilogue 2025")

_DAY: Final = dt.timedelta(days=1)
TEN: Final = 10
#: Places of the ten with a story.
REFUSED, DROPPED, NOT_SIGNED = 3, 7, (8, 9)


def build(world: Any) -> None:
    """Fills `world.things["cohorts"]["epilogue"]`."""
    call: Call = world.things["calls"]["epilogue"]
    by = _acting(world.people["coordination@kiif.example"])
    accepted = _accepted(call, world.by)
    placements = _place(call, accepted, by)
    cohort = actions.open_cohort(
        call=call,
        name="Promotion Épilogue 2025",
        words=demo_words.COHORT,
        starts_on=dt.date(2025, 4, 22),
        ends_on=timezone.localdate() + 90 * _DAY,
        by=by,
    )
    charter = _sign(cohort, placements, by)
    _calendar(cohort, by)
    _agree(cohort, by)
    _write(cohort, charter, by)
    _give_up(cohort, by)
    _backdate(cohort)
    world.things.setdefault("cohorts", {})["epilogue"] = cohort


def _acting(user: Any) -> Actor:
    return Actor(user=user, acting_as=Membership.objects.of(user.pk).first())


def _accepted(call: Call, by: Actor) -> list[Application]:
    """The ten that the decisions chose; chosen here when no room below decided."""
    rows = Application.objects.filter(call=call).with_ties().order_by("pk")
    if not rows.filter(state=State.ACCEPTED).exists():
        for application in rows.filter(state=State.REVIEW)[:TEN]:
            move(application=application, to=State.ACCEPTED, by=by)
    return list(rows.filter(state=State.ACCEPTED)[:TEN])


def _place(call: Call, accepted: list[Application], by: Actor) -> list[Placement]:
    """A plan, some lines by hand, both sides answer; one host refuses, another one takes its project."""
    matching = actions.draw_up(call=call, by=by)
    for line in matching.lines.filter(host__isnull=True).select_related("application__call__edition__programme__owner"):
        host = _with_room(call, matching)
        actions.choose(application=line.application, host=host, by=by, words="Convenu au téléphone avec l’équipe.")
    matching.refresh_from_db()
    made = actions.send_lines(
        call=call, applications=[one.pk for one in accepted], by=by, words=demo_words.PROPOSAL,
        revision=matching.revision,
    )  # fmt: skip
    for number, placement in enumerate(made):
        current = _refused_then_placed(call, placement, by) if number == REFUSED else placement
        _agree_both(current)
    return list(Placement.objects.hosted().filter(application__call=call).with_ties())


def _with_room(call: Call, matching: Matching, *, but: Host | None = None) -> Host:
    """A host with a place left in the plan; the largest gets one more when all are full. `but`: who said no."""
    rows = call.hosts.exclude(incubator_id=but.incubator_id) if but is not None else call.hosts.all()
    hosts = list(rows.select_related("incubator", "branch").order_by("-places", "pk"))
    taken = fitting.taken_places(hosts)
    planned = list(matching.lines.values_list("host_id", flat=True))
    for host in hosts:
        if host.places > taken.get(host.pk, 0) + planned.count(host.pk):
            return host
    Host.objects.filter(pk=hosts[0].pk).update(places=F("places") + 1)
    hosts[0].refresh_from_db()
    return hosts[0]


def _speaker(host: Host) -> Actor:
    """Somebody who answers for a host: its contact, else who works there."""
    if host.contact is not None:
        return _acting(host.contact)
    rows = Membership.objects.current().filter(where_id=host.incubator_id, role__in=("advisor", "manager"))
    found = rows.select_related("user", "where").order_by("role_rank", "pk")[0]
    return Actor(user=found.user, acting_as=found)


def _carrier(application: Application) -> Actor:
    return Actor(user=application.response.owner)


def _refused_then_placed(call: Call, placement: Placement, by: Actor) -> Placement:
    actions.answer(
        placement=placement, side=Side.HOST, accepts=False, words=demo_words.REFUSAL, by=_speaker(placement.host)
    )
    matching = Matching.objects.get(call=call)
    hosts = call.hosts.exclude(incubator_id=placement.host.incubator_id).select_related("incubator", "branch")
    taken = fitting.taken_places(hosts)
    free = [host for host in hosts if host.places > taken.get(host.pk, 0)]
    other = free[0] if free else _with_room(call, matching, but=placement.host)
    return actions.reassign(placement=placement, host=other, by=by, words=demo_words.SECOND)


def _agree_both(placement: Placement) -> None:
    actions.answer(placement=placement, side=Side.CARRIER, accepts=True, by=_carrier(placement.application))
    actions.answer(placement=placement, side=Side.HOST, accepts=True, by=_speaker(placement.host))


def _sign(cohort: Cohort, placements: list[Placement], by: Actor) -> Commitment:
    """A charter and an agreement; two projects have not signed the agreement."""
    charter = actions.write_commitment(
        cohort=cohort, by=by, title="Charte de la promotion", text=demo_words.CHARTER, by_carrier=True, by_host=False,
        by_alliance=False, due_on=dt.date(2025, 5, 6),
    )  # fmt: skip
    agreement = actions.write_commitment(
        cohort=cohort, by=by, title="Convention d’accompagnement local", text=demo_words.AGREEMENT, by_carrier=True,
        by_host=True, by_alliance=True, due_on=dt.date(2025, 5, 20),
    )  # fmt: skip
    for text in (charter, agreement):
        actions.open_commitment(commitment=text, by=by)
    for number, placement in enumerate(placements):
        member = Member.objects.with_ties().get(application=placement.application)
        carrier, host = _carrier(placement.application), _speaker(placement.host)
        _sign_one(charter, member, Side.CARRIER, carrier)
        if number in NOT_SIGNED:
            continue
        for side, who in ((Side.CARRIER, carrier), (Side.HOST, host), (Side.ALLIANCE, by)):
            _sign_one(agreement, member, side, who)
    return agreement


def _sign_one(text: Commitment, member: Member, side: Side, who: Actor) -> None:
    text.refresh_from_db()
    name = who.user.full_name if who.user else ""
    actions.sign(commitment=text, member=member, side=side, name=name, digest=text.digest, by=who)


def _calendar(cohort: Cohort, by: Actor) -> None:
    for title, day, first, last, place, words in demo_words.DATES:
        on = day if isinstance(day, dt.date) else timezone.localdate() + day * _DAY
        actions.write_event(
            cohort=cohort, by=by, title=title, place=place, words=words, link="",
            starts_at=timezone.make_aware(dt.datetime.combine(on, dt.time(first))),
            ends_at=timezone.make_aware(dt.datetime.combine(on, dt.time(last))),
        )  # fmt: skip


def _agree(cohort: Cohort, by: Actor) -> None:
    """Most agree to stay in touch and to be shown; some show themselves to the others."""
    members = Member.objects.filter(cohort=cohort).with_ties().order_by("pk")
    for member, portrait in zip(members, demo_words.PORTRAITS, strict=False):
        who = _carrier(member.application)
        actions.consent(member=member, alumni=True, public=True, portrait=portrait, by=who)
        actions.show_card(
            member=member, by=who, shown=True, email=True, role="coordination", words="À l’écoute de qui débute."
        )
    actions.show_publicly(cohort=cohort, shown=True, by=by)


def _write(cohort: Cohort, agreement: Commitment, by: Actor) -> None:
    """The first message to everybody, sent; a reminder to sign, kept."""
    first = actions.write_broadcast(
        cohort=cohort, subject="Bienvenue dans la {promotion}", text=demo_words.WELCOME, audience=Audience.BOTH,
        filters={}, by=by,
    )  # fmt: skip
    actions.send_broadcast(broadcast=first, by=by, revision=first.revision)
    actions.write_broadcast(
        cohort=cohort, subject="Votre convention vous attend", text=demo_words.TO_SIGN, audience=Audience.CARRIERS,
        filters={"unsigned": agreement.pk}, by=by,
    )  # fmt: skip


def _give_up(cohort: Cohort, by: Actor) -> None:
    members = list(Member.objects.filter(cohort=cohort).with_ties().order_by("pk"))
    if len(members) > DROPPED:
        actions.turn(
            member=members[DROPPED], to=MemberState.DROPPED, reason=LeaveReason.FUNDING, words=demo_words.GIVES_UP,
            on=dt.date(2025, 11, 17), by=by,
        )  # fmt: skip


def _at(year: int, month: int, day: int, hour: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(dt.date(year, month, day), dt.time(hour)))


def _backdate(cohort: Cohort) -> None:
    """What happened in spring 2025 keeps its own days."""
    proposed = _at(2025, 4, 7, 10)
    rows = Placement.objects.filter(application__call=cohort.call)
    rows.update(proposed_at=proposed, deadline=proposed + 10 * _DAY)
    rows.filter(host_at__isnull=False).update(host_at=proposed + 2 * _DAY)
    rows.filter(carrier_at__isnull=False).update(carrier_at=proposed + 3 * _DAY)
    rows.filter(hosted_at__isnull=False).update(hosted_at=proposed + 3 * _DAY)
    rows.filter(state="refused").update(closed_at=proposed + 2 * _DAY)
    rows.filter(previous__isnull=False).update(proposed_at=proposed + 3 * _DAY, carrier_at=proposed + 5 * _DAY,
                                               host_at=proposed + 4 * _DAY, hosted_at=proposed + 5 * _DAY)  # fmt: skip
    rows.filter(state="ended").update(closed_at=_at(2025, 11, 17, 15))
    Member.objects.filter(cohort=cohort).update(joined_on=cohort.starts_on)
    Member.objects.filter(cohort=cohort, state=MemberState.ACTIVE).update(state_on=cohort.starts_on)
    Turn.objects.filter(member__cohort=cohort, state=MemberState.ACTIVE).update(on=cohort.starts_on)
    Signature.objects.filter(member__cohort=cohort).update(at=proposed + 20 * _DAY)
    Commitment.objects.filter(cohort=cohort).update(opened_at=proposed + 15 * _DAY)
    cohort.broadcasts.filter(sent_at__isnull=False).update(sent_at=proposed + 15 * _DAY)
