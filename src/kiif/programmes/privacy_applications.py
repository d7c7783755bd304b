"""What projects and applications hold about a person: those they carry, what they did with those of others."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.programmes.enums import SENT
from kiif.programmes.models import Application, Conflict, CorrectionRequest, Note, Pair, Project, Reminder

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Project": {"name", "carriers"},
    "Application": {
        "title", "organisation_name", "contact_email", "search_text", "state_words", "eligibility_by", "door_words",
    },
    "Pair": {"reasons", "words", "decided_by"},
    "CorrectionRequest": {"words", "asked_by"},
    "Correction": {"words"},
    "Note": {"text", "author"},
    "Reminder": {"words", "by"},
    "Conflict": {"person", "reasons", "words", "settled_by"},
}  # fmt: skip
NOT_PERSONAL: dict[str, set[str]] = {
    "Project": {"number"},
    "Application": {
        "siren", "language", "challenges", "themes", "stage", "legal_form", "region_code", "rural", "rural_source",
        "door_url",
    },
    "Target": {"level", "code", "name", "department_code", "rural"},
    "Pair": {"gone_state", "moved", "joined"},
    "Correction": {"field_key"},
}  # fmt: skip


def _carried(user: User) -> Any:
    return Application.objects.own(Actor(user=user))


def export(user: User) -> dict[str, Any]:
    """Projects and applications of this person, conflicts about them, what they wrote as one of a team."""
    return {
        "projects": [
            {"number": row.number, "name": row.name, "since": row.created_at.isoformat()}
            for row in Project.objects.own(Actor(user=user)).distinct().order_by("pk")
        ],
        "applications": [
            {
                "number": row.number, "call": row.call.title, "title": row.title, "state": row.state,
                "sent": row.submitted_at.isoformat() if row.submitted_at else None, "words": row.state_words,
            }
            for row in _carried(user).with_ties().order_by("pk")
        ],
        "conflicts": [
            {"application": str(row.application_id), "state": row.state, "reasons": row.reasons, "words": row.words}
            for row in Conflict.objects.filter(person=user).order_by("pk")
        ],
        "notes": list(Note.objects.filter(author=user).order_by("pk").values("text", "at")),
    }  # fmt: skip


def erase(user: User) -> None:
    """Names leave what the team keeps of what was sent; drafts that nobody else carries lose their title."""
    mine = list(_carried(user).values_list("pk", flat=True))
    rows = Application.objects.filter(pk__in=mine)
    rows.filter(contact_email=user.email).update(contact_email="")
    # a title, an organisation: what an application is called belongs to those who received it
    rows.exclude(state__in=SENT).update(title="", organisation_name="", search_text="", state_words="")
    user.projects.clear()
    Conflict.objects.filter(person=user).delete()
    Note.objects.filter(author=user).delete()
    for model, field in (
        (Application, "eligibility_by"), (Pair, "decided_by"), (CorrectionRequest, "asked_by"), (Reminder, "by"),
        (Conflict, "settled_by"),
    ):  # fmt: skip
        model._default_manager.filter(**{field: user}).update(**{field: None})


def holds(user: User) -> Exists | Q:
    """Whether there is anything to say."""
    return Exists(_carried(user).filter(state__in=SENT)) | Exists(Conflict.objects.filter(person=user))


def seen_by(user: User) -> list[str]:
    """Who reads the applications of this person."""
    found = []
    sent = _carried(user).filter(state__in=SENT).count()
    if sent:
        found.append(
            ngettext(
                "%(n)s application sent: the team of its call, the hosts it concerns and those who select read it.",
                "%(n)s applications sent: the teams of their calls, the hosts that they concern and those who select "
                "read them.",
                sent,
            )
            % {"n": sent}
        )
    barred = Conflict.objects.filter(Q(person=user)).count()
    if barred:
        found.append(_("Possible conflicts of interest about you: those who run the calls see them."))
    return found
