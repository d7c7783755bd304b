"""Who may open the pages of answers. A draft that is not mine does not exist; a collection belongs to its team."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kiif.questionnaires.models import Mandate, Offer, Participant, Questionnaire, Remark, Response, Snapshot
from tests.factories import World
from tests.permissions.matrix import LOGIN, PUBLIC, SIGNED_IN, row
from tests.questionnaires import answer_factories as make


def answer_of(world: World) -> Response:
    """A draft of the carrier, in a collection of the incubator."""
    return make.make_response(world.people["carrier"], make.make_collection(world.incubator))


def _answer(world: World, **more: Any) -> Mapping[str, Any]:
    return {"public_id": answer_of(world).public_id, **more}


def _sent(world: World) -> Response:
    response = answer_of(world)
    Response.objects.filter(pk=response.pk).update(state="submitted", submitted_at=timezone.now())
    return response


def _snapshot(world: World) -> Mapping[str, Any]:
    response = answer_of(world)
    made = Snapshot.objects.create(response=response, version=response.version, values={}, sha256="0" * 64)
    return {"public_id": response.public_id, "pk": made.pk}


def _person(world: World) -> Mapping[str, Any]:
    response = answer_of(world)
    user = make.make_user()
    return {
        "public_id": response.public_id,
        "pk": Participant.objects.create(response=response, user=user, role="edit").pk,
    }


def _offer(world: World) -> Mapping[str, Any]:
    response = answer_of(world)
    until = timezone.now() + timedelta(days=3)
    offer = Offer.objects.create(
        response=response, email="x@exemple.test", role="edit", token_hash=f"x{response.pk}", until=until
    )
    return {"public_id": response.public_id, "pk": offer.pk}


def _offer_to_carrier(world: World) -> Mapping[str, Any]:
    response = make.make_response(collection=make.make_collection(world.incubator))
    until = timezone.now() + timedelta(days=3)
    email = world.people["carrier"].email
    return {
        "pk": Offer.objects.create(
            response=response, email=email, role="edit", token_hash=f"y{response.pk}", until=until
        ).pk
    }


def _mandate(world: World) -> Mapping[str, Any]:
    response = answer_of(world)
    made = Mandate.objects.create(
        response=response, staff=world.people["advisor"], given_by="X", channel="phone",
        given_on=timezone.localdate(), words="…",
    )  # fmt: skip
    return {"public_id": response.public_id, "pk": made.pk}


def _remark(world: World) -> Mapping[str, Any]:
    response = answer_of(world)
    return {"public_id": response.public_id, "pk": Remark.objects.create(response=response, text="Ici ?").pk}


def _page(world: World) -> Mapping[str, Any]:
    return _answer(world, page_id="p_premiere")


def _collection(world: World) -> Mapping[str, Any]:
    return {"public_id": make.make_collection(world.incubator).public_id}


def _slug(world: World) -> Mapping[str, Any]:
    return {"slug": make.make_collection(world.incubator).slug}


def _questionnaire(world: World) -> Mapping[str, Any]:
    return {"public_id": Questionnaire.objects.get(pk=make.make_collection(world.incubator).questionnaire_id).public_id}


def _file(world: World) -> Mapping[str, Any]:
    return _answer(world, file_id="5f1c0000-0000-4000-8000-000000000000")


def _mine(kwargs: Any = _answer, status: int = 200, method: str = "get", **statuses: Any) -> Any:
    """The owner's alone; who looks with the manager's eyes sees what the manager sees, and writes nowhere."""
    looking = 404 if method == "get" else 403
    statuses = {"visitor": LOGIN, "impersonating": looking, **statuses}
    return row(default=404, carrier=status, kwargs=kwargs, method=method, **statuses)


#: asked by the script: 401 and a sentence for whoever is signed out
def _script(status: int, method: str = "post", kwargs: Any = _answer) -> Any:
    return _mine(kwargs, status, method, visitor=401)


def _team(kwargs: Any, **statuses: Any) -> Any:
    """The teams of the alliance see a collection; its own house and the coordination manage it."""
    return row(default=404, visitor=LOGIN, kwargs=kwargs, **statuses)


MANAGED = {"advisor": 200, "manager": 200, "coordinator": 200, "other_advisor": 403, "impersonating": 403}

ANSWERING_ROWS = {
    "answers:mine": SIGNED_IN,
    "answers:places": PUBLIC,
    "answers:organisations": PUBLIC,
    "answers:by-link": row(default=404, kwargs=lambda world: {"token": "inconnu"}),
    "answers:offer": row(default=404),
    "answers:offer-mine": row(default=404, visitor=LOGIN, carrier=200, kwargs=_offer_to_carrier),
    "answers:offer-open": row(default=302, kwargs=lambda world: {"token": "inconnu"}),
    "answers:open": row(default=200, kwargs=_slug),
    "answers:begin": row(default=302, visitor=LOGIN, impersonating=403, kwargs=_slug, method="post"),
    "answers:response": _mine(status=302),
    "answers:page": _mine(_page),
    "answers:page#save": _mine(_page, 302, "post"),
    "answers:review": _mine(),
    "answers:review#team": row(
        default=404, visitor=LOGIN, carrier=200, advisor=200, manager=200, impersonating=200,
        kwargs=lambda world: {"public_id": _sent(world).public_id},
    ),
    "answers:withdraw": _mine(),
    "answers:speak": _mine(status=302, method="post"),
    "answers:variants": _mine(status=302, method="post"),
    "answers:seen": _mine(status=302, method="post"),
    "answers:copy": _mine(status=404, method="post"),
    "answers:link": _mine(status=302),
    "answers:pdf": _mine(),
    "answers:sent": _mine(_snapshot),
    "answers:file": _mine(_file, 404),
    "answers:save": _script(200),
    "answers:news": _script(200, "get"),
    "answers:beat": _script(200),
    "answers:upload": _script(200, kwargs=lambda world: _answer(world, key="q_pieces")),
    "answers:people": _mine(),
    "answers:invite": _mine(status=422, method="post"),
    "answers:transfer": _mine(status=422, method="post"),
    "answers:offer-withdraw": _mine(_offer, 302, "post"),
    "answers:role": _mine(_person, 302, "post"),
    "answers:person-remove": _mine(_person),
    "answers:mandate-end": _mine(_mandate, 302, "post", advisor=302),
    "answers:remark": _mine(status=302, method="post"),
    "answers:remark-settle": _mine(_remark, 302, "post"),
    "answers:history": _mine(),
    "answers:thread": _mine(lambda world: _answer(world, key="q_nom1")),
    "questionnaires:collection-create": _team(_questionnaire, **MANAGED),
    "questionnaires:blank-public": row(default=200, impersonating=403, kwargs=_slug),
    "questionnaires:collections": row(
        default=403, visitor=LOGIN, advisor=200, other_advisor=200, manager=200, coordinator=200, impersonating=200
    ),
    "questionnaires:questionnaire-collections": _team(
        _questionnaire, **{**MANAGED, "other_advisor": 200, "impersonating": 200}
    ),
    "questionnaires:collection": _team(_collection, **{**MANAGED, "other_advisor": 200, "impersonating": 200}),
    "questionnaires:collection-change": _team(_collection, **MANAGED),
    "questionnaires:collection-prolong": _team(_collection, **MANAGED),
    "questionnaires:collection-close": _team(_collection, **MANAGED),
    "questionnaires:collection-mandate": _team(_collection, **MANAGED),
    "questionnaires:response-reopen": row(
        default=404, visitor=LOGIN, carrier=403, advisor=200, manager=200, impersonating=403,
        kwargs=lambda world: {"public_id": _sent(world).public_id},
    ),
}  # fmt: skip
