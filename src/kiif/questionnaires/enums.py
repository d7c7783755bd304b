"""The vocabulary of questionnaires and their answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    """What people design a questionnaire for. It changes words and templates, never the engine."""

    CALL = "call", _("application to a call for projects")
    REGISTRATION = "registration", _("registration")
    CONSULTATION = "consultation", _("consultation")
    DIAGNOSTIC = "diagnostic", _("diagnostic")
    IMPACT = "impact", _("impact campaign")
    GUIDE = "guide", _("interview guide")
    OTHER = "other", _("something else")


class Audience(models.TextChoices):
    """Who may begin an answer in a collection."""

    ACCOUNT = "account", _("anybody with an account")
    LINK = "link", _("anybody who has the link, without an account")
    TEAM = "team", _("the teams of the alliance")


class ResponseState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", pgettext_lazy("answer", "sent")
    REOPENED = "reopened", _("reopened for corrections")
    WITHDRAWN = "withdrawn", _("withdrawn")


#: From a state, where one may go. One action per move.
TRANSITIONS: dict[ResponseState, frozenset[ResponseState]] = {
    ResponseState.DRAFT: frozenset({ResponseState.SUBMITTED, ResponseState.WITHDRAWN}),
    ResponseState.SUBMITTED: frozenset({ResponseState.REOPENED, ResponseState.WITHDRAWN}),
    ResponseState.REOPENED: frozenset({ResponseState.SUBMITTED, ResponseState.WITHDRAWN}),
    ResponseState.WITHDRAWN: frozenset(),
}
#: States in which fields may be written.
WRITABLE = frozenset({ResponseState.DRAFT, ResponseState.REOPENED})
#: States in which whoever gathers the answers reads one: what was sent, and not taken back.
SENT = frozenset({ResponseState.SUBMITTED, ResponseState.REOPENED})


class ParticipantRole(models.TextChoices):
    """What somebody may do with an answer, each including the ones before. The owner submits."""

    VIEW = "view", _("reads")
    COMMENT = "comment", _("reads and comments")
    EDIT = "edit", _("writes")
    SUBMIT = "submit", _("writes and sends")


class MandateChannel(models.TextChoices):
    """How the person said that somebody may write for them."""

    PHONE = "phone", _("on the phone")
    MEETING = "meeting", _("face to face")
    MAIL = "mail", _("by e-mail or letter")
