"""What the app holds about a person: what they answered, sent, remarked; the answers they take part in."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiif.accounts.models import User
from kiif.accounts.privacy import Holder
from kiif.attachments.actions import forget
from kiif.attachments.models import Attachment
from kiif.questionnaires import values
from kiif.questionnaires.definition import said
from kiif.questionnaires.enums import SENT, ResponseState
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import (
    Answer,
    AnswerChange,
    Block,
    Collection,
    DesignComment,
    DraftChange,
    Mandate,
    Offer,
    Participant,
    Questionnaire,
    Remark,
    Response,
    Snapshot,
    Version,
)

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Questionnaire": {"draft_by", "created_by"},
    "Version": {"published_by"},
    "DesignComment": {"author", "resolved_by", "text"},
    "DraftChange": {"by"},
    "Block": {"created_by"},
    "Collection": {"created_by"},
    "Response": {"owner", "link_hash"},
    "Answer": {"value", "text", "folded", "changed_by"},
    "AnswerItem": {"text"},
    "AnswerChange": {"before", "after", "by"},
    "Snapshot": {"values", "by"},
    "Participant": {"user", "added_by"},
    "Offer": {"email", "words", "made_by"},
    "Mandate": {"staff", "given_by", "words"},
    "Remark": {"author", "text"},
}
NOT_PERSONAL: dict[str, set[str]] = {
    "Questionnaire": {"title", "draft"},
    "Version": {"definition", "sha256", "note"},
    "DesignComment": {"target"},
    "DraftChange": {"gesture", "element", "words", "patch"},
    "Block": {"key", "title", "about", "page"},
    "Collection": {"title", "slug", "thanks", "use", "about_id"},
    "Response": {"language", "variants", "reopened_fields"},
    "Field": {"key"},
    "Snapshot": {"sha256"},
    "Offer": {"token_hash"},
    "Remark": {"field_key"},
}


def export(user: User) -> dict[str, Any]:
    """Every answer of this person, question by question in words and as kept, and what they wrote round others'."""
    return {
        "answers": [_answer(row) for row in Response.objects.filter(owner=user).with_ties().order_by("pk")],
        "takes_part_in": [
            {"answer": str(row.response.collection), "role": row.role, "since": row.since.isoformat()}
            for row in Participant.objects.filter(user=user).select_related("response__collection").order_by("pk")
        ],
        "remarks": list(Remark.objects.filter(author=user).order_by("pk").values("text", "at")),
        "mandates": [
            {"answer": str(row.response.collection), "given_by": row.given_by, "words": row.words}
            for row in Mandate.objects.filter(staff=user).select_related("response__collection").order_by("pk")
        ],
    }


def _answer(response: Response) -> dict[str, Any]:
    definition = definition_of(response.version)
    held = dict(response.answers.values_list("field__key", "value"))
    return {
        "collection": response.collection.title,
        "state": response.state,
        "begun": response.created_at.isoformat(),
        "sent": response.submitted_at.isoformat() if response.submitted_at else None,
        "answers": [
            {
                "question": said(question.label, response.language, definition.languages),
                "answer": values.show(question, held[question.id], response.language),
                "value": held[question.id],
            }
            for question in definition.walk()
            if question.id in held
        ],
    }


def files(user: User) -> list[tuple[str, Any]]:
    """Files attached to the answers of this person."""
    return [(f"{row.pk}-{row.original_name}", row.file.open("rb")) for row in _files_of(user) if row.is_downloadable]


def _files_of(user: User) -> list[Attachment]:
    mine = [str(key) for key in Response.objects.filter(owner=user).values_list("pk", flat=True)]
    kind = ContentType.objects.get_for_model(Response)
    return list(Attachment.objects.filter(content_type=kind, object_id__in=mine))


def erase(user: User) -> None:
    """Drafts and what was withdrawn go whole when nobody else is in them. What was sent stays with whoever gathers it,
    without the name, and without the thread and the remarks that led to it."""
    mine = Response.objects.filter(owner=user)
    unread = (ResponseState.DRAFT, ResponseState.WITHDRAWN)
    keys = list(mine.filter(state__in=unread, participants__isnull=True).values_list("pk", flat=True))
    kind = ContentType.objects.get_for_model(Response)
    for attachment in Attachment.objects.filter(content_type=kind, object_id__in=[str(key) for key in keys]):
        forget(attachment)
    Response.objects.filter(pk__in=keys).delete()
    sent = list(mine.filter(state__in=SENT, participants__isnull=True).values_list("pk", flat=True))
    AnswerChange.objects.filter(response__in=sent).delete()
    Remark.objects.filter(response__in=sent).delete()
    mine.update(owner=None)
    Participant.objects.filter(user=user).delete()
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    Offer.objects.filter(Q(made_by=user) | Q(email__in={address.lower() for address in addresses})).delete()
    for model, field in (
        (Answer, "changed_by"), (AnswerChange, "by"), (Snapshot, "by"), (Participant, "added_by"), (Mandate, "staff"),
        (Remark, "author"), (DesignComment, "author"), (DesignComment, "resolved_by"), (DraftChange, "by"),
        (Block, "created_by"), (Collection, "created_by"), (Questionnaire, "draft_by"), (Questionnaire, "created_by"),
        (Version, "published_by"),
    ):  # fmt: skip
        model._default_manager.filter(**{field: user}).update(**{field: None})


def seen_by(user: User) -> list[str]:
    """Who reads the answers of this person."""
    sent = Q(state__in=(ResponseState.SUBMITTED, ResponseState.REOPENED))
    counts = Response.objects.filter(owner=user).aggregate(
        drafts=Count("pk", filter=Q(state=ResponseState.DRAFT), distinct=True),
        sent=Count("pk", filter=sent, distinct=True),
        mandates=Count("mandates", filter=Q(mandates__ended_at__isnull=True), distinct=True),
    )
    found = []
    if drafts := counts["drafts"]:
        found.append(
            ngettext(
                "%(n)s draft answer: you and the people you invited read it, nobody else.",
                "%(n)s draft answers: you and the people you invited read them, nobody else.",
                drafts,
            )
            % {"n": drafts}
        )
    if given := counts["sent"]:
        found.append(
            ngettext(
                "%(n)s answer sent: whoever gathers it reads it, as its page says.",
                "%(n)s answers sent: whoever gathers them reads them, as their pages say.",
                given,
            )
            % {"n": given}
        )
    if mandates := counts["mandates"]:
        found.append(_("People of the team who write for you: %(n)s. You may end it at any time.") % {"n": mandates})
    return found


def holds(user: User) -> Exists:
    """Whether there is anything to say."""
    return Exists(Response.objects.filter(owner=user))


HOLDER = Holder(
    "questionnaires",
    gettext_lazy("Questionnaires and applications"),
    export=export,
    erase=erase,
    seen_by=seen_by,
    files=files,
    holds=holds,
)
