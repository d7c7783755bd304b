"""A cohort from its opening to its alumni: members, signatures, dates, messages, what people show."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from kiif.accounts.actor import Actor
from kiif.cohorts import actions, audience, finding, privacy
from kiif.cohorts.documents import pdf_of
from kiif.cohorts.enums import MemberState, Side
from kiif.cohorts.models import Broadcast, Card, Feed, Member, Placement, Signature
from kiif.cohorts.views.agenda import _token
from kiif.cohorts.waiting import SOURCES
from kiif.decisions import reserve
from kiif.decisions.models import Decision
from kiif.mailbox.models import Mail
from kiif.programmes.actions.states import move
from kiif.programmes.enums import State
from kiif.programmes.models import Call
from kiif.ui import today
from kiif.ui.errors import NotAllowed, Refused
from tests.cohorts import factories as make
from tests.cohorts.factories import Stage
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """Refusals are compared with the words of the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def stage():
    return Stage()


@pytest.fixture
def cohort(stage):
    """One hosted project."""
    application = stage.accepted()
    make.make_placement(application, stage.hosts[0], "hosted")
    return make.make_cohort(stage.call, application)


def test_it_opens_with_the_accepted_and_the_next_join(stage):
    first = stage.accepted()
    placement = make.make_placement(first, stage.hosts[0], "hosted")
    later = stage.accepted(make_user())
    move(application=later, to=State.RESERVE, by=stage.by)
    cohort = actions.open_cohort(call=stage.call, name="Promotion", by=stage.by)
    assert [(member.application, member.placement) for member in cohort.members.all()] == [(first, placement)]
    move(application=later, to=State.ACCEPTED, by=stage.by)
    assert cohort.members.count() == 2
    with pytest.raises(Refused, match="already has its cohort"):
        actions.open_cohort(call=stage.call, name="Encore", by=stage.by)
    with pytest.raises(NotAllowed):
        actions.open_cohort(call=stage.call, name="Non", by=stage.advisors[0])


def test_who_gives_up_says_why_and_frees_the_place(stage, cohort):
    member = cohort.members.get()
    Call.objects.update(places=1)
    call = Call.objects.get(pk=stage.call.pk)
    Decision.objects.create(
        application=member.application, outcome="accepted", state="published", published_at=timezone.now()
    )
    with pytest.raises(Refused, match="Choose a reason"):
        actions.turn(member=member, to=MemberState.DROPPED, by=stage.by)
    with pytest.raises(Refused, match="still to come"):
        actions.turn(member=member, to=MemberState.PAUSED, reason="time", by=stage.by,
                     on=timezone.localdate() + timedelta(days=1))  # fmt: skip
    held = reserve.of_call(call, Decision.objects.all())
    actions.turn(member=member, to=MemberState.DROPPED, reason="funding", words="Pas de fonds", by=stage.by, revision=0)
    member.refresh_from_db()
    assert (member.state, member.placement, Placement.objects.get().state) == ("dropped", None, "ended")
    assert (reserve.of_call(call, Decision.objects.all()).taken, held.taken, held.free) == (0, 1, 0)
    assert Mail.objects.filter(kind="cohorts.placement_closed", to=stage.advisors[0].user).exists()
    with pytest.raises(Refused, match="Somebody changed this member"):
        actions.turn(member=member, to=MemberState.ACTIVE, by=stage.by, revision=0)
    actions.turn(member=member, to=MemberState.ACTIVE, by=stage.by)
    assert [turn.state for turn in member.turns.all()] == ["active", "dropped"]
    with pytest.raises(Refused, match="cannot become"):
        actions.turn(member=member, to=MemberState.ALUMNI, by=stage.by)


def test_the_end_makes_alumni_of_those_who_agree(stage, cohort):
    other = stage.accepted(make_user())
    member, silent = cohort.members.get(), make.make_member(cohort, other)
    actions.consent(member=member, alumni=True, public=False, portrait="", by=stage.carrying)
    assert actions.close_cohort(cohort=cohort, by=stage.by) == 2
    states = {row.pk: row.state for row in Member.objects.all()}
    assert states == {member.pk: "alumni", silent.pk: "finished"}
    assert {one.user for one in audience.recipients(cohort, "carriers", {"states": ["alumni"]})} == {stage.carrier}
    actions.consent(member=member, alumni=False, public=False, portrait="", by=stage.carrying)
    assert audience.recipients(cohort, "carriers", {"states": ["alumni"]}) == []


