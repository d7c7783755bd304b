"""Programmes and their editions: create, change, end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean, require
from kiif.alliance.models import Body
from kiif.alliance.rules import is_inside
from kiif.journal import diff
from kiif.journal.actions import record
from kiif.programmes.models import Edition, Programme
from kiif.ui.errors import NotAllowed, Refused

FIELDS: Final = ("name", "tagline", "presentation", "website")
EDITION_FIELDS: Final = ("name", "starts_on", "ends_on")


def free_slug(rows: Any, text: str, longest: int, fallback: str) -> str:
    """An address nobody has among these rows: that of the text, then `-2`, `-3`…"""
    base = slugify(text)[: longest - 4] or fallback
    taken = set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)


def fill(row: Model, names: tuple[str, ...], fields: Mapping[str, Any]) -> None:
    """Writes those of the fields that are given."""
    for name in names:
        if name in fields:
            setattr(row, name, fields[name])


@transaction.atomic
def create_programme(*, owner: Body, by: Actor, fields: Mapping[str, Any]) -> Programme:
    """Creates a programme of a body. `fields`: see FIELDS. Raises NotAllowed, Refused (a field that is not right)."""
    require("programmes.add_programme", by, None, _("The coordination and the teams of incubators create programmes."))
    if not by.is_system and not _may_own(by, owner):
        raise NotAllowed(_("Create it for your own house, or for the alliance if you coordinate it."))
    made = Programme(owner=Body.objects.get(pk=owner.pk), created_by=by.user)
    fill(made, FIELDS, fields)
    # guarded: an address is unique among all, whoever sees them
    made.slug = free_slug(Programme.objects.all(), made.name, 60, "programme")
    clean(made)
    made.save()
    record(by=by, verb="programmes.created", obj=made, scope=owner.specific)
    return made


def _may_own(by: Actor, owner: Body) -> bool:
    from kiif.alliance.rules import coordinates

    return bool(is_inside(by, owner)) or bool(coordinates(by, owner.specific))


@transaction.atomic
def change_programme(*, programme: Programme, by: Actor, fields: Mapping[str, Any]) -> Programme:
    """Changes the words of a programme. Raises NotAllowed, Refused."""
    locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    _require(by, locked)
    before = diff.snapshot(locked, FIELDS)
    fill(locked, FIELDS, fields)
    clean(locked)
    locked.save()
    if changes := diff.difference(before, locked):
        record(by=by, verb="programmes.changed", obj=locked, changes=changes, scope=locked.owner.specific)
    return locked


@transaction.atomic
def end_programme(*, programme: Programme, by: Actor) -> Programme:
    """Ends a programme: its calls leave the public pages, all of it stays for the teams. Raises NotAllowed, Refused."""
    locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    _require(by, locked)
    if locked.ended_at is not None:
        raise Refused(_("This programme has ended already."))
    locked.ended_at = timezone.now()
    locked.save(update_fields=["ended_at"])
    record(by=by, verb="programmes.ended", obj=locked, scope=locked.owner.specific)
    return locked


def _require(by: Actor, obj: Programme | Edition) -> None:
    require("programmes.change_programme", by, obj, _("Only the team that runs this programme changes it."))


@transaction.atomic
def create_edition(*, programme: Programme, by: Actor, fields: Mapping[str, Any]) -> Edition:
    """Opens an edition. `fields`: see EDITION_FIELDS. Raises NotAllowed, Refused (an end before the start)."""
    _require(by, programme)
    if programme.ended_at is not None:
        raise Refused(_("This programme has ended: create another one."))
    made = Edition(programme=programme)
    fill(made, EDITION_FIELDS, fields)
    # guarded: an address is unique in its programme, rehearsals included
    made.slug = free_slug(Edition.objects.filter(programme=programme), made.name, 60, "edition")
    _check_days(made)
    clean(made)
    made.save()
    record(by=by, verb="programmes.edition_created", obj=made, scope=programme.owner.specific)
    return made


@transaction.atomic
def change_edition(*, edition: Edition, by: Actor, fields: Mapping[str, Any]) -> Edition:
    """Changes the name and the days of an edition. Raises NotAllowed, Refused."""
    locked = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    _require(by, locked)
    before = diff.snapshot(locked, EDITION_FIELDS)
    fill(locked, EDITION_FIELDS, fields)
    _check_days(locked)
    clean(locked)
    locked.save()
    if changes := diff.difference(before, locked):
        scope = locked.programme.owner.specific
        record(by=by, verb="programmes.edition_changed", obj=locked, changes=changes, scope=scope)
    return locked


def _check_days(edition: Edition) -> None:
    if edition.starts_on and edition.ends_on and edition.ends_on < edition.starts_on:
        raise Refused(_("It ends before it starts: check both days."), field="ends_on")
