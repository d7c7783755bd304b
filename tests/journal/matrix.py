"""Who may open the journal. Its History pages follow the rights of the object."""

from django.db import transaction

from kiif.accounts.actor import system
from kiif.journal.actions import record
from tests.permissions.matrix import LOGIN, row

NOBODY = {"app": "auth", "model": "group", "pk": "1"}


def incubator(world):
    """The incubator of the world, about which something was written."""
    with transaction.atomic():
        changes = {"name": ("Avant", world.incubator.name), "presentation": ("Un mot. " * 20, "Deux mots. " * 20)}
        record(
            by=system("test"), verb="alliance.body_changed", obj=world.incubator, changes=changes, scope=world.incubator
        )
    return {"app": "alliance", "model": "incubator", "pk": str(world.incubator.pk)}


def other_incubator(world):
    return {"app": "alliance", "model": "incubator", "pk": str(world.other_incubator.pk)}


TEAM = {"advisor": 200, "manager": 200, "impersonating": 200, "coordinator": 200}
DIRECTION = {**TEAM, "advisor": 404}

ROWS = {
    "journal:whole": row(default=403, visitor=LOGIN, coordinator=200),
    "journal:scope": row(default=404, visitor=LOGIN, **DIRECTION, kwargs=incubator),
    "journal:scope#other": row(default=404, visitor=LOGIN, coordinator=200, kwargs=other_incubator),
    "journal:scope#unregistered": row(default=404, visitor=LOGIN, kwargs=lambda world: NOBODY),
    "journal:object": row(default=404, visitor=LOGIN, **TEAM, kwargs=incubator),
    "journal:object#other": row(default=404, visitor=LOGIN, other_advisor=200, coordinator=200, kwargs=other_incubator),
    "journal:object#unregistered": row(default=404, visitor=LOGIN, kwargs=lambda world: NOBODY),
    "journal:open": row(default=404, visitor=LOGIN, kwargs=lambda world: {"pk": 1}),
}
