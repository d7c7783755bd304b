"""What the room holds about a person: what they answered, signed, showed, wrote."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.models import User
from kiif.accounts.privacy import Holder
from kiif.cohorts.models import (
    Broadcast,
    Card,
    Cohort,
    Commitment,
    Feed,
    Matching,
    Placement,
    PlanLine,
    Signature,
    Turn,
)

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Matching": {"planned_by"},
    "PlanLine": {"changed_by", "words"},
    "Placement": {
        *("words", "proposed_by", "host_words", "host_by", "carrier_words", "carrier_by", "closed_words"),
    },
    "Cohort": {"created_by"},
    "Member": {"words", "portrait"},
    "Turn": {"words", "by"},
    "Card": {"user", "role", "words"},
    "Feed": {"user", "nonce"},
    "Commitment": {"created_by"},
    "Signature": {"name", "user"},
    "Broadcast": {"subject", "text", "created_by", "sent_by"},
}
NOT_PERSONAL: dict[str, set[str]] = {
    "Matching": {"weights", "figures"},
    "PlanLine": {"reasons"},
    "Placement": {"state", "reasons", "host_answer", "carrier_answer"},
    "Cohort": {"name", "words"},
    "Member": {"state", "reason"},
    "Turn": {"state", "reason"},
    "CohortEvent": {"title", "place", "link", "words"},
    "Commitment": {"title", "text"},
    "Signature": {"side", "digest"},
    "Broadcast": {"audience", "filters"},
}


def export(user: User) -> dict[str, Any]:
    """Answers given about placements, signatures, lines of directories, messages written."""
    answered = Placement.objects.filter(Q(host_by=user) | Q(carrier_by=user)).select_related("application__project")
    return {
        "placements_answered": [_answer(placement, user) for placement in answered.order_by("pk")],
        "signatures": [
            {
                "commitment": one.commitment.title,
                "version": one.version,
                "name": one.name,
                "at": one.at.isoformat(),
                "digest": one.digest,
            }
            for one in Signature.objects.filter(user=user).select_related("commitment").order_by("pk")
        ],
        "directories": [
            {"cohort": str(card.member.cohort), "role": card.role, "words": card.words,
             "shows_email": card.shows_email, "shows_phone": card.shows_phone}
            for card in Card.objects.filter(user=user).select_related("member__cohort").order_by("pk")
        ],
        "messages_sent": list(Broadcast.objects.filter(sent_by=user).order_by("pk").values("subject", "text")),
    }  # fmt: skip


def _answer(placement: Placement, user: User) -> dict[str, Any]:
    side = "carrier" if placement.carrier_by_id == user.pk else "host"
    return {
        "project": str(placement.application),
        "answer": getattr(placement, f"{side}_answer"),
        "words": getattr(placement, f"{side}_words"),
    }


def erase(user: User) -> None:
    """The lines of directories and the calendar address go. What was answered and signed stays with the project,
    without the person: a signature keeps its date and its digest, not the name."""
    Card.objects.filter(user=user).delete()
    Feed.objects.filter(user=user).delete()
    Signature.objects.filter(user=user).update(user=None, name="–")
    Placement.objects.filter(host_by=user).update(host_by=None, host_words="")
    Placement.objects.filter(carrier_by=user).update(carrier_by=None, carrier_words="")
    Placement.objects.filter(proposed_by=user).update(proposed_by=None)
    PlanLine.objects.filter(changed_by=user).update(changed_by=None)
    Matching.objects.filter(planned_by=user).update(planned_by=None)
    Turn.objects.filter(by=user).update(by=None)
    Cohort.objects.filter(created_by=user).update(created_by=None)
    Commitment.objects.filter(created_by=user).update(created_by=None)
    Broadcast.objects.filter(created_by=user).update(created_by=None)
    Broadcast.objects.filter(sent_by=user).update(sent_by=None)


def seen_by(user: User) -> list[str]:
    """Sentences: who sees the lines of this person in directories."""
    return [
        _("The members of “%(cohort)s” see what you show of yourself in its directory.")
        % {"cohort": card.member.cohort}
        for card in Card.objects.filter(user=user).select_related("member__cohort").order_by("pk")
    ]


def holds(user: User) -> Exists:
    return Exists(Card.objects.filter(user=user))


HOLDER = Holder("cohorts", gettext_lazy("Cohorts"), export=export, erase=erase, seen_by=seen_by, holds=holds)
