"""Reads of an application that was merged: shown with the one that goes on, counted only when somebody decides so."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.programmes.actions import conflicts, duplicates
from kiif.programmes.enums import State
from kiif.reviews import results
from kiif.reviews.actions import twins
from kiif.reviews.counting import recount
from kiif.reviews.models import Assignment, Score
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance import factories as alliances
from tests.factories import make_user, sign_in
from tests.programmes.factories import alliance_of, make_application, make_call
from tests.reviews.factories import make_assignment, make_mark, make_reviewer, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    call = make_call()
    by = alliances.acting(alliances.make_membership(alliance_of(call), Role.COORDINATOR, make_user()))
    round_ = make_round(call)
    kept, gone = (make_application(call, make_user(), State.REVIEW) for _n in range(2))
    reader, both = make_reviewer(round_), make_reviewer(round_)
    make_mark(make_assignment(both, kept), 5, 5)
    read, double = make_assignment(reader, gone), make_assignment(both, gone)
    for one in (read, double):
        make_mark(one, 1, 1, words_team="Lu sur la jumelle")
    recount(round_)
    pair = duplicates.merge(pair=duplicates.pair_of(kept, gone), keep=kept, by=by)
    return {"by": by, "round": round_, "kept": kept, "gone": gone, "read": read, "double": double, "pair": pair}


def score(place):
    results.compute(place["round"])
    row = Score.objects.get(round=place["round"], application=place["kept"])
    return row.reads_done, row.raw


def page(place):
    url = reverse("programmes:application", args=[place["kept"].public_id])
    return sign_in(place["by"].user).get(url).content.decode()


def test_they_are_shown_with_the_one_that_goes_on_and_do_not_count(place):
    assert score(place) == (1, 20.0)
    assert page(place).count("Lu sur la jumelle") == 2
    twins.count(assignment=place["read"], by=place["by"])
    assert score(place) == (2, 10.0)
    assert page(place).count("Lu sur la jumelle") == 2
    twins.uncount(assignment=place["read"], by=place["by"])
    assert score(place) == (1, 20.0)


def test_who_reads_both_counts_once_and_who_is_barred_not_at_all(place):
    with pytest.raises(Refused, match="lit aussi"):
        twins.count(assignment=place["double"], by=place["by"])
    conflicts.bar(application=place["kept"], person=place["read"].reviewer.person, by=place["by"], words="Voisins")
    with pytest.raises(Refused, match="conflit"):
        twins.count(assignment=place["read"], by=place["by"])
    with pytest.raises(NotAllowed):
        twins.count(assignment=place["read"], by=Actor(user=make_user()))
    assert score(place) == (1, 20.0)


def test_a_read_of_what_was_not_merged_is_its_own(place):
    own = Assignment.objects.get(application=place["kept"])
    with pytest.raises(Refused, match="fusionnée"):
        twins.count(assignment=own, by=place["by"])
    with pytest.raises(Refused, match="compte"):
        twins.uncount(assignment=own, by=place["by"])


def test_when_the_merge_is_undone_they_go_back(place):
    twins.count(assignment=place["read"], by=place["by"])
    duplicates.part(pair=place["pair"], by=place["by"])
    read = Assignment.objects.get(pk=place["read"].pk)
    assert (read.application, read.moved_from) == (place["gone"], None)
    assert score(place) == (1, 20.0)


def test_the_page_counts_it_with_one_gesture(place):
    url = reverse("reviews:twin-read", args=[place["round"].public_id, place["read"].public_id])
    client = sign_in(place["by"].user)
    assert client.post(url, {"count": "1"}).url == place["kept"].get_absolute_url()
    assert score(place) == (2, 10.0)
    assert client.post(url, {"count": "0"}).url == place["kept"].get_absolute_url()
    assert score(place) == (1, 20.0)
