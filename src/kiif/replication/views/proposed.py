"""Lines proposed from the official figures: each is kept, put aside, or left for later."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.replication import actions
from kiif.replication.actions.common import check
from kiif.replication.proposals import proposals_of
from kiif.replication.views.study import frame, visible_study
from kiif.ui.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def proposals(request: HttpRequest, pk: int) -> HttpResponse:
    """For whoever writes in the study."""
    study, actor = visible_study(request, pk), of(request)
    check("replication.change", actor, study)
    refusal = ""
    if request.method == "POST":
        chosen = {origin[:40] for origin in request.POST.getlist("ligne")}
        try:
            if request.POST.get("geste") == "ecarter":
                actions.decline_proposals(study=study, by=actor, origins=chosen)
                return redirect("replication:study-proposals", pk)
            kept = len(actions.keep_proposals(study=study, by=actor, origins=chosen))
        except Refused as error:
            refusal = str(error)
        else:
            text = ngettext("%(n)s line is added to the study.", "%(n)s lines are added to the study.", kept)
            messages.success(request, text % {"n": kept})
            return redirect(f"{study.get_absolute_url()}#supply")
    kept_already = set(study.entries.exclude(origin="").values_list("origin", flat=True))
    found = [one for one in proposals_of(study, actor) if one.origin not in kept_already]
    context = frame(request, study, "study") | {
        "proposals": [one for one in found if one.origin not in study.declined],
        "declined": [one for one in found if one.origin in study.declined],
        "nothing": not found and not kept_already,
        "refusal": refusal,
    }
    return render(request, "replication/study/proposals.html", context, status=422 if refusal else 200)
