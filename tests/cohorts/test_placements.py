"""A placement from its proposal to its end, good days and bad ones."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from kiif.cohorts import actions, explaining, stepping
from kiif.cohorts.enums import PlacementState, Side
from kiif.cohorts.models import Matching, Member, Placement, PlanLine
from kiif.cohorts.queries import without_host
from kiif.cohorts.tasks import watch_placements
from kiif.mailbox.models import Mail
from kiif.methods import matching as method
from kiif.programmes.actions.states import move
from kiif.programmes.enums import ConflictState, State
from kiif.programmes.models import Application, Conflict
from kiif.ui.errors import NotAllowed, Refused
from tests.cohorts import factories as make
from tests.cohorts.factories import Stage
from tests.factories import make_user, sign_in
from tests.programmes.factories import make_host

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """Refusals are compared with the words of the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def stage():
    return Stage()


def kinds():
    return sorted(Mail.objects.values_list("kind", "to__full_name"))


def watch():
    return watch_placements.function()


def proposed(stage, **fields):
    application = stage.accepted(**fields)
    return actions.propose(application=application, host=stage.hosts[0], by=stage.by)


def test_both_sides_are_asked_and_their_agreement_hosts(stage):
    application = stage.accepted()
    cohort = make.make_cohort(stage.call, application)
    placement = actions.propose(application=application, host=stage.hosts[0], by=stage.by, words="Bonne rencontre !")
    assert (placement.state, placement.score is not None, len(placement.reasons)) == ("proposed", True, 6)
    assert {kind for kind, _name in kinds()} == {"cohorts.proposed_host", "cohorts.proposed_carrier"}
    actions.answer(placement=placement, side=Side.CARRIER, accepts=True, by=stage.carrying)
    assert placement.state == PlacementState.CARRIER_AGREED
    actions.answer(placement=placement, side=Side.HOST, accepts=True, by=stage.advisors[0])
    placement.refresh_from_db()
    assert (placement.state, placement.hosted_at is not None, placement.revision) == ("hosted", True, 2)
    assert Member.objects.get(cohort=cohort).placement == placement
    assert Mail.objects.filter(kind="cohorts.hosted").count() == 2
    assert not without_host(stage.by, stage.call).exists()


def test_the_page_of_a_host_says_what_its_answer_leads_to(stage):
    first, second = proposed(stage), proposed(stage)
    client = sign_in(stage.advisors[0].user)

    def said(placement, **answer):
        page = client.post(placement.get_absolute_url(), answer, follow=True)
        return [str(one) for one in page.context["messages"]]

    day = date_format(localtime(first.deadline), "DATE_FORMAT")
    told = stepping.STEPS[0].tell(first.application, stage.carrying)
    assert told.words.endswith(f"You have until {day} to answer.")
    with translation.override("fr"):
        day = date_format(localtime(first.deadline), "DATE_FORMAT")
    assert day in said(first, answer="yes")[0]
    assert ["refus" in words for words in said(second, answer="no", words="Trop de projets")] == [True]


def test_a_refusal_says_why_and_the_project_returns(stage):
    placement = proposed(stage)
    with pytest.raises(Refused, match="few words"):
        actions.answer(placement=placement, side=Side.HOST, accepts=False, by=stage.advisors[0])
    actions.answer(placement=placement, side=Side.HOST, accepts=False, words="Plus de temps", by=stage.advisors[0])
    placement.refresh_from_db()
    assert (placement.state, placement.closed_at is not None) == ("refused", True)
    assert list(without_host(stage.by, stage.call)) == [placement.application]
    assert Mail.objects.filter(kind="cohorts.to_place", to=stage.coordinator.user).count() == 1


def test_two_people_who_answer_the_same_placement(stage):
    placement = proposed(stage)
    colleague = make.staff(stage.houses[0], "manager", "Collègue Inventé")
    stale = Placement.objects.get(pk=placement.pk)
    actions.answer(placement=placement, side=Side.HOST, accepts=True, by=stage.advisors[0])
    with pytest.raises(Refused, match="already said yes"):
        actions.answer(placement=stale, side=Side.HOST, accepts=False, words="Non", by=colleague)
    placement.refresh_from_db()
    assert (placement.state, placement.host_by) == ("accepted_by_host", stage.advisors[0].user)
    # the other side is not stopped by an answer that came meanwhile
    actions.answer(placement=placement, side=Side.CARRIER, accepts=True, by=stage.carrying)


