"""The carriers' side: the host that is proposed, the cohort, what one agrees to show."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.alliance.views.common import form_page
from kiif.cohorts import actions, explaining, people
from kiif.cohorts.enums import PRESENT, PlacementState, Side
from kiif.cohorts.forms import CardForm, ConsentForm
from kiif.cohorts.models import Card, Cohort, Commitment, Member, Placement, Signature
from kiif.cohorts.views.common import act_or_show, can, check, own_member
from kiif.cohorts.views.placements import answer_form, story


@require_http_methods(["GET", "HEAD", "POST"])
def placement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The host that is proposed, why, who to talk to; the carriers answer here."""
    actor = of(request)
    rows = Placement.objects.own(actor).with_ties().select_related("application__response", "host__contact")
    row = get_object_or_404(rows, public_id=public_id)
    may_answer = can("cohorts.answer_as_carrier", actor, row)
    if request.method == "POST":
        check("cohorts.answer_as_carrier", actor, row, _("Those who write the application answer for the project."))
    form = answer_form(request, _("Yes, this host suits us"), _("No, it does not suit us"))

    def act(data: Any) -> str:
        after = actions.answer(
            placement=row, side=Side.CARRIER, accepts=data["answer"] == "yes", words=data["words"], by=actor
        )
        if after.state == PlacementState.HOSTED:
            messages.success(request, _("Agreed: both of you receive the names of the other."))
        elif after.state == PlacementState.REFUSED:
            messages.success(request, _("Your answer is kept. The team looks for another host and writes to you."))
        else:
            messages.success(request, _("Your answer is kept; the host has until the same day to give its own."))
        return reverse("cohorts:my-placement", args=[row.public_id])

    hosted = row.state == PlacementState.HOSTED
    context = {
        "placement": row,
        "application": row.application,
        "why": explaining.why(row.reasons, explaining.labels_of(row.application.call)),
        "may_answer": may_answer and row.is_open and not row.carrier_answer,
        "host_people": people.house(row.host, row.application) if hosted else [],
        "story": story(row) if not row.is_open else [],
    }
    return act_or_show(request, form, act, "cohorts/my_placement.html", context)


@require_http_methods(["GET", "HEAD"])
def cohort(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page of its members: who is in it, what to sign, the dates. Hosts and the team are led to theirs."""
    actor = of(request)
    mine = list(Member.objects.own(actor).filter(cohort__public_id=public_id).with_ties())
    if not mine:
        row = get_object_or_404(Cohort.objects.visible_to(actor).select_related("call"), public_id=public_id)
        return redirect(row.get_absolute_url())
    row = mine[0].cohort
    present = any(member.state in PRESENT for member in mine)
    # guarded: a cohort that one is in
    members = Member.objects.filter(cohort=row).present().with_ties() if present else Member.objects.none()
    context = {
        "cohort": row,
        "mine": mine,
        "present": present,
        "members": [(member, cards) for member, cards in _directory(list(members))],
        "to_sign": _to_sign(row, mine),
        "events": row.events.filter(ends_at__gte=timezone.now()) if present else [],
        "past": row.events.filter(ends_at__lt=timezone.now()).count(),
    }
    return render(request, "cohorts/my_cohort.html", context)


def _directory(members: list[Member]) -> list[tuple[Member, list[Card]]]:
    cards: dict[int, list[Card]] = {}
    # guarded: a cohort that one is in
    for card in Card.objects.filter(member__in=members).select_related("user"):
        cards.setdefault(card.member_id, []).append(card)
    return [(member, cards.get(member.pk, [])) for member in members]


def _to_sign(cohort: Cohort, mine: list[Member]) -> list[tuple[Commitment, Member, Signature | None]]:
    """Texts that the projects sign, with one's own signature."""
    texts = cohort.commitments.filter(opened_at__isnull=False, by_carrier=True)
    texts = texts.exclude(replaced_by__opened_at__isnull=False)
    # guarded: one’s own projects
    given = Signature.objects.filter(member__in=mine, side=Side.CARRIER)
    signed = {(one.commitment_id, one.member_id): one for one in given}
    return [(text, member, signed.get((text.pk, member.pk))) for text in texts for member in mine]


def _back(member: Member) -> str:
    return reverse("cohorts:my-cohort", args=[member.cohort.public_id])


@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the project agrees to: stay in touch, be shown."""
    member = own_member(request, public_id)
    check("cohorts.answer_as_carrier", of(request), member, _("Those who write the application agree for the project."))
    form = ConsentForm(
        request.POST or None,
        initial={
            "alumni": member.consent_alumni_at is not None,
            "public": member.public_at is not None,
            "portrait": member.portrait,
        },
    )

    def act(data: Any) -> str:
        actions.consent(member=member, by=of(request), **data)
        messages.success(request, _("What you agree to is kept."))
        return _back(member)

    return form_page(
        request, form, act, title=_("What your project agrees to"),
        lead=_("Nothing is shown or kept without your agreement; you take it back here, any day."),
        verb=_("Keep this"), back=_back(member), crumbs=[(member.cohort.name, _back(member))],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a person shows of themselves to the other members."""
    member = own_member(request, public_id)
    if of(request).impersonator is not None:
        check("cohorts.answer_as_carrier", of(request), member, _("A support visit changes nothing."))
    # guarded: one’s own
    known = Card.objects.filter(member=member, user=of(request).user).first()
    initial: dict[str, Any] = {"shown": known is not None}
    if known:
        initial |= {"role": known.role, "words": known.words, "email": known.shows_email, "phone": known.shows_phone}
    form = CardForm(request.POST or None, initial=initial)

    def act(data: Any) -> str:
        actions.show_card(member=member, by=of(request), **data)
        messages.success(request, _("Your line of the directory is kept."))
        return _back(member)

    return form_page(
        request, form, act, title=_("My line in the directory"),
        lead=_("Only the members of the cohort read it. Each person chooses for themselves."),
        verb=_("Keep my line"), back=_back(member), crumbs=[(member.cohort.name, _back(member))],
    )  # fmt: skip
