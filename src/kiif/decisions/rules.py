"""Who prepares, publishes and answers. What is seen starts in `queries`."""

from __future__ import annotations

from typing import Any

import rules
from rules import predicate

from kiif.accounts.actor import Actor
from kiif.alliance.rules import is_system, may_write
from kiif.decisions.models import Decision
from kiif.programmes.rules import carries, runs


@predicate
def carries_it(actor: Actor, decision: Decision) -> bool:
    return bool(carries(actor, decision.application))


#: the tab, the texts of letters, the terms of a call: who runs it
rules.add_rule("decisions.view_call", is_system | runs)
rules.add_rule("decisions.change_call", is_system | (may_write & runs))
rules.add_rule("decisions.reply_decision", is_system | (may_write & carries_it))


def may(actor: Actor, rule: str, obj: Any) -> bool:
    return bool(rules.test_rule(f"decisions.{rule}", actor, obj))
