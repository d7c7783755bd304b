"""Who may open the pages of programmes and calls: every team reads a published call, who runs it changes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kiif.programmes.actions import copying, eligibility, watching
from kiif.programmes.eligibility.starter import RURAL
from kiif.programmes.enums import CodeKind
from kiif.programmes.models import AccessCode, Call, Check, Edition, Inquiry, Watch
from tests.factories import World
from tests.permissions.matrix import LOGIN, PUBLIC, row
from tests.programmes import factories as make

STAFF = ("advisor", "other_advisor", "manager", "coordinator", "impersonating")
TOKEN = "jeton-de-la-matrice"
NOW = timezone.now()


def made(world: World) -> Call:
    """A published call of the alliance, with a test and a form."""
    edition = make.make_edition(make.make_programme(world.alliance))
    return make.make_call(edition, eligibility=RURAL, summary="En une phrase.", contact_email="a@exemple.example")


def _call(world: World) -> Mapping[str, Any]:
    return {"public_id": made(world).public_id}


def _draft(world: World) -> Mapping[str, Any]:
    call = made(world)
    Call.objects.filter(pk=call.pk).update(state="draft", published_at=None)
    return {"public_id": call.public_id}


def _closed(world: World) -> Mapping[str, Any]:
    call = made(world)
    Call.objects.filter(pk=call.pk).update(closes_at=NOW - timedelta(hours=1))
    return {"public_id": call.public_id}


def _programme(world: World) -> Mapping[str, Any]:
    return {"slug": make.make_programme(world.alliance).slug}


def _edition(world: World) -> Mapping[str, Any]:
    return {"public_id": made(world).edition.public_id}


def rehearsed(world: World) -> Edition:
    edition = made(world).edition
    return copying.rehearse(edition=edition, by=world.actor("coordinator"), day=timezone.localdate())


def _rehearsal(world: World) -> Mapping[str, Any]:
    return {"public_id": rehearsed(world).public_id}


def _host(world: World) -> Mapping[str, Any]:
    call = made(world)
    return {"public_id": call.public_id, "pk": make.make_host(call, world.incubator).pk}


def _code(world: World) -> Mapping[str, Any]:
    call = made(world)
    code = AccessCode.objects.create(call=call, code="ABCD-EFGH", kind=CodeKind.EARLY, why="exemple")
    return {"public_id": call.public_id, "pk": code.pk}


def _inquiry(world: World) -> Mapping[str, Any]:
    call = made(world)
    asked = Inquiry.objects.create(call=call, email="q@exemple.example", question="Quand ?")
    return {"public_id": call.public_id, "inquiry_id": asked.public_id}


def _family(world: World) -> Mapping[str, Any]:
    return {"public_id": made(world).public_id, "key": "economy"}


def _check(world: World) -> Check:
    check = Check.objects.create(call=made(world), verdict="person", token_hash=eligibility.digest(TOKEN))
    Check.objects.filter(pk=check.pk).update(asked_at=NOW, email="t@exemple.example")
    return check


def _taken(world: World) -> Mapping[str, Any]:
    check = _check(world)
    return {"public_id": check.call.public_id, "check_id": check.public_id}


def _slug(world: World) -> Mapping[str, Any]:
    return {"slug": made(world).slug}


def _closed_slug(world: World) -> Mapping[str, Any]:
    call = made(world)
    Call.objects.filter(pk=call.pk).update(closes_at=NOW - timedelta(hours=1))
    return {"slug": call.slug}


def _watched(world: World) -> Mapping[str, Any]:
    watch = Watch.objects.create(programme=made(world).edition.programme, email="a@exemple.example")
    return {"token": watching.token_of(watch)}


def _dated(world: World) -> Mapping[str, Any]:
    return {"slug": made(world).slug, "key": "cloture"}


def _result(world: World) -> Mapping[str, Any]:
    return {"slug": _check(world).call.slug, "token": TOKEN}


def _read(kwargs: Any, **more: Any) -> Any:
    """Every team of the alliance; whose existence others do not learn."""
    return row(default=404, visitor=LOGIN, kwargs=kwargs, **dict.fromkeys(STAFF, 200), **more)


def _manage(kwargs: Any, done: int = 200, **more: Any) -> Any:
    """The coordination; the other teams read that it is not theirs."""
    statuses = {**dict.fromkeys(STAFF, 403), "coordinator": done}
    return row(default=404, visitor=LOGIN, kwargs=kwargs, **statuses, **more)


def _own(kwargs: Any, done: int = 200, **more: Any) -> Any:
    """What only who runs the programme may even see."""
    return row(default=404, visitor=LOGIN, kwargs=kwargs, coordinator=done, **more)


def _post(kwargs: Any, **more: Any) -> Any:
    return _manage(kwargs, 302, method="post", **more)


def _anonymous(kwargs: Any) -> Any:
    return row(default=200, kwargs=kwargs)


ROWS = {
    "programmes:list": row(default=200, visitor=LOGIN),
    "programmes:programme-create": row(
        default=403, visitor=LOGIN, advisor=200, other_advisor=200, manager=200, coordinator=200, impersonating=200
    ),
    "programmes:programme": _read(_programme),
    "programmes:programme-change": _manage(_programme),
    "programmes:programme-end": _manage(_programme),
    "programmes:edition-create": _manage(_programme),
    "programmes:edition": _read(_edition),
    "programmes:edition-change": _manage(_edition),
    "programmes:edition-copy": _manage(_edition),
    "programmes:edition-rehearse": _manage(_edition),
    "programmes:rehearsal-play": _own(_rehearsal),
    "programmes:rehearsal-invent": _own(_rehearsal, 302, method="post", impersonating=403),
    "programmes:rehearsal-erase": _own(_rehearsal),
    "programmes:call-create": _manage(_edition),
    "programmes:call": _read(_call),
    "programmes:call#draft": _own(_draft),
    "programmes:call-change": _manage(_call),
    "programmes:call-form": _manage(_call),
    "programmes:call-facts": _manage(_call),
    "programmes:call-preview": _read(_call),
    "programmes:call-publish": _own(_draft),
    "programmes:call-cancel": _manage(_call),
    "programmes:call-archive": _manage(_closed),
    "programmes:call-prolong": _manage(_call),
    "programmes:call-calendar": _read(_call),
    "programmes:call-calendar-change": _manage(_call),
    "programmes:call-hosts": _read(_call),
    "programmes:host-add": _manage(_call),
    "programmes:hosts-fill": _post(_call),
    "programmes:host": _manage(_host),
    "programmes:host-withdraw": _manage(_host, 302),
    "programmes:call-partners": _manage(_call),
    "programmes:call-codes": _manage(_call),
    "programmes:code-make": _manage(_call),
    "programmes:code-revoke": _post(_code),
    "programmes:call-inquiries": _manage(_call),
    "programmes:inquiry": _manage(_inquiry),
    "programmes:call-test": _read(_call),
    "programmes:test-start": _post(_call),
    "programmes:test-preview": _manage(_call),
    "programmes:test-gesture": _post(_call, data=lambda world: {"what": "down", "family": "economy"}),
    "programmes:test-family-create": _manage(_call),
    "programmes:test-family": _manage(_family),
    "programmes:test-question-create": _manage(_family),
    "programmes:test-question": _manage(lambda world: {**_family(world), "name": "esus"}),
    "programmes:test-rule-create": _manage(_family),
    "programmes:test-rule": _manage(lambda world: {**_family(world), "number": 0}),
    "programmes:call-checks": _manage(_call),
    "programmes:check": _manage(_taken),
    "programmes:public-calls": PUBLIC,
    "programmes:communes": PUBLIC,
    "programmes:public-call": _anonymous(_slug),
    "programmes:ask": _anonymous(_slug),
    "programmes:public-calendar": row(default=200, impersonating=403, kwargs=_slug),  # no file leaves during a visit
    "programmes:public-date": row(default=200, impersonating=403, kwargs=_dated),
    "programmes:public-watch": _anonymous(_closed_slug),
    "programmes:public-watch#post": row(
        default=302, impersonating=403, kwargs=_closed_slug, method="post", data=lambda world: {"email": "a@b.example"}
    ),
    "programmes:public-watch-link": _anonymous(_watched),
    "programmes:test": _anonymous(_slug),
    "programmes:test-result": _anonymous(_result),
}
