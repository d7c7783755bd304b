"""What one does in this room."""

from kiif.cohorts.actions.broadcasts import send_broadcast, write_broadcast
from kiif.cohorts.actions.cohorts import change_cohort, close_cohort, open_cohort, show_publicly
from kiif.cohorts.actions.events import cancel_event, new_feed, write_event
from kiif.cohorts.actions.following import follow
from kiif.cohorts.actions.hosts import host_leaves
from kiif.cohorts.actions.matching import choose, draw_up, send_lines, set_rules
from kiif.cohorts.actions.members import consent, show_card, turn
from kiif.cohorts.actions.placements import answer, expire, propose, reassign, remind, withdraw
from kiif.cohorts.actions.signing import new_version, open_commitment, sign, write_commitment

__all__ = [
    "answer",
    "cancel_event",
    "change_cohort",
    "choose",
    "close_cohort",
    "consent",
    "draw_up",
    "expire",
    "follow",
    "host_leaves",
    "new_feed",
    "new_version",
    "open_cohort",
    "open_commitment",
    "propose",
    "reassign",
    "remind",
    "send_broadcast",
    "send_lines",
    "set_rules",
    "show_card",
    "show_publicly",
    "sign",
    "turn",
    "withdraw",
    "write_broadcast",
    "write_commitment",
    "write_event",
]
