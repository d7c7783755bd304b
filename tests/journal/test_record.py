"""`record`: one entry, in the transaction of the action, people by reference."""

import pytest
from django.db import transaction

from kiif.accounts.actor import Actor, system
from kiif.journal import verbs
from kiif.journal.actions import record
from kiif.journal.models import JournalEntry, JournalPerson
from tests.factories import make_user


class Membership:
    """A membership as the alliance floor shows one: its text names the person, its role label does not."""

    role_label = "Advisor, ATIS"

    def __str__(self):
        return "Ida Romarin, ATIS"


def test_entry_keeps_who_what_when_and_the_difference(ida, group):
    entry = record(
        by=Actor(user=ida, acting_as=Membership()),
        verb="journal.tried",
        obj=group,
        changes={"name": ("Avant", "Les Mains vives")},
        data={"message": "Bienvenue", "guest": ida},
        scope=group,
    )
    entry = JournalEntry.objects.readable().about(group).get(pk=entry.pk)
    assert entry.person.user == ida
    assert entry.acting_as == "Advisor, ATIS"
    assert entry.detail.object_label == "Les Mains vives"
    assert entry.detail.changes == {"name": ["Avant", "Les Mains vives"]}
    assert entry.detail.data == {"message": "Bienvenue", "guest": {"$user": ida.pk}}
    assert list(JournalEntry.objects.in_scope(group)) == [entry]


def test_system_and_support_person_are_named(ida, group):
    by_job = record(by=system("demo"), verb="journal.tried", obj=group)
    assert (by_job.person, by_job.system) == (None, "demo")
    behind = make_user("Aide Technique")
    seen_as = record(by=Actor(user=ida, impersonator=behind), verb="journal.tried", obj=group)
    assert (seen_as.person.user, seen_as.impersonator.user) == (ida, behind)


def test_name_of_a_person_is_never_copied(ida):
    entry = record(by=Actor(user=ida), verb="journal.tried", obj=ida, changes={"mentor": (None, ida)})
    assert entry.detail.object_label == ""
    assert entry.detail.changes == {"mentor": [None, {"$user": ida.pk}]}
    assert JournalPerson.objects.get().user == ida


def test_unregistered_verb_is_refused_and_nothing_is_written(ida, group):
    with pytest.raises(verbs.UnknownVerbError, match=r"journal\.unheard"):
        record(by=Actor(user=ida), verb="journal.unheard", obj=group)
    assert JournalEntry.objects.count() == 0
    record(by=Actor(user=ida), verb="journal.tried", obj=group)
    assert JournalEntry.objects.count() == 1


def test_object_without_a_key_is_refused(ida, group):
    group.delete()
    with pytest.raises(RuntimeError, match="before deleting"):
        record(by=Actor(user=ida), verb="journal.tried", obj=group)


@transaction.atomic
def _action_that_fails_after_writing(user, obj):
    record(by=Actor(user=user), verb="journal.tried", obj=obj)
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_entry_lives_and_dies_with_the_transaction_of_its_action(ida, group):
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(by=Actor(user=ida), verb="journal.tried", obj=group)
    with pytest.raises(ZeroDivisionError):
        _action_that_fails_after_writing(ida, group)
    assert JournalEntry.objects.count() == 0
    with transaction.atomic():
        record(by=Actor(user=ida), verb="journal.tried", obj=group)
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize("shape", ["tried", "journal.", "Journal.tried", "journal.tried it"])
def test_verb_has_one_shape(shape):
    with pytest.raises(ValueError, match="shape"):
        verbs.register({shape: "tried"})
