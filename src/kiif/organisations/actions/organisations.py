"""Entering an organisation, changing it, closing it, following it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.models import Alliance, Incubator
from kiif.journal.actions import record
from kiif.journal.diff import difference, snapshot
from kiif.organisations import duplicates
from kiif.organisations.actions.common import (
    FIELDS,
    OFFICIAL,
    alliance_for,
    check_version,
    clean,
    locked,
    require,
    source_for,
    today,
)
from kiif.organisations.enums import LegalForm, Status, TieRole, form_of
from kiif.organisations.models import Organisation, Tie
from kiif.organisations.queries import role_of
from kiif.organisations.validators import is_siren
from kiif.ui.errors import Refused

_NOT_YOURS = "organisations.change_organisation"


class AlreadyKnown(Refused):
    """An organisation of this alliance bears the same number; `organisation` is the one."""

    def __init__(self, message: str, organisation: Organisation, field: str) -> None:
        super().__init__(message, field=field)
        self.organisation = organisation


@transaction.atomic
def register_organisation(
    *,
    by: Actor,
    name: str,
    alliance: Alliance | None = None,
    stewards: Iterable[Incubator] | None = None,
    role: str = "",
    official: Any = None,
    source: str = "",
    **fields: Any,
) -> Organisation:
    """Enters an organisation in the directory of an alliance (the one acted in when none is named).

    `stewards`: the incubators that follow it (by default the one that the actor works for). Somebody outside the teams
    enters their own: they are tied to it with `role` (leader when not given). `official` is what a register told
    (`official.Facts`): the facts that are the same bear its name and date; `source` says where the others come from.
    Looks for duplicates afterwards: they are proposed to the teams, never merged.

    Raises NotAllowed; Refused for a wrong field; AlreadyKnown when the SIREN or RNA number is that of another row.
    """
    require("organisations.register", by, None, _("Technical support reads the directory and writes nothing."))
    _check_fields(fields)
    organisation = Organisation(alliance=alliance_for(by, alliance), created_by=by.user, name=name, **_filled(fields))
    refuse_known(organisation)
    organisation.sources = _sources(organisation, ("name", *fields), {}, official, source or source_for(by))
    clean(organisation)
    organisation.save()
    organisation.stewards.set(_stewards(by, stewards))
    record(by=by, verb="organisations.entered", obj=organisation, scope=organisation.alliance)
    if by.user is not None and not _is_team(by):
        now = timezone.now()
        Tie.objects.create(
            organisation=organisation,
            user=by.user,
            role=role or TieRole.LEADER,
            asserted_by=by.user,
            accepted_at=now,
            confirmed_at=now,
            source=_("entered the organisation"),
        )
    duplicates.look(organisation)
    return organisation


def _is_team(by: Actor) -> bool:
    from kiif.organisations.rules import is_writing_staff

    return bool(is_writing_staff(by))


def _check_fields(fields: Mapping[str, Any]) -> None:
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"unknown fields of an organisation: {sorted(unknown)}")


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What one fact says of another: the SIREN inside a SIRET, the form behind a legal category."""
    values = dict(fields)
    if values.get("siret") and not values.get("siren"):
        values["siren"] = values["siret"][:9]
    if values.get("legal_code") and not values.get("legal_form"):
        values["legal_form"] = form_of(values["legal_code"])
    return values


def _stewards(by: Actor, stewards: Iterable[Incubator] | None) -> list[Incubator]:
    if stewards is not None:
        return list(stewards)
    own = getattr(by.acting_as, "incubator", None)
    return [own] if own is not None and role_of(by) else []


def refuse_known(organisation: Organisation) -> None:
    """Raises AlreadyKnown when another living row of the alliance has its SIREN or its RNA number."""
    same = Q()
    if is_siren(organisation.siren):
        same |= Q(siren=organisation.siren)
    if organisation.rna:
        same |= Q(rna=organisation.rna)
    if not same:
        return
    others = Organisation.objects.alive().filter(same, alliance_id=organisation.alliance_id).exclude(pk=organisation.pk)
    if found := others.first():
        field = "siren" if found.siren and found.siren == organisation.siren else "rna"
        raise AlreadyKnown(_("An organisation with this number is already in the directory."), found, field)


def _sources(
    organisation: Organisation, fields: Iterable[str], before: Mapping[str, Any], official: Any, source: str
) -> dict[str, Any]:
    """The sources after a change of `fields`: the register's where it says the same, else whoever typed."""
    told = official.values if official is not None else {}
    sources = dict(before)
    for name in fields:
        value = getattr(organisation, name)
        if not value:
            sources.pop(name, None)
        elif name in OFFICIAL and name in told and told[name] == value:
            sources[name] = {"source": official.source, "on": today(), "vintage": official.vintage}
        else:
            sources[name] = {"source": source, "on": today()}
    return sources


