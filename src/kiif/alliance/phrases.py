"""What the gestures of the alliance are called in the journal."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

VERBS: Final[dict[str, Any]] = {
    "alliance.alliance_founded": _("founded {object}"),
    "alliance.incubator_welcomed": _("welcomed {object} into the alliance"),
    "alliance.incubator_left": _("recorded that {object} left the alliance"),
    "alliance.partner_added": _("added the partner {object}"),
    "alliance.body_changed": _("changed the page of {object}"),
    "alliance.logo_changed": _("changed the logo of {object}"),
    "alliance.logo_removed": _("removed the logo of {object}"),
    "alliance.branch_opened": _("opened the branch {object}"),
    "alliance.branch_changed": _("changed the branch {object}"),
    "alliance.branch_closed": _("closed the branch {object}"),
    "alliance.coverage_changed": _("changed the departments covered by {object} (begun: {begun}; ended: {ended})"),
    "alliance.invited": _("invited {object}"),
    "alliance.invitation_resent": _("sent the invitation of {object} again"),
    "alliance.invitation_withdrawn": _("withdrew the invitation of {object}"),
    "alliance.invitation_accepted": _("accepted the invitation of {object}"),
    "alliance.membership_began": _("opened access: {object}"),
    "alliance.membership_changed": _("changed the membership {object}"),
    "alliance.membership_ended": _("closed access: {object}"),
    "alliance.switched": _("now acts as {label}"),
    "alliance.delegated": _("set up the delegation {object}"),
    "alliance.delegation_ended": _("ended the delegation {object}"),
    "alliance.review_opened": _("opened the access review of {object}"),
    "alliance.review_confirmed": _("confirmed the access review of {object}"),
    "alliance.part_exported": _("exported the whole part of {object}"),
}