def test_expiry_while_somebody_answers(stage):
    placement = proposed(stage)
    page = Placement.objects.get(pk=placement.pk)
    Placement.objects.filter(pk=placement.pk).update(deadline=timezone.now() - timedelta(minutes=1))
    assert watch() == {"expired": 1, "reminded": 0}
    with pytest.raises(Refused, match="time to answer is over"):
        actions.answer(placement=page, side=Side.CARRIER, accepts=True, by=stage.carrying)
    placement.refresh_from_db()
    assert placement.state == "expired"
    assert Mail.objects.filter(kind="cohorts.placement_closed").count() == 2


def test_an_answer_just_before_the_job_counts(stage):
    placement = proposed(stage)
    Placement.objects.filter(pk=placement.pk).update(deadline=timezone.now() - timedelta(minutes=1), host_answer="yes",
                                                     state="accepted_by_host")  # fmt: skip
    actions.answer(placement=placement, side=Side.CARRIER, accepts=True, by=stage.carrying)
    assert actions.expire(placement=placement, by=stage.by) is False
    assert Placement.objects.get().state == "hosted"


def test_one_reminder_to_the_side_that_is_silent(stage):
    placement = proposed(stage)
    actions.answer(placement=placement, side=Side.HOST, accepts=True, by=stage.advisors[0])
    assert watch() == {"expired": 0, "reminded": 0}
    Placement.objects.update(deadline=timezone.now() + timedelta(days=2))
    assert watch() == {"expired": 0, "reminded": 1}
    assert watch() == {"expired": 0, "reminded": 0}
    assert list(Mail.objects.filter(kind="cohorts.reminder").values_list("to", flat=True)) == [stage.carrier.pk]


def test_a_host_that_withdraws_leaves_nobody_behind(stage):
    hosted, waiting = stage.accepted(), stage.accepted(make_user("Autre Porteur"))
    cohort = make.make_cohort(stage.call)
    make.make_placement(hosted, stage.hosts[0], "hosted")
    make.make_member(cohort, hosted)
    actions.propose(application=waiting, host=stage.hosts[0], by=stage.by)
    planned = stage.accepted(make_user())
    actions.choose(application=planned, host=stage.hosts[1], by=stage.by)
    Mail.objects.all().delete()
    assert actions.host_leaves(host=stage.hosts[0], words="L’équipe est réduite", by=stage.by) == 2
    assert sorted(Placement.objects.values_list("state", flat=True)) == ["withdrawn", "withdrawn"]
    assert Member.objects.get().placement is None
    assert set(without_host(stage.by, stage.call)) == {hosted, waiting, planned}
    assert PlanLine.objects.get().host == stage.hosts[1]
    told = set(Mail.objects.filter(kind="cohorts.placement_closed").values_list("to__full_name", flat=True))
    assert {"Porteuse Inventée", "Autre Porteur"} < told
    with pytest.raises(Refused, match="already withdrew"):
        actions.host_leaves(host=stage.hosts[0], words="Encore", by=stage.by)
    with pytest.raises(Refused, match="withdrew from this call"):
        actions.propose(application=hosted, host=stage.hosts[0], by=stage.by)


def test_only_its_manager_or_the_team_withdraws_a_host(stage):
    with pytest.raises(NotAllowed):
        actions.host_leaves(host=stage.hosts[0], words="Non", by=stage.advisors[0])
    manager = make.staff(stage.houses[0], "manager")
    assert actions.host_leaves(host=stage.hosts[0], words="Nous fermons l’antenne", by=manager) == 0


@pytest.mark.parametrize("to", [State.REFUSED, State.RESERVE, State.WITHDRAWN])
def test_a_decision_that_changes_closes_the_placement(stage, to):
    application = stage.accepted()
    cohort = make.make_cohort(stage.call)
    make.make_placement(application, stage.hosts[0], "hosted")
    make.make_member(cohort, application)
    move(application=application, to=to, by=stage.by)
    placement, member = Placement.objects.get(), Member.objects.get()
    assert (placement.state, member.state, member.placement) == ("withdrawn", "dropped", None)
    assert member.reason == ("withdrew" if to == State.WITHDRAWN else "decision")
    told = set(Mail.objects.filter(kind="cohorts.placement_closed").values_list("to", flat=True))
    assert told == {stage.carrier.pk, stage.advisors[0].user.pk}


def test_accepted_again_takes_part_again(stage):
    application = stage.accepted()
    make.make_cohort(stage.call, application)
    move(application=application, to=State.REFUSED, by=stage.by)
    move(application=application, to=State.ACCEPTED, by=stage.by)
    member = Member.objects.get()
    assert (member.state, [turn.state for turn in member.turns.all()]) == ("active", ["active", "dropped"])


