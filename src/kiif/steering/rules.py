"""Who reads boards, exports, publishes. `view` rules have their twin in `queries.py`."""

from __future__ import annotations

from typing import Any

import rules
from rules import predicate

from kiif.accounts.actor import Actor
from kiif.alliance.rules import is_system, may_write
from kiif.programmes.rules import hosts, is_real, runs
from kiif.steering.queries import summarised_for


@predicate
def is_told(actor: Actor, call: Any) -> bool:
    """A partner of the alliance, of a published call."""
    return summarised_for(actor).filter(pk=call.pk).exists()


@predicate
def is_somebody(actor: Actor, obj: Any) -> bool:
    return actor.user is not None


rules.add_rule("steering.view_board", is_system | runs | (is_real & hosts))
rules.add_rule("steering.view_summary", is_told)
#: everything of a call, for whoever runs it; never with somebody else's eyes
rules.add_rule("steering.export_call", is_somebody & may_write & runs)
rules.add_rule("steering.publish_open_data", is_system | (may_write & runs))
