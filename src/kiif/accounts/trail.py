"""The journal lives on a higher floor: it gives us its pen when it starts (`journal.apps`).

trail.set_recorder(journal.actions.record)
verbs.register(trail.VERBS)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor

#: What the gestures of this app are called; the journal registers them.
VERBS: dict[str, Any] = {
    "accounts.signed_up": _("signed up"),
    "accounts.created": _("opened the account of {object}"),
    "accounts.admin_created": _("made {object} an administrator of this instance"),
    "accounts.profile_updated": _("changed the profile of {object}"),
    "accounts.email_changed": _("changed the sign-in address of {object}"),
    "accounts.password_changed": _("changed a password"),
    "accounts.second_factor_added": _("added a second factor"),
    "accounts.second_factor_removed": _("removed a second factor"),
    "accounts.consent_given": _("accepted “{text}”"),
    "accounts.consent_withdrawn": _("withdrew the acceptance of “{text}”"),
    "accounts.text_published": _("published {object}"),
    "accounts.data_exported": _("downloaded their own data"),
    "accounts.erasure_requested": _("asked for the erasure of their account"),
    "accounts.erasure_cancelled": _("cancelled the erasure of their account"),
    "accounts.erased": _("erased {object}"),
    "accounts.inactivity_warned": _("was warned that the account of {object} is unused"),
    "accounts.deactivated": _("closed the account of {object}"),
    "accounts.reactivated": _("opened the account of {object} again"),
    "accounts.sessions_ended": _("ended the sessions of {object}"),
    "accounts.visit_started": _("started to see the product as {object}: {reason}"),
    "accounts.visit_ended": _("stopped seeing the product as {object}"),
}

_recorder: list[Callable[..., Any]] = []


def set_recorder(recorder: Callable[..., Any]) -> None:
    """Gives the function that writes the journal (signature of `journal.actions.record`); the last one given counts."""
    _recorder[:] = [recorder]


def record(
    *,
    by: Actor,
    verb: str,
    obj: Model,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Writes the journal inside the transaction of the action. Raises RuntimeError where no journal was given."""
    if not _recorder:
        raise RuntimeError("kiif.accounts.trail has no recorder: the journal app gives it in ready()")
    _recorder[0](by=by, verb=verb, obj=obj, changes=changes, data=data)
