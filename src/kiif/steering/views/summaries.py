"""What a partner of the alliance reads of a published call: counts without names, small ones hidden."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.methods.disclosure import K
from kiif.steering import telling
from kiif.steering.queries import summarised_for
from kiif.steering.views.opendata import shown


@require_safe
def summary(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The summary of a call; its tables once the call is closed, with the answers once they are all given."""
    found = get_object_or_404(summarised_for(of(request)).with_ties(), public_id=public_id)
    told = telling.of_call(found)
    context = {
        "call": found,
        "told": told,
        "tables": shown(list(told.tables)),
        "today": timezone.localdate(),
        "smallest": K,
    }
    return render(request, "steering/summary.html", context)
