"""What the app holds about a person: what they read, their marks and words, what they can read."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists
from django.utils.translation import gettext_lazy, ngettext

from kiif.accounts.models import User
from kiif.accounts.privacy import Holder
from kiif.reviews.enums import WAITING, ReviewerState
from kiif.reviews.models import Assignment, MarkLine, Plan, RedactedAnswer, Remark, Reviewer, Round

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Round": {"created_by"},
    "RedactedAnswer": {"by"},
    "Reviewer": {
        "person", "themes", "territories", "languages", "skills", "organisation_name", "decline_words", "invited_by",
        "token_hash", "body",
    },
    "Assignment": {"words", "assigned_by"},
    "Plan": {"made_by"},
    "Mark": {"words_team", "words_carriers"},
    "MarkLine": {"words"},
    "MarkVersion": {"content"},
    "Remark": {"author", "text"},
}  # fmt: skip
NOT_PERSONAL: dict[str, set[str]] = {
    "Round": {"title", "words", "hidden_fields", "hidden_outside", "filter", "allocation", "seed", "findings"},
    "Criterion": {"key", "label", "help", "anchors"},
    "Anchor": {"expected", "words"},
    "RedactedAnswer": {"question", "text"},
    "Reviewer": {"words"},
    "Assignment": {"reasons"},
    "Plan": {"asked", "seed", "digest", "result"},
    "Mark": {"void_words"},
    "Score": {"by_criterion"},
}


def export(user: User) -> dict[str, Any]:
    """Rounds in which this person was asked to read, and every sheet that they filled."""
    asked = Reviewer.objects.filter(person=user).select_related("round__call").order_by("pk")
    reads = Assignment.objects.filter(reviewer__person=user).select_related("round", "application__project", "mark")
    return {
        "asked_to_read": [
            {
                "round": f"{row.round.call} – {row.round}",
                "answer": row.state,
                "capacity": row.capacity,
                "themes": row.themes,
                "departments": row.territories,
                "languages": row.languages,
                "skills": row.skills,
                "reason": row.decline_words,
            }
            for row in asked
        ],
        "reads": [_read(row) for row in reads.order_by("pk")],
        "remarks": list(Remark.objects.filter(author=user).order_by("pk").values("text", "at")),
    }


def _read(row: Assignment) -> dict[str, Any]:
    mark = getattr(row, "mark", None)
    lines = MarkLine.objects.filter(mark=mark).select_related("criterion") if mark is not None else []
    return {
        "application": row.application.number,
        "state": row.state,
        "why_abstained": row.words,
        "given": mark.submitted_at.isoformat() if mark is not None and mark.submitted_at else None,
        "total": mark.total if mark is not None else None,
        "words": [mark.words_team, mark.words_carriers] if mark is not None else [],
        "marks": [{"criterion": str(one.criterion), "mark": one.value, "why": one.words} for one in lines],
    }


def erase(user: User) -> None:
    """Marks that were given are part of a decision about somebody else: they stay, without a name to them. What was not
    given, what they declared, what they said to the others goes."""
    mine = Reviewer.objects.filter(person=user)
    Assignment.objects.filter(reviewer__in=mine, state__in=WAITING).delete()
    Assignment.objects.filter(reviewer__in=mine).update(words="")
    mine.update(
        themes="", territories="", languages="", skills="", organisation_name="", decline_words="", token_hash="",
        body=None,
    )  # fmt: skip
    mine.exclude(state=ReviewerState.DECLINED).update(state=ReviewerState.LEFT)
    Remark.objects.filter(author=user).update(author=None)
    for model, field in (
        (Round, "created_by"), (RedactedAnswer, "by"), (Reviewer, "invited_by"), (Assignment, "assigned_by"),
        (Plan, "made_by"),
    ):  # fmt: skip
        model._default_manager.filter(**{field: user}).update(**{field: None})


def seen_by(user: User) -> list[str]:
    """Who reads the marks of this person."""
    given = Assignment.objects.filter(reviewer__person=user, mark__submitted_at__isnull=False).count()
    if not given:
        return []
    return [
        ngettext(
            "%(n)s marking sheet of yours: who runs the call reads it with your name; the other reviewers as the round"
            " says. Its carriers never know who read them.",
            "%(n)s marking sheets of yours: who runs the call reads them with your name; the other reviewers as each"
            " round says. Carriers never know who read them.",
            given,
        )
        % {"n": given}
    ]


def holds(user: User) -> Exists:
    """Whether there is anything to say."""
    return Exists(Assignment.objects.filter(reviewer__person=user, mark__submitted_at__isnull=False))


HOLDER = Holder(
    "reviews", gettext_lazy("Reading of applications"), export=export, erase=erase, seen_by=seen_by, holds=holds
)
