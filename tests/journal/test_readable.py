"""Entries as sentences, in French and English; names of erased people are gone."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from kiif.accounts.actor import Actor, system
from kiif.journal import french
from kiif.journal.actions import record
from kiif.journal.models import JournalEntry, JournalPerson
from kiif.journal.readable import lines, readable
from tests.factories import make_user


class Role:
    role_label = "Conseillère, ATIS"


def read():
    return lines(JournalEntry.objects.readable())


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_sentence_names_who_what_and_role(ida, group):
    guest = make_user("Ilan Veyrac")
    record(by=Actor(user=ida, acting_as=Role()), verb="journal.invited", obj=group, data={"guest": guest})
    line = read()[0]
    assert line.gesture == "invited Ilan Veyrac to Les Mains vives"
    assert line.sentence == "Ida Romarin invited Ilan Veyrac to Les Mains vives, acting as Conseillère, ATIS"
    with translation.override("fr"):
        assert read()[0].sentence.endswith(", en tant que Conseillère, ATIS")


def test_the_label_is_the_one_of_that_day(ida, group, write):
    write(ida, group)
    group.name = "Les Mains agiles"
    group.save()
    assert read()[0].gesture == "tried Les Mains vives"


def test_an_erased_person_is_named_nowhere(ida, group, write):
    guest = make_user("Ilan Veyrac")
    write(ida, guest)
    write(guest, group, verb="journal.invited", data={"guest": guest}, changes={"mentor": (guest, None)})
    assert [line.who for line in read()] == ["Ilan Veyrac", "Ida Romarin"]
    JournalPerson.objects.filter(user=guest).update(user=None)
    later, first = read()
    assert first.gesture == "tried person erased"
    assert (later.who, later.gesture) == ("Person erased", "invited person erased to Les Mains vives")
    assert later.changes[0].before == "person erased"


def test_tasks_and_support_people_are_named(ida, group):
    record(by=system("demo"), verb="journal.tried", obj=group)
    record(by=Actor(user=ida, impersonator=make_user("Aide Technique")), verb="journal.tried", obj=group)
    seen, by_job = read()
    assert by_job.who == "The automatic task “demo”"
    assert seen.behind == "Aide Technique"


def test_labels_and_choices_follow_the_language_of_the_reader(ida, write):
    write(ida, ida, changes={"is_active": (True, False), "full_name": ("", "Ida"), "gone_field": (1, 2)})
    changes = read()[0].changes
    assert [(c.label, c.before, c.after) for c in changes] == [
        ("Name", "", "Ida"),
        ("Active", "yes", "no"),
        ("Gone field", "1", "2"),
    ]
    with translation.override("fr"):
        assert (read()[0].changes[1].before, read()[0].changes[1].after) == ("oui", "non")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ({"$number": "0.1"}, "0.1"),
        ({"$number": "NaN"}, "NaN"),
        ({"$date": "2027-05-06"}, "6 May 2027"),
        (["a", "b"], "a, b"),
        ({"$ref": ["auth.group", "1"], "label": "Les Mains vives"}, "Les Mains vives"),
        ({"Part": "3"}, "Part: 3"),
    ],
)
def test_values_are_readable(value, shown):
    assert readable(value, {}) == shown


def test_kinds_survive_the_database(ida, group, write):
    moment = timezone.now()
    write(
        ida,
        group,
        changes={"a": (Decimal("1.50"), 2.5), "b": (dt.date(2027, 5, 6), moment), "c": ({3, 1}, "x\x00\ud800")},
    )
    kept = JournalEntry.objects.readable().get().detail.changes
    assert kept["a"] == [{"$number": "1.50"}, {"$number": "2.5"}]
    assert kept["b"] == [{"$date": "2027-05-06"}, {"$datetime": moment.isoformat()}]
    assert kept["c"] == [[1, 3], "x"]


@pytest.mark.parametrize("rows", [1, 3])
def test_reading_costs_two_queries_whatever_the_rows(rows, ida, group, write, django_assert_num_queries):
    for number in range(rows):
        guest = make_user(f"Personne {number}")
        write(guest, group, verb="journal.invited", data={"guest": guest})
    with django_assert_num_queries(2):
        assert len(read()) == rows


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a modifié le profil de Inès", "a modifié le profil d’Inès"),
        ("a ouvert la revue de Le Kiif", "a ouvert la revue du Kiif"),
        ("a retiré le logo de Les Ecossolies", "a retiré le logo des Ecossolies"),
        ("a joint une note à Le Kiif", "a joint une note au Kiif"),
        ("a modifié le profil de Maïwenn", "a modifié le profil de Maïwenn"),
        ("a fait de {object} une amie", "a fait de {object} une amie"),
    ],
)
def test_a_french_sentence_bends_to_its_names(written: str, read: str) -> None:
    assert french.contracted(written) == read
