"""Preparing decisions: rights, stale pages, what cannot be answered."""

from __future__ import annotations

import pytest

from kiif.accounts import actor as actors
from kiif.decisions.actions import drop, prepare
from kiif.decisions.enums import Outcome
from kiif.decisions.models import Change, Decision
from kiif.journal.models import JournalEntry
from kiif.programmes.enums import ConflictState, State
from kiif.programmes.models import Conflict
from kiif.ui.errors import NotAllowed, Refused
from tests.decisions.factories import coordinator_of
from tests.programmes.factories import make_application, make_call

pytestmark = pytest.mark.django_db


def test_prepare_makes_a_pending_decision_and_moves_nothing():
    application = make_application()
    by = coordinator_of(application.call)
    state_at = application.state_at

    decision = prepare(application=application, outcome="accepted", words=" Solide. ", by=by)

    application.refresh_from_db()
    assert (decision.outcome, decision.state, decision.words) == ("accepted", "pending", "Solide.")
    assert (application.state, application.state_at) == (State.SUBMITTED, state_at)
    assert JournalEntry.objects.filter(verb="decisions.prepared", scope_type=None).count() == 1


def test_prepare_again_keeps_one_decision_and_its_history():
    application = make_application()
    by = coordinator_of(application.call)
    prepare(application=application, outcome="refused", by=by)
    prepare(application=application, outcome="reserve", rank=2, by=by, revision=1)
    same = prepare(application=application, outcome="reserve", rank=2, by=by, revision=2)

    assert Decision.objects.count() == 1
    assert (same.outcome, same.rank, same.revision) == ("reserve", 2, 2)
    assert list(Change.objects.values_list("revision", "outcome", "rank")) == [(2, "reserve", 2), (1, "refused", None)]


def test_a_rank_belongs_to_the_reserve_list():
    application = make_application()
    decision = prepare(application=application, outcome="accepted", rank=3, by=actors.system("test"))
    assert decision.rank is None
    with pytest.raises(Refused):
        prepare(application=application, outcome="reserve", rank=0, by=actors.system("test"))


def test_a_stale_page_does_not_overwrite():
    application = make_application()
    by = coordinator_of(application.call)
    prepare(application=application, outcome="refused", by=by, revision=0)
    with pytest.raises(Refused, match="entre-temps"):
        prepare(application=application, outcome="accepted", by=by, revision=0)
    assert prepare(application=application, outcome="accepted", by=by, revision=1).outcome == "accepted"


@pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN, State.MERGED, State.INELIGIBLE])
def test_what_is_out_of_the_running_is_not_answered(state):
    call = make_call()
    by = coordinator_of(call)
    with pytest.raises(Refused):
        prepare(application=make_application(call, None, state), outcome="accepted", by=by)
    assert prepare(application=make_application(call, None, State.REVIEW), outcome="accepted", by=by).pk


def test_unknown_outcome_is_refused():
    with pytest.raises(Refused):
        prepare(application=make_application(), outcome="perhaps", by=actors.system("test"))


def test_somebody_barred_does_not_decide():
    application = make_application()
    by = coordinator_of(application.call)
    conflict = Conflict.objects.create(application=application, person=by.user, state=ConflictState.CONFIRMED)
    with pytest.raises(NotAllowed):
        prepare(application=application, outcome="accepted", by=by)
    conflict.delete()
    decision = prepare(application=application, outcome="accepted", by=by)
    assert list(Decision.objects.visible_to(by)) == [decision]


def test_who_does_not_run_the_call_does_not_decide():
    application = make_application()
    with pytest.raises(NotAllowed):
        prepare(application=application, outcome="accepted", by=coordinator_of(make_call()))


def test_dropping_makes_it_undecided_again():
    application = make_application()
    by = coordinator_of(application.call)
    decision = prepare(application=application, outcome=Outcome.REFUSED, by=by)
    with pytest.raises(Refused):
        drop(decision=decision, by=by, revision=7)
    drop(decision=decision, by=by, revision=1)
    assert not Decision.objects.exists()
