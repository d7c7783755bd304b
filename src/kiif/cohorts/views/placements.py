"""The page of a placement, for the team of the call and for the host."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.alliance.views.common import form_page
from kiif.cohorts import actions, explaining, fitting, people
from kiif.cohorts.actions.common import who_runs
from kiif.cohorts.enums import PlacementState, Side
from kiif.cohorts.forms import AnswerForm, HostChoiceForm, WhyForm
from kiif.cohorts.models import Placement
from kiif.cohorts.views.common import act_or_show, call_crumbs, can, check, seen_placement
from kiif.programmes import reading
from kiif.programmes.rules import runs
from kiif.ui.components import TimelineItem


def answer_form(request: HttpRequest, yes: Any, no: Any) -> AnswerForm:
    return AnswerForm(request.POST or None, yes=yes, no=no)


@require_http_methods(["GET", "HEAD", "POST"])
def placement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is proposed and why, both answers, the history; the host answers here."""
    row, actor = seen_placement(request, public_id), of(request)
    may_answer = can("cohorts.answer_as_host", actor, row)
    if request.method == "POST":
        check("cohorts.answer_as_host", actor, row, _("The managers and advisors of this host answer for it."))
    form = answer_form(request, _("Yes, we host this project"), _("No, we cannot"))

    def act(data: Any) -> str:
        after = actions.answer(
            placement=row, side=Side.HOST, accepts=data["answer"] == "yes", words=data["words"], by=actor
        )
        if after.state == PlacementState.HOSTED:
            messages.success(request, _("Agreed: both of you receive the names of the other."))
        elif after.is_running:
            day = {"day": date_format(localtime(after.deadline), "DATE_FORMAT")}
            messages.success(request, _("Your yes is kept: the project has until %(day)s to give its own.") % day)
        else:
            messages.success(request, _("Your refusal is kept: the team reads your words and looks for another host."))
        return row.get_absolute_url() if after.is_running else reverse("cohorts:hosted")

    context = {
        "placement": row,
        "application": row.application,
        "names": reading.names(actor, row.application),
        "why": explaining.why(row.reasons, explaining.labels_of(row.application.call)),
        "story": story(row),
        "may_answer": may_answer and row.is_open and not row.host_answer,
        "runs": runs(actor, row.application.call),
        "may_run": can("cohorts.run", actor, row),  # the placement was read above
        "targets": row.application.targets.all(),
        "others": row.application.placements.exclude(pk=row.pk).with_ties(),
        "crumbs": _crumbs(request, row),
        "host_people": people.house(row.host, row.application),
    }
    return act_or_show(request, form, act, "cohorts/placement.html", context)


def _crumbs(request: HttpRequest, row: Placement) -> list[tuple[Any, str]]:
    call = row.application.call
    if runs(of(request), call):
        return call_crumbs(call, (_("Local hosts"), reverse("cohorts:matching", args=[call.public_id])))
    return [(_("Hosted projects"), reverse("cohorts:hosted"))]


def story(row: Placement) -> list[TimelineItem]:
    """What happened, in order."""
    made = [TimelineItem(row.proposed_at, _("Proposed by %(who)s") % {"who": row.proposed_by or "kiif"}, row.words)]
    sides = (
        (row.host_at, row.get_host_answer_display(), row.host_words, _("The host %(answer)s")),
        (row.carrier_at, row.get_carrier_answer_display(), row.carrier_words, _("The project %(answer)s")),
    )
    made += [TimelineItem(at, said % {"answer": answer}, words) for at, answer, words, said in sides if at]
    if row.hosted_at:
        made.append(TimelineItem(row.hosted_at, _("Hosted")))
    if row.closed_at:
        made.append(TimelineItem(row.closed_at, _("Closed: %(state)s") % {"state": row.get_state_display()},
                                 row.closed_words))  # fmt: skip
    made.sort(key=lambda item: str(item.when))
    if row.is_open:
        made.append(TimelineItem(row.deadline, _("Last day to answer"), state="now"))
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The team takes it back."""
    row = seen_placement(request, public_id)
    check("cohorts.run_placement", of(request), row, who_runs())

    def act(data: Any) -> str:
        actions.withdraw(placement=row, words=data["words"], by=of(request))
        messages.success(request, _("The placement is closed; both sides are told. The project is without a host."))
        return reverse("cohorts:matching", args=[row.application.call.public_id])

    return form_page(
        request,
        WhyForm(request.POST or None),
        act,
        title=_("Withdraw this placement"),
        lead=_("%(project)s will be without a host until you propose another one.")
        % {"project": row.application.title},
        verb=_("Withdraw"),
        back=row.get_absolute_url(),
        crumbs=_crumbs(request, row),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reassign(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another host, the next best first."""
    row = seen_placement(request, public_id)
    check("cohorts.run", of(request), row, who_runs())
    book = fitting.book(row.application.call, [row.application], without=row, by=of(request))
    options = [fit for fit in book.fits_for(row.application) if fit.host != str(row.host_id)]
    hosts = [host for host in book.hosts.values() if host.pk != row.host_id]
    best = next((fit.host for fit in options if fit.possible), None)
    form = HostChoiceForm(request.POST or None, hosts=hosts, initial={"host": best})
    labels = explaining.labels_of(row.application.call)

    def act(data: Any) -> str:
        made = actions.reassign(placement=row, host=data["host"], words=data["words"], by=of(request))
        messages.success(request, _("The other host and the project are written to."))
        return made.get_absolute_url()

    context = {
        "placement": row,
        "options": [
            (book.hosts[fit.host], fit, explaining.why([vars(p) for p in fit.parts], labels),
             explaining.forbids(fit, book.project(row.application).departments))
            for fit in options
        ],
        "crumbs": _crumbs(request, row),
        "back": row.get_absolute_url(),
    }  # fmt: skip
    return act_or_show(request, form, act, "cohorts/reassign.html", context)
