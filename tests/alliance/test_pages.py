from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from kiif.accounts.actor import Actor
from kiif.alliance import exports, homepage, waiting
from kiif.alliance.calm import calm
from kiif.alliance.enums import Answer, Role
from kiif.alliance.models import AccessReview, Coverage, Incubator, Invitation, Membership, ReviewLine
from kiif.journal.models import JournalEntry
from kiif.ui import today
from tests.accounts.factories import add_totp
from tests.alliance import factories as make
from tests.alliance.conftest import House
from tests.factories import make_user, sign_in


def queries(client: Client, url: str, counter: Any) -> int:
    client.get(url)
    with counter as found:
        assert client.get(url).status_code == 200
    return len(found)


def grow(house: House, number: int) -> None:
    """As many of everything as asked, in the house."""
    for rank in range(number):
        incubator = make.make_incubator(house.alliance)
        make.make_branch(incubator)
        make.make_branch(house.incubator)
        make.make_coverage(incubator, f"{rank + 10}")
        make.make_coverage(house.incubator, f"{rank + 30}")
        member = make.make_membership(house.incubator, Role.ADVISOR)
        make.make_delegation(member, house.manager.user)
        make.make_invitation(house.incubator, invited_by=house.manager.user)
        make.make_partner(house.alliance)
        make.make_review(incubator)


