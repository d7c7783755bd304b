"""Who may open the pages of this room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from kiif.cohorts.models import Broadcast, Cohort, Commitment, Feed, Placement
from kiif.cohorts.views.agenda import _token
from kiif.programmes.models import Call
from tests.cohorts import factories as make
from tests.factories import World
from tests.permissions.matrix import LOGIN, SIGNED_IN, row
from tests.programmes import factories as programmes

Kwargs = Callable[[World], Mapping[str, Any]]


def call_of(world: World) -> Call:
    """A call of the alliance in which the first incubator hosts."""
    call = programmes.make_call(programmes.make_edition(programmes.make_programme(world.alliance)))
    programmes.make_host(call, world.incubator, departments=["33"], places=3)
    return call


def placement_of(world: World, state: str = "proposed") -> Placement:
    """Of a project of the carrier, with the first incubator."""
    call = call_of(world)
    application = make.make_accepted(call, world.people["carrier"])
    return make.make_placement(application, call.hosts.get(), state)


def cohort_of(world: World, **fields: Any) -> Cohort:
    placement = placement_of(world, "hosted")
    return make.make_cohort(placement.application.call, placement.application, **fields)


def _call(world: World) -> Mapping[str, Any]:
    return {"public_id": call_of(world).public_id}


def _of_cohort(world: World) -> Mapping[str, Any]:
    return {"public_id": cohort_of(world).call.public_id}


def _placement(world: World) -> Mapping[str, Any]:
    return {"public_id": placement_of(world).public_id}


def _project(world: World) -> Mapping[str, Any]:
    call = call_of(world)
    application = make.make_accepted(call, world.people["carrier"])
    return {"public_id": call.public_id, "project": application.public_id}


def _host(world: World) -> Mapping[str, Any]:
    call = call_of(world)
    return {"public_id": call.public_id, "host": call.hosts.get().pk}


def _cohort(world: World) -> Mapping[str, Any]:
    return {"public_id": cohort_of(world).public_id}


def _member(world: World) -> Mapping[str, Any]:
    return {"public_id": cohort_of(world).members.get().public_id}


def _text(**fields: Any) -> Kwargs:
    def made(world: World) -> Mapping[str, Any]:
        return {"public_id": commitment_of(world, **fields).public_id}

    return made


def commitment_of(world: World, **fields: Any) -> Commitment:
    return make.make_commitment(cohort_of(world), **fields)


def _sign(side: str) -> Kwargs:
    def made(world: World) -> Mapping[str, Any]:
        text = commitment_of(world)
        return {"public_id": text.public_id, "member": text.cohort.members.get().public_id, "side": side}

    return made


def _pdf(world: World) -> Mapping[str, Any]:
    text = commitment_of(world)
    return {"public_id": text.public_id, "member": text.cohort.members.get().public_id}


def _event(world: World) -> Mapping[str, Any]:
    return {"public_id": make.make_event(cohort_of(world)).public_id}


def _broadcast(world: World) -> Mapping[str, Any]:
    made = Broadcast.objects.create(cohort=cohort_of(world), subject="Bienvenue", text="Bonjour {prenom}")
    return {"public_id": made.public_id}


def _public(world: World) -> Mapping[str, Any]:
    return {"slug": cohort_of(world, public_at=timezone.now()).call.slug}


def _feed(world: World) -> Mapping[str, Any]:
    return {"token": _token(Feed.objects.get_or_create(user=world.people["carrier"])[0])}


_STAFF_NO = {"advisor": 403, "manager": 403, "other_advisor": 403, "impersonating": 403}
_HOUSE = {"advisor": 200, "manager": 200, "impersonating": 200}
_HOUSE_NO = {"advisor": 403, "manager": 403, "impersonating": 403}


def team(kwargs: Kwargs, coordinator: int = 200, **more: Any) -> Any:
    """Pages of a call for who runs it: the other teams see the call, so they read why not."""
    return row(default=404, visitor=LOGIN, coordinator=coordinator, kwargs=kwargs, **{**_STAFF_NO, **more})


def house(kwargs: Kwargs, **more: Any) -> Any:
    """Pages that the host and the team open."""
    return row(default=404, visitor=LOGIN, coordinator=200, kwargs=kwargs, **{**_HOUSE, **more})


def house_refused(kwargs: Kwargs, **more: Any) -> Any:
    """The host sees the object, only the team does it."""
    return row(default=404, visitor=LOGIN, coordinator=200, kwargs=kwargs, **{**_HOUSE_NO, **more})


def own(kwargs: Kwargs) -> Any:
    return row(default=404, visitor=LOGIN, carrier=200, kwargs=kwargs)


_ANSWER = {"answer": "yes", "words": ""}
ROWS = {
    "cohorts:list": row(default=200, visitor=LOGIN, carrier=403, reviewer=403, partner=403),
    "cohorts:hosted": row(default=200, visitor=LOGIN, carrier=403, reviewer=403, partner=403, coordinator=403),
    "cohorts:calendar": SIGNED_IN,
    "cohorts:feed-new": row(default=302, visitor=LOGIN, impersonating=403, method="post"),
    "cohorts:feed": row(default=200, impersonating=403, kwargs=_feed),
    "cohorts:event-file": house(_event, carrier=200, impersonating=403),
    "cohorts:matching": team(_call),
    "cohorts:matching-rules": team(_call),
    "cohorts:plan-draw": team(_call, 302, method="post"),
    "cohorts:plan-send": team(_call, 302, method="post"),
    "cohorts:matching-project": team(_project),
    "cohorts:plan-choose": team(_project, 302, method="post"),
    "cohorts:matching-host": team(_host),
    "cohorts:host-leave": team(_host, manager=200),
    "cohorts:placement": house(_placement),
    "cohorts:placement#answer": row(
        default=404, visitor=LOGIN, advisor=302, manager=302, coordinator=403, impersonating=403, method="post",
        kwargs=_placement, data=lambda world: _ANSWER,
    ),
    "cohorts:placement-withdraw": house_refused(_placement),
    "cohorts:placement-reassign": house_refused(_placement),
    "cohorts:my-placement": own(_placement),
    "cohorts:my-placement#answer": row(
        default=404, visitor=LOGIN, carrier=302, impersonating=403, method="post", kwargs=_placement,
        data=lambda world: _ANSWER,
    ),
    "cohorts:my-cohort": row(
        default=302, visitor=LOGIN, carrier=200, reviewer=404, partner=404, kwargs=_cohort
    ),
    "cohorts:consents": own(_member),
    "cohorts:card": own(_member),
    "cohorts:cohort": row(default=200, visitor=LOGIN, carrier=404, reviewer=404, partner=404, kwargs=_of_cohort),
    "cohorts:cohort-open": team(_call),
    "cohorts:cohort-change": team(_of_cohort),
    "cohorts:cohort-publish": team(_of_cohort, 302, method="post"),
    "cohorts:cohort-close": team(_of_cohort),
    "cohorts:commitments": team(_of_cohort),
    "cohorts:commitment-create": team(_of_cohort),
    "cohorts:events": team(_of_cohort),
    "cohorts:event-create": team(_of_cohort),
    "cohorts:broadcasts": team(_of_cohort),
    "cohorts:broadcast-create": team(_of_cohort),
    "cohorts:commitment": house(_text(), carrier=200),
    "cohorts:commitment#being-written": row(
        default=404, visitor=LOGIN, coordinator=200, kwargs=_text(opened=False)
    ),
    "cohorts:commitment-change": house_refused(_text()),
    "cohorts:commitment-open": house_refused(_text()),
    "cohorts:commitment-version": row(
        default=404, visitor=LOGIN, coordinator=302, method="post", kwargs=_text(), **_HOUSE_NO
    ),
    "cohorts:sign": row(
        default=404, visitor=LOGIN, carrier=200, coordinator=403, kwargs=_sign("projet"), **_HOUSE_NO
    ),
    "cohorts:sign#host": row(
        default=404, visitor=LOGIN, carrier=403, coordinator=403, advisor=200, manager=200, impersonating=403,
        kwargs=_sign("accueil"),
    ),
    "cohorts:commitment-pdf": house(_pdf, carrier=200, impersonating=403),
    "cohorts:event-change": team(_event),
    "cohorts:event-cancel": team(_event),
    "cohorts:broadcast": team(_broadcast),
    "cohorts:broadcast-change": team(_broadcast),
    "cohorts:member": house(_member),
    "cohorts:member-turn": house_refused(_member),
    "cohorts:public-cohort": row(default=200, kwargs=_public),
}  # fmt: skip
