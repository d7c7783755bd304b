"""What the app tells the lower floors when the product starts."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from kiif.accounts import privacy as accounts_privacy
from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.jobs import schedule
from kiif.journal import verbs
from kiif.programmes import public_links, tabs
from kiif.programmes.queries import HOSTING_ROLES, RUNNING_ROLES, role_of
from kiif.ui import navigation


def fill() -> None:
    from kiif.steering import rules as declared  # noqa: F401 -- declares the rules
    from kiif.steering.privacy import HOLDER
    from kiif.steering.tasks import forget_remains, freeze_summaries

    accounts_privacy.register(HOLDER)
    verbs.register(
        {
            "steering.export_asked": _("asked for an export of {object}"),
            "steering.exported": _("exported {count} applications of {object}"),
            "steering.published": _("published the open summary of {object}"),
            "steering.withdrawn": _("withdrew the open summary of {object}"),
        }
    )
    public_links.register("steering.open_data", _open_data)
    schedule.register("steering.freeze_summaries", freeze_summaries, every=timedelta(hours=1))
    schedule.register("steering.forget_remains", forget_remains, every=timedelta(days=1), at=time(4, 20))
    navigation.register(
        navigation.Entry(
            _("Steering"),
            "steering:home",
            order=27,
            show=lambda actor: role_of(actor) in {*RUNNING_ROLES, *HOSTING_ROLES, Role.PARTNER},
            current_under=("steering:*",),
        )
    )
    tabs.register(tabs.Tab("board", _("Board"), "steering:call", 80, _reads_board))
    tabs.register(tabs.Tab("exports", _("Exports"), "steering:exports", 85, _exports))


def _open_data(call: Any) -> public_links.PublicLink | None:
    """The summary of its edition, once it is published."""
    from kiif.steering.models import OpenData

    row = OpenData.objects.public().select_related("edition").filter(edition=call.edition_id).first()
    if row is None:
        return None
    return public_links.PublicLink(_("Figures of this edition, as open data"), row.get_absolute_url())


def _reads_board(actor: Actor, call: Any) -> bool:
    return bool(rules.test_rule("steering.view_board", actor, call))


def _exports(actor: Actor, call: Any) -> bool:
    return bool(rules.test_rule("steering.export_call", actor, call))
