"""The page of a call, for the teams: where it stands, its words, its form, its publication, its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.alliance.views.common import confirm_page, form_page
from kiif.programmes import calendars, clearing, mapping
from kiif.programmes.actions import calls
from kiif.programmes.enums import CallState, State
from kiif.programmes.forms_calls import (
    CallCreateForm,
    CallForm,
    FactsForm,
    FormChoiceForm,
    ProlongForm,
    WordsForm,
    questionnaires_for,
)
from kiif.programmes.models import Call
from kiif.programmes.views.common import call_context, check, visible_call
from kiif.programmes.views.programmes import crumbs, manage, visible_edition
from kiif.programmes.views.public import public_context
from kiif.questionnaires.loaded import definition_of, newest
from kiif.questionnaires.windows import moment
from kiif.ui.errors import NotAllowed


def managed(request: HttpRequest, public_id: UUID) -> Call:
    """The call, for who runs it: 404 when it is not seen, 403 when it is only read."""
    call = visible_call(request, public_id)
    check("programmes.change_call", of(request), call, _("Only the team that runs this programme changes its calls."))
    return call


def crumbs_of(call: Call) -> tuple[tuple[Any, str], ...]:
    edition = call.edition
    return crumbs(
        (edition.programme.name, edition.programme.get_absolute_url()),
        (edition.name, edition.get_absolute_url()),
        (call.title, call.get_absolute_url()),
    )


def fresh(call: Call) -> Call:
    """A form fills the row that it is given: the action must see the one of the database."""
    return Call.objects.with_ties().get(pk=call.pk)  # guarded: seen by its caller


@require_safe
def overview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the call stands, what it lacks, what may be done."""
    context = call_context(request, public_id, "overview")
    call: Call = context["call"]
    prepared = call.state == CallState.DRAFT or call.is_rehearsal
    context |= {
        "lacks": clearing.lacks(call) if context["runs"] and prepared else [],
        "ready": context["runs"] and call.state == CallState.DRAFT and not call.is_rehearsal,
        "lines": calendars.lines(call, team=True),
        "version": newest(call.collection.questionnaire) if call.collection is not None else None,
        "hosts": list(call.hosts.filter(left_at__isnull=True).select_related("incubator", "branch")),
        "partners": list(call.partners.all()),
        "waiting": call.inquiries.filter(answered_at__isnull=True).count() if context["runs"] else 0,
        "asked": call.checks.filter(asked_at__isnull=False, decision="").count() if context["runs"] else 0,
        "facts": _facts(call) if context["runs"] else [],
        "address": request.build_absolute_uri(call.public_url),
    }
    context["ready"] = context["ready"] and not context["lacks"]
    return render(request, "programmes/calls/overview.html", context)


def _facts(call: Call) -> list[tuple[Any, str]]:
    """(fact, question that gives it) for those that are known."""
    version = newest(call.collection.questionnaire) if call.collection is not None else None
    if version is None:
        return []
    by_id = definition_of(version).by_id
    return [
        (fact.label, by_id[call.facts[fact.key]].label.get("fr", ""))
        for fact in mapping.FACTS
        if call.facts.get(fact.key) in by_id
    ]


def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A call in an edition."""
    edition = visible_edition(request, public_id)
    manage(request, edition)
    actor = of(request)
    form = CallCreateForm(
        request.POST or None,
        questionnaires=questionnaires_for(actor, edition.programme),
        initial={"title": f"{edition.programme.name} {edition.name}"},
    )

    def act(data: Mapping[str, Any]) -> str:
        made = calls.create_call(edition=edition, by=actor, fields=data, questionnaire=data.get("questionnaire"))
        messages.success(request, _("The call is in preparation: nobody outside sees it yet."))
        return made.get_absolute_url()

    back = edition.get_absolute_url()
    return form_page(
        request, form, act,
        title=_("Prepare a call"), verb=_("Prepare the call"), back=back,
        lead=_("A few words now; the calendar, the hosts and the test come on its page."),
        crumbs=crumbs((edition.programme.name, edition.programme.get_absolute_url()), (edition.name, back)),
    )  # fmt: skip


def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Words and settings."""
    call = managed(request, public_id)
    form = CallForm(request.POST or None, instance=fresh(call), initial={"revision": call.revision})

    def act(data: Mapping[str, Any]) -> str:
        done = calls.change_call(call=call, by=of(request), fields=data, revision=data.get("revision"))
        messages.success(request, _("It is saved."))
        return done.get_absolute_url()

    return form_page(
        request, form, act, title=_("Words and settings"), verb=_("Save"), back=call.get_absolute_url(),
        crumbs=crumbs_of(call),
    )  # fmt: skip


