"""What waits for a person in this room: a placement to answer, a project without a host, a text to sign."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.cohorts.enums import Side
from kiif.cohorts.models import Commitment, Member, Placement, Signature
from kiif.cohorts.queries import hosted_here, without_host
from kiif.cohorts.rules import SPEAKING_ROLES
from kiif.programmes.models import Host
from kiif.programmes.queries import RUNNING_ROLES, role_of
from kiif.ui.today import Gesture, Source

_MOST = 20


def _to_answer(actor: Actor) -> Any:
    """Hosts proposed to what one carries."""
    return Placement.objects.own(actor).open().filter(carrier_answer="")


def _tell_to_answer(actor: Actor, rows: Any) -> list[Gesture]:
    return [
        Gesture(
            title=_("Answer the host that is proposed"),
            about=placement.application.title,
            detail=str(placement.host),
            url=reverse("cohorts:my-placement", args=[placement.public_id]),
            action=_("Give an answer"),
            due=placement.deadline,
            initials=placement.host.incubator.initials,
        )
        for placement in rows.with_ties()
    ]


def _to_sign(actor: Actor) -> Any:
    """Texts that one signs as a carrier."""
    members = Member.objects.own(actor).present()
    signed = Signature.objects.filter(commitment=OuterRef("pk"), member__in=members.values("pk"), side=Side.CARRIER)
    return _in_force(by_carrier=True, cohort__in=members.values("cohort_id")).filter(~Exists(signed))


def _tell_to_sign(actor: Actor, rows: Any) -> list[Gesture]:
    return [
        Gesture(
            title=_("Sign a commitment"),
            about=commitment.title,
            detail=str(commitment.cohort),
            url=reverse("cohorts:my-cohort", args=[commitment.cohort.public_id]),
            action=_("Read and sign"),
            due=commitment.due_on,
            initials="✓",
        )
        for commitment in rows.select_related("cohort")
    ]


def _to_host(actor: Actor) -> Any:
    """Projects proposed to one's house."""
    if role_of(actor) not in SPEAKING_ROLES:
        return None
    return hosted_here(actor).filter(host_answer="").open()


def _tell_to_host(actor: Actor, rows: Any) -> list[Gesture]:
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
        for placement in rows.with_ties()[:_MOST]
    ]


def _in_force(**fields: Any) -> Any:
    return Commitment.objects.filter(opened_at__isnull=False, **fields).exclude(replaced_by__opened_at__isnull=False)


def _to_sign_here(actor: Actor) -> Any:
    """Members hosted here of cohorts with a text in force that their house has not signed for them."""
    if role_of(actor) not in SPEAKING_ROLES:
        return None
    here = Member.objects.filter(placement__in=hosted_here(actor)).present()
    signed = Signature.objects.filter(commitment=OuterRef("pk"), member=OuterRef(OuterRef("pk")), side=Side.HOST)
    return here.filter(Exists(_in_force(by_host=True, cohort=OuterRef("cohort_id")).filter(~Exists(signed))))


def _tell_to_sign_here(actor: Actor, rows: Any) -> list[Gesture]:
    members = list(rows.select_related("application").order_by("application__title", "pk"))
    signed = Signature.objects.filter(member__in=[member.pk for member in members], side=Side.HOST)
    done = set(signed.values_list("commitment_id", "member_id"))
    texts = _in_force(by_host=True, cohort_id__in={member.cohort_id for member in members}).order_by("due_on", "pk")
    found = [
        Gesture(
            title=_("Sign for your incubator"),
            about=member.application.title,
            detail=text.title,
            url=reverse("cohorts:sign", args=[text.public_id, member.public_id, "accueil"]),
            action=_("Read and sign"),
            due=text.due_on,
            initials=member.application.title[:2].upper(),
        )
        for text in texts
        for member in members
        if member.cohort_id == text.cohort_id and (text.pk, member.pk) not in done
    ]
    return found[:_MOST]


def _without_host(actor: Actor) -> Any:
    """Accepted projects of calls that one runs that have no running placement."""
    if role_of(actor) not in RUNNING_ROLES:
        return None
    hosted = Exists(Host.objects.filter(call=OuterRef("call_id")))
    return without_host(actor).filter(hosted, call__edition__rehearsal_of__isnull=True)


def _tell_without_host(actor: Actor, rows: Any) -> list[Gesture]:
    """By call."""
    counted = rows.order_by().values_list("call__title", "call__public_id").annotate(n=Count("pk", distinct=True))
    return [
        Gesture(
            title=_("Find a host for accepted projects"),
            about=title,
            detail=ngettext("%(count)s project without a host", "%(count)s projects without a host", count)
            % {"count": count},
            url=reverse("cohorts:matching", args=[public_id]),
            action=_("Look"),
            initials=str(count),
        )
        for title, public_id, count in counted.order_by("call__title", "call__public_id")
    ]


SOURCES = (
    Source(_to_answer, _tell_to_answer),
    Source(_to_sign, _tell_to_sign),
    Source(_to_host, _tell_to_host),
    Source(_to_sign_here, _tell_to_sign_here),
    Source(_without_host, _tell_without_host),
)
