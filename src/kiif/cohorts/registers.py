"""What the app tells the lower floors when the product starts."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import rules
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiif.accounts import privacy as accounts_privacy
from kiif.accounts.actor import Actor
from kiif.jobs import schedule
from kiif.journal import registry as journal
from kiif.journal import verbs
from kiif.mailbox import registry as mailbox
from kiif.programmes import copying, journey, keeping, leaving, public_links, readers, signals, tabs
from kiif.programmes.queries import HOSTING_ROLES, RUNNING_ROLES, role_of
from kiif.ui import navigation, today


def fill() -> None:
    from kiif.cohorts import copying as own_copying
    from kiif.cohorts import finding, privacy, stepping, waiting
    from kiif.cohorts.readers import READER
    from kiif.cohorts.tasks import something_waits, watch_placements
    from kiif.decisions import reserve

    accounts_privacy.register(privacy.HOLDER)
    readers.register(READER)
    copying.register(own_copying.COPIER)
    for step in stepping.STEPS:
        journey.register(step)
    today.register(*waiting.SOURCES)
    finding.register()
    schedule.register(
        "cohorts.watch_placements", watch_placements, every=timedelta(days=1), at=time(6, 40), when=something_waits
    )
    _fill_journal()
    _fill_mails()
    _fill_frame()
    leaving.register(lambda call, host: reverse("cohorts:host-leave", args=[call.public_id, host.pk]))
    public_links.register("cohorts.public", _public_page)
    signals.state_changed.connect(_follow, dispatch_uid="cohorts.follow")
    reserve.register_given_back("cohorts", _dropped)
    signals.host_left.connect(_follow_host, dispatch_uid="cohorts.follow_host")


def _public_page(call: Any) -> public_links.PublicLink | None:
    """The page of those who were chosen and agreed to be shown, once it is public."""
    from kiif.cohorts.models import Cohort

    cohort = Cohort.objects.public().filter(call=call).first()
    if cohort is None:
        return None
    words = _("Who takes part in “%(cohort)s”") % {"cohort": cohort}
    return public_links.PublicLink(words, reverse("cohorts:public-cohort", args=[call.slug]))


def _follow(sender: Any, *, application: Any, before: str, by: Actor, **more: Any) -> None:
    from kiif.cohorts.actions.following import follow

    follow(application=application, before=before, by=by)


def _dropped(call: Any) -> Any:
    """Applications whose project gave up: its place goes to the reserve list."""
    from kiif.cohorts.enums import MemberState
    from kiif.cohorts.models import Member

    # guarded: a place counts for everybody, nothing is shown
    return Member.objects.filter(cohort__call=call, state=MemberState.DROPPED).values("application")


def _follow_host(sender: Any, *, host: Any, by: Actor, **more: Any) -> None:
    from kiif.cohorts.actions.hosts import follow_host

    follow_host(host=host, by=by)


def _fill_journal() -> None:
    from kiif.cohorts.models import Cohort, Member, Placement

    verbs.register(
        {
            "cohorts.rules_set": _("changed what counts in the matching of {object}"),
            "cohorts.plan_drawn": _("drew up the plan of hosts of {object}"),
            "cohorts.line_changed": _("changed by hand the host foreseen for {object}"),
            "cohorts.proposed": _("proposed {object}"),
            "cohorts.accepted": _("accepted {object}"),
            "cohorts.refused": _("refused {object}"),
            "cohorts.withdrawn": _("withdrew {object}"),
            "cohorts.reassigned": _("closed {object} for another host"),
            "cohorts.expired": _("closed {object}, without an answer in time"),
            "cohorts.ended": _("ended {object}"),
            "cohorts.host_left": _("recorded that {host} withdraws from {object}"),
            "cohorts.opened": _("opened {object}"),
            "cohorts.changed": _("changed {object}"),
            "cohorts.shown_publicly": _("opened the public page of {object}"),
            "cohorts.hidden": _("closed the public page of {object}"),
            "cohorts.closed": _("closed the cohort {object}"),
            "cohorts.joined": _("entered {object} in {cohort}"),
            "cohorts.member_active": _("recorded that {object} takes part again"),
            "cohorts.member_paused": _("recorded that {object} pauses"),
            "cohorts.member_dropped": _("recorded that {object} gives up"),
            "cohorts.member_finished": _("recorded that {object} finishes"),
            "cohorts.member_alumni": _("entered {object} among the alumni"),
            "cohorts.consented": _("changed what {object} agrees to"),
            "cohorts.commitment_written": _("wrote “{title}” for {object}"),
            "cohorts.commitment_opened": _("opened “{title}” to signatures in {object}"),
            "cohorts.signed": _("signed “{title}” for {object}"),
            "cohorts.event_added": _("added “{title}” to the calendar of {object}"),
            "cohorts.event_changed": _("changed “{title}” in the calendar of {object}"),
            "cohorts.event_cancelled": _("cancelled “{title}” in the calendar of {object}"),
            "cohorts.message_sent": _("sent “{subject}” to {object}"),
        }
    )
    for model in (Cohort, Member, Placement):
        rule = f"cohorts.view_{model._meta.model_name}"

        def reads(actor: Actor, obj: Any, rule: str = rule) -> bool:
            return bool(rules.test_rule(rule, actor, obj))

        journal.register(model, can_read=reads)
    for model in (Member, Placement):
        keeping.register(model, "application")


def _fill_mails() -> None:
    from kiif.cohorts import mails
    from kiif.cohorts.models import Broadcast, CohortEvent, Commitment, Placement

    mailbox.register_category(mailbox.Category("cohorts", _("Cohorts and their hosts"), order=35))
    for key, label, placeholders, optional in mails.KINDS:
        mailbox.register(mailbox.MailKind(key, label, "cohorts", placeholders, optional=optional, patient=True))
    mailbox.register_visibility(Placement, mails.may_open_placement)
    mailbox.register_hidden(mails.kept_from)
    mailbox.register_sandbox(Placement, lambda placement: placement.application.call.is_rehearsal)
    for model in (Broadcast, Commitment, CohortEvent):
        mailbox.register_visibility(model, mails.may_open_of_cohort)
        mailbox.register_sandbox(model, lambda about: about.cohort.call.is_rehearsal)


def _of_teams(actor: Actor | None) -> bool:
    return actor is not None and role_of(actor) in RUNNING_ROLES | HOSTING_ROLES


def _fill_frame() -> None:
    navigation.register(
        navigation.Entry(
            pgettext_lazy("navigation", "Cohorts"),
            "cohorts:list",
            order=26,
            show=_of_teams,
            current_under=("cohorts:*",),
        )
    )
    tabs.register(tabs.Tab("matching", _("Local hosts"), "cohorts:matching", 60, _sees_matching, _alone))
    tabs.register(tabs.Tab("cohort", pgettext_lazy("tab", "Cohort"), "cohorts:cohort", 70, _sees_cohort))


def _sees_matching(actor: Actor, call: Any) -> bool:
    from kiif.programmes.rules import runs

    return actor.is_system or bool(runs(actor, call))


def _sees_cohort(actor: Actor, call: Any) -> bool:
    return _sees_matching(actor, call) or hasattr(call, "cohort")


def _alone(actor: Actor, call: Any) -> Any:
    from kiif.cohorts.queries import without_host

    return without_host(actor, call)
