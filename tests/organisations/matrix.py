"""Who may open the pages of this room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiif.organisations import duplicates
from kiif.organisations.enums import Status
from kiif.organisations.models import Batch, Merge, Offering, Organisation
from kiif.organisations.views.common import claim_token
from tests.factories import World
from tests.organisations import factories as make
from tests.permissions.matrix import LOGIN, SIGNED_IN, row


def organisation_of(world: World) -> Organisation:
    """Followed by the first incubator, led by the carrier."""
    organisation = make.make_organisation(world.alliance, world.incubator, name="Les Mains vives")
    make.make_tie(organisation, world.people["carrier"])
    return organisation


def _one(world: World) -> Mapping[str, Any]:
    return {"pk": organisation_of(world).pk}


def _closed(world: World) -> Mapping[str, Any]:
    organisation = organisation_of(world)
    Organisation.objects.filter(pk=organisation.pk).update(status=Status.CLOSED)
    return {"pk": organisation.pk}


def _offering(world: World) -> Mapping[str, Any]:
    return {"pk": Offering.objects.create(organisation=organisation_of(world), name="Atelier").pk}


def _tie(**fields: Any) -> Callable[[World], Mapping[str, Any]]:
    def made(world: World) -> Mapping[str, Any]:
        return {"pk": make.make_tie(organisation_of(world), make_member(), role="employee", **fields).pk}

    return made


def make_member() -> Any:
    from tests.factories import make_user

    return make_user("Membre Inventé·e")


def _proposed(world: World) -> Mapping[str, Any]:
    """Proposed to the carrier by the team."""
    organisation = make.make_organisation(world.alliance, world.incubator)
    return {"pk": make.make_tie(organisation, world.people["carrier"], accepted_at=None).pk}


def _pair(world: World) -> Mapping[str, Any]:
    other = make.make_organisation(world.alliance, world.incubator)
    return {"pk": duplicates.pair_of(organisation_of(world), other).pk}


def _merge(world: World) -> Mapping[str, Any]:
    kept = organisation_of(world)
    gone = make.make_organisation(world.alliance, status=Status.MERGED, merged_into=kept)
    return {"pk": Merge.objects.create(kept=kept, gone=gone).pk}


def _batch(world: World) -> Mapping[str, Any]:
    return {"pk": Batch.objects.create(alliance=world.alliance, file_name="liste.csv", lines=[]).pk}


def _token(world: World) -> Mapping[str, Any]:
    return {"token": claim_token(make.make_organisation(world.alliance))}


TEAM = {"advisor": 200, "other_advisor": 200, "manager": 200, "coordinator": 200}


def team(kwargs: Any = None, *, elsewhere: int = 403, status: int = 200, looking: int = 200, **more: Any) -> Any:
    """A page of the teams of the alliance."""
    answers = dict.fromkeys(TEAM, status) | {"visitor": LOGIN, "impersonating": looking}
    return row(default=elsewhere, **{**answers, **more}, **({"kwargs": kwargs} if kwargs else {}))


def changing(kwargs: Any, status: int = 200, **more: Any) -> Any:
    """A gesture of those who change the fiche: its people, the incubator that follows it, the coordination."""
    return row(
        default=404,
        visitor=LOGIN,
        carrier=status,
        advisor=status,
        manager=status,
        coordinator=status,
        other_advisor=403,
        impersonating=403,
        kwargs=kwargs,
        **more,
    )


ROWS = {
    "organisations:home": team(partner=200),
    "organisations:mine": SIGNED_IN,
    "organisations:create": row(default=200, visitor=LOGIN, impersonating=403),
    "organisations:choose": SIGNED_IN,
    "organisations:communes": SIGNED_IN,
    "organisations:duplicates": team(),
    "organisations:compare": team(_pair),
    "organisations:undo": team(_merge, elsewhere=404, other_advisor=403, looking=403),
    "organisations:import-list": team(looking=403),
    "organisations:import-model": team(looking=403),
    "organisations:import": team(_batch, looking=403),
    "organisations:claim": row(default=200, visitor=LOGIN, impersonating=403, kwargs=_token),
    "organisations:tie-accept": row(
        default=404,
        visitor=LOGIN,
        carrier=302,
        **dict.fromkeys((*TEAM, "impersonating"), 403),
        method="post",
        kwargs=_proposed,
    ),
    "organisations:tie-confirm": row(
        default=404,
        visitor=LOGIN,
        **dict.fromkeys((*TEAM, "carrier"), 302),
        impersonating=403,
        method="post",
        kwargs=_tie(confirmed_at=None),
    ),
    "organisations:tie-change": row(
        default=404, visitor=LOGIN, **dict.fromkeys((*TEAM, "carrier"), 200), impersonating=403, kwargs=_tie()
    ),
    "organisations:tie-end": row(
        default=404, visitor=LOGIN, **dict.fromkeys((*TEAM, "carrier"), 200), impersonating=403, kwargs=_tie()
    ),
    "organisations:offering-change": changing(_offering),
    "organisations:offering-remove": changing(_offering),
    "organisations:detail": team(_one, elsewhere=404, carrier=200, partner=200),
    "organisations:change": changing(_one),
    "organisations:registry": changing(_one),
    "organisations:close": changing(_one),
    "organisations:reopen": changing(_closed),
    "organisations:follow": row(
        default=404,
        visitor=LOGIN,
        carrier=403,
        coordinator=403,
        impersonating=403,
        **dict.fromkeys(("advisor", "other_advisor", "manager"), 302),
        method="post",
        kwargs=_one,
    ),
    "organisations:followers": row(
        default=404,
        visitor=LOGIN,
        coordinator=200,
        **dict.fromkeys(("carrier", "advisor", "other_advisor", "manager", "impersonating"), 403),
        kwargs=_one,
    ),
    "organisations:tie-create": row(default=404, visitor=LOGIN, **TEAM, carrier=403, impersonating=403, kwargs=_one),
    "organisations:offering-create": changing(_one),
    "organisations:duplicate-start": row(
        default=404,
        visitor=LOGIN,
        advisor=200,
        manager=200,
        coordinator=200,
        **dict.fromkeys(("carrier", "other_advisor", "impersonating"), 403),
        kwargs=_one,
    ),
}
