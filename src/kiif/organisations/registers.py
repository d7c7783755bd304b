"""What the app tells the lower floors when the product starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.accounts import privacy as accounts_privacy
from kiif.journal import verbs


def fill() -> None:
    from kiif.organisations import privacy

    accounts_privacy.register(privacy.HOLDER)
    _fill_journal()


def _fill_journal() -> None:
    verbs.register(
        {
            "organisations.entered": _("entered {object} in the directory"),
            "organisations.changed": _("changed {object}"),
            "organisations.closed": _("recorded that {object} closed"),
            "organisations.reopened": _("recorded that {object} goes on"),
            "organisations.followed": _("recorded that {incubator} follows {object}"),
            "organisations.unfollowed": _("recorded that {incubator} no longer follows {object}"),
        }
    )
