"""The way in: what it does for a visitor, one's own searches for somebody who has some."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.opendata import base
from kiif.replication.criteria import LIBRARY
from kiif.replication.enums import VISITOR_DAYS
from kiif.replication.models import Solution
from kiif.replication.profiles import PROFILES
from kiif.replication.tables import SolutionsTable
from kiif.replication.views.mine import studies_of
from kiif.replication.visitors import key_of
from kiif.ui.tables import respond

#: Studies shown on the way in; the rest are one link away.
MOST_STUDIES = 4


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Public. The list is that of the person, or of this session's trial."""
    actor, key = of(request), key_of(request)
    rows = Solution.objects.visible_to(actor, key).select_related("owner", "owner_body")
    rows = rows.annotate(searches_count=Count("searches", distinct=True))
    table = SolutionsTable(rows, request)
    context = {
        "profiles": list(PROFILES.values()),
        "criteria_count": len(LIBRARY),
        "is_visitor": actor.user is None,
        "has_some": actor.user is not None or bool(key and table.count),
        "days": VISITOR_DAYS,
        "has_data": base.is_built(),
        "studies": list(studies_of(actor)[:MOST_STUDIES]) if actor.user else [],
    }
    return respond(request, table, "replication/home.html", context)
