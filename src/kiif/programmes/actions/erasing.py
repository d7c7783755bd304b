"""A rehearsal is erased entirely: what was played, what rooms above keep of it, the people invented for it."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet, RestrictedError
from django.utils.translation import gettext as _

from kiif.accounts.actions.erasure import erase_person
from kiif.accounts.actor import Actor, system
from kiif.accounts.models import User
from kiif.journal.actions import record
from kiif.mailbox.actions.retention import forget_rehearsed
from kiif.programmes import copying
from kiif.programmes.actions.copying import require_copies
from kiif.programmes.inventing import DOMAIN, address_end
from kiif.programmes.models import Application, Call, Edition, Project
from kiif.questionnaires.models import Collection, Response
from kiif.ui.errors import Refused

#: Floors of rows that protect others, at most.
FLOORS: Final = 8


@transaction.atomic
def erase_rehearsal(*, rehearsal: Edition, by: Actor) -> None:
    """Erases a rehearsal entirely: its applications and their answers, its reads, its decisions, its mails, the
    accounts that were invented for it and never opened; the real edition is untouched.

    Raises NotAllowed, Refused (an edition that is no rehearsal: those are never erased).
    """
    row = Edition.objects.select_for_update(of=("self",)).select_related("rehearsal_of").get(pk=rehearsal.pk)
    require_copies(by, row)
    if row.rehearsal_of is None:
        raise Refused(_("Only a rehearsal is erased; a real edition is kept for ever."))
    real, scope = row.rehearsal_of, row.programme.owner.specific
    invented: list[int] = []
    for call in list(row.calls.all()):
        invented += _invented(call)
        for copier in reversed(copying.every()):
            copier.erase(call)
        _erase_call(call)
    row.delete()
    for key in invented:
        _erase_person(key)
    forget_rehearsed()
    record(by=by, verb="programmes.rehearsal_erased", obj=real, scope=scope)


def _erase_call(call: Call) -> None:
    """The rows of this room, and whatever the rooms above hold on to them with."""
    # guarded: of a rehearsal whose manager was checked
    applications = Application.objects.filter(call=call)
    projects = list(applications.values_list("project_id", flat=True))
    responses = list(applications.values_list("response_id", flat=True))
    applications.update(merged_into=None)
    _delete_whole(applications)
    # guarded: same
    alone = Project.objects.filter(pk__in=projects, applications__isnull=True)
    keys = list(alone.values_list("pk", flat=True))
    Project.objects.filter(pk__in=keys).update(merged_into=None)
    _delete_whole(Project.objects.filter(pk__in=keys))
    # guarded: same
    _delete_whole(Response.objects.filter(pk__in=responses))
    collection = call.collection
    _delete_whole(Call.objects.filter(pk=call.pk))
    if collection is not None:
        _delete_whole(collection.responses.all())
        _delete_whole(Collection.objects.filter(pk=collection.pk))


def _invented(call: Call) -> list[int]:
    """Keys of the accounts that were made for this call alone: named after it, never opened."""
    ends = Q(email__endswith=f"@{DOMAIN}") & Q(email__contains=address_end(call, "").partition("@")[0])
    return list(User.objects.filter(ends, last_login__isnull=True).values_list("pk", flat=True))


def _erase_person(key: int) -> None:
    """Deletes an invented account; one that something still holds is emptied of its name and address instead."""
    try:
        with transaction.atomic():
            User.objects.filter(pk=key).delete()
    except (ProtectedError, RestrictedError):
        erase_person(person_id=key, by=system("programmes"))


def _delete_whole(rows: QuerySet[Any], deep: int = 0) -> None:
    """Deletes rows and, before them, the rows that protect them: all that hangs on a rehearsed call is rehearsed.

    Raises ProtectedError when something still holds after so many floors.
    """
    try:
        with transaction.atomic():
            rows.delete()
    except (ProtectedError, RestrictedError) as error:
        if deep >= FLOORS:
            raise
        held = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        by_model: dict[Any, list[Any]] = {}
        for row in held:
            by_model.setdefault(type(row), []).append(row.pk)
        for model, keys in by_model.items():
            _delete_whole(model._default_manager.filter(pk__in=keys), deep + 1)
        _delete_whole(rows, deep + 1)
