"""Search over what one may see, on whichever engine this run uses."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kiif.accounts.actor import VISITOR, Actor
from kiif.alliance.enums import Role
from kiif.alliance.models import Incubator, Membership
from kiif.search import purge
from kiif.search.queries import matching, page_of, search
from kiif.search.registry import Source
from tests.alliance.factories import make_membership
from tests.search.conftest import SECRET


def titles(text, actor=VISITOR, **options):
    return [hit.title for group in search(actor, text, **options) for hit in group.hits]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Les Épiceries du Nord", "epicerie"),
        ("Les Épiceries du Nord", "ÉPICERIE NORD"),
        ("L’Épicerie", "épiceries"),
        ("L’Épicerie", "épic"),
        ("Aux deux chevaux", "cheval"),
        ("Le Cheval blanc", "chevaux blanches"),
        ("Lien social", "sociaux"),
        ("Centres sociaux", "social"),
        ("Réseau des porteuses", "porteur·se"),
        ("Œuvres communes", "oeuvre commune"),
        ("Maison Maïwenn Astruc", "mai ast"),
        ("Fabrique", "  fabrique  de  la "),
        ("Prix solidaire", "prix"),
    ],
)
def test_accents_plurals_and_beginnings_do_not_matter(name, typed, make):
    make(name)
    make("Tout autre chose", region="Bretagne")
    assert titles(typed) == [name]


@pytest.mark.parametrize(
    "typed", ["", " ", '"', "''", "\x00", "\ud800", "-", "(", "AND", "OR NOT", "*", ":", "a" * 300, "%", "\\"]
)
def test_odd_questions_find_nothing_and_break_nothing(typed, make):
    make("Les Mains vives")
    assert titles(typed) == []


def test_a_short_stem_is_no_prefix(make):
    make("Printemps")
    assert titles("prix") == []


def test_what_one_may_not_see_is_neither_found_nor_counted(make, person, source):
    make("Atelier public")
    make("Atelier caché", region=SECRET)
    assert titles("atelier", count=True) == ["Atelier public"]
    assert [group.total for group in search(VISITOR, "atelier", count=True)] == [1]
    assert titles(SECRET) == []
    assert len(page_of(source, VISITOR, "atelier")) == 1
    assert list(matching(source, VISITOR, "caché")) == []
    seen = Actor(user=person)
    assert titles("atelier", seen) == ["Atelier caché", "Atelier public"]
    assert titles(SECRET, seen) == ["Atelier caché"]
    assert [group.total for group in search(seen, "atelier", count=True)] == [2]


def test_the_best_comes_first(make):
    make("La Grande Fabrique")
    make("Maison", region="Fabrique")
    make("Fabrique à idées")
    make("Fabrique")
    assert titles("fabrique") == ["Fabrique", "Fabrique à idées", "La Grande Fabrique", "Maison"]


def test_limit_total_and_more(make):
    for number in range(5):
        make(f"Atelier {number}")
    (group,) = search(VISITOR, "atelier", 2, count=True)
    assert (len(group.hits), group.total, group.more) == (2, 5, True)
    assert search(VISITOR, "atelier", only="nothing") == []


def test_the_index_follows_the_row(make):
    incubator = make("Avant")
    incubator.name = "Après"
    incubator.save()
    assert (titles("avant"), titles("après")) == ([], ["Après"])
    incubator.delete()
    assert titles("après") == []


@pytest.mark.django_db(transaction=True)
def test_the_index_follows_the_transaction(make):
    def fails():
        with transaction.atomic():
            make("Jamais")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert titles("jamais") == []
    make("Toujours")
    assert titles("toujours") == ["Toujours"]


def test_erased_words_leave_the_file(make):
    """SQLite only marks what its index deletes; PostgreSQL shows a row to nobody once it is gone."""
    on_sqlite = connection.vendor == "sqlite"

    def kept():
        with connection.cursor() as cursor:
            if on_sqlite:
                cursor.execute("SELECT block FROM modelsearch_indexentry_fts_data")
                return any(b"zanzibarine" in block for (block,) in cursor.fetchall())
            cursor.execute(
                "SELECT count(*) FROM modelsearch_indexentry AS entry WHERE entry::text ILIKE '%zanzibarin%'"
            )
            return cursor.fetchone()[0] > 0

    incubator = make("Zanzibarine")
    assert kept()
    incubator.delete()
    assert kept() is on_sqlite
    purge.forget_erased_words()
    assert not kept()
    if on_sqlite:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete")
            assert cursor.fetchone() == (1,)


def test_the_index_can_be_rebuilt(make):
    incubator = make("Avant")
    Incubator.objects.filter(pk=incubator.pk).update(region="Ailleurs")
    assert titles("ailleurs") == []
    call_command("rebuild_modelsearch_index", verbosity=0)
    assert titles("ailleurs") == ["Avant"]


def test_a_room_may_search_by_itself(make, own_search):
    make("Nantes")
    groups = search(VISITOR, " Nantes ", 5, count=True)
    assert [(group.label, [hit.title for hit in group.hits]) for group in groups] == [
        ("Communes", ["Commune de Nantes"]),
        ("Incubateurs", ["Nantes"]),
    ]
    assert (groups[0].total, groups[0].more, groups[0].count_sentence) == (None, False, "")
    with pytest.raises(ValueError, match="either a model"):
        Source("broken", "Broken")
    with pytest.raises(ValueError, match="no model"):
        matching(own_search, VISITOR, "x")


@pytest.mark.parametrize("count", [False, True])
def test_cost_does_not_grow_with_rows(make, count):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            search(VISITOR, "atelier", count=count)
        return len(caught)

    make("Atelier 1")
    queries()
    assert queries() == 1 + count
    make("Atelier 2")
    make("Atelier 3")
    assert queries() == 1 + count


def test_rows_about_a_person_follow_the_name(make, person):
    membership = make_membership(make("Maison"), Role.ADVISOR, person)
    everyone = Source("people", "Personnes", Membership, visible_to=lambda actor: Membership.objects.all())

    def found(text):
        return list(matching(everyone, VISITOR, text))

    assert found("romarin") == [membership]
    person.full_name = "Ida Lavande"
    person.save(update_fields=["full_name"])
    assert (found("romarin"), found("lavande")) == ([], [membership])
    person.full_name, person.email = "", "efface-1@invalid"
    person.save()
    assert found("lavande") == []
