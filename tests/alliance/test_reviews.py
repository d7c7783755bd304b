from __future__ import annotations

import pytest

from kiif.accounts.actor import system
from kiif.alliance.actions.reviews import (
    Reply,
    answer_review,
    confirm_review,
    open_due_reviews,
    open_review,
    record_past_review,
    remind_reviews,
)
from kiif.alliance.enums import Answer, Role
from kiif.alliance.models import AccessReview, Body, Membership, ReviewLine
from kiif.mailbox.models import Mail
from kiif.ui.errors import NotAllowed, Refused
from tests.alliance import factories as make
from tests.alliance.conftest import House


def where(house: House) -> Body:
    return Body.objects.get(pk=house.incubator.pk)


def line_of(review: AccessReview, membership: Membership) -> int:
    return ReviewLine.objects.get(review=review, membership=membership).pk


def test_each_quarter_each_team_once(house: House) -> None:
    by = system("test")
    opened = open_due_reviews(by=by)
    assert {review.where_id for review in opened} == {house.alliance.pk, house.incubator.pk, house.other.pk}
    assert open_due_reviews(by=by) == []
    assert Mail.objects.filter(kind="alliance.review_opened", to=house.manager.user).count() == 1


def test_a_team_without_direction_is_the_matter_of_the_coordination(house: House) -> None:
    orphan = make.make_incubator(house.alliance)
    make.make_membership(orphan, Role.ADVISOR)
    open_review(where=Body.objects.get(pk=orphan.pk), by=house.acting("coordinator"))
    assert Mail.objects.get(kind="alliance.review_opened").to == house.coordinator.user


def test_only_the_coordination_opens_by_hand(house: House) -> None:
    with pytest.raises(NotAllowed):
        open_review(where=where(house), by=house.acting("manager"))
    open_review(where=where(house), by=house.acting("coordinator"))
    with pytest.raises(Refused, match="already open"):
        open_review(where=where(house), by=house.acting("coordinator"))


def test_who_left_is_closed_and_who_changes_has_the_new_role(house: House) -> None:
    leaver = make.make_membership(house.incubator, Role.COLLEAGUE)
    review = open_review(where=where(house), by=house.acting("coordinator"))
    replies = {
        line_of(review, house.manager): Reply(Answer.KEEP),
        line_of(review, house.advisor): Reply(Answer.CHANGE, new_role=Role.COLLEAGUE),
        line_of(review, leaver): Reply(Answer.LEAVES, left_on=make.days(-3)),
    }
    answer_review(review=review, replies=replies, by=house.acting("manager"))
    leaver.refresh_from_db()
    assert leaver.is_current, "nothing is applied before the list is confirmed"
    confirmed = confirm_review(review=review, by=house.acting("manager"))
    assert confirmed.confirmed_by == house.manager.user
    leaver.refresh_from_db()
    house.advisor.refresh_from_db()
    assert (leaver.is_current, leaver.until) == (False, make.days(-3))
    assert house.advisor.role == Role.COLLEAGUE
    with pytest.raises(Refused, match="already confirmed"):
        confirm_review(review=review, by=house.acting("manager"))


def test_every_person_has_an_answer(house: House) -> None:
    review = open_review(where=where(house), by=house.acting("coordinator"))
    answer_review(
        review=review, replies={line_of(review, house.manager): Reply(Answer.KEEP)}, by=house.acting("manager")
    )
    with pytest.raises(Refused, match="no answer yet"):
        confirm_review(review=review, by=house.acting("manager"))
    review.refresh_from_db()
    assert review.confirmed_at is None


def test_the_guard_rails_hold_in_a_review_and_nothing_is_half_done(house: House) -> None:
    review = open_review(where=where(house), by=house.acting("coordinator"))
    replies = {
        line_of(review, house.manager): Reply(Answer.LEAVES),
        line_of(review, house.advisor): Reply(Answer.LEAVES),
    }
    answer_review(review=review, replies=replies, by=house.acting("manager"))
    with pytest.raises(Refused, match="last person to steer"):
        confirm_review(review=review, by=house.acting("manager"))
    review.refresh_from_db()
    assert review.confirmed_at is None
    assert Membership.objects.current().filter(where=house.incubator).count() == 2


def test_a_successor_named_in_the_same_list(house: House) -> None:
    review = open_review(where=where(house), by=house.acting("coordinator"))
    replies = {
        line_of(review, house.manager): Reply(Answer.LEAVES),
        line_of(review, house.advisor): Reply(Answer.CHANGE, new_role=Role.MANAGER),
    }
    answer_review(review=review, replies=replies, by=house.acting("manager"))
    confirm_review(review=review, by=house.acting("manager"))
    assert [m.pk for m in Membership.objects.current().filter(where=house.incubator)] == [house.advisor.pk]


@pytest.mark.parametrize("name", ["advisor", "other_manager"])
def test_others_do_not_answer(house: House, name: str) -> None:
    review = open_review(where=where(house), by=house.acting("coordinator"))
    key = line_of(review, house.advisor)
    with pytest.raises(NotAllowed):
        answer_review(review=review, replies={key: Reply(Answer.LEAVES)}, by=house.acting(name))
    assert ReviewLine.objects.get(pk=key).answer == ""


def test_lines_of_another_review_are_refused(house: House) -> None:
    review = open_review(where=where(house), by=house.acting("coordinator"))
    other = open_review(where=Body.objects.get(pk=house.other.pk), by=house.acting("coordinator"))
    key = line_of(other, house.other_advisor)
    with pytest.raises(Refused, match="has changed"):
        answer_review(review=review, replies={key: Reply(Answer.LEAVES)}, by=house.acting("manager"))
    assert ReviewLine.objects.get(pk=key).answer == ""


def test_one_reminder_a_week_before(house: House) -> None:
    make.make_review(house.incubator, due_on=make.days(20))
    assert remind_reviews(by=system("test")) == 0
    AccessReview.objects.update(due_on=make.days(6))
    assert remind_reviews(by=system("test")) == 1
    assert remind_reviews(by=system("test")) == 0
    assert Mail.objects.get(kind="alliance.review_reminder").to == house.manager.user


def test_past_reviews_come_with_the_system_only(house: House) -> None:
    days = {"opened_on": make.days(-90), "confirmed_on": make.days(-80)}
    with pytest.raises(NotAllowed):
        record_past_review(where=where(house), by=house.acting("coordinator"), **days)
    review = record_past_review(where=where(house), by=system("test"), **days)
    assert review.lines.filter(answer=Answer.KEEP).count() == 2
