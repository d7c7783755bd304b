"""Open summaries: nothing under five, nothing that a difference would tell, frozen once published."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kiif.journal.models import JournalEntry
from kiif.methods.disclosure import intervals
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call
from kiif.steering import actions, protecting, telling
from kiif.steering.models import OpenData
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import World
from tests.programmes.factories import make_application, make_call, make_edition, make_programme
from tests.steering.factories import SYSTEM, answered_call, closed_call, published, some

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def counts(tables: list[dict[str, Any]]) -> list[int]:
    found = []
    for table in tables:
        for row in table["rows"]:
            found += [n for n in (*row["counts"], row["total"]) if n is not None]
        found += [n for n in (*table["totals"], table["total"]) if n is not None]
    return found


def test_no_count_under_five_is_published(world: World) -> None:
    call = closed_call(world.alliance)
    some(call, 6, State.ACCEPTED, rural="rural", stage="launch")
    some(call, 2, State.ACCEPTED, rural="urban", stage="launch")
    some(call, 7, State.REFUSED, rural="rural", stage="growth")
    some(call, 8, State.REFUSED, rural="urban", stage="launch")
    tables = protecting.lines([call])
    assert {table["key"] for table in tables} == {"rural", "stage"}
    assert all(n == 0 or n >= 5 for n in counts(tables))


def test_what_is_hidden_cannot_be_computed(world: World) -> None:
    call = closed_call(world.alliance)
    for number, form in enumerate(("association", "scic", "sas", "scop")):
        some(call, 6 + number, State.ACCEPTED, legal_form=form)
        some(call, 3 + 3 * number, State.REFUSED, legal_form=form)
    shown = protecting.tables_of([call])["legal_form"]
    assert shown is not None
    assert shown.hidden.any()
    assert all(high - low >= 5 - 1e-6 for _cell, low, high in intervals(shown))


def test_an_organisation_counts_once(world: World) -> None:
    call = closed_call(world.alliance)
    some(call, 9, State.REFUSED, rural="rural", siren="732829320")
    some(call, 5, State.REFUSED, rural="rural")
    tables = protecting.lines([call])
    assert [table["total"] for table in tables] == [6]


def test_too_few_altogether_are_not_told(world: World) -> None:
    call = closed_call(world.alliance)
    some(call, 4, State.REFUSED, rural="rural")
    assert protecting.lines([call]) == []
    assert "moins de cinq" in protecting.why_not_publish(call.edition).lower()


@pytest.mark.parametrize("state", [State.SUBMITTED, State.REVIEW])
def test_nothing_is_published_before_every_answer(world: World, state: str) -> None:
    call = answered_call(world.alliance)
    assert protecting.why_not_publish(call.edition) == ""
    make_application(call, None, state)
    with pytest.raises(Refused):
        actions.publish(edition=call.edition, by=SYSTEM)
    assert not OpenData.objects.exists()


def test_a_call_that_is_open_or_a_rehearsal_is_not_published(world: World) -> None:
    call = make_call(make_edition(make_programme(world.alliance)))
    some(call, 9, State.REFUSED)
    assert protecting.why_not_publish(call.edition)
    rehearsal = answered_call(world.alliance).edition
    rehearsal.rehearsal_of = call.edition
    rehearsal.save()
    assert protecting.why_not_publish(rehearsal)


def test_what_is_published_does_not_move(world: World) -> None:
    row = published(world.alliance)
    call = Call.objects.get(edition=row.edition)
    before = row.content
    some(call, 9, State.REFUSED, rural="urban")
    assert OpenData.objects.get(pk=row.pk).content == before
    page = world.client("visitor").get(reverse("steering:open-data", args=[row.edition.public_id]))
    assert page.context["content"] == before


def test_a_second_publication_too_near_the_first_is_refused(world: World) -> None:
    row = published(world.alliance)
    call = Call.objects.get(edition=row.edition)
    extra = some(call, 1, State.REFUSED, rural="rural")
    with pytest.raises(Refused):
        actions.publish(edition=row.edition, by=SYSTEM)
    assert extra
    some(call, 9, State.REFUSED, rural="rural")
    again = actions.publish(edition=row.edition, by=SYSTEM)
    assert again.number == 2


def test_withdrawn_it_answers_no_more_and_comes_back(world: World) -> None:
    row = published(world.alliance)
    visitor = world.client("visitor")
    url = reverse("steering:open-data", args=[row.edition.public_id])
    assert visitor.get(url).status_code == 200
    actions.withdraw(edition=row.edition, by=SYSTEM)
    assert visitor.get(url).status_code == 404
    with pytest.raises(Refused):
        actions.withdraw(edition=row.edition, by=SYSTEM)
    actions.publish(edition=row.edition, by=SYSTEM)
    assert visitor.get(url).status_code == 200
    verbs = list(
        JournalEntry.objects.filter(verb__startswith="steering.").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["steering.published", "steering.withdrawn", "steering.published"]


def test_only_who_runs_the_programme_publishes(world: World) -> None:
    edition = answered_call(world.alliance).edition
    with pytest.raises(NotAllowed):
        actions.publish(edition=edition, by=world.actor("advisor"))
    with pytest.raises(NotAllowed):
        actions.publish(edition=edition, by=world.actor("impersonating"))
    assert actions.publish(edition=edition, by=world.actor("coordinator")).number == 1


def test_the_files_say_the_same_as_the_page(world: World) -> None:
    row = published(world.alliance)
    client = world.client("visitor")
    text = client.get(reverse("steering:open-data-csv", args=[row.edition.public_id])).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    total = next(line for line in lines if line["value"] == "total" and line["answer"] == "total")
    document = client.get(reverse("steering:open-data-json", args=[row.edition.public_id])).json()
    assert int(total["applicants"]) == document["tables"][0]["total"] == 15
    assert set(lines[0]) == set(document["fields"])
    assert document["publication"]["sha256"] == protecting.digest_of(row.content)


def test_a_partner_reads_no_small_count_and_nothing_that_moves(world: World) -> None:
    call = make_call(make_edition(make_programme(world.alliance)))
    some(call, 4, State.SUBMITTED, rural="rural")
    assert telling.of_call(call).received is None
    some(call, 3, State.SUBMITTED, rural="rural")
    client, url = world.client("partner"), reverse("steering:summary", args=[call.public_id])
    page = client.get(url)
    assert (page.context["told"].received, page.context["tables"]) == (7, [])
    now = timezone.now()
    Call.objects.filter(pk=call.pk).update(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))
    page = client.get(url)
    assert (page.context["told"].waiting, page.context["told"].received, page.context["tables"]) == (True, None, [])
    assert telling.freeze_all() == 1
    page = client.get(url)
    assert (page.context["told"].received, page.context["tables"]) == (7, [])


def told_to(world: World, call: Call) -> tuple[Any, ...]:
    """What a partner reads of a call: totals, then each shown count."""
    context = world.client("partner").get(reverse("steering:summary", args=[call.public_id])).context
    counts = [[row["total"] for row in table["rows"]] + [table["total"]] for table in context["tables"]]
    return context["told"].received, context["told"].accepted, counts


def test_what_partners_read_of_a_closed_call_does_not_move_with_a_withdrawal(world: World) -> None:
    call = closed_call(world.alliance)
    gone, *rural = some(call, 12, State.SUBMITTED, rural="rural")
    urban = some(call, 12, State.SUBMITTED, rural="urban")
    telling.freeze_all()
    before = told_to(world, call)
    assert before == (24, None, [])
    Application.objects.filter(pk=gone.pk).update(state=State.WITHDRAWN)
    assert (telling.freeze_all(), told_to(world, call)) == (0, before)
    # answered: one dossier less would tell of it, so the ones that were counted are counted again
    accepted = [row.pk for row in (*rural[:6], *urban[:6])]
    Application.objects.filter(call=call, state=State.SUBMITTED).update(state=State.REFUSED)
    Application.objects.filter(pk__in=accepted).update(state=State.ACCEPTED)
    assert telling.freeze_all() == 1
    after = told_to(world, call)
    assert after == (24, 12, [[12, 12, 24]])
    Application.objects.filter(pk=accepted[0]).update(state=State.WITHDRAWN)
    assert (telling.freeze_all(), told_to(world, call)) == (0, after)


def test_no_table_hides_beside_a_total_that_tells_it(world: World) -> None:
    call = closed_call(world.alliance)
    some(call, 12, State.REFUSED, rural="rural")
    some(call, 7, State.ACCEPTED, rural="urban")
    some(call, 1, State.REFUSED, rural="urban")
    assert [table["total"] for table in protecting.lines([call])] == [None]
    assert [telling.freeze_all(), telling.freeze_all()] == [1, 1]
    assert told_to(world, call) == (20, 7, [])


def test_a_table_that_puts_everything_together_is_not_told(world: World) -> None:
    call = closed_call(world.alliance)
    for form in ("association", "scic", "sas", "scop"):
        some(call, 3, State.ACCEPTED, legal_form=form)
    assert [[row["value"] for row in one["rows"]] for one in protecting.lines([call])] == [[protecting.REST]]
    assert [telling.freeze_all(), telling.freeze_all()] == [1, 1]
    assert told_to(world, call) == (12, 12, [])


def test_applications_that_come_after_closing_count_when_they_are_many(world: World) -> None:
    few, many = closed_call(world.alliance), closed_call(world.alliance)
    for call, late in ((few, 2), (many, 8)):
        some(call, 10, State.SUBMITTED, rural="rural")
        telling.freeze(call)
        some(call, late, State.SUBMITTED, rural="rural")
        Application.objects.filter(call=call).update(state=State.REFUSED)
        assert telling.freeze(call)
    assert (told_to(world, few)[0], told_to(world, many)[0]) == (10, 18)


def test_figures_come_for_a_programme_that_ended_too(world: World) -> None:
    call = closed_call(world.alliance)
    some(call, 12, State.SUBMITTED, rural="rural")
    programme = call.edition.programme
    programme.ended_at = timezone.now()
    programme.save()
    assert told_to(world, call)[0] is None
    assert telling.freeze_all() == 1
    assert told_to(world, call)[0] == 12


def test_a_partner_of_another_alliance_reads_nothing(world: World) -> None:
    call = make_call()
    assert world.client("partner").get(reverse("steering:summary", args=[call.public_id])).status_code == 404
