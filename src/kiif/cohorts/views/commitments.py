"""Commitments of a cohort: written, opened, read, signed, printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import Actor, of
from kiif.alliance.views.common import confirm_page, form_page
from kiif.cohorts import actions
from kiif.cohorts.actions.common import who_runs
from kiif.cohorts.documents import pdf_of
from kiif.cohorts.enums import Side
from kiif.cohorts.forms import CommitmentForm, SignForm
from kiif.cohorts.models import Commitment, Member, Signature
from kiif.cohorts.rules import spoken_for
from kiif.cohorts.views.common import (
    act_or_show,
    call_crumbs,
    can,
    check,
    cohort_frame,
    run_cohort,
    run_of_cohort,
    seen_commitment,
)
from kiif.programmes.rules import runs
from kiif.ui.errors import Refused


@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The texts of a cohort, with how many signed."""
    row = run_cohort(request, public_id)
    # signatures of who gave up stay, and are not counted against what is asked of the others
    present = list(Member.objects.visible_to(of(request)).filter(cohort=row).present().values_list("pk", flat=True))
    signed = Count("signatures", filter=Q(signatures__member__in=present))
    texts = list(row.commitments.select_related("replaced_by").annotate(done=signed))
    lines = [(text, text.done, len(present) * len(text.sides), _in_force(text)) for text in texts]
    context = {
        **cohort_frame(request, row, "commitments"),
        "lines": lines,
        "may_run": can("cohorts.run", of(request), row),
    }
    return render(request, "cohorts/commitments.html", context)


def _in_force(text: Commitment) -> bool:
    after = getattr(text, "replaced_by", None)
    return text.opened_at is not None and (after is None or after.opened_at is None)


