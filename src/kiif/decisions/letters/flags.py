"""What is wrong between a decision and its letter, or with either, found for many decisions at once.

What blocks keeps the answer from being published; the rest is said and left to people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.decisions.enums import DecisionState, LetterState, Outcome, TemplateKind
from kiif.decisions.letters import values as filling
from kiif.decisions.letters.wording import canonical, kind_of, named, typed
from kiif.decisions.models import Decision, Letter
from kiif.programmes.enums import DECIDED, RUNNING
from kiif.programmes.models import Call


@dataclass(frozen=True)
class Flag:
    """A sentence for who prepares the answers; `short`: a word or two for a list."""

    key: str
    short: str
    sentence: str
    blocking: bool = True


@dataclass(frozen=True)
class Other:
    """Another decision that concerns the same person."""

    decision: int
    application: int
    outcome: str
    state: str
    number: str
    call: int
    call_title: str


def of(decisions: Sequence[Decision], actor: Actor) -> dict[int, list[Flag]]:
    """Flags of each pending decision, by its key. Decisions of one call, read with `for_flags`.

    Four queries, however many they are; names of other dossiers are said only of those that the actor may see.
    """
    pending = [one for one in decisions if one.state == DecisionState.PENDING]
    if not pending:
        return {}
    frame = filling.Frame(pending[0].application.call, timezone.localdate())
    others = _others(pending, actor)
    return {one.pk: list(_flags(one, frame, others)) for one in pending}


def for_flags(rows: Any) -> Any:
    """A QuerySet of decisions with all that `of` reads."""
    return rows.select_related(
        "application__project",
        "application__response__owner",
        "application__call__edition__programme__owner",
        "letter",
    )


def letter_of(decision: Decision) -> Letter | None:
    found: Letter | None = getattr(decision, "letter", None)
    return found


def _flags(decision: Decision, frame: filling.Frame, others: dict[str, list[Other]]) -> Iterable[Flag]:
    letter = letter_of(decision)
    if decision.application.state not in RUNNING | DECIDED:
        yield Flag("gone", _("out of the running"), _("This application is no longer in the running: set it aside."))
    if letter is None:
        yield Flag("no_letter", _("no letter"), _("No letter is written."))
    else:
        letter.decision = decision
        yield from _of_letter(decision, letter, frame)
    if not filling.address_of(decision.application):
        words = _("Nobody to write to: the account is closed and no address is in the application. Plan a call.")
        yield Flag("nobody", _("no address"), words, blocking=False)
    yield from _of_person(decision, others)


def _of_letter(decision: Decision, letter: Letter, frame: filling.Frame) -> Iterable[Flag]:
    if letter.outcome != decision.outcome or letter.kind != kind_of(decision):
        words = _("The letter was written for “%(before)s”, the decision is “%(now)s”.") % {
            "before": Outcome(letter.outcome).label,
            "now": decision.get_outcome_display(),
        }
        yield Flag("other_outcome", _("letter for another decision"), words)
    elif letter.decision_revision != decision.revision:
        words = _("The decision changed after the letter was written: read the letter again.")
        yield Flag("changed_after", _("decision changed since"), words)
    yield from _of_text(decision, letter, filling.values_of(letter, frame))
    if letter.state == LetterState.DRAFT:
        yield Flag("not_read", _("to be read again"), _("Nobody has read this letter again yet."))


def _of_text(decision: Decision, letter: Letter, values: dict[str, str]) -> Iterable[Flag]:
    unexplained = letter.kind == TemplateKind.CHANGED and not decision.explanation.strip()
    if unexplained:
        words = _("A published decision changes: tell the carriers why.")
        yield Flag("no_explanation", _("reason missing"), words)
    empty = [name for name in filling.empties(letter, values) if not (unexplained and canonical(name) == "explanation")]
    if empty:
        names = ", ".join(f"{{{name}}}" for name in empty)
        words = _("Nothing fills %(names)s: complete it, or take it out of the letter.") % {"names": names}
        yield Flag("empty", _("empty words"), words)
    if letter.feedback.strip() and "feedback" not in named(letter.body):
        words = _("The feedback is nowhere in the letter: put %(word)s where it should be read.") % {
            "word": typed("feedback", letter.language)
        }
        yield Flag("feedback_lost", _("feedback left out"), words, blocking=False)
    if decision.outcome == Outcome.REFUSED and not letter.feedback.strip():
        words = _("The refusal says nothing of what reviewers thought.")
        yield Flag("no_feedback", _("no feedback"), words, blocking=False)
    if decision.outcome == Outcome.REFUSED and "doors" not in named(letter.body):
        words = _("The refusal opens no door: add %(word)s, or write where the person may go.") % {
            "word": typed("doors", letter.language)
        }
        yield Flag("no_door", _("no open door"), words, blocking=False)


def _keys_of(decision: Decision) -> list[str]:
    """What tells that two applications are the same person’s: the account, the address."""
    application = decision.application
    owner = application.response.owner
    keys = [f"user:{owner.pk}", f"mail:{owner.email.lower()}"] if owner is not None else []
    if application.contact_email:
        keys.append(f"mail:{application.contact_email.lower()}")
    return keys


def _others(pending: list[Decision], actor: Actor) -> dict[str, list[Other]]:
    """Decisions by person: those of the same calls, published or not, and those being prepared elsewhere."""
    owners = {one.application.response.owner_id for one in pending} - {None}
    mails = {key.removeprefix("mail:") for one in pending for key in _keys_of(one) if key.startswith("mail:")}
    call: Call = pending[0].application.call
    theirs = Q(application__response__owner_id__in=owners) | Q(written_to__in=mails) | Q(signs_in_with__in=mails)
    rows = Decision.objects.visible_to(actor).alias(
        written_to=Lower("application__contact_email"), signs_in_with=Lower("application__response__owner__email")
    )
    rows = rows.filter(theirs)
    rows = rows.exclude(state=DecisionState.REVERSED).filter(
        Q(application__call=call) | Q(state=DecisionState.PENDING, application__call__edition__rehearsal_of=None)
    )
    found: dict[str, list[Other]] = defaultdict(list)
    for row in rows.values_list(
        "pk", "application_id", "outcome", "state", "application__project__number", "application__call_id",
        "application__call__title", "application__response__owner_id", "application__contact_email",
        "application__response__owner__email",
    ):  # fmt: skip
        other = Other(*row[:7])
        for key in {f"user:{row[7]}", f"mail:{row[8].lower()}", f"mail:{(row[9] or '').lower()}"}:
            found[key].append(other)
    return found


def _of_person(decision: Decision, others: dict[str, list[Other]]) -> Iterable[Flag]:
    mine = {other for key in _keys_of(decision) for other in others.get(key, ())}
    mine = {other for other in mine if other.application != decision.application_id}
    for other in sorted(mine, key=lambda one: (one.call, one.number)):
        named = {"number": other.number, "call": other.call_title}
        if {other.outcome, decision.outcome} == {Outcome.ACCEPTED, Outcome.REFUSED}:
            words = _("The same person receives an acceptance and a refusal: see also %(number)s (%(call)s).") % named
            yield Flag("both", _("acceptance and refusal"), words, blocking=False)
        else:
            words = _("The same person receives two letters: see also %(number)s (%(call)s).") % named
            yield Flag("two_letters", _("two letters"), words, blocking=False)


def blocked(flags: Iterable[Flag]) -> bool:
    return any(flag.blocking for flag in flags)
