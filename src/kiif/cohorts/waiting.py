"""What waits for a person in this room: a placement to answer, a project without a host, a text to sign."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.cohorts.enums import Side
from kiif.cohorts.models import Commitment, Member, Placement, Signature
from kiif.cohorts.queries import at_my_house, without_host
from kiif.cohorts.rules import SPEAKING_ROLES
from kiif.programmes.models import Call
from kiif.programmes.queries import RUNNING_ROLES, role_of
from kiif.ui.today import Gesture


def gestures(actor: Actor) -> list[Gesture]:
    """Everything of this room that waits for this person."""
    if actor.user is None:
        return []
    found = _mine(actor)
    if role_of(actor) in SPEAKING_ROLES:
        found += _of_my_house(actor)
    if role_of(actor) in RUNNING_ROLES:
        found += _without_host(actor)
    return found


def _mine(actor: Actor) -> list[Gesture]:
    """Of what one carries: a host to answer, texts to sign."""
    rows = Placement.objects.own(actor).open().filter(carrier_answer="").with_ties()
    found = [
        Gesture(
            title=_("Answer the host that is proposed"),
            about=placement.application.title,
            detail=str(placement.host),
            url=reverse("cohorts:my-placement", args=[placement.public_id]),
            action=_("Give an answer"),
            due=placement.deadline,
            initials=placement.host.incubator.initials,
        )
        for placement in rows
    ]
    return found + [
        Gesture(
            title=_("Sign a commitment"),
            about=commitment.title,
            detail=str(commitment.cohort),
            url=reverse("cohorts:my-cohort", args=[commitment.cohort.public_id]),
            action=_("Read and sign"),
            due=commitment.due_on,
            initials="✓",
        )
        for commitment in _to_sign(actor)
    ]


def _to_sign(actor: Actor) -> list[Commitment]:
    members = Member.objects.own(actor).present()
    open_ones = Commitment.objects.filter(
        opened_at__isnull=False, by_carrier=True, cohort__in=members.values("cohort_id")
    ).exclude(replaced_by__opened_at__isnull=False)
    signed = Signature.objects.filter(commitment=OuterRef("pk"), member__in=members.values("pk"), side=Side.CARRIER)
    return list(open_ones.filter(~Exists(signed)).select_related("cohort"))


def _of_my_house(actor: Actor) -> list[Gesture]:
    rows = Placement.objects.visible_to(actor).filter(at_my_house(actor), host_answer="").open().with_ties()
    return [
        Gesture(
            title=_("Say whether you host this project"),
            about=placement.application.title,
            detail=str(placement.application.call),
            url=placement.get_absolute_url(),
            action=_("Give an answer"),
            due=placement.deadline,
            initials=placement.application.title[:2].upper(),
        )
        for placement in rows[:20]
    ] + [_to_sign_here(text, member) for text, member in _unsigned(actor)[:20]]


def _to_sign_here(text: Commitment, member: Member) -> Gesture:
    return Gesture(
        title=_("Sign for your incubator"),
        about=member.application.title,
        detail=text.title,
        url=reverse("cohorts:sign", args=[text.public_id, member.public_id, "accueil"]),
        action=_("Read and sign"),
        due=text.due_on,
        initials=member.application.title[:2].upper(),
    )


def _unsigned(actor: Actor) -> list[tuple[Commitment, Member]]:
    """Texts in force that hosts sign, with the hosted members for whom the own house has not signed."""
    here = Member.objects.visible_to(actor).filter(at_my_house(actor, "placement__")).present()
    members = list(here.select_related("application").order_by("application__title", "pk"))
    if not members:
        return []
    texts = Commitment.objects.filter(
        opened_at__isnull=False, by_host=True, cohort_id__in={member.cohort_id for member in members}
    ).exclude(replaced_by__opened_at__isnull=False)
    signed = Signature.objects.filter(member__in=[member.pk for member in members], side=Side.HOST)
    done = set(signed.values_list("commitment_id", "member_id"))
    return [
        (text, member)
        for text in texts.order_by("due_on", "pk")
        for member in members
        if member.cohort_id == text.cohort_id and (text.pk, member.pk) not in done
    ]


def _without_host(actor: Actor) -> list[Gesture]:
    """By call that one runs: accepted projects that have no running placement."""
    calls = Call.objects.run_by(actor).filter(hosts__isnull=False, edition__rehearsal_of__isnull=True)
    counts = dict(
        without_host(actor)
        .filter(call__in=calls.values("pk"))
        .order_by()
        .values_list("call_id")
        .annotate(n=Count("pk", distinct=True))
    )
    if not counts:
        return []
    return [
        Gesture(
            title=_("Find a host for accepted projects"),
            about=call.title,
            detail=ngettext("%(count)s project without a host", "%(count)s projects without a host", counts[call.pk])
            % {"count": counts[call.pk]},
            url=reverse("cohorts:matching", args=[call.public_id]),
            action=_("Look"),
            initials=str(counts[call.pk]),
        )
        for call in Call.objects.filter(pk__in=counts).order_by("title", "pk")
    ]
