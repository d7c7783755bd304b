"""Whom to reach about an application when its letter does not arrive: people, addresses, telephones."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch

from kiif.accounts.models import User
from kiif.decisions.models import Letter
from kiif.programmes.conflicts import carriers_of
from kiif.programmes.models import Application, Call
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Answer, Version


def people_of(application: Application) -> list[tuple[str, str]]:
    """(key, name and address) of those who carry it."""
    rows = User.objects.filter(pk__in=carriers_of(application), is_active=True).order_by("full_name", "pk")
    return [(str(row.pk), f"{row} – {row.email}") for row in rows]


def carrier(application: Application, key: str) -> User | None:
    """One of them, by key; None when nobody is named."""
    if not key.isdecimal():
        return None
    return User.objects.filter(pk=int(key), pk__in=carriers_of(application), is_active=True).first()


def with_contacts(rows: Any, call: Call) -> Any:
    """Letters with what `phones` and `others` read: two more queries, whatever their number."""
    numbers = Answer.objects.filter(field__key__in=_phone_questions(call))
    return rows.prefetch_related(
        "decision__application__response__participants__user",
        Prefetch("decision__application__response__answers", queryset=numbers, to_attr="phone_answers"),
    )


def _phone_questions(call: Call) -> set[str]:
    """Identifiers of the questions of its form that ask for a telephone number."""
    if call.collection is None:
        return set()
    versions = Version.objects.filter(questionnaire=call.collection.questionnaire_id)
    return {one.id for version in versions for one in definition_of(version).walk() if one.kind == "phone"}


def phones(letter: Letter) -> str:
    """Telephone numbers written in the answers."""
    rows = getattr(letter.decision.application.response, "phone_answers", [])
    return ", ".join(str(row.value) for row in rows if row.value)


def others(letter: Letter) -> str:
    """The other people of the application, with their addresses."""
    rows = letter.decision.application.response.participants.all()
    return ", ".join(f"{row.user} <{row.user.email}>" for row in rows)


def standings(rows: Any) -> dict[str, int]:
    """How many letters in each standing."""
    found = rows.order_by().values_list("standing").annotate(n=Count("pk"))
    return dict(found)
