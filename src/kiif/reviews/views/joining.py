"""Joining a round: the personal link of an expert, the answer to an invitation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.reviews import links
from kiif.reviews.actions import experts
from kiif.reviews.enums import ReviewerState
from kiif.reviews.forms import AnswerForm
from kiif.reviews.models import Reviewer
from kiif.reviews.views.common import who
from kiif.reviews.views.reading import for_readers
from kiif.ui.errors import Refused


@login_not_required
@require_safe
def access(request: HttpRequest, token: str) -> HttpResponse:
    """The personal link of an expert: it is kept by this browser, then the address no longer shows it."""
    reviewer = links.find(token)
    if reviewer is None:
        return render(request, "reviews/reading/dead_link.html", status=410)
    actor = of(request)
    if actor.user is not None and actor.user.pk != reviewer.person_id:
        context = {"person": actor.user, "reviewer": reviewer}
        return render(request, "reviews/reading/other_account.html", context, status=409)
    if actor.user is None:
        links.hold(request, token)
    if reviewer.state == ReviewerState.INVITED:
        return redirect("reviews:invitation", reviewer.public_id)
    return redirect("reviews:mine")


@login_not_required
@require_POST
def let_go(request: HttpRequest) -> HttpResponse:
    """This browser forgets the personal link (a shared computer)."""
    request.session.pop(links.SESSION_KEY, None)
    messages.success(request, _("This browser no longer holds your link. It still works: keep the mail."))
    return redirect("home")


@for_readers
def invitation(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Says yes, with how many and what one can read, or no, with a reason."""
    asks = who(request)
    rows = Reviewer.objects.mine(asks.actor).exclude(state=ReviewerState.LEFT)
    if asks.by_link is not None:
        rows = rows.filter(pk=asks.by_link.pk)
    row = get_object_or_404(rows.select_related("round__call__edition__programme", "invited_by"), public_id=public_id)
    form = AnswerForm(request.POST or None, reviewer=row)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        accept = data.pop("answer") == "yes"
        try:
            experts.answer_invitation(reviewer=row, accept=accept, by=asks.actor, **data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Thank you: it is noted.") if accept else _("Noted. Thank you for saying so."))
            return redirect("reviews:mine")
    context = {"form": form, "reviewer": row, "round": row.round, "by_link": asks.by_link}
    return render(request, "reviews/reading/invitation.html", context, status=422 if form.errors else 200)
