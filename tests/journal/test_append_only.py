"""The database itself refuses to rewrite the journal, on whichever engine this run uses."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from kiif.journal import append_only
from kiif.journal.models import JournalDetail, JournalEntry, JournalPerson, JournalSeal


def refused(change, *args, **kwargs):
    with pytest.raises(DatabaseError, match=append_only.MESSAGE), transaction.atomic():
        change(*args, **kwargs)


def test_every_trigger_is_there(db):
    assert append_only.installed(connection) == append_only.names(connection.vendor)
    assert len(append_only.names("sqlite")) == 8
    assert len(append_only.names("postgresql")) == 12


def test_an_entry_can_neither_change_nor_go(ida, group, write):
    entry = write(ida, group)
    before = JournalEntry.objects.values().get()
    for field, value in {"verb": "journal.left", "person": None, "acting_as": "x", "at": timezone.now()}.items():
        refused(JournalEntry.objects.filter(pk=entry.pk).update, **{field: value})
    refused(JournalEntry.objects.filter(pk=entry.pk)._raw_delete, "default")
    assert JournalEntry.objects.values().get() == before


def test_words_can_be_blanked_and_nothing_else(ida, group, write):
    entry = write(ida, group, data={"note": "secret"})
    mine = JournalDetail.objects.filter(entry=entry)
    refused(mine._raw_delete, "default")
    refused(mine.update, object_label="Other")
    refused(mine.update, data={"note": "other"})
    blank = {"object_label": "", "changes": {}, "data": {}, "salt": ""}
    refused(mine.update, **blank)  # an erasure is dated
    refused(mine.update, **{**blank, "data": {"note": "kept"}, "erased_at": timezone.now()})
    assert mine.get().data == {"note": "secret"}
    mine.update(**blank, erased_at=timezone.now())
    assert mine.get().data == {}


def test_a_pseudonym_can_only_lose_its_person(ida, group, write):
    write(ida, group)
    other = JournalPerson.objects.create()
    refused(JournalPerson.objects.filter(user=ida)._raw_delete, "default")
    refused(JournalPerson.objects.filter(pk=other.pk).update, user=ida)
    JournalPerson.objects.filter(user=ida).update(user=None)
    assert JournalPerson.objects.filter(user=None).count() == 2


def test_deleting_the_user_row_leaves_the_entry_without_a_name(ida, group, write):
    write(ida, group)
    ida.delete()
    entry = JournalEntry.objects.readable().get()
    assert (entry.person.user, entry.verb) == (None, "journal.tried")


def test_a_seal_is_frozen(db):
    JournalSeal.objects.create(at=timezone.now(), first_entry_id=1, last_entry_id=2, entries=2, digest="a" * 64)
    refused(JournalSeal.objects.all().update, digest="b" * 64)
    refused(JournalSeal.objects.all()._raw_delete, "default")
    assert JournalSeal.objects.get().digest == "a" * 64


@pytest.mark.postgresql
def test_truncate_is_refused(ida, group, write):
    write(ida, group)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in append_only.TABLES:
            refused(cursor.execute, f"TRUNCATE {table} CASCADE")
    assert JournalEntry.objects.count() == 1


def test_a_migration_puts_lost_triggers_back(db):
    append_only.remove(connection)
    assert append_only.installed(connection) == set()
    call_command("migrate", "journal", verbosity=0)
    assert append_only.installed(connection) == append_only.names(connection.vendor)


@pytest.mark.django_db(transaction=True)
def test_emptying_the_whole_database_guards_the_journal_again(ida, group, write):
    write(ida, group)
    call_command("flush", interactive=False, verbosity=0)
    assert JournalEntry.objects.count() == 0
    assert append_only.installed(connection) == append_only.names(connection.vendor)
