"""What the journal says of committees. Never who voted what, never what was decided: the minutes do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.journal import verbs

VERBS = {
    "committees.planned": _("planned the committee {object}"),
    "committees.changed": _("changed the settings of the committee {object}"),
    "committees.member_added": _("gave {person} a seat in {object}"),
    "committees.member_changed": _("changed the seat of {person} in {object}"),
    "committees.member_removed": _("took {person} off {object}"),
    "committees.invited": _("invited the members of {object}: {count} mails"),
    "committees.agenda_built": _("built the agenda of {object}"),
    "committees.agenda_changed": _("changed the agenda of {object}"),
    "committees.screen_opened": _("opened a projected screen for {object}"),
    "committees.screen_withdrawn": _("withdrew the projected screen of {object}"),
    "committees.opened": _("opened the session {object}"),
    "committees.suspended": _("suspended the session {object}"),
    "committees.resumed": _("resumed the session {object}"),
    "committees.closed": _("closed the session {object}"),
    "committees.came": _("noted that {person} is there, in {object}"),
    "committees.left": _("noted that {person} left, in {object}"),
    "committees.called": _("called {object}"),
    "committees.shown": _("showed {object} to the committee"),
    "committees.adjourned": _("put off {object}"),
    "committees.discussed": _("asked to discuss {object}"),
    "committees.vote_opened": _("put {object} to the vote"),
    "committees.vote_closed": _("closed the vote on {object}"),
    "committees.vote_annulled": _("annulled a vote on {object}"),
    "committees.decided": _("wrote the decision on {object}"),
    "committees.reopened": _("reopened {object}"),
    "committees.minutes_frozen": _("froze the minutes of {object}"),
    "committees.minutes_corrected": _("added a correction to the minutes of {object}"),
    "committees.wishes_changed": _("changed the wishes for the cohort of {object}"),
}


def register() -> None:
    verbs.register(VERBS)