LISTS = {
    "home": lambda house: reverse("alliance:home"),
    "members": lambda house: reverse("alliance:members"),
    "member": lambda house: reverse("alliance:member", args=[house.incubator.slug]),
    "incubator": lambda house: reverse("alliance:incubator", args=[house.incubator.slug]),
    "team": lambda house: reverse("alliance:team", args=[house.incubator.slug]),
    "invitations": lambda house: reverse("alliance:invitations", args=[house.incubator.slug]),
    "coverage": lambda house: reverse("alliance:coverage"),
    "department": lambda house: reverse("alliance:coverage-department", args=["33"]),
    "delegations": lambda house: reverse("alliance:delegations"),
    "partners": lambda house: reverse("alliance:partners"),
    "reviews": lambda house: reverse("alliance:reviews"),
}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_no_more_queries_with_three_rows_than_with_one(
    house: House, name: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, url = sign_in(house.coordinator.user), LISTS[name](house)
    grow(house, 1)
    one = queries(client, url, CaptureQueriesContext(connection))
    grow(house, 0)
    for _n in range(2):
        make.make_membership(house.incubator, Role.ADVISOR)
    _grow_more(house)
    three = queries(client, url, CaptureQueriesContext(connection))
    assert three == one
    assert three <= 20


def _grow_more(house: House) -> None:
    for rank in (50, 60):
        incubator = make.make_incubator(house.alliance)
        make.make_branch(incubator)
        make.make_branch(house.incubator)
        make.make_coverage(incubator, f"{rank}")
        make.make_coverage(house.incubator, f"{rank + 1}")
        member = make.make_membership(house.incubator, Role.ADVISOR)
        make.make_delegation(member, house.manager.user)
        make.make_invitation(house.incubator, invited_by=house.manager.user)
        make.make_partner(house.alliance)
        make.make_review(incubator)


def test_the_review_page_reads_its_people_at_once(house: House) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(house.manager.user)
    review = make.make_review(house.incubator)
    url = reverse("alliance:review", args=[review.pk])
    one = queries(client, url, CaptureQueriesContext(connection))
    for _n in range(3):
        member = make.make_membership(house.incubator, Role.ADVISOR)
        ReviewLine.objects.create(review=review, membership=member)
    assert queries(client, url, CaptureQueriesContext(connection)) == one


def test_public_pages_hold_no_personal_data(house: House) -> None:
    """Positive control: the team page does show the same names."""
    make.make_coverage(house.incubator, "33")
    private = {house.advisor.user.full_name, house.advisor.user.email, house.manager.user.email}
    team = sign_in(house.manager.user).get(reverse("alliance:team", args=[house.incubator.slug])).content.decode()
    assert all(text in team for text in private)
    for url in (LISTS["members"](house), LISTS["member"](house)):
        html = Client().get(url).content.decode()
        assert house.incubator.name in html
        assert not any(text in html for text in private)


def test_an_incubator_that_left_is_gone_for_the_public_only(house: House) -> None:
    gone = make.make_incubator(house.alliance, left_on=make.days(-1))
    assert Client().get(reverse("alliance:member", args=[gone.slug])).status_code == 404
    assert gone.name not in Client().get(reverse("alliance:members")).content.decode()
    staff = sign_in(house.advisor.user)
    assert staff.get(reverse("alliance:incubator", args=[gone.slug])).status_code == 200


def test_a_foreign_alliance_is_not_found(house: House) -> None:
    """Abuse case 1: another alliance's things, by id, on every page with an id."""
    foreign = make.make_alliance()
    incubator = make.make_incubator(foreign, left_on=make.days(-1))
    member = make.make_membership(incubator, Role.MANAGER)
    invitation = make.make_invitation(incubator)
    review = make.make_review(incubator)
    partner = make.make_partner(foreign)
    delegation = make.make_delegation(member)
    client = sign_in(house.coordinator.user)
    for name, key in (
        ("incubator", incubator.slug),
        ("incubator-update", incubator.slug),
        ("coverage-change", incubator.slug),
        ("team", incubator.slug),
        ("team", partner.slug),
        ("partner-update", partner.slug),
        ("membership", member.pk),
        ("membership-change", member.pk),
        ("membership-end", member.pk),
        ("review", review.pk),
    ):
        assert client.get(reverse(f"alliance:{name}", args=[key])).status_code == 404, name
    for name, key in (
        ("invitation-resend", invitation.pk),
        ("invitation-revoke", invitation.pk),
        ("delegation-end", delegation.pk),
        ("incubator-export", incubator.slug),
    ):
        assert client.post(reverse(f"alliance:{name}", args=[key])).status_code == 404, name


def test_extra_fields_of_a_form_are_never_stored(house: House) -> None:
    """Abuse case 6: a manager posts the fields that are the coordination's."""
    client = sign_in(house.manager.user)
    before = Incubator.objects.filter(pk=house.incubator.pk).values().get()
    data = {**{k: v for k, v in before.items() if isinstance(v, str)}, "name": "Pris", "slug": "pris", "region": "X"}
    answer = client.post(reverse("alliance:incubator-update", args=[house.incubator.slug]), data)
    assert answer.status_code == 302
    after = Incubator.objects.filter(pk=house.incubator.pk).values().get()
    assert (after["name"], after["slug"], after["region"]) == (before["name"], before["slug"], before["region"])


def test_the_review_page_confirms_the_list(house: House) -> None:
    review = make.make_review(house.incubator)
    keys = {line.membership_id: line.pk for line in review.lines.all()}
    client, url = sign_in(house.manager.user), reverse("alliance:review", args=[review.pk])
    kept = {f"l{keys[house.manager.pk]}-answer": Answer.KEEP}
    assert client.post(url, {**kept, "act": "confirm"}).status_code == 422
    data = {**kept, f"l{keys[house.advisor.pk]}-answer": Answer.LEAVES, "act": "confirm"}
    assert client.post(url, data)["Location"] == url
    assert AccessReview.objects.get().confirmed_by == house.manager.user
    assert not Membership.objects.current().filter(pk=house.advisor.pk).exists()
    assert client.get(url).status_code == 200


def test_the_archive_holds_everything_of_one_incubator_and_nothing_else(house: House, settings: Any) -> None:
    make.make_branch(house.incubator, name="=HYPERLINK(1)")
    make.make_coverage(house.incubator, "33")
    make.make_coverage(house.other, "24")
    make.make_invitation(house.incubator, email="invitee@exemple.test")
    make.make_delegation(house.advisor, house.manager.user)
    make.make_review(house.incubator)
    url = reverse("alliance:incubator-export", args=[house.incubator.slug])
    assert sign_in(house.advisor.user).post(url).status_code == 403
    answer = sign_in(house.manager.user).post(url)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]  # streaming
    assert archive.testzip() is None
    tables = {part.name: json.loads(archive.read(f"{part.name}.json")) for part in exports.parts()}
    assert [row["department_code"] for row in tables["coverage"]] == ["33"]
    assert {row["email"] for row in tables["people"]} == {house.manager.user.email, house.advisor.user.email}
    assert [len(tables[name]) for name in ("incubator", "branches", "invitations", "delegations")] == [1, 1, 1, 1]
    assert len(tables["access_reviews"]) == 2
    lines = list(csv.DictReader(io.StringIO(archive.read("branches.csv").decode("utf-8-sig"))))
    assert lines[0]["name"].startswith("'="), "no live formula"
    notice = archive.read("LISEZMOI.txt").decode()
    assert all(f"{column}: " in notice for part in exports.parts() for column in part.columns)
    assert JournalEntry.objects.filter(verb="alliance.part_exported").count() == 1


