"""Pages of the journal: who may open them, what they filter and export."""

import csv
import io

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from kiif.accounts.actor import Actor
from kiif.journal import registry
from kiif.journal.models import JournalEntry
from kiif.journal.readable import lines
from tests.factories import make_user, sign_in


@pytest.fixture
def readers(monkeypatch, ida):
    """Only Ida reads groups, their scope and the whole journal."""

    def only_ida(actor, obj=None):
        return actor.user == ida

    monkeypatch.setitem(registry._objects, Group, only_ida)
    monkeypatch.setitem(registry._scopes, Group, only_ida)
    monkeypatch.setattr(registry, "_whole", [])
    registry.register_whole(only_ida)


def address(name, obj):
    return reverse(f"journal:{name}", args=["auth", "group", obj.pk])


@pytest.mark.parametrize("name", ["object", "scope"])
def test_only_those_who_may_read_open_a_history(name, readers, ida, group, write):
    write(ida, group)
    assert sign_in(make_user()).get(address(name, group)).status_code == 404
    response = sign_in(ida).get(address(name, group))
    assert response.status_code == 200
    assert "Les Mains vives" in response.content.decode()


def test_the_whole_journal_is_refused_with_a_reason(readers, ida, group, write):
    write(ida, group)
    refused = sign_in(make_user()).get(reverse("journal:whole"))
    assert refused.status_code == 403
    assert "Les Mains vives" not in refused.content.decode()
    assert "Les Mains vives" in sign_in(ida).get(reverse("journal:whole")).content.decode()


def test_a_part_of_the_whole_journal(readers, ida, group, write, monkeypatch):
    other = Group.objects.create(name="Ailleurs")
    write(ida, group, scope=group)
    write(ida, other, scope=other)
    registry.register_whole(
        lambda actor: actor.user == ida, restrict=lambda actor, entries: entries.in_scopes(Group, [group.pk])
    )
    client = sign_in(ida)
    assert len(client.get(reverse("journal:whole")).context["lines"]) == 2
    monkeypatch.setattr(registry, "_whole", registry._whole[1:])
    lines_read = client.get(reverse("journal:whole")).context["lines"]
    assert [line.entry.object_id for line in lines_read] == [str(group.pk)]
    assert registry.readable_by(Actor(), JournalEntry.objects.all()).count() == 0


def test_an_unregistered_model_has_no_history(ida, write):
    write(ida, ida)
    client = sign_in(ida)
    for parts in (
        ["accounts", "user", ida.pk],
        ["nothing", "here", 1],
        ["auth", "group", 10**40],
        ["auth", "group", "x"],
    ):
        for name in ("object", "scope"):
            assert client.get(reverse(f"journal:{name}", args=parts)).status_code == 404


def test_filters_restrict_the_page(readers, ida, group, write):
    other = make_user("Ilan Veyrac")
    write(ida, group)
    write(other, group, verb="journal.left")
    client, page = sign_in(ida), address("object", group)

    def found(**query):
        return [line.entry.verb for line in client.get(page, query).context["lines"]]

    assert found() == ["journal.left", "journal.tried"]
    assert found(who="veyrac") == ["journal.left"]
    assert found(verb="journal.tried") == ["journal.tried"]
    assert found(q="mains") == ["journal.left", "journal.tried"]
    assert found(q="tried") == ["journal.tried"]
    assert found(since="2999-01-01") == []
    assert found(until="2000-01-01") == []
    assert found(since="not a day") == ["journal.left", "journal.tried"]
    assert found(since="2999-01-01", until="2000-01-01") == []
    assert found(page="10" * 30) == ["journal.left", "journal.tried"]


@pytest.mark.usefixtures("readers")
def test_page_costs_the_same_for_one_row_and_three(ida, group, write):
    client = sign_in(ida)

    def queries(rows):
        with CaptureQueriesContext(connection) as caught:
            assert len(client.get(address("object", group)).context["lines"]) == rows
        return len(caught)

    write(make_user(), group, changes={"owner": (None, ida)})
    queries(1)
    one = queries(1)
    for _number in range(2):
        write(make_user(), group, changes={"owner": (None, make_user())})
    assert queries(3) == one


def test_export_holds_what_is_filtered_and_no_formula(readers, ida, group, write):
    write(ida, group, changes={"name": ("=1+1", "Les Mains vives")})
    evil = make_user('=HYPERLINK("http://x.test")')
    write(evil, group, verb="journal.left")
    client, page = sign_in(ida), address("object", group)
    text = b"".join(client.get(page, {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert [row[1] for row in csv.reader(io.StringIO(text))] == [
        "Personne",
        '\'=HYPERLINK("http://x.test")',
        "Ida Romarin",
    ]
    response = client.get(page, {"format": "xlsx", "verb": "journal.left"})
    assert response["Content-Disposition"].startswith("attachment; filename=")
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert [row[1] for row in rows] == ["Personne", '=HYPERLINK("http://x.test")']


def test_a_too_long_export_is_refused_with_a_sentence(readers, ida, group, write, monkeypatch):
    monkeypatch.setattr("kiif.journal.export.MOST_ROWS", 1)
    write(ida, group)
    kept = sign_in(ida).get(address("object", group), {"format": "csv"})
    assert len(list(kept.streaming_content)) == 2
    write(ida, group)
    refused = sign_in(ida).get(address("object", group), {"format": "csv"})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.content.decode()


def test_from_an_entry_one_reaches_only_what_one_may_read(readers, ida, group, write, monkeypatch):
    entry = write(ida, group)
    monkeypatch.setattr(Group, "get_absolute_url", lambda self: "/la-bas", raising=False)
    to = reverse("journal:open", args=[entry.pk])
    assert sign_in(ida).get(to)["Location"] == "/la-bas"
    assert sign_in(make_user()).get(to).status_code == 404
    assert sign_in(ida).get(reverse("journal:open", args=[10**30])).status_code == 404
    group.delete()
    assert sign_in(ida).get(to).status_code == 404


def show_tab(user, obj):
    request = RequestFactory().get("/")
    request.actor = Actor(user=user)
    return Template("{% load journal %}{% history obj %}").render(Context({"request": request, "obj": obj})).strip()


def test_history_tab(readers, ida, group, write):
    for _number in range(21):
        write(ida, group, changes={"name": ("<b>Avant</b>", "Après")})
    with translation.override("en"):
        html = show_tab(ida, group)
    assert html.count("<li") == 20
    assert "All earlier entries" in html
    assert "&lt;b&gt;Avant" in html
    assert "<b>" not in html
    assert show_tab(make_user(), group) == ""


def test_initials_of_the_person_are_at_hand(ida, group, write):
    assert [line.initials for line in lines([write(ida, group)])] == ["IR"]
