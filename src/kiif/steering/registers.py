"""What the app tells the lower floors when the product starts."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from kiif.accounts import privacy as accounts_privacy
from kiif.accounts.actor import Actor
from kiif.journal import verbs
from kiif.programmes import tabs


def fill() -> None:
    from kiif.steering import rules as declared  # noqa: F401 -- declares the rules
    from kiif.steering.privacy import HOLDER

    accounts_privacy.register(HOLDER)
    verbs.register(
        {
            "steering.export_asked": _("asked for an export of {object}"),
            "steering.exported": _("exported {count} applications of {object}"),
            "steering.published": _("published the open summary of {object}"),
            "steering.withdrawn": _("withdrew the open summary of {object}"),
        }
    )
    tabs.register(tabs.Tab("board", _("Board"), "steering:call", 80, _reads_board))
    tabs.register(tabs.Tab("exports", _("Exports"), "steering:exports", 85, _exports))


def _reads_board(actor: Actor, call: Any) -> bool:
    return bool(rules.test_rule("steering.view_board", actor, call))


def _exports(actor: Actor, call: Any) -> bool:
    return bool(rules.test_rule("steering.export_call", actor, call))