def choose_form(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Which questionnaire people fill."""
    call = managed(request, public_id)
    offered = questionnaires_for(of(request), call.edition.programme)
    initial = {"questionnaire": call.collection.questionnaire_id} if call.collection is not None else {}
    form = FormChoiceForm(request.POST or None, questionnaires=offered, initial=initial)

    def act(data: Mapping[str, Any]) -> str:
        calls.set_form(call=call, questionnaire=data["questionnaire"], by=of(request))
        messages.success(request, _("The form is chosen. Check which question gives which fact."))
        return reverse("programmes:call-facts", args=[call.public_id])

    return form_page(
        request, form, act, title=_("Form of the call"), verb=_("Choose this form"), back=call.get_absolute_url(),
        lead=_("A published questionnaire of your house. People answer its newest version."), crumbs=crumbs_of(call),
    )  # fmt: skip


def facts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Which question gives which fact of an application."""
    call = managed(request, public_id)
    if call.collection is None:
        messages.error(request, _("Choose the form of the call first."))
        return redirect("programmes:call-form", call.public_id)
    form = FactsForm(request.POST or None, call=call)

    def act(data: Mapping[str, Any]) -> str:
        calls.set_facts(call=call, by=of(request), chosen=data, revision=data.get("revision"))
        messages.success(request, _("It is saved."))
        return call.get_absolute_url()

    return form_page(
        request, form, act, title=_("Facts read in the form"), verb=_("Save"), back=call.get_absolute_url(),
        lead=_("Lists, filters and the choice of hosts read these answers. We guessed; you know."),
        crumbs=crumbs_of(call),
    )  # fmt: skip


def publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks, with what still lacks, then publishes."""
    call = managed(request, public_id)
    if call.is_rehearsal:
        raise NotAllowed(_("A rehearsal is never published."))
    told = [_("Everybody sees its page, its calendar and its criteria.")]
    if call.opens_at and call.opens_at <= timezone.now():
        told.append(_("Applications open at once: the opening, %(when)s, is past.") % {"when": moment(call.opens_at)})
    elif call.opens_at:
        told.append(_("Applications open on %(when)s.") % {"when": moment(call.opens_at)})
    told += [lack.sentence for lack in clearing.lacks(call)]

    def act() -> str:
        calls.publish(call=call, by=of(request))
        messages.success(request, _("It is published. Here is how everybody sees it."))
        return call.public_url

    return confirm_page(
        request, act,
        title=_("Publish %(call)s?") % {"call": call.title},
        consequences=told,
        verb=_("Publish the call"), back=call.get_absolute_url(), crumbs=crumbs_of(call),
    )  # fmt: skip


def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    call = managed(request, public_id)
    told = call.applications.filter(state__in=(State.DRAFT, State.SUBMITTED, State.REVIEW)).count()

    def act(data: Mapping[str, Any]) -> str:
        calls.cancel(call=call, by=of(request), words=data["words"])
        messages.success(request, _("The call is cancelled."))
        return call.get_absolute_url()

    lead = ngettext(
        "%(count)s person who began or sent an application will be told, with these words.",
        "%(count)s people who began or sent an application will be told, with these words.", told,
    ) % {"count": told}  # fmt: skip
    return form_page(
        request, WordsForm(request.POST or None), act, title=_("Cancel %(call)s?") % {"call": call.title},
        verb=_("Cancel the call"), back=call.get_absolute_url(), lead=lead, crumbs=crumbs_of(call),
    )  # fmt: skip


def archive(request: HttpRequest, public_id: UUID) -> HttpResponse:
    call = managed(request, public_id)

    def act() -> str:
        calls.archive(call=call, by=of(request))
        messages.success(request, _("The call is put away."))
        return call.get_absolute_url()

    return confirm_page(
        request, act, title=_("Put %(call)s away?") % {"call": call.title},
        consequences=[_("Its public page stays readable, with its results."), _("Nothing in it changes any more.")],
        verb=_("Put it away"), back=call.get_absolute_url(), crumbs=crumbs_of(call),
    )  # fmt: skip


def prolong(request: HttpRequest, public_id: UUID) -> HttpResponse:
    call = managed(request, public_id)
    begun = call.applications.filter(state=State.DRAFT).count()

    def act(data: Mapping[str, Any]) -> str:
        calls.prolong(call=call, until=data["until"], by=of(request), words=data["words"])
        messages.success(request, _("There is more time, and those who began are told."))
        return call.get_absolute_url()

    told = ngettext(
        "%(count)s person began and has not sent: told at once.",
        "%(count)s people began and have not sent: told at once.", begun,
    ) % {"count": begun}  # fmt: skip
    now = _("It closes on %(when)s (Paris).") % {"when": moment(call.closes_at)} if call.closes_at else ""
    return form_page(
        request, ProlongForm(request.POST or None), act, title=_("Give more time"), verb=_("Move the closing"),
        back=call.get_absolute_url(), lead=f"{now} {told}".strip(), crumbs=crumbs_of(call),
    )  # fmt: skip


@require_safe
def preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The public page before it is public."""
    call = visible_call(request, public_id)
    return render(request, "programmes/public/call.html", public_context(request, call) | {"previewed": True})
