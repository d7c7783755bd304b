"""The question box of a call: asked by anybody, answered by the team, published without who asked."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean, link
from kiif.mailbox.actions import queue_mail
from kiif.programmes.actions.call_common import note, require_run
from kiif.programmes.enums import CallState
from kiif.programmes.models import Call, Inquiry
from kiif.ui.errors import NotAllowed, Refused


@transaction.atomic
def ask(*, call: Call, question: str, email: str, by: Actor, name: str = "") -> Inquiry:
    """Puts a question to the team. Raises Refused: an empty question, a call nobody answers for."""
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody else’s eyes: nothing can be changed during a support visit."))
    if call.state != CallState.PUBLISHED:
        raise Refused(_("Nobody answers for this call any more: write to the alliance."))
    made = Inquiry(
        call=call,
        author=by.user,
        name=name.strip(),
        email=email.strip(),
        question=question.strip(),
        language=(get_language() or "fr")[:2],
    )
    clean(made)
    made.save()
    return made


@transaction.atomic
def answer(
    *, inquiry: Inquiry, answer: str, by: Actor, public: bool = False, shown_question: str = "", send: bool = True
) -> Inquiry:
    """Answers a question; the person receives it. `public`: everybody reads it, with the question as `shown_question`.

    An answer may be changed afterwards; the mail leaves once for each wording. Raises NotAllowed, Refused.
    """
    rows = Inquiry.objects.select_related("call__edition__programme__owner", "author")
    row = rows.select_for_update(of=("self",)).get(pk=inquiry.pk)
    require_run(by, row.call)
    if not answer.strip():
        raise Refused(_("Write the answer."), field="answer")
    if public and not shown_question.strip():
        raise Refused(_("Write the question as everybody will read it, without anything that names who asked."),
                      field="shown_question")  # fmt: skip
    changed = row.answer != answer.strip()
    row.answer, row.public, row.shown_question = answer.strip(), public, shown_question.strip()
    row.answered_by, row.answered_at = by.user, timezone.now()
    clean(row)
    row.save()
    note(by, "inquiry_answered", row.call, row.call, data={"public": public})
    if changed and send:
        _tell(row, by)
    return row


def _tell(inquiry: Inquiry, by: Actor) -> None:
    queue_mail(
        kind="programmes.inquiry_answered",
        address=inquiry.email,
        context={
            "call": inquiry.call.title,
            "question": inquiry.question,
            "answer": inquiry.answer,
            "link": link("programmes:public-call", inquiry.call.slug),
        },
        by=by,
        about=inquiry.call,
        language=inquiry.language,
    )
