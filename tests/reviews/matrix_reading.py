"""Who may open the pages of rounds and readings. The programme is the alliance's; the first incubator hosts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kiif.questionnaires.links import digest
from kiif.reviews import links
from kiif.reviews.models import Anchor, Assignment, Reviewer, Round
from tests.factories import World, make_user
from tests.permissions.matrix import LOGIN, SIGNED_IN, row
from tests.programmes import factories as programmes
from tests.reviews import factories as make


def round_of(world: World, **fields: Any) -> Round:
    """An open round of a call of the alliance, hosted by the first incubator."""
    call = programmes.make_call(programmes.make_edition(programmes.make_programme(world.alliance)))
    programmes.make_host(call, world.incubator)
    return make.make_round(call, **fields)


def _round(world: World) -> Mapping[str, Any]:
    return {"public_id": round_of(world).public_id}


def _draft(world: World) -> Mapping[str, Any]:
    return {"public_id": round_of(world, state="draft").public_id}


def _call(world: World) -> Mapping[str, Any]:
    return {"public_id": round_of(world).call.public_id}


def _read(world: World, **fields: Any) -> Assignment:
    """A read entrusted to the reviewer."""
    round_ = round_of(world)
    reviewer = make.make_reviewer(round_, world.people["reviewer"])
    return make.make_assignment(reviewer, programmes.make_application(round_.call), **fields)


def _mine(world: World) -> Mapping[str, Any]:
    return {"public_id": _read(world).public_id}


def _abstained(world: World) -> Mapping[str, Any]:
    return {"public_id": _read(world, state="abstained").public_id}


def _talking(world: World) -> Mapping[str, Any]:
    read = _read(world)
    make.make_mark(read, 3, 3)
    return {"public_id": read.public_id}


def _free(world: World) -> Mapping[str, Any]:
    """An application of a round where everybody reads everything, entrusted to nobody."""
    round_ = round_of(world, sees="all")
    make.make_reviewer(round_, world.people["reviewer"])
    application = programmes.make_application(round_.call)
    make.enter(round_, application)
    return {"round_id": round_.public_id, "application_id": application.public_id}


def _file(world: World) -> Mapping[str, Any]:
    return {**_mine(world), "file_id": "00000000-0000-4000-8000-000000000000"}


def _asked(world: World) -> Mapping[str, Any]:
    round_ = round_of(world)
    return {"public_id": make.make_reviewer(round_, world.people["reviewer"], state="invited").public_id}


def _other(world: World, **fields: Any) -> Mapping[str, Any]:
    """Somebody who reads; the page of the team about them."""
    return {"public_id": make.make_reviewer(round_of(world), **fields).public_id}


def _expert(world: World) -> Reviewer:
    until = timezone.now() + timedelta(days=3)
    row_ = make.make_reviewer(round_of(world), external=True, token_until=until)
    row_.token_hash = digest(links.make(row_))
    row_.save()
    return row_


def _token(world: World) -> Mapping[str, Any]:
    return {"token": links.make(_expert(world))}


def _criterion(world: World, state: str = "draft") -> Mapping[str, Any]:
    round_ = round_of(world, state=state)
    return {"public_id": round_.public_id, "pk": round_.criteria.all()[0].pk}


def _anchor(world: World) -> Mapping[str, Any]:
    round_ = round_of(world, state="draft")
    anchor = Anchor.objects.create(round=round_, application=programmes.make_application(round_.call))
    return {"public_id": round_.public_id, "pk": anchor.pk}


def _redacted(world: World) -> Mapping[str, Any]:
    round_ = round_of(world)
    return {"public_id": round_.public_id, "application_id": programmes.make_application(round_.call).public_id}


#: who runs the call; its hosts see an open round and change nothing
_TEAM: dict[str, Any] = {"default": 404, "visitor": LOGIN, "coordinator": 200}
_HOSTS: dict[str, Any] = {"manager": 200, "advisor": 200, "impersonating": 200}
_NO: dict[str, Any] = {"manager": 403, "advisor": 403, "impersonating": 403}
_OWN: dict[str, Any] = {"default": 404, "visitor": LOGIN, "reviewer": 200}
_POST: dict[str, Any] = {"default": 404, "visitor": LOGIN, "coordinator": 302, "method": "post", **_NO}
_ALL: dict[str, Any] = {**_HOSTS, "other_advisor": 200}
_NONE: dict[str, Any] = {**_NO, "other_advisor": 403}

READING_ROWS = {
    "reviews:mine": SIGNED_IN,
    # the link of an expert belongs to nobody of these roles: their browser is asked to sign out first
    "reviews:access": row(default=409, visitor=302, kwargs=_token),
    "reviews:let-go": row(default=302, method="post", impersonating=403),
    "reviews:invitation": row(**_OWN, kwargs=_asked),
    "reviews:read": row(**_OWN, kwargs=_mine),
    "reviews:save": row(default=404, visitor=401, reviewer=200, method="post", kwargs=_mine, impersonating=403),
    "reviews:abstain": row(**_OWN, kwargs=_mine),
    "reviews:come-back": row(
        default=404, visitor=LOGIN, reviewer=302, method="post", kwargs=_abstained, impersonating=403
    ),
    "reviews:remark": row(
        default=404, visitor=LOGIN, reviewer=302, method="post", kwargs=_talking, impersonating=403,
        data=lambda world: {"text": "Et le budget ?"},
    ),
    "reviews:take": row(
        default=404, visitor=LOGIN, reviewer=302, method="post", kwargs=_free, impersonating=403
    ),
    "reviews:file": row(default=404, visitor=LOGIN, kwargs=_file),
    "reviews:call": row(**_TEAM, **_ALL, kwargs=_call),
    "reviews:round-create": row(**_TEAM, **_NONE, kwargs=_call),
    "reviews:round": row(**_TEAM, **_HOSTS, kwargs=_round),
    "reviews:round#draft": row(**_TEAM, kwargs=_draft),
    "reviews:round-change": row(**_TEAM, **_NO, kwargs=_round),
    "reviews:round-open": row(**_TEAM, kwargs=_draft),
    "reviews:round-close": row(**_TEAM, **_NO, kwargs=_round),
    "reviews:round-reopen": row(**_TEAM, **_NO, kwargs=_round),
    "reviews:round-enter": row(**_POST, kwargs=_round),
    "reviews:rubric": row(**_TEAM, **_HOSTS, kwargs=_round),
    "reviews:rubric-copy": row(**_POST, kwargs=_round),
    "reviews:criterion-create": row(**_TEAM, **_NO, kwargs=_round),
    "reviews:criterion-change": row(**_TEAM, kwargs=_criterion),
    "reviews:criterion-remove": row(**_TEAM, kwargs=_criterion),
    "reviews:criterion-move": row(**_POST, kwargs=lambda world: _criterion(world, "open")),
    "reviews:reviewers": row(**_TEAM, **_NO, kwargs=_round),
    "reviews:reviewer-invite": row(**_TEAM, **_NO, kwargs=_round),
    "reviews:expert-invite": row(**_TEAM, **_NO, kwargs=_round),
    "reviews:reviewer": row(**_TEAM, kwargs=_other),
    "reviews:reviewer#oneself": row(
        default=404, visitor=LOGIN, coordinator=200,
        kwargs=lambda world: _other(world, person=world.people["reviewer"]),
    ),
    "reviews:reviewer-accept": row(
        default=404, visitor=LOGIN, coordinator=302, method="post", impersonating=403,
        kwargs=lambda world: _other(world, state="invited"),
    ),
    "reviews:link-renew": row(
        default=404, visitor=LOGIN, coordinator=302, method="post", impersonating=403,
        kwargs=lambda world: {"public_id": _expert(world).public_id},
    ),
    "reviews:link-revoke": row(
        default=404, visitor=LOGIN, coordinator=302, method="post", impersonating=403,
        kwargs=lambda world: {"public_id": _expert(world).public_id},
    ),
    "reviews:reviewer-remove": row(**_TEAM, kwargs=lambda world: _other(world, person=make_user())),
    "reviews:calibration": row(**_TEAM, **_NO, kwargs=_round),
    "reviews:calibration-start": row(**_POST, kwargs=_round),
    "reviews:anchor-expect": row(**_TEAM, kwargs=_anchor),
    "reviews:redact": row(**_TEAM, **_NO, kwargs=_redacted),
}  # fmt: skip
