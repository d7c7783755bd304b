"""Seals: a rewritten, removed or added entry is found; an erasure is not a break."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from kiif.journal import append_only, chain
from kiif.journal.models import JournalDetail, JournalEntry, JournalSeal


@pytest.fixture
def sealed(ida, group, write):
    """Five entries under two seals."""
    entries = [write(ida, group, data={"number": n}) for n in range(5)]
    later = timezone.now() + dt.timedelta(hours=2)
    with append_only.lifted(connection):
        JournalEntry.objects.filter(pk__in=[e.pk for e in entries[:3]]).update(at=later - dt.timedelta(hours=5))
    chain.seal(later - dt.timedelta(hours=2))
    chain.seal(later)
    return entries


def tamper(change, **values):
    with append_only.lifted(connection):
        change(**values)


def test_whole_journal_has_nothing_to_say(sealed):
    assert [seal.entries for seal in JournalSeal.objects.all()] == [3, 2]
    assert chain.verify() == []


def test_sealing_twice_or_too_early_does_nothing(ida, group, write):
    write(ida, group)
    assert chain.seal() is None
    later = timezone.now() + dt.timedelta(hours=2)
    assert chain.seal(later).entries == 1
    assert chain.seal(later) is None


def test_an_unsettled_entry_holds_back_those_after_it(ida, group, write):
    first, second = write(ida, group), write(ida, group)
    now = timezone.now() + dt.timedelta(minutes=90)
    tamper(JournalEntry.objects.filter(pk=first.pk).update, at=now)
    assert chain.seal(now) is None
    tamper(JournalEntry.objects.filter(pk=first.pk).update, at=now - dt.timedelta(hours=3))
    assert chain.seal(now).last_entry_id == second.pk


def test_a_changed_entry_is_found(sealed):
    tamper(JournalEntry.objects.filter(pk=sealed[3].pk).update, verb="journal.left")
    broken = [line.split(": ")[1] for line in chain.verify()]
    assert broken == [f"an entry up to {sealed[4].pk} is not what was sealed."]


def test_a_removed_entry_is_found(sealed):
    tamper(lambda: JournalDetail.objects.filter(pk=sealed[1].pk)._raw_delete("default"))
    assert [line.split(": ")[1] for line in chain.verify()] == ["its words are missing."]
    tamper(lambda: JournalEntry.objects.filter(pk=sealed[1].pk)._raw_delete("default"))
    assert [line.split(": ")[1] for line in chain.verify()] == ["3 entries were sealed, 2 are there."]


def test_changed_words_are_found(sealed):
    tamper(JournalDetail.objects.filter(pk=sealed[2].pk).update, data={"number": 200})
    assert chain.verify() == [f"Entry {sealed[2].pk}: its words are not those that were written."]


def test_an_erasure_is_not_a_break(sealed):
    JournalDetail.objects.filter(pk=sealed[2].pk).update(
        object_label="", changes={}, data={}, salt="", erased_at=timezone.now()
    )
    assert chain.verify() == []


def test_the_operator_is_told_what_is_wrong(sealed, capsys):
    call_command("check_journal")
    assert "whole" in capsys.readouterr().out
    tamper(JournalDetail.objects.filter(pk=sealed[2].pk).update, data={"number": 200})
    append_only.remove(connection)
    with pytest.raises(CommandError, match=f"{len(append_only.names(connection.vendor)) + 1} problems"):
        call_command("check_journal")
    assert "run `manage.py migrate`" in capsys.readouterr().err
