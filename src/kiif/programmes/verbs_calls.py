"""What the journal says of programmes and calls."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

VERBS: Final[dict[str, Any]] = {
    "programmes.created": _("created the programme {object}"),
    "programmes.changed": _("changed the programme {object}"),
    "programmes.ended": _("ended the programme {object}"),
    "programmes.edition_created": _("opened the edition {object}"),
    "programmes.edition_changed": _("changed the edition {object}"),
    "programmes.edition_copied": _("made the edition {object} from another one"),
    "programmes.rehearsed": _("made the rehearsal {object}"),
    "programmes.rehearsal_moved": _("played {object} at another day"),
    "programmes.rehearsal_erased": _("erased a rehearsal of {object}"),
    "programmes.call_created": _("prepared the call {object}"),
    "programmes.call_changed": _("changed the words of {object}"),
    "programmes.form_chosen": _("chose the form of {object}"),
    "programmes.facts_set": _("said which questions give the facts of {object}"),
    "programmes.calendar_changed": _("changed the dates of {object}"),
    "programmes.call_published": _("published {object}"),
    "programmes.call_cancelled": _("cancelled {object}"),
    "programmes.call_archived": _("put {object} away"),
    "programmes.prolonged": _("gave more time for {object}"),
    "programmes.host_added": _("added a host to {object}"),
    "programmes.hosts_added": _("added the members that cover a department to {object}"),
    "programmes.host_changed": _("changed what a host offers in {object}"),
    "programmes.host_left": _("recorded that a host withdraws from {object}"),
    "programmes.partners_set": _("wrote the partners of {object}"),
    "programmes.code_made": _("made an access code for {object}"),
    "programmes.code_revoked": _("withdrew an access code of {object}"),
    "programmes.inquiry_answered": _("answered a question about {object}"),
    "programmes.rules_set": _("changed the test of {object}"),
    "programmes.test_asked": _("received a test to look at for {object}"),
    "programmes.test_decided": _("answered a test of {object}"),
}
