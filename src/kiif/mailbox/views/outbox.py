"""The outbox: what left, what waits, what failed, and what one can do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.mailbox import actions, layout
from kiif.mailbox.models import Mail
from kiif.mailbox.queries import living_trouble
from kiif.mailbox.tables import Outbox
from kiif.mailbox.views.page import html_page
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import respond


@require_safe
def outbox(request: HttpRequest) -> HttpResponseBase:
    """Every mail of the alliance."""
    actor = of(request)
    if not rules.test_rule("mailbox.operate", actor):
        raise NotAllowed(_("The outbox is looked after by the coordination. Your own mails are on your own page."))
    mails = Mail.objects.visible_to(actor).select_related("to").defer("text", "html", "calendar")
    return respond(request, Outbox(mails, request), "mailbox/outbox.html", {"counts": living_trouble()})


def _find(request: HttpRequest, pk: int) -> Mail:
    actor = of(request)
    found = Mail.objects.visible_to(actor).select_related("to", "created_by", "about_type", "digest")
    mail: Mail = get_object_or_404(found, pk=pk)
    return mail


@require_safe
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: where it stands and, for whom may read it, what it says."""
    found = _find(request, pk)
    actor = of(request)
    context = {
        "mail": found,
        "subject": found.kind_label if found.is_secret else found.subject,
        "readable": rules.test_rule("mailbox.read_mail", actor, found) and not found.blanked,
        "operator": rules.test_rule("mailbox.operate", actor),
        "mine": rules.test_rule("mailbox.received", actor, found),
        "may_decide_draft": actor.user is not None
        and (found.created_by_id == actor.user.pk or rules.test_rule("mailbox.operate", actor)),
    }
    return render(request, "mailbox/mail.html", context)


@require_safe
def html(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail as its recipient sees it."""
    found = _find(request, pk)
    if not rules.test_rule("mailbox.read_mail", of(request), found) or found.blanked:
        raise NotAllowed(_("The text of this mail is read by its recipient only."))
    return html_page(layout.compose(found).html)


def _gesture(action: Callable[..., Any], sentence: Callable[[], str]) -> Callable[[HttpRequest, int], HttpResponse]:
    """A view that does one thing to one mail and comes back to it."""

    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        found = _find(request, pk)
        try:
            action(mail=found, by=of(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, sentence())
        return redirect("mailbox:mail", pk=pk)

    return view


retry = _gesture(actions.retry, lambda: _("The mail is on its way again."))
mark_sent = _gesture(actions.mark_sent, lambda: _("The mail counts as sent."))
looked_at = _gesture(actions.mark_looked_at, lambda: _("Noted: this failure no longer waits for anybody."))
release = _gesture(actions.release_draft, lambda: _("The mail is on its way."))
discard = _gesture(actions.discard_draft, lambda: _("The draft was set aside."))
