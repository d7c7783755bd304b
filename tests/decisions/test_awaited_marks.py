"""Who still has to mark an application sees none of its scores where answers are prepared, and is told why."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kiif.decisions.listing import rows_of
from kiif.programmes.enums import State
from kiif.reviews.enums import RoundState
from kiif.reviews.models import Score
from tests.decisions.factories import coordinator_of, make_ready, publish_all
from tests.factories import sign_in
from tests.programmes.factories import make_application, make_call
from tests.reviews.factories import make_assignment, make_mark, make_reviewer, make_round

pytestmark = pytest.mark.django_db


def test_scores_are_absent_from_lists_and_pages_until_one_s_own_mark_is_given():
    call = make_call()
    by = coordinator_of(call)
    round_ = make_round(call, state=RoundState.OPEN)
    hidden, known = make_application(call, state=State.REVIEW), make_application(call, state=State.REVIEW)
    for one in (hidden, known):
        make_mark(make_assignment(make_reviewer(round_), one), 3, 3)
        Score.objects.filter(application=one).update(raw=13.57, corrected=13.57, reads_done=1)
    read = make_assignment(make_reviewer(round_, by.user), hidden)
    client = sign_in(by.user)

    def told():
        rows = {row.pk: (row.raw, row.corrected, row.mark_awaited) for row in rows_of(by, call)}
        pages = [
            "13,6" in client.get(reverse("decisions:decide", args=[one.public_id])).content.decode()
            for one in (hidden, known)
        ]
        return [rows[hidden.pk], rows[known.pk]], pages

    assert told() == ([(None, None, True), (13.57, 13.57, False)], [False, True])
    page = client.get(reverse("decisions:decide", args=[hidden.public_id])).content.decode()
    assert "Votre propre note est attendue" in page
    assert "la vôtre est attendue" in client.get(reverse("decisions:call", args=[call.public_id])).content.decode()
    make_mark(read, 3, 3)
    assert told() == ([(13.57, 13.57, False), (13.57, 13.57, False)], [True, True])


def test_the_reserve_list_keeps_its_order_and_hides_the_mark():
    call = make_call(places=1, contact_email="equipe@kiif.example", contact_name="L’équipe inventée")
    by = coordinator_of(call)
    round_ = make_round(call, state=RoundState.OPEN)
    row = make_application(call, state=State.REVIEW)
    make_mark(make_assignment(make_reviewer(round_), row), 3, 3)
    Score.objects.filter(application=row).update(raw=13.57, corrected=13.57, reads_done=1)
    make_ready(row, "reserve", by)
    publish_all(call, by, 1)
    read = make_assignment(make_reviewer(round_, by.user), row)
    client = sign_in(by.user)

    def page():
        return client.get(reverse("decisions:reserve", args=[call.public_id])).content.decode()

    assert row.number in page()
    assert "13,6" not in page()
    make_mark(read, 3, 3)
    assert "13,6" in page()
