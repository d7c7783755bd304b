"""What the app tells the lower floors when the product starts."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from kiif.accounts import privacy as accounts_privacy
from kiif.accounts.actor import Actor
from kiif.journal import registry as journal
from kiif.journal import verbs
from kiif.mailbox import registry as mailbox
from kiif.search import registry as search
from kiif.ui import navigation, today


def fill() -> None:
    from kiif.organisations import merging, privacy
    from kiif.organisations.models import Offering, Tie

    accounts_privacy.register(privacy.HOLDER)
    merging.register(Tie, "organisation", unique=("user", "until"))
    merging.register(Offering, "organisation")
    _fill_journal()
    _fill_mails()
    _fill_frame()
    _fill_search()


def _fill_journal() -> None:
    from kiif.organisations.models import Organisation

    verbs.register(
        {
            "organisations.entered": _("entered {object} in the directory"),
            "organisations.changed": _("changed {object}"),
            "organisations.closed": _("recorded that {object} closed"),
            "organisations.reopened": _("recorded that {object} goes on"),
            "organisations.followed": _("recorded that {incubator} follows {object}"),
            "organisations.unfollowed": _("recorded that {incubator} no longer follows {object}"),
            "organisations.person_entered": _("entered {person} among the people of {object}"),
            "organisations.claimed": _("asked to be recognised as one of {object}"),
            "organisations.tie_accepted": _("accepted to be one of {object}"),
            "organisations.tie_confirmed": _("recognised {person} as one of {object}"),
            "organisations.tie_changed": _("changed what {person} is in {object}"),
            "organisations.tie_ended": _("recorded that {person} is no longer in {object}"),
            "organisations.solution_added": _("described “{solution}”, a solution of {object}"),
            "organisations.solution_changed": _("changed “{solution}”, a solution of {object}"),
            "organisations.solution_removed": _("removed “{solution}” from the solutions of {object}"),
            "organisations.kept_apart": _("said that {object} and {other} are two organisations"),
            "organisations.merged": _("merged {other} into {object}"),
            "organisations.merged_into": _("merged {object} into {other}"),
            "organisations.parted": _("parted {object} and {other} again"),
            "organisations.imported": _("imported a list of organisations"),
        }
    )

    def reads(actor: Actor, obj: Any) -> bool:
        return bool(rules.test_rule("organisations.view_organisation", actor, obj))

    journal.register(Organisation, can_read=reads)


def _fill_mails() -> None:
    from kiif.organisations import mails
    from kiif.organisations.models import Tie

    mailbox.register_category(mailbox.Category("organisations", _("Your organisations"), order=25))
    for key, label, placeholders in mails.KINDS:
        mailbox.register(mailbox.MailKind(key, label, "organisations", placeholders, optional=True))
    mailbox.register_visibility(Tie, mails.may_open)


def _sees_directory(actor: Actor | None) -> bool:
    return actor is not None and bool(rules.test_rule("organisations.view_directory", actor, None))


def _has_own(actor: Actor | None) -> bool:
    return actor is not None and actor.user is not None and not _sees_directory(actor)


def _fill_frame() -> None:
    from kiif.organisations import waiting

    under = ("organisations:*",)
    navigation.register(
        navigation.Entry(_("Organisations"), "organisations:home", order=35, show=_sees_directory, current_under=under)
    )
    navigation.register(
        navigation.Entry(_("My organisations"), "organisations:mine", order=15, show=_has_own, current_under=under)
    )
    today.register(*waiting.SOURCES)


def _fill_search() -> None:
    search.register(search.Source("organisations", _("Organisations"), find=_find, order=15))


def _find(actor: Actor, text: str, limit: int) -> list[search.Hit]:
    from kiif.organisations.queries import find

    return [
        search.Hit(
            row.title,
            row.get_absolute_url(),
            row.place if row.is_active else f"{row.place}, {row.get_status_display()}",
        )
        for row in find(actor, text, limit)
    ]
