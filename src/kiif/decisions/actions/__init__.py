"""What one does with decisions. `prepare` is what the rooms above call."""

from kiif.decisions.actions.appeals import answer_review, ask_review
from kiif.decisions.actions.calling import call_next
from kiif.decisions.actions.letters import give_up_text, mark_ready, save_letter, save_text, take_back, write
from kiif.decisions.actions.preparing import drop, prepare
from kiif.decisions.actions.publishing import publish
from kiif.decisions.actions.replies import extend, reply
from kiif.decisions.actions.sending import mark_returned, send_again
from kiif.decisions.actions.terms import set_terms

__all__ = [
    "answer_review",
    "ask_review",
    "call_next",
    "drop",
    "extend",
    "give_up_text",
    "mark_ready",
    "mark_returned",
    "prepare",
    "publish",
    "reply",
    "save_letter",
    "save_text",
    "send_again",
    "set_terms",
    "take_back",
    "write",
]