def test_a_text_is_signed_by_its_sides_once(stage, cohort):
    text = actions.write_commitment(
        cohort=cohort, by=stage.by, title="Charte", text="Nous venons.", by_carrier=True, by_host=True,
        by_alliance=False, due_on=None,
    )  # fmt: skip
    member = cohort.members.get()

    def sign(side, by, name, digest=""):
        return actions.sign(commitment=text, member=member, side=side, name=name, digest=digest or text.digest, by=by)

    with pytest.raises(Refused, match="not open"):
        sign(Side.CARRIER, stage.carrying, "Porteuse Inventée")
    actions.open_commitment(commitment=text, by=stage.by)
    assert Mail.objects.filter(kind="cohorts.to_sign").count() == 2
    text.refresh_from_db()
    with pytest.raises(Refused, match="Type your name"):
        sign(Side.CARRIER, stage.carrying, "Quelqu’un d’autre")
    with pytest.raises(Refused, match="text changed"):
        sign(Side.CARRIER, stage.carrying, "Porteuse Inventée", digest="0" * 64)
    for by, side in ((stage.by, Side.HOST), (stage.advisors[1], Side.HOST), (stage.advisors[0], Side.CARRIER)):
        with pytest.raises(NotAllowed):
            sign(side, by, "Non")
    with pytest.raises(Refused, match="not open to your signature"):
        sign(Side.ALLIANCE, stage.by, "Coline Inventée")
    done = sign(Side.CARRIER, stage.carrying, "  porteuse   inventée ")
    assert (done.digest, done.version, done.user) == (text.digest, 1, stage.carrier)
    with pytest.raises(Refused, match="already signed"):
        sign(Side.CARRIER, stage.carrying, "Porteuse Inventée")
    assert pdf_of(text, member).startswith(b"%PDF")
    with pytest.raises(Refused, match="another version"):
        actions.write_commitment(cohort=cohort, commitment=text, by=stage.by, title="T", text="T", by_carrier=True,
                                 by_host=False, by_alliance=False, due_on=None)  # fmt: skip
    after = actions.new_version(commitment=text, by=stage.by)
    assert (after.version, after.opened_at, text.signatures.count()) == (2, None, 1)
    actions.open_commitment(commitment=after, by=stage.by)
    with pytest.raises(Refused, match="newer version"):
        sign(Side.HOST, stage.advisors[0], "Non")


def test_dates_leave_in_the_calendars(stage, cohort):
    start = timezone.now() + timedelta(days=3)
    fields = {"title": "Atelier", "starts_at": start, "ends_at": start + timedelta(hours=2), "place": "Nantes"}
    with pytest.raises(Refused, match="ends after"):
        actions.write_event(cohort=cohort, by=stage.by, **{**fields, "ends_at": start})
    event = actions.write_event(cohort=cohort, by=stage.by, **fields)
    assert {mail.to for mail in Mail.objects.all()} == {stage.carrier, stage.advisors[0].user}
    assert all("METHOD:REQUEST" in mail.calendar for mail in Mail.objects.all())
    actions.cancel_event(event=event, by=stage.by)
    gone = Mail.objects.filter(kind="cohorts.event_cancelled").first()
    assert "METHOD:CANCEL" in gone.calendar
    assert "SEQUENCE:1" in gone.calendar
    with pytest.raises(Refused, match="cancelled already"):
        actions.cancel_event(event=event, by=stage.by)


def test_the_address_of_a_calendar_falls_when_it_is_changed(stage, cohort, client):
    make.make_event(cohort, title="Journée secrète")
    feed = actions.new_feed(by=stage.carrying)
    address = f"/promotions/agenda/{_token(feed)}.ics"
    assert b"Journ\xc3\xa9e secr\xc3\xa8te" in client.get(address).content
    actions.new_feed(by=stage.carrying)
    assert client.get(address).status_code == 404
    assert client.get("/promotions/agenda/forged.ics").status_code == 404
    stranger = actions.new_feed(by=Actor(user=make_user()))
    assert b"VEVENT" not in client.get(f"/promotions/agenda/{_token(stranger)}.ics").content


# --- Messages ---


def write(stage, cohort, **fields):
    given = {"subject": "Bonjour {prenom}", "text": "{projet}, {accueil}", "audience": "carriers", "filters": {}}
    return actions.write_broadcast(cohort=cohort, by=stage.by, **{**given, **fields})


