"""What calls hold about a person: tests they took, questions they asked, what they did for a call."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Q
from django.utils.translation import ngettext

from kiif.accounts.models import User
from kiif.programmes.models import AccessCode, Call, Check, Host, Inquiry, Programme, Watch

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Programme": {"created_by"},
    "Call": {"created_by", "contact_name", "contact_email"},
    "Host": {"contact"},
    "Inquiry": {"author", "name", "email", "question", "shown_question", "answered_by"},
    "AccessCode": {"made_by", "why"},
    "Check": {"user", "answers", "email", "words", "decided_by", "decision_words"},
    "Watch": {"user", "email"},
}
NOT_PERSONAL: dict[str, set[str]] = {
    "Programme": {"name", "slug", "tagline", "presentation", "website"},
    "Edition": {"name", "slug"},
    "Call": {"title", "slug", "summary", "presentation", "offers", "eligibility", "facts", "state_words"},
    "Host": {"variant", "departments", "themes", "languages", "stages", "words"},
    "Moment": {"title", "place", "link"},
    "CallPartner": {"name", "role", "website"},
    "Inquiry": {"answer", "language"},
    "AccessCode": {"code"},
    "Check": {"token_hash", "reasons", "rules_digest", "language"},
    "Watch": {"language"},
}


def _addresses(user: User) -> Any:
    from allauth.account.models import EmailAddress

    return EmailAddress.objects.filter(user=user, verified=True).values("email")


def _asked(user: User) -> Any:
    return Inquiry.objects.filter(Q(author=user) | Q(email=user.email) | Q(email__in=_addresses(user)))


def _taken(user: User) -> Any:
    return Check.objects.filter(Q(user=user) | Q(email=user.email) | Q(email__in=_addresses(user)))


def _watched(user: User) -> Any:
    return Watch.objects.filter(Q(user=user) | Q(email=user.email) | Q(email__in=_addresses(user)))


def holds(user: User) -> Q:
    """Whether there is anything to say."""
    return Q(Exists(_taken(user))) | Q(Exists(_asked(user))) | Q(Exists(_watched(user)))


def export(user: User) -> dict[str, Any]:
    """Tests and questions of this person, programmes of whose next call they asked to be told."""
    return {
        "tests": [
            {"call": row.call.title, "at": row.at.isoformat(), "answers": row.answers, "verdict": row.verdict,
             "reasons": row.reasons, "words": row.words, "decision": row.decision,
             "decision_words": row.decision_words}
            for row in _taken(user).select_related("call").order_by("pk")
        ],
        "questions": [
            {"call": row.call.title, "at": row.asked_at.isoformat(), "question": row.question, "answer": row.answer}
            for row in _asked(user).select_related("call").order_by("pk")
        ],
        "watched_programmes": [
            {"programme": row.programme.name, "at": row.asked_at.isoformat()}
            for row in _watched(user).select_related("programme").order_by("pk")
        ],
    }  # fmt: skip


def erase(user: User) -> None:
    """Tests go; a question keeps its published wording, without who asked."""
    _taken(user).delete()
    _watched(user).delete()
    asked = _asked(user)
    asked.filter(public=False).delete()
    asked.update(author=None, name="", email="", question="")
    for model, field in (
        (Programme, "created_by"), (Call, "created_by"), (Host, "contact"), (AccessCode, "made_by"),
        (Inquiry, "answered_by"), (Check, "decided_by"),
    ):  # fmt: skip
        model._default_manager.filter(**{field: user}).update(**{field: None})


def seen_by(user: User) -> list[str]:
    """Who reads the tests and questions of this person."""
    found = []
    if tests := _taken(user).count():
        found.append(
            ngettext(
                "%(n)s eligibility test: the team of the call reads it.",
                "%(n)s eligibility tests: the teams of the calls read them.",
                tests,
            )
            % {"n": tests}
        )
    if questions := _asked(user).count():
        found.append(
            ngettext(
                "%(n)s question about a call: its team reads it.",
                "%(n)s questions about calls: their teams read them.",
                questions,
            )
            % {"n": questions}
        )
    return found
