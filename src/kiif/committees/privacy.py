"""What the app holds about a person: seats, presence, named votes, notes, scenarios, what they wrote at the desk."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiif.accounts.models import User
from kiif.accounts.privacy import Holder
from kiif.committees.models import Ballot, Item, Member, Minutes, Note, Round, Scenario, Session

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Session": {"created_by", "remarks"},
    "Member": {"person", "name", "quality", "removed_why"},
    "Item": {"reasons", "reasons_by", "decided_by", "recall"},
    "Note": {"text"},
    "Round": {"opened_by", "closed_by", "result", "voters", "why", "annulled_why"},
    "Scenario": {"author", "name", "words"},
    "Minutes": {"made_by", "content", "words"},
}
NOT_PERSONAL: dict[str, set[str]] = {
    "Session": {"title", "place", "link", "steps", "seed", "wishes", "screen_hash"},
    "Item": {"why_here"},
    "Minutes": {"digest"},
}


def export(user: User) -> dict[str, Any]:
    """Seats with their presence, one's own named votes, notes and scenarios."""
    seats = Member.objects.filter(person=user).select_related("session").prefetch_related("presences").order_by("pk")
    ballots = Ballot.objects.filter(member__person=user).select_related("round__item__session").order_by("pk")
    return {
        "committees": [
            {
                "session": seat.session.title,
                "on": seat.session.starts_at.isoformat(),
                "role": seat.role,
                "there": [[one.came_at.isoformat(), _iso(one.left_at)] for one in seat.presences.all()],
            }
            for seat in seats
        ],
        "named_votes": [
            {"session": row.round.item.session.title, "vote": row.choice, "at": row.at.isoformat()} for row in ballots
        ],
        "notes": list(Note.objects.filter(member__person=user).order_by("pk").values_list("text", flat=True)),
        "scenarios": list(Scenario.objects.filter(author=user).order_by("pk").values("name", "words")),
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def erase(user: User) -> None:
    """Notes and unshared scenarios go. Minutes are the record of a decision: names stay in them, without an account."""
    Note.objects.filter(member__person=user).delete()
    Scenario.objects.filter(author=user, shared=False).delete()
    Member.objects.filter(person=user).update(person=None)
    for model, field in (
        (Session, "created_by"), (Item, "reasons_by"), (Item, "decided_by"), (Round, "opened_by"), (Round, "closed_by"),
        (Scenario, "author"), (Minutes, "made_by"),
    ):  # fmt: skip
        model._default_manager.filter(**{field: user}).update(**{field: None})


def seen_by(user: User) -> list[str]:
    seats = Member.objects.filter(person=user).count()
    if not seats:
        return []
    said = ngettext(
        "You sat in %(n)s committee: its members and who runs the call see your name, your presence and, when votes are"
        " named, your votes; the minutes keep them.",
        "You sat in %(n)s committees: their members and who runs the calls see your name, your presence and, when votes"
        " are named, your votes; the minutes keep them.",
        seats,
    ) % {"n": seats}
    return [said, _("Your notes on dossiers: you alone read them.")]


def holds(user: User) -> Exists:
    return Exists(Member.objects.filter(person=user))


HOLDER = Holder(
    "committees", gettext_lazy("Selection committees"), export=export, erase=erase, seen_by=seen_by, holds=holds
)