def test_a_message_reaches_those_whom_the_filters_keep_when_it_leaves(stage, cohort):
    alone = stage.accepted(make_user("Seul Porteur"), code="23")
    make.make_member(cohort, alone)
    row = write(stage, cohort, filters={"alone": True})
    assert [str(one.user) for one in audience.of_broadcast(row)] == ["Seul Porteur"]
    make.make_member(cohort, stage.accepted(make_user("Venu Depuis")))
    assert actions.send_broadcast(broadcast=row, by=stage.by, revision=1) == 2
    mails = Mail.objects.filter(kind="cohorts.message")
    assert sorted((mail.subject, str(mail.to)) for mail in mails) == [
        ("Bonjour Seul", "Seul Porteur"), ("Bonjour Venu", "Venu Depuis"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="was sent"):
        actions.send_broadcast(broadcast=row, by=stage.by, revision=2)
    assert mails.count() == 2


def test_filters_join(stage, cohort):
    other = stage.accepted(make_user("Creusoise"), code="23")
    make.make_placement(other, stage.hosts[1], "hosted")
    make.make_member(cohort, other)
    text = make.make_commitment(cohort)
    Signature.objects.create(commitment=text, member=cohort.members.first(), side="carrier", name="x", version=1)

    def who(filters, to="carriers"):
        return sorted(str(one.user) for one in audience.recipients(cohort, to, filters))

    assert who({}) == ["Creusoise", "Porteuse Inventée"]
    assert who({"departments": ["23"]}) == ["Creusoise"]
    assert who({"hosts": [stage.hosts[0].pk]}) == ["Porteuse Inventée"]
    assert who({"hosts": [stage.hosts[0].pk], "departments": ["23"]}) == []
    assert len(who({"unsigned": text.pk})) == 1
    assert who({"departments": ["23"]}, "hosts") == [str(stage.advisors[1].user)]
    assert len(who({}, "both")) == 4


def test_what_is_typed_is_never_read_as_a_placeholder(stage, cohort):
    application = cohort.members.get().application
    type(application).objects.filter(pk=application.pk).update(title="{nom} & <b>")
    row = write(stage, cohort, text="{projet}")
    actions.send_broadcast(broadcast=row, by=stage.by, revision=1)
    mail = Mail.objects.get(kind="cohorts.message")
    assert "{nom} & <b>" in mail.text
    with pytest.raises(Refused, match="does not exist"):
        write(stage, cohort, text="{mot de passe}")


def test_a_message_to_nobody_or_on_a_stale_page_does_not_leave(stage, cohort):
    row = write(stage, cohort, filters={"states": ["dropped"]})
    with pytest.raises(Refused, match="Nobody corresponds"):
        actions.send_broadcast(broadcast=row, by=stage.by, revision=1)
    write(stage, cohort, broadcast=Broadcast.objects.get(), subject="Autre")
    with pytest.raises(Refused, match="Somebody changed this message"):
        actions.send_broadcast(broadcast=row, by=stage.by, revision=1)
    with pytest.raises(NotAllowed):
        actions.send_broadcast(broadcast=row, by=stage.advisors[0], revision=2)


# --- What people show ---


def test_the_public_page_shows_only_who_agreed(stage, cohort, client):
    member = cohort.members.get()
    make.make_member(cohort, stage.accepted(make_user(), title="Projet discret"))
    address = f"/promotions/publiques/{stage.call.slug}/"
    with pytest.raises(Refused, match="few words"):
        actions.consent(member=member, alumni=False, public=True, portrait=" ", by=stage.carrying)
    assert client.get(address).status_code == 404
    actions.show_publicly(cohort=cohort, shown=True, by=stage.by)
    actions.consent(member=member, alumni=False, public=True, portrait="Un café de village.", by=stage.carrying)
    page = client.get(address).content.decode()
    assert "Un café de village." in page
    assert "Projet discret" not in page
    assert stage.carrier.full_name not in page
    actions.turn(member=member, to=MemberState.DROPPED, reason="team", by=stage.by)
    assert "Un café de village." not in client.get(address).content.decode()


def test_the_directory_shows_what_each_person_chose(stage, cohort):
    member = cohort.members.get()
    other = make_user("Autre Membre")
    make.make_member(cohort, stage.accepted(other))
    page = f"/promotions/ma-promotion/{cohort.public_id}/"
    seen = sign_in(other)
    assert "Porteuse Inventée" not in seen.get(page).content.decode()
    actions.show_card(member=member, by=stage.carrying, shown=True, email=False, words="Cherche un local")
    text = seen.get(page).content.decode()
    assert "Cherche un local" in text
    assert stage.carrier.email not in text
    with pytest.raises(NotAllowed):
        actions.show_card(member=member, by=Actor(user=other), shown=True)
    actions.show_card(member=member, by=stage.carrying, shown=False)
    assert not Card.objects.exists()


def test_what_is_held_is_exported_then_erased(stage, cohort):
    member, text = cohort.members.get(), make.make_commitment(cohort)
    actions.sign(commitment=text, member=member, side=Side.CARRIER, name="Porteuse Inventée", digest=text.digest,
                 by=stage.carrying)  # fmt: skip
    actions.show_card(member=member, by=stage.carrying, shown=True)
    actions.new_feed(by=stage.carrying)
    Placement.objects.update(carrier_by=stage.carrier, carrier_words="Oui, merci")
    told = privacy.export(stage.carrier)
    assert (told["signatures"][0]["name"], told["placements_answered"][0]["words"]) == (
        "Porteuse Inventée",
        "Oui, merci",
    )
    assert len(privacy.seen_by(stage.carrier)) == 1
    privacy.erase(stage.carrier)
    privacy.erase(stage.carrier)
    assert (Card.objects.count(), Feed.objects.count()) == (0, 0)
    assert (Signature.objects.get().name, Signature.objects.get().digest) == ("–", text.digest)
    assert Placement.objects.get().carrier_words == ""


# --- Lists ---


@pytest.mark.parametrize(
    ("name", "most"), [("appels/{call}/promotion/", 30), ("appels/{call}/accueil/", 30), ("", 20), ("accueillis/", 20)]
)
def test_lists_ask_the_same_whatever_their_length(stage, django_assert_max_num_queries, name, most):
    def add():
        application = stage.accepted(make_user())
        make.make_placement(application, stage.hosts[0], "hosted")
        stage.accepted(make_user())
        return application

    cohort = make.make_cohort(stage.call, add())
    by = stage.advisors[0] if name == "accueillis/" else stage.by
    client = sign_in(by.user)
    address = f"/promotions/{name.format(call=stage.call.public_id)}"

    def count():
        with django_assert_max_num_queries(most) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    client.get(address)
    few = count()
    for _n in range(2):
        make.make_member(cohort, add())
    assert count() == few


def test_no_answer_of_a_project_is_shown_to_a_barred_advisor(stage, cohort):
    from kiif.programmes.enums import ConflictState
    from kiif.programmes.models import Conflict

    placement = Placement.objects.get()
    client = sign_in(stage.advisors[0].user)
    assert client.get(placement.get_absolute_url()).status_code == 200
    Conflict.objects.create(
        application=placement.application, person=stage.advisors[0].user, state=ConflictState.CONFIRMED
    )
    assert client.get(placement.get_absolute_url()).status_code == 404
    assert client.get(cohort.members.get().get_absolute_url()).status_code == 404
    page = client.get("/promotions/accueillis/").content.decode()
    assert not re.search(re.escape(placement.application.title), page)


# --- Where this room shows itself ---


def gestures(actor):
    return today.told(actor, SOURCES)


def test_a_host_sees_what_it_has_to_sign(stage, cohort):
    text = make.make_commitment(cohort, by_host=True)
    waiting_for = [
        one.url for one in gestures(stage.advisors[0]) if one.about == cohort.members.get().application.title
    ]
    address = f"/promotions/engagements/{text.public_id}/{cohort.members.get().public_id}/accueil/"
    assert waiting_for == [address]
    assert sign_in(stage.advisors[0].user).get(address).status_code == 200
    page = f"/promotions/engagements/{text.public_id}/"
    leads = [address in sign_in(one.user).get(page).text for one in (stage.advisors[0], stage.coordinator)]
    assert leads == [True, False]
    assert [one.url for one in gestures(stage.advisors[1])] == []
    actions.sign(
        commitment=text, member=cohort.members.get(), side=Side.HOST, name=stage.advisors[0].user.full_name,
        digest=text.digest, by=stage.advisors[0],
    )  # fmt: skip
    assert gestures(stage.advisors[0]) == []


def test_cohorts_are_found_by_their_team_and_their_people_only(stage, cohort):
    stranger = Actor(user=make_user())
    assert [hit.title for hit in finding.find(stage.by, "inventee", 5)] == [cohort.name]
    assert [hit.url for hit in finding.find(stage.carrying, "promotion", 5)] == [
        f"/promotions/ma-promotion/{cohort.public_id}/"
    ]
    assert finding.find(stranger, "promotion", 5) == []
    assert finding.find(stage.by, "inconnue", 5) == []


def test_the_page_of_an_application_tells_its_host_and_cohort(stage, cohort):
    application = cohort.members.get().application
    type(application).objects.filter(pk=application.pk).update(decided_at=timezone.now())
    page = sign_in(stage.by.user).get(application.get_absolute_url()).content.decode()
    assert f"/promotions/membres/{cohort.members.get().public_id}/" in page
    assert Placement.objects.get().get_absolute_url() in page
    application.refresh_from_db()
    assert finding.panel(Actor(user=make_user()), application) is None
    waiting = stage.accepted(make_user())
    waiting.decided_at = timezone.now()
    assert finding.panel(stage.by, waiting)["looks"] is True


def test_nothing_is_proposed_for_who_left(stage):
    application = stage.accepted()
    page = f"/promotions/appels/{stage.call.public_id}/accueil/projets/{application.public_id}/"
    client = sign_in(stage.by.user)
    choose = f"{page}choisir/"
    assert choose in client.get(page).content.decode()
    move(application=application, to=State.WITHDRAWN, by=stage.by)
    assert choose not in client.get(page).content.decode()
