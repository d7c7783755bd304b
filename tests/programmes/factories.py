"""Programmes, calls and applications as rows, without the actions: for the tests of every room above. All invented."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from kiif.accounts.models import User
from kiif.alliance.models import Alliance, Body, Incubator
from kiif.programmes.actions.states import next_number
from kiif.programmes.enums import CallState, State
from kiif.programmes.models import Application, Call, Edition, Host, HostWish, Programme, Project
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.models import Response, Version
from tests.alliance import factories as alliances
from tests.factories import make_user
from tests.questionnaires.answer_factories import make_collection

_number = count(1)
#: state of the answer behind an application in each state
_ANSWER = {State.DRAFT: ResponseState.DRAFT, State.WITHDRAWN: ResponseState.WITHDRAWN}


def make_programme(owner: Body | None = None, **fields: Any) -> Programme:
    number = next(_number)
    owner = owner or alliances.make_alliance()
    return Programme.objects.create(
        owner=owner, **{"name": f"Programme inventé {number}", "slug": f"programme-{number}", **fields}
    )


def make_edition(programme: Programme | None = None, **fields: Any) -> Edition:
    number = next(_number)
    return Edition.objects.create(
        programme=programme or make_programme(), **{"name": f"{number}", "slug": f"edition-{number}", **fields}
    )


def make_call(edition: Edition | None = None, written: dict[str, Any] | None = None, **fields: Any) -> Call:
    """A published call, open since yesterday for thirty days, with a form (`written`: its definition)."""
    edition = edition or make_edition()
    now, number = timezone.now(), next(_number)
    asked = {
        "title": f"Appel inventé {number}",
        "slug": f"appel-invente-{number}",
        "state": CallState.PUBLISHED,
        "published_at": now - timedelta(days=2),
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=30),
        **fields,
    }
    if "collection" not in asked:
        asked["collection"] = make_collection(
            edition.programme.owner, written, use="call", one_each=False,
            opens_at=asked["opens_at"], closes_at=asked["closes_at"],
        )  # fmt: skip
    return Call.objects.create(edition=edition, **asked)


def make_host(call: Call, incubator: Incubator | None = None, **fields: Any) -> Host:
    call_alliance = alliance_of(call)
    return Host.objects.create(call=call, incubator=incubator or alliances.make_incubator(call_alliance), **fields)


def alliance_of(call: Call) -> Alliance:
    return Alliance.objects.get(pk=call.edition.programme.owner.alliance_key)


@transaction.atomic
def make_project(alliance: Alliance, **fields: Any) -> Project:
    return Project.objects.create(alliance=alliance, number=next_number(alliance), **fields)


def make_application(
    call: Call | None = None, owner: User | None = None, state: str = State.SUBMITTED, *hosts: Host, **fields: Any
) -> Application:
    """An application in this state, with an answer without words; `hosts` in order of preference."""
    call = call or make_call()
    owner = owner or make_user()
    collection: Any = call.collection
    project = fields.pop("project", None) or make_project(alliance_of(call), name=f"Projet inventé {next(_number)}")
    sent = state not in (State.DRAFT, State.WITHDRAWN, State.MERGED)
    now = timezone.now()
    response = Response.objects.create(
        collection=collection,
        version=Version.objects.get(questionnaire=collection.questionnaire),
        owner=owner,
        state=_ANSWER.get(State(state), ResponseState.SUBMITTED if sent else ResponseState.WITHDRAWN),
        submitted_at=now if sent else None,
    )
    application = Application.objects.create(
        call=call,
        project=project,
        response=response,
        state=state,
        **{"title": project.name, "submitted_at": now if sent else None, "host_open": not hosts, **fields},
    )
    project.carriers.add(owner)
    for rank, host in enumerate(hosts, start=1):
        HostWish.objects.create(application=application, host=host, rank=rank)
    return application
