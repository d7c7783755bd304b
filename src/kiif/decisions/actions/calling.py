"""A place is free: who comes next on the reserve list is called, by the rule that was said."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.decisions import reserve
from kiif.decisions.actions.common import require_runs
from kiif.decisions.actions.letters import write
from kiif.decisions.actions.preparing import prepare
from kiif.decisions.enums import Outcome, Source
from kiif.decisions.models import Decision
from kiif.programmes.models import Call
from kiif.ui.errors import Refused


@transaction.atomic
def call_next(*, decision: Decision, by: Actor, words: str = "") -> Decision:
    """Prepares the acceptance of somebody on the reserve list, with its letter: to be read again, then published.

    Only the next one of the whole list, or one of those that nothing tells apart from it (then `words` say why this
    one): a dossier that a conflict hides from this person keeps its turn.
    Raises NotAllowed for who does not run the call; Refused when no place is free, or when another one comes first.
    """
    call = Call.objects.select_for_update(of=("self",)).get(pk=decision.application.call_id)
    require_runs(by, call)
    found = reserve.of_call(call, Decision.objects.all())  # guarded: turns are everybody’s, nothing is shown
    if found.free is not None and found.free < 1:
        raise Refused(_("No place is free: %(taken)s of %(places)s are taken or offered.")
                      % {"taken": found.taken + found.calling, "places": found.places})  # fmt: skip
    line = next((one for one in found.upcoming if one.decision.pk == decision.pk), None)
    if line is None:
        raise Refused(_("Another dossier comes first on the reserve list: read it again."))
    if line.equals > 1 and not words.strip():
        raise Refused(_("Several dossiers share this rank: say why this one is called."), field="words")
    called = prepare(
        application=decision.application,
        outcome=Outcome.ACCEPTED,
        words=words,
        by=by,
        source=Source.RESERVE,
        revision=0,
    )
    write(decision=called, by=by)
    return called
