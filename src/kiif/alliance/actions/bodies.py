"""Alliance, incubators, partners, branches: founding, changing, leaving."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, TypeVar

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean, lock_body, require
from kiif.alliance.actions.memberships import close_membership
from kiif.alliance.enums import Kind
from kiif.alliance.models import Alliance, Body, Branch, Coverage, Incubator, Partner
from kiif.journal.actions import record
from kiif.journal.diff import difference, snapshot
from kiif.ui.errors import NotAllowed, Refused

B = TypeVar("B", Alliance, Incubator, Partner)

_COMMON: Final = ("name", "short_name", "presentation", "website", "contact_email", "accent")
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    Kind.ALLIANCE: (*_COMMON, "founded_on"),
    Kind.INCUBATOR: (*_COMMON, "region", "national", "joined_on"),
    Kind.PARTNER: (*_COMMON, "partner_kind"),
}
BRANCH_FIELDS: Final = ("name", "commune_code", "commune_name", "address", "latitude", "longitude", "opened_on")

#: What a manager may say of the own incubator; the rest (name, region, dates) is the coordination's.
OWN_FIELDS: Final = frozenset({"presentation", "website", "contact_email", "accent", "short_name"})


def free_slug(name: str) -> str:
    """An address for this name that no body has."""
    base = slugify(name)[:50] or "membre"
    taken = set(Body.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (f"{base}-{n}" if n > 1 else base for n in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


def _check_fields(kind: str, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - set(FIELDS[kind]):
        raise TypeError(f"unknown fields of {kind}: {sorted(unknown)}")


@transaction.atomic
def create_alliance(*, by: Actor, **fields: Any) -> Alliance:
    """Founds an alliance in this instance. Only the system does (command line, demo).

    Raises NotAllowed for a person, Refused for a wrong field.
    """
    if not by.is_system:
        raise NotAllowed(_("An alliance is founded from the command line of the server."))
    _check_fields(Kind.ALLIANCE, fields)
    alliance = Alliance(kind=Kind.ALLIANCE, slug=free_slug(fields.get("name", "")), **fields)
    clean(alliance)
    alliance.save()
    record(by=by, verb="alliance.alliance_founded", obj=alliance, scope=alliance)
    return alliance


@transaction.atomic
def create_incubator(*, alliance: Alliance, by: Actor, **fields: Any) -> Incubator:
    """Welcomes an incubator into the alliance. Raises NotAllowed, Refused (wrong field)."""
    require("alliance.add_incubator", by, alliance, _("Only the coordination welcomes a new member."))
    _check_fields(Kind.INCUBATOR, fields)
    incubator = Incubator(kind=Kind.INCUBATOR, alliance=alliance, slug=free_slug(fields.get("name", "")), **fields)
    clean(incubator)
    incubator.save()
    record(by=by, verb="alliance.incubator_welcomed", obj=incubator, scope=incubator)
    return incubator


@transaction.atomic
def create_partner(*, alliance: Alliance, by: Actor, **fields: Any) -> Partner:
    """Adds a partner of the alliance. Raises NotAllowed, Refused (wrong field)."""
    require("alliance.add_partner", by, alliance, _("Only the coordination adds a partner."))
    _check_fields(Kind.PARTNER, fields)
    partner = Partner(kind=Kind.PARTNER, alliance=alliance, slug=free_slug(fields.get("name", "")), **fields)
    clean(partner)
    partner.save()
    record(by=by, verb="alliance.partner_added", obj=partner, scope=partner)
    return partner


@transaction.atomic
def update_body(*, body: B, by: Actor, **fields: Any) -> B:
    """Changes what is said of an alliance, incubator or partner.

    A manager changes the presentation of the own incubator; its name, region and dates are the coordination's.
    Raises NotAllowed, Refused (wrong field). Nothing is written when nothing changes.
    """
    require("alliance.change_body", by, body, _("Only its direction and the coordination change this page."))
    _check_fields(body.kind, fields)
    lock_body(body)
    body.refresh_from_db()
    before = snapshot(body, fields)
    for name, value in fields.items():
        setattr(body, name, value)
    changes = difference(before, body)
    if not changes:
        return body
    if changes.keys() - OWN_FIELDS:
        require(
            "alliance.change_alliance",
            by,
            body,
            _("The name, the region and the dates of a member are changed by the coordination."),
        )
    clean(body)
    body.save()
    record(by=by, verb="alliance.body_changed", obj=body, changes=changes, scope=body)
    return body


@transaction.atomic
def set_logo(*, body: B, picture: ContentFile[bytes] | None, by: Actor) -> B:
    """Puts a checked picture (`validators.clean_logo`) as logo, or takes the logo away with None."""
    require("alliance.change_body", by, body, _("Only its direction and the coordination change this page."))
    lock_body(body)
    old, storage = body.logo.name, body.logo.storage
    body.logo.name = ""
    if picture is not None:
        body.logo.save("logo.png", picture, save=False)
    body.save(update_fields=["logo"])
    if old:
        transaction.on_commit(lambda: storage.delete(old))
    verb = "alliance.logo_changed" if picture is not None else "alliance.logo_removed"
    record(by=by, verb=verb, obj=body, scope=body)
    return body


@transaction.atomic
def end_incubator(*, incubator: Incubator, on: date, by: Actor) -> Incubator:
    """The incubator leaves the alliance: its people, branches, coverage and invitations end that day at the latest.

    Raises NotAllowed, Refused (already gone, day before joining or to come).
    """
    require("alliance.end_incubator", by, incubator, _("Only the coordination records that a member leaves."))
    lock_body(incubator)
    incubator.refresh_from_db()
    if incubator.left_on is not None:
        raise Refused(_("This member has already left the alliance."))
    if not incubator.joined_on <= on <= timezone.localdate():
        raise Refused(_("Give a day between the arrival of the member and today."), field="on")
    for membership in incubator.memberships.current():
        close_membership(membership=membership, until=max(on, membership.since), by=by)
    incubator.invitations.open().update(revoked_at=timezone.now())
    for branch in incubator.branches.filter(closed_on__isnull=True):
        branch.closed_on = max(on, branch.opened_on)
        branch.save(update_fields=["closed_on"])
    Coverage.objects.filter(incubator=incubator, since__gte=on).delete()
    Coverage.objects.filter(incubator=incubator, until__isnull=True).update(until=on)
    incubator.left_on = on
    incubator.save(update_fields=["left_on"])
    record(by=by, verb="alliance.incubator_left", obj=incubator, data={"day": on}, scope=incubator)
    return incubator


@transaction.atomic
def open_branch(*, incubator: Incubator, by: Actor, **fields: Any) -> Branch:
    """Opens a branch of an incubator. Raises NotAllowed, Refused (wrong field, same name already open)."""
    require("alliance.change_body", by, incubator, _("Only its direction and the coordination open a branch."))
    branch = Branch(incubator=incubator, **fields)
    clean(branch)
    branch.save()
    record(by=by, verb="alliance.branch_opened", obj=branch, scope=incubator)
    return branch


@transaction.atomic
def update_branch(*, branch: Branch, by: Actor, **fields: Any) -> Branch:
    """Changes a branch. Raises NotAllowed, Refused (wrong field)."""
    require("alliance.change_branch", by, branch, _("Only its direction and the coordination change a branch."))
    branch = Branch.objects.select_for_update(of=("self",)).get(pk=branch.pk)
    before = snapshot(branch, fields)
    for name, value in fields.items():
        setattr(branch, name, value)
    if changes := difference(before, branch):
        clean(branch)
        branch.save()
        record(by=by, verb="alliance.branch_changed", obj=branch, changes=changes, scope=branch.incubator)
    return branch


@transaction.atomic
def close_branch(*, branch: Branch, on: date, by: Actor) -> Branch:
    """Closes a branch from this day. Raises NotAllowed, Refused (already closed, before its opening, to come)."""
    require("alliance.change_branch", by, branch, _("Only its direction and the coordination close a branch."))
    branch = Branch.objects.select_for_update(of=("self",)).get(pk=branch.pk)
    if branch.closed_on is not None:
        raise Refused(_("This branch is already closed."))
    if not branch.opened_on <= on <= timezone.localdate():
        raise Refused(_("Give a day between the opening of the branch and today."), field="closed_on")
    branch.closed_on = on
    branch.save(update_fields=["closed_on"])
    record(by=by, verb="alliance.branch_closed", obj=branch, data={"day": on}, scope=branch.incubator)
    return branch
