"""Where letters are, read in the database: lists filter and count by it."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Value, When

from kiif.decisions.enums import LetterState, Standing
from kiif.decisions.models import Sending
from kiif.mailbox.enums import State as MailState


def with_standing(rows: Any, letter: str = "pk", state: str = "state") -> Any:
    """Adds `standing` (a `Standing`), `mail_state`, `mail_error`, `returned` and `returned_words` to rows.

    `letter`, `state`: the names under which rows know the key of the letter and its state.
    """
    last = Sending.objects.filter(letter=OuterRef(letter)).order_by("-at", "-pk")
    rows = rows.annotate(
        last_sending=Subquery(last.values("pk")[:1]),
        returned=Subquery(last.values("returned_at")[:1]),
        returned_words=Subquery(last.values("returned_words")[:1]),
        last_mail=Subquery(last.values("mail_id")[:1]),
        mail_state=Subquery(last.values("mail__state")[:1]),
        mail_error=Subquery(last.values("mail__error")[:1]),
    )
    return rows.annotate(standing=_case(letter, state))


def _case(letter: str, state: str) -> Case:
    waiting = Q(mail_state__in=(MailState.DRAFT, MailState.QUEUED, MailState.SENDING))
    return Case(
        When(Q(**{f"{letter}__isnull": True}), then=Value(Standing.NONE.value)),
        When(~Q(**{state: LetterState.OUT}), then=F(state)),
        When(returned__isnull=False, then=Value(Standing.RETURNED.value)),
        When(mail_state=MailState.FAILED, then=Value(Standing.FAILED.value)),
        When(mail_state=MailState.WITHHELD, then=Value(Standing.UNSENT.value)),
        When(waiting, then=Value(Standing.WAITING.value)),
        # a sending without a mail: nobody to write to, or an old mail that was put away after it left
        When(last_sending__isnull=True, then=Value(Standing.UNSENT.value)),
        When(Q(last_mail__isnull=True) & ~Q(returned_words=""), then=Value(Standing.UNSENT.value)),
        default=Value(Standing.SENT.value),
        output_field=CharField(),
    )