def test_another_host_keeps_the_history(stage):
    placement = proposed(stage)
    again = actions.reassign(placement=placement, host=stage.hosts[1], by=stage.by, words="Plus près")
    placement.refresh_from_db()
    assert (placement.state, again.previous, again.host) == ("reassigned", placement, stage.hosts[1])
    with pytest.raises(Refused, match="already with this host"):
        actions.reassign(placement=again, host=stage.hosts[1], by=stage.by)


@pytest.mark.parametrize("state", [State.REVIEW, State.REFUSED, State.RESERVE])
def test_only_the_accepted_are_proposed(stage, state):
    application = stage.accepted()
    Application.objects.update(state=state)
    with pytest.raises(Refused, match="accepted"):
        actions.propose(application=application, host=stage.hosts[0], by=stage.by)


def test_places_are_counted(stage):
    stage.hosts[0].places = 1
    stage.hosts[0].save()
    proposed(stage)
    with pytest.raises(Refused, match="no place left"):
        actions.propose(application=stage.accepted(make_user()), host=stage.hosts[0], by=stage.by)
    with pytest.raises(Refused, match="already has a host"):
        actions.propose(application=Application.objects.earliest("pk"), host=stage.hosts[1], by=stage.by)


def test_a_conflict_of_the_contact_sets_them_apart(stage):
    application = stage.accepted()
    stage.hosts[0].contact = stage.advisors[0].user
    stage.hosts[0].save()
    Conflict.objects.create(application=application, person=stage.advisors[0].user, state=ConflictState.CONFIRMED)
    with pytest.raises(Refused, match="conflict of interest"):
        actions.propose(application=application, host=stage.hosts[0], by=stage.by)
    actions.propose(application=application, host=stage.hosts[1], by=stage.by)


def test_a_host_of_another_call_is_no_host(stage):
    with pytest.raises(Refused, match="does not host in this call"):
        actions.propose(application=stage.accepted(), host=make_host(Stage().call), by=stage.by)


def test_who_may_answer(stage):
    placement = proposed(stage)
    for by, side in ((stage.advisors[1], Side.HOST), (stage.carrying, Side.HOST), (stage.by, Side.HOST),
                     (stage.advisors[0], Side.CARRIER), (stage.by, Side.CARRIER)):  # fmt: skip
        with pytest.raises(NotAllowed):
            actions.answer(placement=placement, side=side, accepts=True, by=by)
    actions.answer(placement=placement, side=Side.HOST, accepts=True, by=stage.advisors[0])
    actions.answer(placement=placement, side=Side.CARRIER, accepts=True, by=stage.carrying)


def test_an_advisor_who_carries_does_not_answer_for_the_house(stage):
    application = stage.accepted(stage.advisors[0].user)
    placement = actions.propose(application=application, host=stage.hosts[0], by=stage.by)
    with pytest.raises(NotAllowed):
        actions.answer(placement=placement, side=Side.HOST, accepts=True, by=stage.advisors[0])
    actions.answer(placement=placement, side=Side.CARRIER, accepts=True, by=stage.advisors[0])


def test_the_team_takes_it_back_with_a_reason(stage):
    placement = proposed(stage)
    with pytest.raises(Refused, match="Say why"):
        actions.withdraw(placement=placement, words=" ", by=stage.by)
    actions.withdraw(placement=placement, words="Erreur de notre part", by=stage.by)
    with pytest.raises(Refused, match="withdrawn"):
        actions.withdraw(placement=placement, words="Encore", by=stage.by)


def test_a_rehearsal_writes_to_nobody(stage):
    edition = stage.call.edition
    type(edition).objects.filter(pk=edition.pk).update(rehearsal_of=edition)
    application = Application.objects.select_related("call__edition").get(pk=stage.accepted().pk)
    actions.propose(application=application, host=stage.hosts[0], by=stage.by)
    assert not Mail.objects.exists()


# --- The plan ---


def test_a_plan_is_drawn_changed_and_sent(stage):
    first, second = stage.accepted(code="33"), stage.accepted(make_user(), code="23")
    matching = actions.draw_up(call=stage.call, by=stage.by)
    assert {line.application: line.host for line in matching.lines.all()} == {
        first: stage.hosts[0],
        second: stage.hosts[1],
    }
    assert (matching.figures["placed"], matching.figures["greedy_placed"]) == (2, 2)
    assert not Mail.objects.exists()
    assert not Placement.objects.exists()
    actions.choose(application=second, host=stage.hosts[0], by=stage.by, words="Ils se connaissent")
    matching = actions.draw_up(call=stage.call, by=stage.by)
    assert matching.lines.get(application=second).host == stage.hosts[0]
    with pytest.raises(Refused, match="Somebody changed the plan"):
        actions.send_lines(call=stage.call, applications=[first.pk], by=stage.by, revision=0)
    made = actions.send_lines(
        call=stage.call, applications=[first.pk, second.pk], by=stage.by, revision=matching.revision
    )
    assert sorted((one.application.pk, one.by_hand) for one in made) == sorted([(first.pk, False), (second.pk, True)])
    assert not PlanLine.objects.exists()
    with pytest.raises(Refused, match="No accepted application waits"):
        actions.draw_up(call=stage.call, by=stage.by)


