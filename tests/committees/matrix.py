"""Who may open the pages of this room: those who run the call, and who sits, for their own session. Nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from django.db import transaction

from kiif.committees.actions.closing import freeze
from kiif.committees.actions.preparing import hash_of
from kiif.committees.enums import SessionState
from kiif.committees.models import Item, Round, Scenario, Session
from kiif.programmes.models import Conflict
from tests.committees.factories import make_item, make_member, make_session
from tests.factories import World
from tests.permissions.matrix import LOGIN, SIGNED_IN, row
from tests.programmes.factories import make_call, make_edition, make_programme

_number = count(1)
_STAFF = {"advisor": 200, "other_advisor": 200, "manager": 200, "coordinator": 200, "impersonating": 200}


def session_of(world: World, state: str = SessionState.OPEN) -> Session:
    """A session of the alliance in which the reviewer sits, and chairs nothing; the chair is somebody else."""
    call = make_call(make_edition(make_programme(world.alliance)))
    session = make_session(call, state=state)
    make_member(session, there=True, role="chair")
    make_member(session, world.people["reviewer"], there=True)
    return session


def _session(world: World) -> Mapping[str, Any]:
    return {"public_id": session_of(world).public_id}


def _closed(world: World) -> Mapping[str, Any]:
    from kiif.accounts.actor import system

    session = session_of(world, SessionState.CLOSED)
    session.closed_at = session.starts_at
    session.save()
    make_item(session)
    with transaction.atomic():
        freeze(session, system("test"))
    return {"public_id": session.public_id}


def _frozen(world: World) -> Mapping[str, Any]:
    return {**_closed(world), "number": 0}


def _call(world: World) -> Mapping[str, Any]:
    return {"public_id": session_of(world).call.public_id}


def _item(world: World) -> Item:
    session = session_of(world)
    return make_item(session)


def _of_item(world: World) -> Mapping[str, Any]:
    item = _item(world)
    return {"public_id": item.session.public_id, "pk": item.pk}


def _verb(verb: str) -> Any:
    return lambda world: {**_of_item(world), "verb": verb}


def _state(world: World) -> Mapping[str, Any]:
    return {**_session(world), "verb": "suspendre"}


def _member(world: World) -> Mapping[str, Any]:
    session = session_of(world)
    return {"public_id": session.public_id, "pk": session.members.get(role="chair").pk}


def _question(world: World) -> Mapping[str, Any]:
    """A possible conflict of the reviewer with a dossier of the agenda."""
    item = _item(world)
    asked = Conflict.objects.create(application=item.application, person=world.people["reviewer"])
    return {"public_id": item.session.public_id, "pk": asked.pk}


def _file(world: World) -> Mapping[str, Any]:
    return {**_of_item(world), "file_id": "00000000-0000-4000-8000-000000000000"}


def _round(world: World) -> Mapping[str, Any]:
    item = _item(world)
    vote = Round.objects.create(item=item, number=1, mode="vote")
    return {"public_id": item.session.public_id, "pk": vote.pk}


def _scenario(world: World) -> Mapping[str, Any]:
    session = session_of(world)
    made = Scenario.objects.create(session=session, name="Inventé", shared=True, author=world.people["coordinator"])
    return {"public_id": session.public_id, "scenario_id": made.public_id}


def _screen(world: World) -> Mapping[str, Any]:
    token = f"adresse-inventee-de-l-ecran-projete-{next(_number)}"
    Session.objects.filter(pk=session_of(world).pk).update(screen_hash=hash_of(token))
    return {"token": token}


def _seen(kwargs: Any, **more: Any) -> Any:
    """Read by who runs the call and who sits."""
    return row(default=404, visitor=LOGIN, coordinator=200, reviewer=200, kwargs=kwargs, **more)


def _run(kwargs: Any, **more: Any) -> Any:
    """Those who run the call; who sits sees the session and is told why not."""
    return row(default=404, visitor=LOGIN, coordinator=200, reviewer=403, kwargs=kwargs, **more)


def _post(kwargs: Any, coordinator: int = 302, reviewer: int = 403, **data: Any) -> Any:
    return row(
        default=404, visitor=LOGIN, impersonating=403, coordinator=coordinator, reviewer=reviewer, method="post",
        kwargs=kwargs, data=lambda world: {"rien": "", **data},
    )  # fmt: skip


ROWS = {
    "committees:list": SIGNED_IN,
    "committees:of-call": row(default=404, visitor=LOGIN, kwargs=_call, **_STAFF),
    "committees:create": row(
        default=404, visitor=LOGIN, kwargs=_call, **{**dict.fromkeys(_STAFF, 403), "coordinator": 200}
    ),
    "committees:screen": row(default=200, kwargs=_screen),
    "committees:screen-live": row(default=200, kwargs=_screen),
    "committees:screen#unknown": row(default=404, kwargs=lambda world: {"token": "jamais-donnee-a-personne"}),
    "committees:session": _seen(_session),
    "committees:agenda": _seen(_session),
    "committees:cohort": _seen(_session),
    "committees:cohort-export": _seen(_session),
    "committees:change": _run(_session),
    "committees:member-add": _run(_session),
    "committees:member-change": _run(_member),
    "committees:member-remove": _run(_member),
    "committees:desk": _run(_session),
    "committees:desk-live": _run(_session),
    "committees:reserve": _run(_session),
    "committees:close": _run(_session),
    "committees:agenda-add": _run(_session),
    "committees:wishes": _run(_session),
    "committees:seat": row(default=404, visitor=LOGIN, coordinator=403, reviewer=200, kwargs=_session),
    "committees:seat-live": row(default=404, visitor=LOGIN, coordinator=403, reviewer=200, kwargs=_session),
    "committees:dossier": _seen(_of_item),
    "committees:scenario-create": _seen(_session),
    "committees:scenario": _seen(_scenario),
    "committees:scenario-swaps": _seen(_scenario),
    "committees:minutes": _seen(_closed),
    "committees:minutes#open": row(default=404, visitor=LOGIN, kwargs=_session),
    "committees:minutes-pdf": _seen(_frozen),
    "committees:minutes-docx": _seen(_frozen),
    "committees:presence": _post(_member, there="1"),
    "committees:invite": _post(_session),
    "committees:screen-open": _post(_session, coordinator=200),
    "committees:screen-withdraw": _post(_session),
    "committees:agenda-build": _post(_session, order="rank", everything="on"),
    "committees:state": _post(_state),
    "committees:batch": _post(_session),
    "committees:item-batch": _post(_of_item, proposal="refuse"),
    "committees:item": _post(_verb("appeler")),
    "committees:item#discuss": _post(_verb("discuter"), reviewer=302),
    "committees:open-vote": _post(_of_item),
    "committees:decide": _post(_of_item, decision="accept"),
    "committees:reasons": _post(_of_item, reasons="Parce que.", version="0"),
    "committees:reopen": _post(_of_item, why="Parce que."),
    "committees:declare": _post(_of_item, reviewer=302, words="Je les connais."),
    "committees:file": row(default=404, visitor=LOGIN, kwargs=_file),
    "committees:settle": row(
        default=404,
        visitor=LOGIN,
        coordinator=302,
        reviewer=302,
        impersonating=403,
        method="post",
        kwargs=_question,
        data=lambda world: {"answer": "no", "words": "Ils ne se connaissent pas."},
    ),
    "committees:note": _post(_of_item, coordinator=403, reviewer=302, text="À voir."),
    "committees:cast": _post(_round, coordinator=403, reviewer=302, choice="for"),
    "committees:close-vote": _post(_round),
    "committees:remarks": _post(_session, remarks="Rien."),
    "committees:addendum": _post(_closed, words="Une date."),
    "committees:scenario-remove": _post(_scenario),
}