@transaction.atomic
def change_organisation(
    *,
    organisation: Organisation,
    by: Actor,
    version: int | None = None,
    official: Any = None,
    source: str = "",
    **fields: Any,
) -> Organisation:
    """Changes facts of an organisation; nothing is written when nothing changes.

    `version` is the one that the editor saw: somebody else's change in between is never overwritten. `official` as in
    `register_organisation`: facts that the register confirms take its name and date even when they do not change.
    Raises NotAllowed, Refused (wrong field, changed meanwhile), AlreadyKnown.
    """
    require(_NOT_YOURS, by, organisation, _who_may_change())
    _check_fields(fields)
    organisation = locked(organisation)
    check_version(organisation.version, version)
    before = snapshot(organisation, fields)
    for name, value in _filled(fields).items():
        setattr(organisation, name, value)
    changes = difference(before, organisation)
    confirmed = [name for name in OFFICIAL if official is not None and name in official.values]
    sources = _sources(
        organisation, {*changes, *_still_true(organisation, confirmed, official)}, organisation.sources, official,
        source or source_for(by),
    )  # fmt: skip
    if not changes and sources == organisation.sources:
        return organisation
    refuse_known(organisation)
    organisation.sources = sources
    organisation.version += 1
    clean(organisation)
    organisation.save()
    record(by=by, verb="organisations.changed", obj=organisation, changes=changes, scope=organisation.alliance)
    if changes.keys() & duplicates.TELLING:
        duplicates.look(organisation)
    return organisation


def _still_true(organisation: Organisation, names: list[str], official: Any) -> list[str]:
    return [name for name in names if getattr(organisation, name) == official.values[name]]


def _who_may_change() -> str:
    return _(
        "This page is changed by the people of the organisation, by the incubators that follow it "
        "and by the coordination."
    )


@transaction.atomic
def close_organisation(*, organisation: Organisation, on: date, by: Actor) -> Organisation:
    """Records that an organisation ended. Raises NotAllowed, Refused (already closed, day to come)."""
    require("organisations.close_organisation", by, organisation, _who_may_change())
    organisation = locked(organisation)
    if organisation.status != Status.ACTIVE:
        raise Refused(_("This organisation is already closed."))
    if on > timezone.localdate():
        raise Refused(_("Give a day that has come."), field="on")
    organisation.status, organisation.closed_on = Status.CLOSED, on
    organisation.version += 1
    organisation.save(update_fields=["status", "closed_on", "version", "updated_at"])
    record(by=by, verb="organisations.closed", obj=organisation, data={"day": on}, scope=organisation.alliance)
    return organisation


@transaction.atomic
def reopen_organisation(*, organisation: Organisation, by: Actor) -> Organisation:
    """An organisation that was said closed goes on. Raises NotAllowed, Refused (not closed)."""
    require("organisations.close_organisation", by, organisation, _who_may_change())
    organisation = locked(organisation)
    if organisation.status != Status.CLOSED:
        raise Refused(_("This organisation is not closed."))
    organisation.status, organisation.closed_on = Status.ACTIVE, None
    organisation.version += 1
    organisation.save(update_fields=["status", "closed_on", "version", "updated_at"])
    record(by=by, verb="organisations.reopened", obj=organisation, scope=organisation.alliance)
    return organisation


@transaction.atomic
def follow(*, organisation: Organisation, by: Actor) -> Organisation:
    """The incubator that the actor works for follows this organisation. Raises NotAllowed, Refused (already)."""
    require("organisations.follow", by, organisation, _("Only the team of an incubator follows an organisation."))
    return _set_stewards(locked(organisation), [by.acting_as.incubator], [], by)


@transaction.atomic
def unfollow(*, organisation: Organisation, by: Actor) -> Organisation:
    """The incubator that the actor works for no longer follows it. Raises NotAllowed."""
    require("organisations.follow", by, organisation, _("Only the team of an incubator follows an organisation."))
    return _set_stewards(locked(organisation), [], [by.acting_as.incubator], by)


@transaction.atomic
def choose_stewards(*, organisation: Organisation, stewards: Iterable[Incubator], by: Actor) -> Organisation:
    """Says which incubators follow it. Raises NotAllowed for anybody but the coordination."""
    require("organisations.choose_followers", by, organisation, _("The coordination chooses who follows it."))
    organisation = locked(organisation)
    wanted, have = list(stewards), list(organisation.stewards.all())
    return _set_stewards(organisation, [i for i in wanted if i not in have], [i for i in have if i not in wanted], by)


def _set_stewards(organisation: Organisation, come: list[Incubator], leave: list[Incubator], by: Actor) -> Organisation:
    have = set(organisation.stewards.values_list("pk", flat=True))
    come = [incubator for incubator in come if incubator.pk not in have]
    leave = [incubator for incubator in leave if incubator.pk in have]
    organisation.stewards.add(*come)
    organisation.stewards.remove(*leave)
    for verb, incubators in (("organisations.followed", come), ("organisations.unfollowed", leave)):
        for incubator in incubators:
            data = {"incubator": incubator.label}
            record(by=by, verb=verb, obj=organisation, data=data, scope=organisation.alliance)
    return organisation


def form_label(code: str) -> str:
    """The words of a legal form."""
    return str(dict(LegalForm.choices).get(code, ""))
