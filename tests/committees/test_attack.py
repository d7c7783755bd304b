"""What a committee shows to those who may not know: minutes after a merge, comments of a blind session."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kiif.alliance.enums import Role
from kiif.alliance.models import Membership
from kiif.committees import screens
from kiif.committees.actions import agenda, closing, deciding, room, voting
from kiif.committees.documents import content
from kiif.committees.enums import AgendaOrder, Decision, ItemState
from kiif.committees.models import Item
from kiif.programmes.actions import duplicates
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Conflict
from kiif.reviews.enums import RoundState
from kiif.reviews.models import Mark, Round
from tests.alliance import factories as alliances
from tests.committees.factories import bar, give_marks, make_scene
from tests.factories import make_user, sign_in
from tests.programmes.factories import alliance_of, make_application, make_call
from tests.reviews.factories import make_assignment, make_mark, make_reviewer, make_round

pytestmark = pytest.mark.django_db


def test_minutes_hide_a_dossier_from_the_barred_after_its_number_changed():
    scene = make_scene(dossiers=2)
    dossier = scene.items[0].application
    before = dossier.number
    closing.close(session=scene.session, by=scene.actor())
    barred = alliances.make_membership(alliance_of(scene.call), Role.COORDINATOR, make_user())
    bar(dossier, barred.user)
    page = reverse("committees:minutes", args=[scene.session.public_id])
    assert before not in sign_in(barred.user).get(page).content.decode()
    other = make_application(make_call(scene.call.edition), make_user())
    pair = duplicates.pair_of(dossier, other)
    duplicates.merge(pair=pair, keep=other, by=scene.actor())
    assert Application.objects.get(pk=dossier.pk).number == other.number != before
    assert before not in sign_in(barred.user).get(page).content.decode()
    assert before in sign_in(scene.runner).get(page).content.decode()


@pytest.mark.parametrize("blind", [True, False])
def test_comments_of_a_blind_session_name_nobody(blind):
    scene = make_scene(dossiers=1, blind=blind)
    give_marks(scene, (15.0,))
    item = scene.items[0]
    Application.objects.filter(pk=item.application_id).update(organisation_name="Les Mains inventées")
    Mark.objects.update(words_team="Les Mains inventées portent cela depuis dix ans.")
    item.refresh_from_db()
    words = [one.words for one in screens.comments_of(scene.session, item)]
    masked = "[…] portent cela depuis dix ans."
    assert words == [masked if blind else "Les Mains inventées portent cela depuis dix ans."]


def test_a_juror_whose_own_mark_is_awaited_reads_none_of_the_others():
    scene = make_scene(dossiers=1)
    give_marks(scene, (15.0, 12.0))
    round_ = Round.objects.get()
    Round.objects.update(state=RoundState.OPEN)
    juror, item = scene.members[1], scene.items[0]
    read = make_assignment(make_reviewer(round_, juror.person), item.application)
    room.call(item=item, by=scene.actor())
    scene.session.refresh_from_db()

    def shown(who):
        picture = screens.picture(scene.session, screens.SEAT, scene.actor(who), who)
        page = screens.dossier_of(item, scene.session, scene.actor(who))
        return len(picture.comments), picture.rows[0].marks is not None, page.marks is not None

    assert shown(juror) == (0, False, False)
    assert shown(scene.members[2]) == (2, True, True)
    make_mark(read, 3, total=11.0)
    assert shown(juror) == (3, True, True)


def test_whoever_runs_the_call_reads_no_score_where_their_own_mark_is_awaited():
    scene = make_scene(dossiers=2)
    give_marks(scene, (15.0, 12.0), (9.0, 8.0))
    round_ = Round.objects.get()
    Round.objects.update(state=RoundState.OPEN)
    item = scene.items[0]
    Item.objects.update(state=ItemState.DECIDED, decision=Decision.RESERVE)
    read = make_assignment(make_reviewer(round_, scene.runner), item.application)
    pages = [
        reverse("committees:agenda", args=[scene.session.public_id]),
        reverse("committees:desk", args=[scene.session.public_id]),
        reverse("committees:dossier", args=[scene.session.public_id, item.pk]),
        reverse("committees:reserve", args=[scene.session.public_id]),
        reverse("committees:cohort", args=[scene.session.public_id]),
    ]
    client = sign_in(scene.runner)

    def shown(words):
        return [words in client.get(page).content.decode() for page in pages]

    assert shown("13,5") == [False] * 5
    assert shown("8,5")[:2] == [True, True]
    make_mark(read, 3, total=13.5)
    assert shown("13,5")[:4] == [True] * 4


def test_an_agenda_does_not_tell_its_builder_the_marks_that_are_hidden_from_them():
    scene = make_scene(dossiers=3)
    give_marks(scene, (9.0, 9.0), (15.0, 15.0), (18.0, 18.0))
    round_ = Round.objects.get()
    Round.objects.update(state=RoundState.OPEN)
    read = make_assignment(make_reviewer(round_, scene.runner), scene.items[2].application)
    Item.objects.all().delete()
    agenda.build(session=scene.session, by=scene.actor(), order=AgendaOrder.RANK)
    by_rank = [scene.items[2].application_id, scene.items[1].application_id, scene.items[0].application_id]
    hidden = scene.items[2].application_id
    found = list(scene.session.items.order_by("order"))
    assert [item.application_id for item in found] == by_rank
    assert [item.proposal for item in found if item.application_id == hidden] == [""]
    make_mark(read, 3, total=18.0)
    agenda.build(session=scene.session, by=scene.actor(), order=AgendaOrder.RANK)
    found = list(scene.session.items.order_by("order"))
    assert [item.proposal for item in found if item.application_id == hidden] == ["accept"]


@pytest.mark.parametrize("key", ["²", "9" * 40, "-1", "x"])
def test_a_scenario_sent_with_what_is_no_dossier_does_not_break(key):
    scene = make_scene(dossiers=1)
    page = reverse("committees:scenario-create", args=[scene.session.public_id])
    good = str(scene.items[0].application_id)
    client = sign_in(scene.runner)
    assert client.post(page, {"name": "Le mien", "chosen": [key, good]}).status_code in {302, 422}
    assert client.post(page, {"name": "Un autre", "chosen": [good]}).status_code == 302


@pytest.mark.parametrize("blind", [True, False])
def test_minutes_of_a_blind_session_name_nobody(blind):
    scene = make_scene(dossiers=1, blind=blind)
    Application.objects.update(
        organisation_name="Les Mains inventées", title="Le potager des Mains, par Les Mains inventées"
    )
    closing.close(session=scene.session, by=scene.actor())
    said = json.dumps(scene.session.minutes.get().content, ensure_ascii=False)
    assert ("Les Mains inventées" in said, "Le potager des Mains, par […]" in said) == (not blind, blind)


@pytest.mark.parametrize("blind", [True, False])
def test_titles_of_a_blind_session_name_nobody_outside_of_the_room_either(blind):
    scene = make_scene(dossiers=1, blind=blind)
    named = "Le potager, par Les Mains inventées"
    Application.objects.update(organisation_name="Les Mains inventées", title=named)
    Item.objects.update(state=ItemState.DECIDED, decision=Decision.RESERVE)
    member = scene.members[0].person
    Conflict.objects.create(application=scene.items[0].application, person=member, reasons=[["own_words", ""]])
    for name in ("committees:reserve", "committees:session"):
        text = sign_in(scene.runner).get(reverse(name, args=[scene.session.public_id])).text
        assert ("Le potager, par […]" in text, named in text) == (blind, not blind), name


def test_the_agenda_offers_what_is_in_the_running_only():
    scene = make_scene(dossiers=1)
    draft = make_application(scene.call, make_user(), State.REVIEW, title="La péniche des possibles")
    page = reverse("committees:agenda-add", args=[scene.session.public_id])
    decide = reverse("decisions:decide", args=[draft.public_id])
    for state, seen in ((State.DRAFT, False), (State.REVIEW, True)):
        Application.objects.filter(pk=draft.pk).update(state=state)
        assert (draft.title in sign_in(scene.runner).get(page).text) is seen
        assert sign_in(scene.runner).get(decide).status_code == (200 if seen else 404)


def test_the_desk_shows_no_proposal_where_its_own_mark_is_awaited():
    scene = make_scene(dossiers=2)
    give_marks(scene, (18.0, 18.0), (17.0, 17.0))
    Round.objects.update(state=RoundState.OPEN)
    Item.objects.update(batch=True, proposal=Decision.ACCEPT)
    hidden, told = scene.items
    read = make_assignment(make_reviewer(Round.objects.get(), scene.runner), hidden.application)
    client, keys = sign_in(scene.runner), [hidden.pk, told.pk]
    desk = reverse("committees:desk", args=[scene.session.public_id])

    def listed():
        picture = client.get(desk).context["picture"]
        return [row.item.pk for row in picture.batch], picture.kept

    assert listed() == ([told.pk], 1)
    assert "proposé sans discussion et n’apparaît pas" in client.get(desk).text
    assert deciding.decide_batch(session=scene.session, items=keys, by=scene.actor()) == 1
    make_mark(read, 3, total=18.0)
    assert listed() == ([hidden.pk], 0)
    assert deciding.decide_batch(session=scene.session, items=keys, by=scene.actor()) == 1


@pytest.mark.parametrize("secret", [True, False])
def test_a_secret_vote_that_is_annulled_keeps_no_figure(secret):
    scene = make_scene()
    item = room.call(item=scene.items[0], by=scene.actor())
    vote = voting.open_vote(item=item, by=scene.actor(), secret=secret)
    for member, choice in zip(scene.members, ("for", "for", "for", "against"), strict=True):
        voting.cast(vote=vote, choice=choice, by=scene.actor(member))
    closed = voting.close_vote(vote=vote, by=scene.actor())
    assert screens.counts(closed) == "Pour\u00a0: 3, contre\u00a0: 1, abstentions\u00a0: 0"
    voting.annul(vote=vote, why="Relire le budget", by=scene.actor())
    vote.refresh_from_db()
    assert ("for" in vote.result, "outcome" in vote.result, screens.counts(vote) != "") == ((not secret,) * 3)
    assert vote.result["quorum"]["there"] == 4
    said = content._vote(vote)[1]
    assert ("contre" in said, "Relire le budget" in said) == (not secret, True)


@pytest.mark.parametrize(("until", "light", "seen"), [(None, None, 200), (-1, None, 404), (-1, 5, 200), (-1, -1, 404)])
def test_whoever_left_the_alliance_no_longer_reads_closed_minutes(until, light, seen):
    scene = make_scene(dossiers=1)
    member = scene.members[1]
    membership = alliances.make_membership(scene.call.edition.programme.owner, Role.REVIEWER, member.person)
    closing.close(session=scene.session, by=scene.actor())
    page = reverse("committees:minutes", args=[scene.session.public_id])
    files = [reverse(f"committees:minutes-{kind}", args=[scene.session.public_id, 0]) for kind in ("pdf", "docx")]
    assert [sign_in(member.person).get(url).status_code for url in (page, *files)] == [200] * 3
    if until is not None:
        Membership.objects.filter(pk=membership.pk).update(until=timezone.localdate() + timedelta(days=until))
    if light is not None:
        round_ = make_round(scene.call)
        ends = timezone.now() + timedelta(days=light)
        make_reviewer(round_, member.person, external=True, token_hash="x" * 64, token_until=ends)
    assert [sign_in(member.person).get(url).status_code for url in (page, *files)] == [seen] * 3
    # who never belonged to it was invited by name
    assert sign_in(scene.members[2].person).get(page).status_code == 200
