"""What a call says of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean
from kiif.decisions.actions.common import check_revision, require_runs
from kiif.decisions.models import Terms
from kiif.journal.actions import record
from kiif.journal.diff import difference, snapshot
from kiif.programmes.models import Call
from kiif.ui.errors import Refused

FIELDS: Final = (
    "appeals",
    "appeal_days",
    "appeal_answer_days",
    "confirm_days",
    "reserve_days",
    "tie_rule",
    "tie_seed",
)
_MOST_DAYS: Final = 365


@transaction.atomic
def set_terms(*, call: Call, by: Actor, values: Mapping[str, Any], revision: int | None = None) -> Terms:
    """Changes the delays and the tie rule. What was published keeps the days that were announced.

    Raises NotAllowed for who does not run the call; Refused for a delay beyond a year, a draw without its seed, or a
    stale page.
    """
    require_runs(by, call)
    Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    terms = Terms.objects.filter(call=call).first() or Terms(call=call)
    check_revision(terms, revision)
    before = snapshot(terms, FIELDS)
    for name in FIELDS:
        if name in values:
            setattr(terms, name, values[name])
    for name in ("appeal_days", "appeal_answer_days", "confirm_days", "reserve_days"):
        if not 1 <= getattr(terms, name) <= _MOST_DAYS:
            raise Refused(_("Give a number of days between 1 and %(max)s.") % {"max": _MOST_DAYS}, field=name)
    if terms.tie_rule == "draw" and not terms.tie_seed.strip():
        raise Refused(_("A draw needs a seed, published before it."), field="tie_seed")
    terms.revision += 1
    clean(terms)
    terms.save()
    changes = difference(before, terms)
    record(
        by=by, verb="decisions.terms_changed", obj=call, changes=changes, scope=call.edition.programme.owner.specific
    )
    return terms
