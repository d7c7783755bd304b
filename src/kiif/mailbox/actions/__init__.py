"""What one does with mails: queue, send, look after the outbox, change texts, choose what to receive."""

from kiif.mailbox.actions.digests import compose_digests
from kiif.mailbox.actions.outbox import (
    discard_draft,
    mark_looked_at,
    mark_sent,
    record_bounce,
    release_draft,
    retry,
)
from kiif.mailbox.actions.preferences import set_preferences, unsubscribe
from kiif.mailbox.actions.queue import queue_mail
from kiif.mailbox.actions.retention import prune
from kiif.mailbox.actions.sending import deliver, send_due
from kiif.mailbox.actions.templates import give_up_text, save_text

__all__ = [
    "compose_digests",
    "deliver",
    "discard_draft",
    "give_up_text",
    "mark_looked_at",
    "mark_sent",
    "prune",
    "queue_mail",
    "record_bounce",
    "release_draft",
    "retry",
    "save_text",
    "send_due",
    "set_preferences",
    "unsubscribe",
]
