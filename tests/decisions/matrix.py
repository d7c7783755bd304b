"""Who may open the pages of this room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiif.accounts import actor as actors
from kiif.decisions import actions
from kiif.decisions.models import Decision
from kiif.programmes.enums import State
from kiif.programmes.models import Call, Programme
from tests.decisions.factories import make_ready, publish_all
from tests.factories import World
from tests.permissions.matrix import LOGIN, row
from tests.programmes.factories import make_application, make_call, make_edition, make_programme

_BY = actors.system("matrix")
_Kwargs = Callable[[World], Mapping[str, Any]]


def call_of(world: World) -> Call:
    """A call of the alliance, with an answer ready."""
    programme = Programme.objects.filter(owner=world.alliance).first() or make_programme(world.alliance)
    return make_call(make_edition(programme), contact_email="equipe@kiif.example", contact_name="L’équipe inventée")


def pending_of(world: World, outcome: str = "refused") -> Decision:
    application = make_application(call_of(world), world.people["carrier"], State.REVIEW)
    return make_ready(application, outcome, _BY)


def published_of(world: World, outcome: str = "refused") -> Decision:
    decision = pending_of(world, outcome)
    publish_all(decision.application.call, _BY, 1)
    decision.refresh_from_db()
    return decision


def _call(world: World) -> Mapping[str, Any]:
    return {"public_id": pending_of(world).application.call.public_id}


def _text(world: World) -> Mapping[str, Any]:
    return {**_call(world), "kind": "refused", "language": "fr"}


def _pending(world: World) -> Mapping[str, Any]:
    return {"public_id": pending_of(world).public_id}


def _published(outcome: str) -> _Kwargs:
    return lambda world: {"public_id": published_of(world, outcome).public_id}


def _application(world: World) -> Mapping[str, Any]:
    return {"public_id": pending_of(world).application.public_id}


def _letter(name: str = "", *, out: bool = False) -> _Kwargs:
    def made(world: World) -> Mapping[str, Any]:
        letter = (published_of(world) if out else pending_of(world)).letter
        return {"public_id": letter.public_id, **({"name": name} if name else {})}

    return made


def _review(world: World) -> Mapping[str, Any]:
    appeal = actions.ask_review(decision=published_of(world), words="Relisez la page 4.", by=_BY)
    return {"public_id": appeal.public_id}


def _reserve(world: World) -> Mapping[str, Any]:
    return {"public_id": published_of(world, "reserve").public_id}


#: pages of a published call: its other teams are told why they may not; whoever is of no team sees nothing
_TEAMS = {"advisor": 403, "other_advisor": 403, "manager": 403, "impersonating": 403}


def _of_call(kwargs: _Kwargs = _call, **more: Any) -> Any:
    return row(default=404, visitor=LOGIN, coordinator=more.pop("coordinator", 200), kwargs=kwargs, **_TEAMS, **more)


def _of_application(kwargs: _Kwargs, status: int = 200, **more: Any) -> Any:
    return row(default=404, visitor=LOGIN, coordinator=status, kwargs=kwargs, **more)


def _posted(kwargs: _Kwargs, status: int = 302, **more: Any) -> Any:
    return row(default=404, visitor=LOGIN, coordinator=status, impersonating=403, method="post", kwargs=kwargs, **more)


ROWS = {
    "decisions:call": _of_call(),
    "decisions:bulk": _of_call(),
    "decisions:letters": _of_call(),
    "decisions:publish": _of_call(),
    "decisions:reserve": _of_call(),
    "decisions:reviews": _of_call(),
    "decisions:terms": _of_call(),
    "decisions:texts": _of_call(),
    "decisions:text": _of_call(_text),
    "decisions:text-give-up": _of_call(_text, method="post", coordinator=302),
    "decisions:decide": _of_application(_application),
    "decisions:drop": _posted(_pending),
    "decisions:letter-begin": _posted(_pending),
    "decisions:reply-for": _posted(_published("accepted"), data=lambda world: {"answer": "confirmed"}),
    "decisions:extend": _posted(_published("accepted"), data=lambda world: {"until": "2099-01-01"}),
    "decisions:call-next": _posted(_reserve),
    "decisions:review-enter": _of_application(_published("refused")),
    "decisions:letter": _of_application(_letter()),
    "decisions:letter-pdf": _of_application(_letter()),
    "decisions:letter-gesture": _posted(_letter("reprendre")),
    "decisions:review": _of_application(_review),
    "decisions:mine": row(
        default=404,
        visitor=LOGIN,
        carrier=200,
        kwargs=lambda world: {"public_id": published_of(world).application.public_id},
    ),
    "decisions:mine#pending": row(default=404, visitor=LOGIN, kwargs=_application),
    "decisions:mine-letter": row(default=404, visitor=LOGIN, carrier=200, kwargs=_published("refused")),
    "decisions:mine-letter#pending": row(default=404, visitor=LOGIN, kwargs=_pending),
    "decisions:mine-place": row(
        default=404, visitor=LOGIN, carrier=302, impersonating=403, method="post", kwargs=_published("accepted"),
        data=lambda world: {"answer": "confirmed"},
    ),
    "decisions:mine-review": row(
        default=404, visitor=LOGIN, carrier=302, impersonating=403, method="post", kwargs=_published("refused"),
        data=lambda world: {"words": "Relisez la page 4."},
    ),
}  # fmt: skip
