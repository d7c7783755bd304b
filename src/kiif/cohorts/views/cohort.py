"""Cohorts: the list, the cohort of a call, opened, presented, shown to everybody, closed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import of
from kiif.alliance.views.common import confirm_page, form_page
from kiif.cohorts import actions
from kiif.cohorts.enums import PRESENT, MemberState
from kiif.cohorts.forms import CohortForm
from kiif.cohorts.models import Cohort, Member, Signature
from kiif.cohorts.queries import MemberQuerySet
from kiif.cohorts.tables import CohortsTable, MembersTable
from kiif.cohorts.views.common import call_crumbs, can, cohort_frame, cohort_of, run_call, run_cohort
from kiif.decisions.enums import DecisionState, Outcome
from kiif.decisions.models import Decision
from kiif.programmes import keeping
from kiif.programmes.models import Application, Call
from kiif.programmes.queries import HOSTING_ROLES, role_of
from kiif.programmes.rules import runs
from kiif.programmes.views.common import frame, visible_call
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import respond


@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponseBase:
    """Every cohort of the alliance, with how many take part."""
    actor = of(request)
    if not rules.test_rule("alliance.open_staff_pages", actor, None):
        raise NotAllowed(_("These pages are for the teams of the alliance’s members."))
    rows = Cohort.objects.visible_to(actor).select_related("call__edition__programme")
    told = ~Q(members__application__in=list(keeping.kept(actor)))
    here = told & Q(members__state__in=sorted(PRESENT))
    rows = rows.annotate(
        present_count=Count("members", filter=here),
        alone_count=Count("members", filter=here & Q(members__placement__isnull=True)),
        dropped_count=Count("members", filter=told & Q(members__state=MemberState.DROPPED)),
    )
    hosts = role_of(actor) in HOSTING_ROLES
    return respond(request, CohortsTable(rows, request), "cohorts/list.html", {"hosts": hosts})


def with_signatures(rows: MemberQuerySet, cohort: Cohort) -> MemberQuerySet:
    """Adds `signed_count` and `asked_count`: signatures of the texts in force."""
    texts = cohort.commitments.filter(opened_at__isnull=False).exclude(replaced_by__opened_at__isnull=False)
    asked = sum(len(text.sides) for text in texts)
    # guarded: the call was read above
    done = Signature.objects.filter(member=OuterRef("pk"), commitment__in=[text.pk for text in texts]).order_by()
    counted = done.values("member").annotate(n=Count("pk")).values("n")
    return rows.annotate(
        signed_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        asked_count=Value(asked, output_field=IntegerField()),
    )


@require_http_methods(["GET", "HEAD"])
def cohort(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The cohort of a call: its members, as many as this person sees."""
    call = visible_call(request, public_id)
    row = cohort_of(call)
    if row is None:
        return _nothing_yet(request, call)
    rows = with_signatures(Member.objects.visible_to(of(request)).filter(cohort=row).with_ties(), row)
    context = {
        **cohort_frame(request, row, "members"),
        "counts": _counts(rows),
        "reserve": _reserve(request, call) if runs(of(request), call) else [],
        "may_run": can("cohorts.run", of(request), row),
    }
    return respond(request, MembersTable(rows, request, call=call), "cohorts/cohort.html", context)


def _counts(rows: MemberQuerySet) -> dict[str, int]:
    here = Q(state__in=sorted(PRESENT))
    found: dict[str, int] = rows.order_by().aggregate(
        present=Count("pk", filter=here),
        alone=Count("pk", filter=here & Q(placement__isnull=True)),
        dropped=Count("pk", filter=Q(state=MemberState.DROPPED)),
    )
    return found


def _reserve(request: HttpRequest, call: Call) -> list[Decision]:
    """Who comes next, when a member gave up: the first of the reserve list."""
    seen = Application.objects.visible_to(of(request), call)
    # guarded: the call was read above
    rows = Decision.objects.filter(application__in=seen, state=DecisionState.PUBLISHED, outcome=Outcome.RESERVE)
    return list(rows.select_related("application__project").order_by("rank", "pk")[:3])


def _nothing_yet(request: HttpRequest, call: Call) -> HttpResponse:
    actor = of(request)
    if not (actor.is_system or runs(actor, call)):
        raise NotAllowed(_("This call has no cohort yet. Who runs it opens it once its answers are published."))
    accepted = Application.objects.visible_to(actor, call).filter(state="accepted").count()
    context = {**frame(request, call, "cohort"), "accepted": accepted, "may_run": can("cohorts.run", actor, call)}
    return render(request, "cohorts/no_cohort.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Opens the cohort with everybody who was accepted."""
    call = run_call(request, public_id)
    back = reverse("cohorts:cohort", args=[call.public_id])
    edition = call.edition
    initial = {
        "name": _("Cohort of %(edition)s") % {"edition": edition},
        "starts_on": edition.starts_on,
        "ends_on": edition.ends_on,
    }

    def act(data: Any) -> str:
        made = actions.open_cohort(call=call, by=of(request), **data)
        count = Member.objects.visible_to(of(request)).filter(cohort=made).count()
        messages.success(
            request, ngettext("%(n)s project takes part.", "%(n)s projects take part.", count) % {"n": count}
        )
        return back

    return form_page(
        request, CohortForm(request.POST or None, initial=initial), act, title=_("Open the cohort"),
        lead=_("Every accepted project takes part; those accepted later join by themselves."),
        verb=_("Open the cohort"), back=back, crumbs=call_crumbs(call, (_("Cohort"), back)),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Its name, its words, its days."""
    row = run_cohort(request, public_id)
    form = CohortForm(request.POST or None, initial={f: getattr(row, f) for f in CohortForm.Meta.fields})

    def act(data: Any) -> str:
        actions.change_cohort(cohort=row, by=of(request), **data)
        return row.get_absolute_url()

    return form_page(
        request, form, act, title=_("Change the cohort"), verb=_("Save"), back=row.get_absolute_url(),
        crumbs=call_crumbs(row.call, (row.name, row.get_absolute_url())),
    )  # fmt: skip


@require_POST
def publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Opens or closes the public page."""
    row = run_cohort(request, public_id)
    try:
        actions.show_publicly(cohort=row, shown=row.public_at is None, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(row.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The programme ends."""
    row = run_cohort(request, public_id)
    seen = Member.objects.visible_to(of(request)).filter(cohort=row).present()
    count, agreed = seen.count(), seen.filter(consent_alumni_at__isnull=False).count()

    def act() -> str:
        actions.close_cohort(cohort=row, by=of(request))
        messages.success(request, ngettext("%(n)s project finishes.", "%(n)s projects finish.", count) % {"n": count})
        return row.get_absolute_url()

    return confirm_page(
        request,
        act,
        title=_("Close “%(cohort)s”?") % {"cohort": row.name},
        consequences=[
            _("Members who take part are recorded as finished."),
            ngettext(
                "%(n)s project agreed to stay in touch: it becomes an alumni.",
                "%(n)s projects agreed to stay in touch: they become alumni.",
                agreed,
            )
            % {"n": agreed},
            _("The others are no longer written to."),
        ],
        verb=_("Close the cohort"),
        back=row.get_absolute_url(),
        crumbs=call_crumbs(row.call, (row.name, row.get_absolute_url())),
    )
