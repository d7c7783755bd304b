"""Erasing a person takes every trace of theirs out of the journal, and leaves the rest."""

import datetime as dt

from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from kiif.journal import chain
from kiif.journal.models import JournalDetail, JournalEntry
from kiif.journal.privacy import erase, export, seen_by
from tests.factories import make_user


def everything_in_the_tables():
    with connection.cursor() as cursor:
        cursor.execute("SELECT object_label, CAST(changes AS text), CAST(data AS text) FROM journal_journaldetail")
        return "".join("".join(row) for row in cursor.fetchall())


def test_no_trace_of_the_erased_person_is_left(ida, group, write):
    mai = make_user("Maïwenn Effacée", email="mai@exemple.test")
    write(mai, mai, changes={"full_name": ("Maïwenn Dautrefois", "Maïwenn Effacée")})
    write(ida, group, data={"address": "MAI@exemple.test"})
    write(ida, group, changes={"contact": ("Maïwenn Dautrefois", "")})
    write(ida, Group.objects.create(name="Adhésion de Maïwenn Effacée"))
    write(mai, group, verb="journal.left", data={"reason": "Marqueur d'une autre"})
    write(mai, group, verb="journal.invited", data={"guest": ida})
    before = JournalEntry.objects.count()
    assert "mai@exemple.test" in everything_in_the_tables().lower()
    erase(mai)
    erase(mai)
    left = everything_in_the_tables().lower()
    assert "mai@" not in left
    assert "dautrefois" not in left
    assert "effac" not in left
    assert JournalEntry.objects.count() == before
    assert JournalEntry.objects.filter(person__user=ida).count() == 3
    assert JournalEntry.objects.filter(person__user=None).count() == 3
    kept = JournalDetail.objects.filter(erased_at=None).order_by("pk")
    assert [detail.data for detail in kept] == [{"reason": "Marqueur d'une autre"}, {"guest": {"$user": ida.pk}}]
    chain.seal(timezone.now() + dt.timedelta(hours=2))
    assert chain.verify() == []


def test_a_short_name_blanks_only_what_is_about_the_person(group, write):
    short = make_user("Li")
    write(make_user(), group, data={"note": "Libre"})
    erase(short)
    assert JournalDetail.objects.get().data == {"note": "Libre"}


def test_export_holds_the_persons_gestures_and_nobody_elses_name(ida, group, write):
    other = make_user("Ilan Veyrac")
    write(ida, group, verb="journal.invited", data={"guest": other})
    write(other, group)
    gestures = export(ida)["gestures"]
    assert len(gestures) == 1
    assert gestures[0]["gesture"] == "invited … to …"
    assert "Veyrac" not in str(gestures)
    assert len(seen_by(ida)) == 1
