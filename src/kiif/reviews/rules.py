"""Who may do what in reviews. `view` rules have their twin in `queries.py`; who runs the call runs its rounds."""

from __future__ import annotations

from typing import Any

import rules
from rules import predicate

from kiif.accounts.actor import Actor
from kiif.alliance.rules import is_system, may_write
from kiif.programmes.enums import SENT
from kiif.programmes.models import Application
from kiif.programmes.queries import barred_from, carried_by
from kiif.programmes.rules import runs
from kiif.reviews.enums import ReviewerState
from kiif.reviews.models import Assignment, Mark, Round, Score


@predicate
def runs_round(actor: Actor, obj: Any) -> bool:
    """Runs the call of a round, or of what hangs on one."""
    round_ = obj if isinstance(obj, Round) else obj.round
    return bool(runs(actor, round_.call))


@predicate
def sees_round(actor: Actor, round_: Round) -> bool:
    return Round.objects.visible_to(actor).filter(pk=round_.pk).exists()


@predicate
def is_asked(actor: Actor, reviewer: Any) -> bool:
    """Is the person of this reviewer."""
    return actor.user is not None and reviewer.person_id == actor.user.pk


@predicate
def reads_it(actor: Actor, assignment: Assignment) -> bool:
    """The read is one's own, and nothing took it away. (What `Application.objects.visible_to` says of one's own reads,
    in a question that costs little: it is asked at each key that is typed.)"""
    mine = actor.user is not None and assignment.reviewer.person_id == actor.user.pk
    if not mine or assignment.reviewer.state != ReviewerState.ACCEPTED:
        return False
    rows = Application.objects.filter(pk=assignment.application_id, state__in=SENT)
    return rows.exclude(carried_by(actor)).exclude(pk__in=barred_from(actor)).exists()


@predicate
def sees_mark(actor: Actor, mark: Mark) -> bool:
    return Mark.objects.visible_to(actor).filter(pk=mark.pk).exists()


@predicate
def sees_score(actor: Actor, score: Score) -> bool:
    return Score.objects.visible_to(actor).filter(pk=score.pk).exists()


rules.add_rule("reviews.view_round", is_system | sees_round)
rules.add_rule("reviews.change_round", is_system | (may_write & runs_round))
rules.add_rule("reviews.answer_reviewer", is_system | (may_write & is_asked))
rules.add_rule("reviews.mark_assignment", is_system | (may_write & reads_it))
rules.add_rule("reviews.view_mark", is_system | sees_mark)
rules.add_rule("reviews.view_score", is_system | sees_score)
