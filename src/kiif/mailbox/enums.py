from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a mail stands.

    `SENDING` is written and committed before the first word to the mail server. A mail that stays there was cut in
    the middle of that talk: maybe it left, maybe not, so nobody but a person sends it again.
    """

    DRAFT = "draft", _("draft")
    QUEUED = "queued", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    WITHHELD = "withheld", _("withheld")


#: Where a mail stays unless somebody takes it up again.
AT_REST: tuple[State, ...] = (State.SENT, State.FAILED, State.WITHHELD)

#: What may follow what; one action for each arrow.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.QUEUED, State.WITHHELD}),
    State.QUEUED: frozenset({State.SENDING, State.FAILED, State.WITHHELD, State.SENT}),
    State.SENDING: frozenset({State.SENT, State.FAILED, State.QUEUED}),
    State.SENT: frozenset({State.FAILED}),
    State.FAILED: frozenset({State.QUEUED}),
    State.WITHHELD: frozenset({State.QUEUED}),
}


class Cadence(TextChoices):
    """How often a person receives the mails of an optional category."""

    NOW = "now", _("immediately")
    DAILY = "daily", _("once a day, together")
    WEEKLY = "weekly", _("once a week, together")
    NONE = "none", _("never")


class Reason(TextChoices):
    """Why a mail was withheld."""

    INACTIVE = "inactive", _("the account is closed")
    ERASED = "erased", _("the person has been erased")
    NOT_VISIBLE = "not_visible", _("the person may no longer open what it is about")
    GONE = "gone", _("what it is about no longer exists")
    UNSUBSCRIBED = "unsubscribed", _("the person does not want these mails")
    NOTHING_LEFT = "nothing_left", _("nothing is left to tell")
    DISCARDED = "discarded", _("the draft was set aside")
    REHEARSAL = "rehearsal", _("it is a rehearsal: the mail stays in the house")