def test_a_plan_line_counts_the_other_lines(stage):
    stage.hosts[0].places = 1
    stage.hosts[0].save()
    actions.choose(application=stage.accepted(), host=stage.hosts[0], by=stage.by)
    with pytest.raises(Refused, match="no place left in this plan"):
        actions.choose(application=stage.accepted(make_user()), host=stage.hosts[0], by=stage.by)


def test_a_plan_that_no_longer_fits_is_refused_whole(stage):
    first, second = stage.accepted(), stage.accepted(make_user())
    actions.draw_up(call=stage.call, by=stage.by)
    stage.hosts[0].places = 1
    stage.hosts[0].save()
    PlanLine.objects.update(host=stage.hosts[0])
    with pytest.raises(Refused, match="no longer has enough places"):
        actions.send_lines(
            call=stage.call, applications=[first.pk, second.pk], by=stage.by, revision=Matching.objects.get().revision
        )
    assert not Placement.objects.exists()


def test_what_counts_is_set_and_refused_when_nothing_does(stage):
    weights = {"territory": 0, "wish": 10}
    with pytest.raises(Refused, match="some weight"):
        actions.set_rules(call=stage.call, weights={}, days=10, reminder=2, by=stage.by)
    with pytest.raises(Refused, match="reminder"):
        actions.set_rules(call=stage.call, weights=weights, days=3, reminder=3, by=stage.by)
    matching = actions.set_rules(call=stage.call, weights=weights, days=5, reminder=2, by=stage.by)
    assert (matching.weights["wish"], matching.weights["territory"], matching.days) == (10, 0, 5)
    placement = proposed(stage)
    assert (timezone.localtime(placement.deadline).date() - timezone.localdate()).days == 5


@pytest.mark.parametrize("gesture", ["propose", "draw_up", "choose", "rules"])
def test_only_who_runs_the_call_matches(stage, gesture):
    application = stage.accepted()
    by = stage.advisors[0]
    with pytest.raises(NotAllowed):
        {
            "propose": lambda: actions.propose(application=application, host=stage.hosts[0], by=by),
            "draw_up": lambda: actions.draw_up(call=stage.call, by=by),
            "choose": lambda: actions.choose(application=application, host=None, by=by),
            "rules": lambda: actions.set_rules(call=stage.call, weights={"wish": 1}, days=9, reminder=1, by=by),
        }[gesture]()
    actions.propose(application=application, host=stage.hosts[0], by=stage.by)


def test_a_host_that_withdraws_is_told_on_the_page_of_the_project(stage):
    placement = proposed(stage)
    application = placement.application
    for side, by in ((Side.HOST, stage.advisors[0]), (Side.CARRIER, stage.carrying)):
        actions.answer(placement=placement, side=side, accepts=True, by=by)
    actions.host_leaves(host=placement.host, words="Plus de moyens", by=stage.by)
    told = stepping.STEPS[0].tell(application, stage.carrying)
    assert told.words == f"{placement.host} no longer hosts your project. The team looks for another host."
    assert told.url == reverse("cohorts:my-placement", args=[placement.public_id])
    page = sign_in(stage.carrying.user).get(reverse("programmes:project", args=[application.project.number]))
    assert told.url in page.content.decode()


def test_who_gives_the_place_up_is_not_said_to_drop_out(stage):
    application = stage.accepted()
    make.make_cohort(stage.call, application)
    Application.objects.filter(pk=application.pk).update(decided_at=timezone.now())
    application.refresh_from_db()
    assert stepping.STEPS[1].tell(application, stage.carrying) is not None
    move(application=application, to=State.WITHDRAWN, by=stage.by)
    application.refresh_from_db()
    assert stepping.STEPS[1].tell(application, stage.carrying) is None


def test_one_more_place_names_who_would_have_a_host_once():
    waiting = method.OneMore("1", 1, 80.0, ("7",)), method.OneMore("2", 1, 70.0, ("7",)), method.OneMore("3", 0, 4.0)
    book = SimpleNamespace(
        hosts={"1": "ADRESS", "2": "Ronalpia", "3": "ATIS"}, applications={"7": SimpleNamespace(title="Le four")}
    )
    assert explaining.one_more_each(waiting, book) == [
        "With one more place at ADRESS or Ronalpia, Le four would have a host.",
        "With one more place at ATIS, the plan would suit better (4 points more).",
    ]
