"""The feasibility study: several people write, nothing is lost, whoever may not is told why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.journal.models import JournalEntry
from kiif.replication import actions, dossier, presence
from kiif.replication.actions.common import Conflict
from kiif.replication.enums import Kind, Part
from kiif.replication.guides import GUIDES, LINES, WORDS
from kiif.replication.models import Entry, FeasibilityStudy, Section
from kiif.replication.versions import versions_of
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user, sign_in
from tests.replication import study_factories as make

pytestmark = pytest.mark.django_db
QUIET = {"X-Autosave": "1"}


@pytest.fixture
def study() -> FeasibilityStudy:
    return make.make_study()


@pytest.fixture
def owner(study: FeasibilityStudy) -> Client:
    return sign_in(study.search.solution.owner)


def need(study: FeasibilityStudy) -> Section:
    return study.sections.get(part=Part.NEED)


def address(study: FeasibilityStudy, name: str = "study", *more: Any) -> str:
    return reverse(f"replication:{name}", args=[study.pk, *more])


def written(study: FeasibilityStudy) -> int:
    return JournalEntry.objects.about(study).filter(verb="replication.part_written").count()


def test_every_part_has_its_guide_and_every_line_its_words() -> None:
    assert set(GUIDES) == set(LINES) == set(Part)
    assert set(WORDS) == set(Kind) == {kind for kinds in LINES.values() for kind in kinds}


def test_two_editors_never_overwrite_each_other(study: FeasibilityStudy) -> None:
    one, two = Actor(user=study.search.solution.owner), Actor(user=make_user())
    make.share(study.search.solution, two.user, may_write=True)
    actions.write_section(section=need(study), by=one, text="le texte d’Anouk", version=0)
    with pytest.raises(Conflict) as conflict:
        actions.write_section(section=need(study), by=two, text="le texte de Bastien", version=0)
    assert conflict.value.current.text == "le texte d’Anouk"
    assert need(study).text == "le texte d’Anouk"
    actions.write_section(section=need(study), by=two, text="les deux", version=conflict.value.current.version)
    assert [(v.text, v.who, v.current) for v in versions_of(need(study))] == [
        ("les deux", str(two.user), True),
        ("le texte d’Anouk", str(one.user), False),
    ]


def test_a_sitting_makes_one_version_and_its_last_text_is_found_again(study: FeasibilityStudy) -> None:
    by = make.owner_of(study)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number, text in enumerate(("u", "un", "un mot")):
            actions.write_section(section=need(study), by=by, text=text, version=number)
            clock.shift(timedelta(seconds=30))
        assert written(study) == 1
        clock.shift(timedelta(minutes=11))
        actions.write_section(section=need(study), by=by, text="un autre mot", version=3)
    assert written(study) == 2
    assert [version.text for version in versions_of(need(study))] == ["un autre mot", "un mot"]


def test_the_same_text_is_not_a_conflict_and_writes_nothing(study: FeasibilityStudy) -> None:
    by = make.owner_of(study)
    actions.write_section(section=need(study), by=by, text="pareil", version=0)
    assert actions.write_section(section=need(study), by=by, text="pareil", version=0).version == 1
    assert written(study) == 1


def test_a_text_too_long_is_refused_and_nothing_is_written(study: FeasibilityStudy) -> None:
    with pytest.raises(Refused):
        actions.write_section(section=need(study), by=make.owner_of(study), text="a" * 20_001, version=0)
    assert need(study).version == 0
    actions.write_section(section=need(study), by=make.owner_of(study), text="a" * 20_000, version=0)
    assert need(study).version == 1


def test_autosave_answers_with_the_version_and_the_hour(study: FeasibilityStudy, owner: Client) -> None:
    answer = owner.post(address(study, "study-part", "need"), {"text": "Rosa", "version": "0"}, headers=QUIET)
    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert ":" in answer.json()["said"] or "h" in answer.json()["said"]


@pytest.mark.parametrize("quiet", [True, False])
def test_a_conflict_shows_both_texts(study: FeasibilityStudy, owner: Client, quiet: bool) -> None:
    actions.write_section(section=need(study), by=make.owner_of(study), text="celui d’avant", version=0)
    answer = owner.post(
        address(study, "study-part", "need"), {"text": "le mien", "version": "0"}, headers=QUIET if quiet else {}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ("<html" in page) is not quiet
    assert "celui d’avant" in page
    assert "le mien" in page
    assert 'name="version" value="1"' in page
    assert need(study).text == "celui d’avant"


def test_without_javascript_a_part_is_saved_by_its_button(study: FeasibilityStudy, owner: Client) -> None:
    answer = owner.post(address(study, "study-part", "need"), {"text": "Rosa", "version": "0"})
    assert (answer.status_code, answer["Location"]) == (302, f"{study.get_absolute_url()}#need")
    assert need(study).text == "Rosa"


def test_what_people_type_is_shown_as_text(study: FeasibilityStudy, owner: Client) -> None:
    hostile = "<script>window.pwned=1</script></textarea><b>"
    actions.write_section(section=need(study), by=make.owner_of(study), text=hostile, version=0)
    make.make_line(study, Kind.PARTNER, title=hostile, detail=hostile)
    page = owner.get(study.get_absolute_url()).content.decode()
    assert "<script>window.pwned" not in page
    assert page.count("&lt;script&gt;window.pwned=1") == 4


def test_whoever_reads_may_not_write(study: FeasibilityStudy) -> None:
    reader = make_user()
    make.share(study.search.solution, reader)
    client = sign_in(reader)
    page = client.get(study.get_absolute_url())
    assert (page.status_code, b"<auto-save" in page.content) == (200, False)
    line = make.make_line(study, Kind.RISK)
    attempts = {
        address(study, "study-part", "need"): {"text": "x", "version": "0"},
        address(study, "line-create", "risk"): {"title": "x"},
        address(study, "line-change", line.pk): {"title": "x", "version": "1"},
        address(study, "line-remove", line.pk): {},
        address(study, "study-decide"): {"decision": "go"},
    }
    study.sections.filter(part=Part.DECISION).update(text="les raisons")
    entries = JournalEntry.objects.count()
    assert {client.post(url, data).status_code for url, data in attempts.items()} == {403}
    assert (JournalEntry.objects.count(), Entry.objects.get().title) == (entries, "Ligne inventée")
    study.search.solution.grants.update(may_write=True)
    assert [client.post(url, data).status_code for url, data in attempts.items()] == [302] * len(attempts)


def test_a_stranger_finds_nothing_anywhere(study: FeasibilityStudy) -> None:
    client = sign_in(make_user())
    line = make.make_line(study, Kind.RISK)
    pages = [
        address(study), address(study, "study-decide"), address(study, "study-files"), address(study, "study-history"),
        address(study, "study-pdf"), address(study, "study-docx"), address(study, "study-part", "need"),
        address(study, "study-versions", "need"), address(study, "line-change", line.pk),
        reverse("replication:studies", args=[study.search_id]),
        reverse("replication:sharing", args=[study.search.solution_id]),
    ]  # fmt: skip
    assert {client.get(url).status_code for url in pages} == {404}
    assert {sign_in(study.search.solution.owner).get(url).status_code for url in pages} == {200}
    assert client.post(address(study, "study-pulse"), {"part": "need"}).status_code == 404


def test_a_line_of_another_study_is_not_reached_through_mine(study: FeasibilityStudy, owner: Client) -> None:
    foreign = make.make_line(make.make_study(), Kind.RISK)
    assert owner.post(address(study, "line-change", foreign.pk), {"title": "x", "version": "1"}).status_code == 404
    assert owner.post(address(study, "line-remove", foreign.pk)).status_code == 404
    assert Entry.objects.get().title == "Ligne inventée"


def test_a_share_that_ended_yesterday_opens_nothing(study: FeasibilityStudy) -> None:
    reader = make_user()
    grant = make.share(study.search.solution, reader, until=timezone.localdate())
    client = sign_in(reader)
    assert client.get(study.get_absolute_url()).status_code == 200
    grant.until = timezone.localdate() - timedelta(days=1)
    grant.save()
    assert client.get(study.get_absolute_url()).status_code == 404


def test_lines_are_added_changed_and_removed(study: FeasibilityStudy, owner: Client) -> None:
    data = {"title": "Les Roues inventées", "detail": "Prêtent un pont.", "engagement": "4", "amount": "12"}
    answer = owner.post(address(study, "line-create", "partner"), data)
    line = study.entries.get()
    assert answer["Location"] == f"{study.get_absolute_url()}#partner"
    assert (line.title, line.engagement, line.amount) == ("Les Roues inventées", 4, None)
    owner.post(address(study, "line-change", line.pk), data | {"engagement": "5", "version": "1"})
    line.refresh_from_db()
    assert (line.engagement, line.version) == (5, 2)
    owner.post(address(study, "line-remove", line.pk))
    assert study.entries.count() == 0
    removed = JournalEntry.objects.filter(verb="replication.line_removed").get()
    assert removed.detail.changes["title"] == ["Les Roues inventées", None]


def test_two_people_on_the_same_line_both_keep_their_words(study: FeasibilityStudy, owner: Client) -> None:
    line = make.make_line(study, Kind.RISK, detail="avant")
    url = address(study, "line-change", line.pk)
    owner.post(url, {"title": "Le leur", "detail": "leur détail", "version": "1"})
    answer = owner.post(url, {"title": "Le mien", "detail": "mon détail", "version": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "leur détail" in page
    assert "mon détail" in page
    assert 'value="2"' in page
    assert Entry.objects.get().title == "Le leur"
    assert owner.post(url, {"title": "Le mien", "detail": "mon détail", "version": "2"}).status_code == 302


def test_funding_has_a_total_and_rents_have_none(study: FeasibilityStudy) -> None:
    make.make_line(study, Kind.FUNDING, amount=1200)
    make.make_line(study, Kind.FUNDING, amount=800)
    make.make_line(study, Kind.PREMISES, amount=500)
    totals = {lines.kind: lines.total for part in dossier.parts_of(study) for lines in part.lines}
    assert (totals[Kind.FUNDING], totals[Kind.PREMISES]) == (2000, None)


def test_a_decision_needs_reasons_and_conditions(study: FeasibilityStudy, owner: Client) -> None:
    url = address(study, "study-decide")
    assert owner.post(url, {"decision": "go"}).status_code == 422
    study.sections.filter(part=Part.DECISION).update(text="Parce que Rosa.")
    assert owner.post(url, {"decision": "go_if"}).status_code == 422
    study.refresh_from_db()
    assert study.decision == ""
    assert owner.post(url, {"decision": "go_if", "conditions": "un local", "mode": "transfer"}).status_code == 302
    assert owner.post(url, {"decision": "no"}).status_code == 302
    study.refresh_from_db()
    assert (study.decision, study.conditions, study.mode) == ("no", "", "")
    assert JournalEntry.objects.about(study).filter(verb="replication.decided").count() == 2


def test_presence_tells_who_writes_where_and_forgets(study: FeasibilityStudy, owner: Client) -> None:
    other = make_user("Inès Inventée")
    make.share(study.search.solution, other, may_write=True)
    sign_in(other).post(address(study, "study-pulse"), {"part": "need"})
    here = owner.post(address(study, "study-pulse"), {"part": ""}).json()["here"]
    assert [(one["initials"], one["part"]) for one in here] == [("II", "need")]
    assert "Inès Inventée" in here[0]["said"]
    with time_machine.travel(timezone.now() + timedelta(seconds=presence.GONE_AFTER + 1)):
        assert presence.others(study, None) == []


def test_somebody_who_looks_with_anothers_eyes_writes_nothing(study: FeasibilityStudy) -> None:
    support = Actor(user=study.search.solution.owner, impersonator=make_user())
    with pytest.raises(NotAllowed):
        actions.write_section(section=need(study), by=support, text="x", version=0)
    with pytest.raises(NotAllowed):
        actions.add_entry(study=study, by=support, kind="risk", values={"title": "x"})


def test_forms_ignore_what_they_do_not_ask(study: FeasibilityStudy, owner: Client) -> None:
    other = make.make_study()
    data = {"title": "Une", "study": other.pk, "kind": "funding", "written_by": other.opened_by_id, "version": "77"}
    owner.post(address(study, "line-create", "risk"), data)
    line = Entry.objects.get()
    assert (line.study, line.kind, line.written_by, line.version) == (study, "risk", study.opened_by, 1)


def test_pages_ask_the_database_as_much_for_three_lines_as_for_one(
    study: FeasibilityStudy, owner: Client, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert owner.get(url).status_code == 200
        return len(queries)

    urls = [study.get_absolute_url(), reverse("replication:studies", args=[study.search_id])]
    for kind in Kind.values:
        make.make_line(study, kind, written_by=make_user())
    before = [count(url) for url in urls]
    for kind in Kind.values:
        make.make_line(study, kind, written_by=make_user())
        make.make_line(study, kind, written_by=make_user())
    for code in ("200000001", "200000002"):
        make.make_study(study.search, code=code, opened_by=make_user())
    assert [count(url) for url in urls] == before


def test_a_study_opens_from_the_short_list_once(base_pack: Any) -> None:
    search = make.make_search()
    client = sign_in(search.solution.owner)
    url = reverse("replication:study-open", args=[search.pk, "200071819"])
    assert client.get(url).status_code == 405
    assert client.post(url)["Location"] == reverse("replication:shortlist", args=[search.pk])
    assert FeasibilityStudy.objects.count() == 0
    search.picks.create(code="200071819")
    places = {client.post(url)["Location"] for _ in range(2)}
    opened = FeasibilityStudy.objects.get()
    assert places == {opened.get_absolute_url()}
    assert (opened.name, opened.sections.count(), opened.result is not None) == ("CC du Périgord Nontronnais", 8, True)
    assert "Insee" in client.get(opened.get_absolute_url()).content.decode()
