"""What the app tells the lower floors when the product starts."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor


def fill() -> None:
    from kiif.accounts import privacy as accounts_privacy
    from kiif.decisions import (
        gestures,
        listeners,
        mails,
        rules,  # noqa: F401 -- declares the rules
        telling,
    )
    from kiif.decisions.models import Appeal, Decision, Letter, LetterTemplate
    from kiif.decisions.privacy import HOLDER
    from kiif.decisions.tasks import remind, something_waits
    from kiif.jobs import schedule
    from kiif.journal import registry as journal
    from kiif.journal import verbs
    from kiif.programmes import calendars, copying, journey, keeping, panels, tabs
    from kiif.ui import navigation, today

    verbs.register(VERBS)
    mails.register()
    accounts_privacy.register(HOLDER)
    keeping.register(Decision, "application")
    keeping.register(Letter, "decision__application")
    keeping.register(Appeal, "decision__application")
    for model in (Decision, Letter, Appeal):
        journal.register(model, can_read=_sees)
    journal.register(LetterTemplate, can_read=_runs)
    listeners.connect()
    copying.register(copying.Copier("decisions", listeners.copy_settings))
    tabs.register(tabs.Tab("decisions", _("Decisions"), "decisions:call", 60, telling.shows_tab, telling.waiting))
    calendars.register_answers(telling.promise_kept)
    panels.register(panels.Panel("decisions", _("Decision"), "decisions/panel.html", telling.panel, order=30))
    journey.register(journey.Step("decisions.answer", 60, telling.answer))
    journey.register(journey.Step("decisions.review", 65, telling.review))
    today.register(*gestures.OF_TEAM, gestures.OF_CARRIERS)
    navigation.lead_to("programmes:list", "decisions:*")
    navigation.lead_to("programmes:mine", "decisions:*")
    schedule.register("decisions.remind", remind, every=timedelta(days=1), at=time(6, 45), when=something_waits)


VERBS = {
    "decisions.prepared": _("prepared the answer to {object}"),
    "decisions.dropped": _("set aside the answer prepared for {object}"),
    "decisions.letter_written": _("began the letter to {object}"),
    "decisions.letter_changed": _("changed the letter to {object}"),
    "decisions.letter_checked": _("read again the letter to {object}"),
    "decisions.letter_taken_back": _("took back the letter to {object}"),
    "decisions.letter_returned": _("noted that the letter to {object} came back"),
    "decisions.letter_sent_again": _("sent the letter to {object} again"),
    "decisions.text_changed": _("changed the text of letters “{object}”"),
    "decisions.text_given_up": _("went back to the first text of letters “{object}”"),
    "decisions.terms_changed": _("changed the terms of answers of {object}"),
    "decisions.published": _("published {count} answers of {object}"),
    "decisions.answered": _("answered {object}"),
    "decisions.confirmed": _("took the place offered to {object}"),
    "decisions.declined": _("declined the place offered to {object}"),
    "decisions.place_freed": _("freed the place of {object}"),
    "decisions.reminded": _("reminded of the place offered to {object}"),
    "decisions.extended": _("gave {object} more days to reply"),
    "decisions.review_asked": _("asked for the decision on {object} to be looked at again"),
    "decisions.review_answered": _("answered the request for a review of {object}"),
}


def _sees(actor: Actor, row: Any) -> bool:
    return bool(type(row)._default_manager.visible_to(actor).filter(pk=row.pk).exists())


def _runs(actor: Actor, row: Any) -> bool:
    from kiif.programmes.rules import runs

    return bool(runs(actor, row.programme))