def _initial(text: Commitment) -> dict[str, Any]:
    return {name: getattr(text, name) for name in CommitmentForm.Meta.fields}


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = run_cohort(request, public_id)
    check("cohorts.run", of(request), row, who_runs())
    back = reverse("cohorts:commitments", args=[row.call.public_id])

    def act(data: Any) -> str:
        return actions.write_commitment(cohort=row, by=of(request), **data).get_absolute_url()

    return form_page(
        request, CommitmentForm(request.POST or None), act, title=_("Write a commitment"),
        lead=_("Nobody reads it before you open it to signatures."), verb=_("Keep this text"), back=back,
        crumbs=call_crumbs(row.call, (_("Commitments"), back)),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD"])
def commitment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The text, and who signed it, as far as this person sees."""
    row, actor = seen_commitment(request, public_id), of(request)
    runs_it = actor.is_system or bool(runs(actor, row.cohort.call))
    members = Member.objects.visible_to(actor) if runs_it or actor.acting_as else Member.objects.none()
    seen = list(members.filter(cohort=row.cohort).present().with_ties())
    # guarded: its cohort was read above
    done = {(one.member_id, one.side): one for one in Signature.objects.filter(commitment=row, member__in=seen)}
    # who runs it sees everybody, and signs for nobody here
    ours = set() if runs_it else _signed_by_us(actor, row, seen)
    lines = [
        (member, [(side, done.get((member.pk, side)), _signing(row, member, side, ours)) for side in row.sides])
        for member in seen
    ]
    context = {
        "commitment": row,
        "runs": runs_it,
        "may_run": can("cohorts.run", actor, row),
        "in_force": _in_force(row),
        # guarded: its cohort was read above
        "next": Commitment.objects.filter(replaces=row).first(),
        "lines": lines,
        "signed": len(done),
        "asked": len(seen) * len(row.sides),
        "crumbs": _crumbs(actor, row),
    }
    return render(request, "cohorts/commitment.html", context)


def _signed_by_us(actor: Actor, row: Commitment, seen: list[Member]) -> set[int]:
    """Keys of these members for whom this person signs as their house: the rule of one, asked for all at once. What one
    carries is never among them."""
    if not (_in_force(row) and actor.can_write):
        return set()
    hosted = spoken_for(actor).filter(application__in=[member.application_id for member in seen])
    keys = set(hosted.values_list("application_id", flat=True))
    return {member.pk for member in seen if member.application_id in keys}


def _signing(row: Commitment, member: Member, side: Side, ours: set[int]) -> str:
    """Where this person signs for this side, empty when somebody else does."""
    if side != Side.HOST or member.pk not in ours:
        return ""
    return reverse("cohorts:sign", args=[row.public_id, member.public_id, _WORDS[side]])


def _crumbs(actor: Actor, row: Commitment) -> list[tuple[Any, str]]:
    if runs(actor, row.cohort.call):
        texts = reverse("cohorts:commitments", args=[row.cohort.call.public_id])
        return call_crumbs(row.cohort.call, (_("Commitments"), texts))
    return [(row.cohort.name, reverse("cohorts:my-cohort", args=[row.cohort.public_id]))]


def _run(request: HttpRequest, public_id: UUID) -> Commitment:
    row = seen_commitment(request, public_id)
    run_of_cohort(request, row.cohort)
    check("cohorts.run", of(request), row, who_runs())
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _run(request, public_id)

    def act(data: Any) -> str:
        actions.write_commitment(cohort=row.cohort, commitment=row, by=of(request), **data)
        return row.get_absolute_url()

    return form_page(
        request, CommitmentForm(request.POST or None, initial=_initial(row)), act, title=_("Change the text"),
        verb=_("Keep this text"), back=row.get_absolute_url(), crumbs=_crumbs(of(request), row),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def open_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _run(request, public_id)

    def act() -> str:
        actions.open_commitment(commitment=row, by=of(request))
        messages.success(request, _("It is open to signatures; those who sign are written to."))
        return row.get_absolute_url()

    return confirm_page(
        request, act, title=_("Open “%(title)s” to signatures?") % {"title": row.title},
        consequences=[
            _("The text no longer changes: a change will be another version, to sign again."),
            _("Everybody who signs it is written to."),
        ],
        verb=_("Open to signatures"), back=row.get_absolute_url(), crumbs=_crumbs(of(request), row),
    )  # fmt: skip


@require_POST
def version(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Begins another version."""
    row = _run(request, public_id)
    try:
        made = actions.new_version(commitment=row, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(row.get_absolute_url())
    return redirect("cohorts:commitment-change", made.public_id)


_RULES = {
    Side.CARRIER: "cohorts.sign_as_carrier",
    Side.HOST: "cohorts.sign_as_host",
    Side.ALLIANCE: "cohorts.run_member",
}
_SIDES = {"projet": Side.CARRIER, "accueil": Side.HOST, "equipe": Side.ALLIANCE}
_WORDS = {side: word for word, side in _SIDES.items()}


def _member_for(request: HttpRequest, row: Commitment, member: UUID) -> Member:
    """A member that one carries, hosts or runs; else 404."""
    actor = of(request)
    # guarded: its cohort was read above
    rows = Member.objects.filter(cohort=row.cohort, public_id=member)
    found = rows.visible_to(actor).first() or rows.own(actor).first()
    if found is None:
        raise Http404
    ties = Member.objects.with_ties().select_related("application__response")
    return get_object_or_404(ties, pk=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, public_id: UUID, member: UUID, side: str) -> HttpResponse:
    """Reads the text whole, then signs by typing one's name."""
    row = seen_commitment(request, public_id)
    who = _SIDES.get(side)
    if who is None or who not in row.sides:
        raise Http404
    taking = _member_for(request, row, member)
    check(_RULES[who], of(request), taking, _("You do not sign for this side of the commitment."))
    # guarded: its cohort was read above
    done = Signature.objects.filter(commitment=row, member=taking, side=who).first()
    form = SignForm(request.POST or None, initial={"digest": row.digest})

    def act(data: Any) -> str:
        actions.sign(commitment=row, member=taking, side=who, name=data["name"], digest=data["digest"], by=of(request))
        messages.success(request, _("Signed. The text with its signatures can be downloaded."))
        return request.path

    context = {
        "commitment": row,
        "member": taking,
        "side": who,
        "done": done,
        "person": of(request).user,
        "crumbs": _crumbs(of(request), row),
    }
    return act_or_show(request, form, act, "cohorts/sign.html", context)


@require_http_methods(["GET", "HEAD"])
def pdf(request: HttpRequest, public_id: UUID, member: UUID) -> HttpResponse:
    """The text with the signatures of one member, as an accessible PDF."""
    row = seen_commitment(request, public_id)
    taking = _member_for(request, row, member)
    response = HttpResponse(pdf_of(row, taking), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="engagement-{taking.application.number}.pdf"'
    return response
