"""What sharing out, conflicts, scores and reminders tell the lower floors when the product starts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from kiif.accounts.actor import Actor
from kiif.journal import verbs
from kiif.mailbox import registry as mailbox
from kiif.ui import today


def fill() -> None:
    from kiif.alliance import signals as alliance
    from kiif.jobs import schedule
    from kiif.programmes import keeping
    from kiif.programmes import signals as programmes
    from kiif.reviews import barring, receivers, signals, tasks, twins
    from kiif.reviews.mails import ROUND_FACTS
    from kiif.reviews.models import Assignment, Mark, Remark, Reviewer

    keeping.register(Assignment, "application")
    keeping.register(Mark, "assignment__application")
    keeping.register(Remark, "application")
    mailbox.register_sandbox(Reviewer, lambda reviewer: reviewer.round.call.is_rehearsal)
    verbs.register(
        {
            "reviews.plan_asked": gettext_lazy("computed a sharing out of {object} (draw “{seed}”)"),
            "reviews.plan_applied": gettext_lazy(
                "applied a sharing out to {object}: {made} entrusted, {removed} taken back"
            ),
            "reviews.pair_forced": gettext_lazy("decided that {person} reads {object}"),
            "reviews.pair_forbidden": gettext_lazy("decided that {person} never reads {object}"),
            "reviews.pair_freed": gettext_lazy("left to the sharing out whether {person} reads {object}"),
            "reviews.read_entrusted": gettext_lazy("entrusted {object} to {person}"),
            "reviews.read_taken_back": gettext_lazy("took {object} back from {person}"),
            "reviews.read_recused": gettext_lazy("recused {person} from {object}"),
            "reviews.read_given_back": gettext_lazy("gave {object} back to {person}"),
            "reviews.reminded": gettext_lazy("reminded {count} reviewers of {object}"),
        }
    )
    more = {"number": "4 candidatures à lire"}
    mailbox.register(
        mailbox.MailKind(
            "reviews.entrusted", gettext_lazy("Applications are entrusted to you"), "reviews",
            {**ROUND_FACTS, **more}, optional=True,
        )
    )  # fmt: skip
    mailbox.register(
        mailbox.MailKind(
            "reviews.reminder", gettext_lazy("Reminder of what you have left to read"), "reviews",
            {**ROUND_FACTS, **more, "words": "Merci d’avance, le comité approche."}, optional=True, secret=True,
        )
    )  # fmt: skip
    programmes.barred.connect(barring.on_barred, dispatch_uid="reviews.barred")
    programmes.unbarred.connect(barring.on_unbarred, dispatch_uid="reviews.unbarred")
    programmes.state_changed.connect(twins.on_state_changed, dispatch_uid="reviews.twins")
    alliance.access_closed.connect(receivers.on_access_closed, dispatch_uid="reviews.access_closed")
    signals.marked.connect(tasks.on_marked, dispatch_uid="reviews.scores")
    day = dt.timedelta(days=1)
    schedule.register("reviews.conflicts", tasks.look_for_conflicts, every=day, at=dt.time(4, 20))
    schedule.register("reviews.remind", tasks.remind_before_closing, every=day, at=dt.time(8, 30))
    today.register(today.Source(questions, tell_questions))


def questions(actor: Actor) -> Any:
    """Conflicts of interest to confirm or set aside, before one reads."""
    from kiif.programmes.enums import SENT, ConflictState
    from kiif.programmes.models import Conflict
    from kiif.reviews.models import Reviewer

    rounds = Reviewer.objects.filter(person=actor.user, state__in=("invited", "accepted"))
    rows = Conflict.objects.filter(person=actor.user, state=ConflictState.PROPOSED, application__state__in=SENT)
    return rows.filter(application__call__in=rounds.values("round__call_id"))


def tell_questions(actor: Actor, rows: Any) -> list[today.Gesture]:
    number = rows.count()
    said: Any = ngettext("Say whether you know who carries %(n)s application",
                         "Say whether you know who carries %(n)s applications", number) % {"n": number}  # fmt: skip
    return [
        today.Gesture(
            title=said, about=_("Conflicts of interest"), url=reverse("reviews:my-conflicts"),
            action=pgettext("verb", "Answer"), tone="o",
        )
    ]  # fmt: skip
