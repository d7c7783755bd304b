"""Preparing a session: planned, its rules, its people, its invitations, its projected screen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.accounts.models import User
from kiif.committees.actions import preparing, room
from kiif.committees.forms import ChangeMemberForm, MemberForm, ReviewersForm, SessionForm
from kiif.committees.models import Member, Session
from kiif.committees.screens import limits_in
from kiif.committees.tables import table_of, with_counts
from kiif.committees.views.common import check, frame, gesture, seen_session
from kiif.programmes.actions import conflicts
from kiif.programmes.enums import ConflictState
from kiif.programmes.models import Application, Call, Conflict
from kiif.programmes.reading import title_for
from kiif.programmes.views import common as calls
from kiif.reviews.models import Reviewer
from kiif.reviews.tables_allocation import reasons_of
from kiif.ui.errors import Refused
from kiif.ui.tables import respond


def _preparers() -> str:
    return _("The committee is prepared by those who run the call: ask them for this change.")


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The committees that one sits in or prepares."""
    rows = with_counts(Session.objects.visible_to(of(request)))
    return respond(request, table_of(request, rows), "committees/list.html", {})


@require_safe
def of_call(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The sessions of a call."""
    context = calls.call_context(request, public_id, tab="committees")
    rows = with_counts(Session.objects.visible_to(of(request)).filter(call=context["call"]))
    return respond(request, table_of(request, rows), "committees/of_call.html", context)


def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Plans a session; the places are those of the call until told otherwise."""
    context = calls.call_context(request, public_id, tab="committees")
    call: Call = context["call"]
    check("programmes.change_call", of(request), call, _("Committees are prepared by those who run the call."))
    initial = {"places": call.places or 10, "title": _("Selection committee")}
    form = SessionForm(request.POST or None, initial=initial, instance=Session(call=call))
    if request.method == "POST" and form.is_valid():
        try:
            made = preparing.plan(call=call, by=of(request), fields=form.values())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The session is planned. Next: its members, then its agenda."))
            return redirect(made)
    return render(request, "committees/create.html", context | {"form": form}, status=422 if form.errors else 200)


@require_safe
def session(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who sits, under which rules, what is ready."""
    found = seen_session(request, public_id)
    context = frame(request, found, "session")
    members = list(found.members.sitting().select_related("person"))
    gone = list(found.members.filter(removed_at__isnull=False)) if context["runs"] else []
    facts = [
        (_("When"), _("%(day)s") % {"day": _moment(found)}),
        (_("Where"), found.place or "–"),
        (
            _("How it decides"),
            ", ".join([str(found.get_mode_display()), *([_("secret votes")] if found.secret else [])]),
        ),
        (_("Quorum"), f"{found.get_quorum_display()}, {_quorum_least(found)}"),
        (_("Majority"), found.get_majority_display()),
        (_("Equal votes"), found.get_tie_display()),
        (
            _("Places"),
            _("%(places)s, and %(reserve)s in reserve") % {"places": found.places, "reserve": found.reserve_size},
        ),
    ]
    context |= {"members": members, "gone": gone, "facts": facts, "steps": _steps(found)}
    limits = limits_in(found)
    context["questions"] = [
        (row, title_for(of(request), row.application, limits), reasons_of(row))
        for row in _waiting(request, found, prepares=context["prepares"])
    ]
    if context["prepares"]:
        context |= _to_prepare(found, members)
    return render(request, "committees/session.html", context)


def _said_places(found: Session) -> str:
    return _("%(places)s, and %(reserve)s in reserve") % {"places": found.places, "reserve": found.reserve_size}


def _waiting(request: HttpRequest, found: Session, *, prepares: bool) -> QuerySet[Conflict]:
    """Possible conflicts between who sits and the agenda that wait for a word: one's own; all for who prepares. Never
    about a dossier that one may not see."""
    actor = of(request)
    seen = Application.objects.visible_to(actor).filter(committee_items__session=found)
    sitting = found.members.sitting().filter(person__isnull=False)
    # guarded: the session was read above
    rows = Conflict.objects.filter(application_id__in=seen.values("pk"), state=ConflictState.PROPOSED)
    people = sitting if prepares else sitting.filter(person=actor.user)
    rows = rows.filter(person_id__in=people.values("person_id"))
    ties = ("person", "application__project", "application__organisation", "application__response__owner")
    return rows.select_related(*ties).order_by("person__full_name", "pk")


@require_POST
def settle(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Somebody who sits, or who prepares, says what a possible conflict is worth."""
    found = seen_session(request, public_id)
    prepares = frame(request, found, "session")["prepares"]
    row = get_object_or_404(_waiting(request, found, prepares=prepares), pk=pk)
    do = conflicts.confirm if request.POST.get("answer") == "yes" else conflicts.dismiss
    words = request.POST.get("words", "")
    back = reverse("committees:session", args=[found.public_id])
    return gesture(request, lambda: do(conflict=row, by=of(request), words=words), back, _("Noted."))


def _moment(found: Session) -> str:
    from kiif.committees.mails import moment

    return moment(found)


def _quorum_least(found: Session) -> str:
    n = found.quorum_least
    return ngettext("%(n)s person at least", "%(n)s people at least", n) % {"n": n}


def _steps(found: Session) -> list[str]:
    from kiif.committees.enums import Step

    said = [str(Step(step).label) for step in found.steps if step in Step.values]
    if found.seed:
        said.append(_("a draw with the seed “%(seed)s”") % {"seed": found.seed})
    return said


def _to_prepare(found: Session, members: list[Member]) -> dict[str, Any]:
    """What is missing, and conflicts that wait for somebody's word."""
    people = [member.person_id for member in members if member.person_id]
    on_it = found.items.values("application_id")
    # guarded: the session was read above
    waiting = Conflict.objects.filter(application_id__in=on_it, person_id__in=people, state=ConflictState.PROPOSED)
    return {
        "dossiers": found.items.count(),
        "waiting": waiting.count(),
        "chairless": found.tie == "chair" and not any(one.role == "chair" for one in members),
    }


def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = seen_session(request, public_id)
    check("committees.change_session", of(request), found, _preparers())
    form = SessionForm(request.POST or None, instance=Session.objects.get(pk=found.pk))  # guarded: seen above
    if request.method == "POST" and form.is_valid():
        try:
            preparing.change(session=found, by=of(request), fields=form.values())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The session is changed."))
            return redirect(found)
    context = frame(request, found, "session") | {"form": form}
    return render(request, "committees/change.html", context, status=422 if form.errors else 200)


def member_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody by the address of their account, or several of those who read in the call."""
    found = seen_session(request, public_id)
    check("committees.change_session", of(request), found, _preparers())
    readers = _readers(found)
    form = MemberForm(request.POST if "email" in request.POST else None)
    several = ReviewersForm(request.POST if "people" in request.POST else None, people=readers)
    try:
        if request.method == "POST" and form.is_bound and form.is_valid():
            data = form.cleaned_data
            preparing.add_member(
                session=found, person=form.found(), by=of(request), role=data["role"], voice=data["voice"],
                quality=data["quality"],
            )  # fmt: skip
            return _added(request, found, 1)
        if request.method == "POST" and several.is_bound and several.is_valid():
            chosen = [one for one in readers if str(one.pk) in several.cleaned_data["people"]]
            for one in chosen:
                preparing.add_member(session=found, person=one, by=of(request))
            return _added(request, found, len(chosen))
    except Refused as refusal:
        form.add_error("email" if refusal.field == "person" else refusal.field, str(refusal))
    context = frame(request, found, "session") | {"form": form, "several": several if readers else None}
    return render(request, "committees/member_add.html", context, status=422 if form.errors or several.errors else 200)


def _readers(found: Session) -> list[User]:
    """People who read in the call and have no seat yet."""
    seated = found.members.sitting().values("person_id")
    # guarded: the session was read above
    reading = Reviewer.objects.filter(round__call=found.call, state="accepted").exclude(person_id__in=seated)
    # guarded: the session was read above
    return list(User.objects.filter(pk__in=reading.values("person_id")).order_by("full_name", "pk"))


def _added(request: HttpRequest, found: Session, n: int) -> HttpResponse:
    said = ngettext("%(n)s member added.", "%(n)s members added.", n) % {"n": n}
    messages.success(request, said)
    return redirect(found)


def _member(request: HttpRequest, public_id: UUID, pk: int) -> Member:
    found = seen_session(request, public_id)
    member = get_object_or_404(found.members.sitting(), pk=pk)
    member.session = found
    return member


def member_change(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    member = _member(request, public_id, pk)
    check("committees.change_session", of(request), member.session, _preparers())
    start = {"role": member.role, "quality": member.quality, "voice": member.voice}
    form = ChangeMemberForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            preparing.change_member(member=member, by=of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The seat is changed."))
            return redirect(member.session)
    context = frame(request, member.session, "session") | {"form": form, "member": member}
    return render(request, "committees/member_change.html", context, status=422 if form.errors else 200)


def member_remove(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Asks, says what follows, then takes the person off the committee."""
    member = _member(request, public_id, pk)
    check("committees.run_session", of(request), member.session, _preparers())
    refusal = ""
    if request.method == "POST":
        try:
            room.remove_member(member=member, why=request.POST.get("why", ""), by=of(request))
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, _("%(name)s no longer belongs to this committee.") % {"name": member.name})
            return redirect(member.session)
    context = {
        "session": member.session, "member": member, "refusal": refusal, "danger": True,
        "cancel_url": member.session.get_absolute_url(),
    }  # fmt: skip
    return render(request, "committees/member_remove.html", context, status=422 if refusal else 200)


@require_POST
def invite(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = seen_session(request, public_id)
    said = _("The invitations are leaving, with a part for calendars.")
    return gesture(request, lambda: preparing.invite(session=found, by=of(request)), found.get_absolute_url(), said)


@require_POST
def screen_open(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The address of the projected screen is shown once, then only opened from the link."""
    found = seen_session(request, public_id)
    try:
        token = preparing.open_screen(session=found, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    address = request.build_absolute_uri(reverse("committees:screen", args=[token]))
    return render(request, "committees/screen_address.html", frame(request, found, "session") | {"address": address})


@require_POST
def screen_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = seen_session(request, public_id)
    said = _("The projected screen no longer shows anything.")
    do = lambda: preparing.withdraw_screen(session=found, by=of(request))  # noqa: E731 -- one gesture
    return gesture(request, do, found.get_absolute_url(), said)


def candidates(found: Session, request: HttpRequest) -> Any:
    """Applications of the call that one reads and that are not on the agenda."""
    rows = Application.objects.visible_to(of(request), found.call)
    return rows.exclude(pk__in=found.items.values("application_id"))
