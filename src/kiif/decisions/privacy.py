"""What the app holds about a person: letters that they received, replies and requests that they wrote."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.accounts.privacy import Holder
from kiif.decisions.models import Appeal, Change, Decision, Letter, LetterTemplate, Publication, Sending

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Publication": {"by"},
    "Decision": {"words", "explanation", "prepared_by", "replied_by", "reply_words"},
    "Change": {"by", "words"},
    "LetterTemplate": {"edited_by"},
    "Letter": {"subject", "body", "feedback", "edited_by", "checked_by", "sent_subject", "sent_body"},
    "Sending": {"to", "address", "by", "returned_words"},
    "Appeal": {"by", "words", "answer", "answered_by"},
}
NOT_PERSONAL: dict[str, set[str]] = {
    "Terms": {"tie_seed"},
    "LetterTemplate": {"language", "subject", "body"},
    "Letter": {"language", "chosen"},
}


def _mine(user: User) -> Any:
    return Decision.objects.own(Actor(user=user))


def export(user: User) -> dict[str, Any]:
    """Answers published to this person, their letters, what they replied and asked; nothing of what is prepared."""
    return {
        "answers": [
            {
                "application": row.application.number,
                "answer": row.outcome,
                "published": row.published_at.isoformat(),
                "explanation": row.explanation,
                "letter": {"subject": row.letter.sent_subject, "text": row.letter.sent_body}
                if hasattr(row, "letter")
                else None,
                "reply": row.reply,
                "reply_words": row.reply_words,
            }
            for row in _mine(user).with_ties().order_by("pk")
        ],
        "reviews_asked": [
            {"words": row.words, "at": row.received_at.isoformat(), "state": row.state, "answer": row.answer}
            for row in Appeal.objects.filter(by=user).order_by("pk")
        ],
    }


def erase(user: User) -> None:
    """Letters lose their words where this person alone carries the application; what they wrote goes with them."""
    alone = Decision.objects.filter(application__response__owner=user, application__response__participants=None)
    letters = Letter.objects.filter(decision__in=alone)
    letters.update(sent_subject="", sent_body="", feedback="", subject="–", body="–")
    Decision.objects.filter(pk__in=list(alone.values_list("pk", flat=True))).update(reply_words="")
    Decision.objects.filter(replied_by=user).update(reply_words="", replied_by=None)
    Appeal.objects.filter(by=user).update(words="–", answer="", by=None)
    Sending.objects.filter(Q(to=user) | Q(address__iexact=user.email)).update(to=None, address="", returned_words="")
    for model, field in (
        (Publication, "by"), (Decision, "prepared_by"), (Change, "by"), (LetterTemplate, "edited_by"),
        (Letter, "edited_by"), (Letter, "checked_by"), (Sending, "by"), (Appeal, "answered_by"),
    ):  # fmt: skip
        model._default_manager.filter(**{field: user}).update(**{field: None})


def seen_by(user: User) -> list[str]:
    """Who reads the letters of this person."""
    if not _mine(user).exists():
        return []
    return [
        _("Who runs the call reads the answers that it sent you, your replies and your requests for a review."),
        _("Those who carry the application with you read its answer too."),
    ]


def holds(user: User) -> Exists:
    """Whether there is anything to say."""
    return Exists(_mine(user))


HOLDER = Holder(
    "decisions", gettext_lazy("Answers to applications"), export=export, erase=erase, seen_by=seen_by, holds=holds
)
