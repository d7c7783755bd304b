"""Where letters are, read in the database: lists filter and count by it."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from kiif.decisions.enums import IN_TROUBLE, LetterState, Standing
from kiif.decisions.models import Sending
from kiif.mailbox.enums import State as MailState


def with_standing(rows: Any, letter: str = "pk", state: str = "state") -> Any:
    """Adds `standing` (a `Standing`) to rows.

    `letter`, `state`: the names under which rows know the key of the letter and its state.
    """
    sent = _last(letter).annotate(standing=_case()).values("standing")[:1]
    standing = Case(
        When(Q(**{f"{letter}__isnull": True}), then=Value(Standing.NONE.value)),
        When(~Q(**{state: LetterState.OUT}), then=F(state)),
        default=Coalesce(Subquery(sent), Value(Standing.UNSENT.value)),
        output_field=CharField(),
    )
    return rows.annotate(standing=standing)


def in_trouble(rows: Any) -> Any:
    """Of letters: those that went out and did not arrive. The standing is asked only of those whose sendings, or want
    of any, let it be feared: nearly all arrived."""
    feared = Q(returned_at__isnull=False) | Q(mail__state__in=(MailState.FAILED, MailState.WITHHELD))
    feared |= Q(mail__isnull=True) & ~Q(returned_words="")
    some = Q(pk__in=Sending.objects.filter(feared).values("letter_id"))
    none = ~Q(Exists(Sending.objects.filter(letter=OuterRef("pk"))))
    return with_standing(rows.filter(some | none, state=LetterState.OUT)).filter(standing__in=IN_TROUBLE)


def with_last_sending(rows: Any, letter: str = "pk") -> Any:
    """Adds what is told of the last sending: `sent_at`, `sent_to`, `mail_error` and `returned_words`."""
    last = _last(letter)
    return rows.annotate(
        sent_at=Subquery(last.values("at")[:1]),
        sent_to=Subquery(last.values("address")[:1]),
        mail_error=Subquery(last.values("mail__error")[:1]),
        returned_words=Subquery(last.values("returned_words")[:1]),
    )


def _last(letter: str) -> Any:
    return Sending.objects.filter(letter=OuterRef(letter)).order_by("-at", "-pk")


def _case() -> Case:
    """The standing of a sending: inside its own query, so that each row of a list asks once."""
    waiting = Q(mail__state__in=(MailState.DRAFT, MailState.QUEUED, MailState.SENDING))
    return Case(
        When(returned_at__isnull=False, then=Value(Standing.RETURNED.value)),
        When(mail__state=MailState.FAILED, then=Value(Standing.FAILED.value)),
        When(mail__state=MailState.WITHHELD, then=Value(Standing.UNSENT.value)),
        When(waiting, then=Value(Standing.WAITING.value)),
        # a sending without a mail: nobody to write to, or an old mail that was put away after it left
        When(Q(mail__isnull=True) & ~Q(returned_words=""), then=Value(Standing.UNSENT.value)),
        default=Value(Standing.SENT.value),
        output_field=CharField(),
    )