def test_a_later_room_adds_its_part(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_parts", dict(exports._parts))
    exports.register(exports.Part("projects", "Projets", {"name": "nom"}, lambda incubator: [{"name": incubator.name}]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(exports.archive(house.incubator))))
    assert json.loads(archive.read("projects.json")) == [{"name": house.incubator.name}]


def _told(actor: Actor) -> list[today.Gesture]:
    return [*today.told(actor, waiting.SOURCES), *waiting.second_factor_due(actor)]


def test_what_waits_for_each(house: House) -> None:
    make.make_review(house.incubator)
    make.make_invitation(house.incubator, invited_by=house.manager.user, expires_at=_soon())
    make.make_delegation(house.advisor, house.manager.user, until=make.days(2))
    titles = [str(gesture.title) for gesture in _told(house.acting("manager"))]
    assert titles == [
        "Confirm the list of your team",
        "Send an invitation again before it expires",
        f"Hand back before the return of {house.advisor.user}",
        "Add a second factor to your account",
    ]
    assert [str(g.title) for g in _told(house.acting("advisor"))] == ["Your delegation ends: take your files back"]
    assert _told(house.acting("other_advisor")) == []
    assert _told(Actor(user=make_user())) == []
    AccessReview.objects.update(due_on=make.days(-1))
    assert "Remind a team of its access review" in [
        str(gesture.title) for gesture in _told(house.acting("coordinator"))
    ]


def _soon() -> Any:
    from datetime import timedelta

    from django.utils import timezone

    return timezone.now() + timedelta(days=1)


def test_the_home_page_gets_computed_figures_and_coverage(house: House) -> None:
    make.make_coverage(house.incubator, "33")
    make.make_branch(house.incubator)
    Incubator.objects.filter(pk=house.other.pk).update(national=True)
    coverage = homepage.coverage()
    assert coverage is not None
    assert coverage.codes == {"33"}
    assert house.other.name in coverage.note
    assert [figure.value for figure in homepage.figures(None)] == [2, 1, 1]
    identity = homepage.identity()
    assert identity is not None
    assert identity.name == house.alliance.name


def test_accents_and_logos_are_safe_files(house: House) -> None:
    assert Client().get(reverse("alliance:accent", args=[house.incubator.slug])).status_code == 404
    Incubator.objects.filter(pk=house.incubator.pk).update(accent="#1d5f58")
    answer = Client().get(reverse("alliance:accent", args=[house.incubator.slug]))
    assert answer["Content-Type"].startswith("text/css")
    assert answer.content.decode().startswith(":root { --bistre: light-dark(#1d5f58, #")
    assert Client().get(reverse("alliance:logo", args=[house.incubator.slug])).status_code == 404


def test_lists_answer_whatever_the_address_says(house: House) -> None:
    client = sign_in(house.coordinator.user)
    for url in (LISTS[name](house) for name in ("home", "team", "coverage", "delegations", "reviews", "invitations")):
        query = {"page": "9" * 30, "tri": "user__password", "q": '"\u2028%(x)s', "region": "rien", "etat": "rien"}
        assert client.get(url, query).status_code == 200
        assert client.get(url, {"format": "csv"}).status_code == 200


def test_the_erasure_of_a_person_leaves_no_word(house: House) -> None:
    from kiif.alliance import privacy

    person = house.advisor.user
    Membership.objects.filter(pk=house.advisor.pk).update(title="MARQUE-TITRE")
    make.make_invitation(house.incubator, email=person.email, full_name="MARQUE-NOM", message="MARQUE-MOT")
    make.make_delegation(house.advisor, house.manager.user, reason="MARQUE-MOTIF")
    exported = json.dumps(privacy.export(person))
    assert all(mark in exported for mark in ("MARQUE-TITRE", "MARQUE-MOT", "MARQUE-MOTIF"))
    assert privacy.seen_by(person) != []
    from django.db import transaction

    for _twice in range(2):
        with transaction.atomic():
            privacy.erase(person)
    rows = [*Membership.objects.values(), *Invitation.objects.values(), *house.advisor.delegations.values()]
    assert "MARQUE" not in repr(rows)
    assert person.email not in repr(rows)
    assert not Membership.objects.current().filter(user=person).exists()
    assert Coverage.objects.count() == 0


def test_the_last_to_steer_is_not_erased_yet(house: House) -> None:
    from kiif.alliance import privacy

    assert "last person to steer" in (privacy.obstacle(house.manager.user) or "")
    assert privacy.obstacle(house.advisor.user) is None


@pytest.mark.parametrize("role", list(Role))
def test_each_role_finds_a_day_without_gestures_designed(role: Role, db: None) -> None:
    """What will come there, and places that this very role may open."""
    where = {Role.COORDINATOR: make.make_alliance, Role.SUPPORT: make.make_alliance, Role.PARTNER: make.make_partner}
    membership = make.make_membership(where.get(role, make.make_incubator)(), role)
    add_totp(membership.user)
    found = calm(make.acting(membership))
    assert found is not None
    client = sign_in(membership.user)
    page = client.get(reverse("today")).content.decode()
    with override("fr"):
        assert escape(str(found.sentence)) in page
    assert len(found.links) >= 2
    assert {name: client.get(address).status_code for name, address in found.links} == dict.fromkeys(
        (name for name, _address in found.links), 200
    )


def test_a_carrier_finds_it_too(db: None) -> None:
    carrier = make_user()
    page = sign_in(carrier).get(reverse("today")).content.decode()
    assert "Ce que votre incubateur vous demande" in page
