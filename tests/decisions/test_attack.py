"""The reserve list when a conflict hides one of its dossiers: figures tell nothing of it, and it keeps its turn."""

from __future__ import annotations

import pytest

from kiif.accounts.actor import Actor
from kiif.decisions import actions, reserve
from kiif.decisions.models import Decision
from kiif.programmes import registers_applications, registers_calls
from kiif.programmes.actions import conflicts
from kiif.programmes.enums import State
from kiif.ui.errors import Refused
from tests.decisions.factories import coordinator_of, make_ready, publish_all
from tests.factories import make_user
from tests.programmes.factories import make_application, make_call, make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return make_call(contact_email="equipe@kiif.example", contact_name="L’équipe inventée", places=1)


def published(call, by, outcome, **fields):
    decision = make_ready(make_application(call, make_user(), State.REVIEW), outcome, by, **fields)
    publish_all(call, by, 1)
    decision.refresh_from_db()
    return decision


def test_a_dossier_hidden_by_a_conflict_keeps_its_turn(call):
    by, barred = coordinator_of(call), coordinator_of(call)
    first, second = published(call, by, "reserve", rank=1), published(call, by, "reserve", rank=2)
    conflicts.declare(application=first.application, by=Actor(user=barred.user), words="ma cousine")
    shown = reserve.of_call(call, Decision.objects.visible_to(barred))
    assert [line.decision.pk for line in shown.lines] == [second.pk]
    with pytest.raises(Refused, match="vient avant"):
        actions.call_next(decision=second, by=barred)
    called = actions.call_next(decision=first, by=by)
    # a pending call from the list is in no figure of who is barred from it, and takes the place all the same
    assert reserve.of_call(call, Decision.objects.visible_to(barred)).calling == 0
    assert reserve.of_call(call, Decision.objects.visible_to(by)).calling == 1
    with pytest.raises(Refused, match="Aucune place"):
        actions.call_next(decision=second, by=barred)
    assert called.replaces_id == first.pk


@pytest.mark.parametrize("rehearsed", [True, False])
def test_what_is_rehearsed_is_not_found_by_the_search(call, rehearsed):
    by = coordinator_of(call)
    edition = make_edition(call.edition.programme, rehearsal_of=call.edition) if rehearsed else call.edition
    played = make_call(edition, title="Appel du Quai inventé")
    row = make_application(played, make_user(), State.REVIEW, title="La Remise du Quai inventé")
    row.search_text = " la remise du quai invente "
    row.save()
    calls, dossiers = registers_calls.find_calls(by, "Quai", 9), registers_applications.find(by, "Quai", 9)
    assert (len(calls), len(dossiers)) == ((0, 0) if rehearsed else (1, 1))
