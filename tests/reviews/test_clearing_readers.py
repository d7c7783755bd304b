"""The check-list of a call: nobody asked to read, a theme that nobody knows, an edition that nobody rehearsed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from kiif.programmes import clearing_calls
from kiif.programmes.actions import copying, erasing
from kiif.programmes.models import Call
from kiif.reviews import clearing_readers
from kiif.reviews.enums import ReviewerState, RoundState
from tests.programmes import application_factories as make
from tests.reviews.factories import make_reviewer, make_round

pytestmark = pytest.mark.django_db


def said(call: Call) -> list[str]:
    return [lack.sentence for lack in clearing_readers.lacks_of(call)]


def test_a_theme_that_nobody_knows_is_said() -> None:
    call = make.make_place()["call"]
    round_ = make_round(call, title="Lecture des Aulnes")
    (lack,) = clearing_readers.lacks_of(call)
    assert "Personne n’est encore invité à lire" in lack.sentence
    assert (lack.url, lack.blocking) == (reverse("reviews:reviewers", args=[round_.public_id]), False)
    first = make_reviewer(round_, state=ReviewerState.INVITED)
    assert said(call) == []
    first.themes = ["jobs"]
    first.save()
    (sentence,) = said(call)
    assert "Services" in sentence
    assert "Emploi" not in sentence
    make_reviewer(round_, themes=["services"], state=ReviewerState.DECLINED)
    assert said(call) == [sentence]
    make_reviewer(round_, themes=["services"])
    assert said(call) == []
    round_.reviewers.all().delete()
    assert len(said(call)) == 1
    round_.state = RoundState.CLOSED
    round_.save()
    assert said(call) == []


def test_an_edition_is_rehearsed_once_even_if_it_was_erased() -> None:
    place = make.make_place()
    call, by = place["call"], place["coordinator"]
    Call.objects.filter(pk=call.pk).update(state="draft", published_at=None)
    call.refresh_from_db()
    assert len(clearing_calls.rehearsed(call)) == 1
    rehearsal = copying.rehearse(edition=call.edition, by=by, day=dt.date(2027, 3, 1))
    assert clearing_calls.rehearsed(call) == []
    assert clearing_calls.rehearsed(rehearsal.calls.get()) == []
    erasing.erase_rehearsal(rehearsal=rehearsal, by=by)
    assert clearing_calls.rehearsed(call) == []
