"""Who may open the pages of the designer. Every team reads; the house and the coordination write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiif.questionnaires.actions import design, design_publish
from kiif.questionnaires.models import Questionnaire
from tests.factories import World
from tests.permissions.matrix import LOGIN, PUBLIC, row
from tests.questionnaires.factories_design import first_page, fresh, key_of, make_questionnaire

STAFF = ("advisor", "other_advisor", "manager", "coordinator", "impersonating")
WRITERS = ("advisor", "manager", "coordinator")


def made(world: World) -> Questionnaire:
    return make_questionnaire(world.actor("manager"), world.incubator)


def _whole(world: World) -> Mapping[str, Any]:
    return {"public_id": made(world).public_id}


def _element(world: World) -> Mapping[str, Any]:
    found = made(world)
    return {"public_id": found.public_id, "element": key_of(found, "statut")}


def _condition(world: World) -> Mapping[str, Any]:
    return {**_element(world), "name": "relevant"}


def _version(world: World) -> Mapping[str, Any]:
    found = made(world)
    version = design_publish.publish(questionnaire=found, by=world.actor("manager"))
    return {"public_id": found.public_id, "number": version.number}


def _published(world: World) -> Mapping[str, Any]:
    return {"public_id": _version(world)["public_id"]}


def _remark(world: World) -> Mapping[str, Any]:
    found = made(world)
    remark = design.comment(questionnaire=found, by=world.actor("manager"), text="À revoir")
    return {"public_id": found.public_id, "pk": remark.pk}


def _block(world: World) -> Mapping[str, Any]:
    found, by = made(world), world.actor("manager")
    block = design.keep_block(
        questionnaire=found, by=by, elements=[first_page(found)], title="Bloc", owner=world.incubator
    )
    return {"pk": block.pk}


def _read(kwargs: Any, **more: Any) -> Any:
    """Every team of the alliance; whose existence others do not learn."""
    return row(default=404, visitor=LOGIN, kwargs=kwargs, **dict.fromkeys(STAFF, 200), **more)


def _write(kwargs: Any, data: Mapping[str, Any] | None = None, status: int = 302) -> Any:
    """Its house and the coordination; another team is told why not."""
    allowed = {**dict.fromkeys(STAFF, 403), **dict.fromkeys(WRITERS, status)}
    return row(default=404, visitor=LOGIN, kwargs=kwargs, method="post", data=lambda world: data or {}, **allowed)


def _of_teams(**more: Any) -> Any:
    return row(default=403, visitor=LOGIN, **dict.fromkeys(STAFF, 200), **more)


DESIGN_ROWS = {
    "questionnaires:schema": PUBLIC,
    "questionnaires:list": _of_teams(),
    "questionnaires:create": _of_teams(),
    "questionnaires:import": _of_teams(),
    "questionnaires:library": _of_teams(),
    "questionnaires:questionnaire": _read(_whole),
    "questionnaires:element": _read(_element),
    "questionnaires:kinds": _read(_element),
    "questionnaires:put-in": _read(_element),
    "questionnaires:condition": _read(_condition),
    "questionnaires:history": _read(_whole),
    "questionnaires:keep": _read(_whole),
    "questionnaires:settings": _read(_whole),
    "questionnaires:copy": _read(_whole),
    "questionnaires:preview": _read(_whole),
    "questionnaires:preview-frame": _read(_whole),
    "questionnaires:check": _read(_whole),
    "questionnaires:versions": _read(_published),
    "questionnaires:version": _read(_version),
    "questionnaires:compare": _read(_published, query=lambda world: {"de": "1"}),
    "questionnaires:exchange": _read(_whole),
    "questionnaires:bring": _read(_whole),
    # a file goes out: not while a support person looks with somebody's eyes
    "questionnaires:export": row(
        default=404,
        visitor=LOGIN,
        kwargs=lambda world: {**_whole(world), "kind": "json"},
        **{**dict.fromkeys(STAFF, 200), "impersonating": 403},
    ),
    "questionnaires:write": _write(_element, {"label.fr": "Autre", "revision": "99"}),
    "questionnaires:write-root": _write(_whole, {"title.fr": "Autre", "revision": "99"}),
    "questionnaires:add": _write(_whole, {"what": "s"}),
    "questionnaires:undo": _write(_whole),
    "questionnaires:move": _write(_element, {"way": "up"}),
    "questionnaires:duplicate": _write(_element),
    "questionnaires:remove": _write(_element),
    "questionnaires:model": _write(_element),
    "questionnaires:change-kind": _write(_element, {"kind": "choices"}),
    "questionnaires:archive": _write(_whole),
    "questionnaires:restore": _write(_version),
    "questionnaires:publish": row(
        default=404,
        visitor=LOGIN,
        kwargs=_whole,
        method="post",
        data=lambda world: {"note": "", "revision": str(fresh(Questionnaire.objects.latest("pk")).draft_revision)},
        advisor=302,
        manager=302,
        coordinator=302,
        other_advisor=403,
        impersonating=403,
    ),
    "questionnaires:formula": row(
        default=404,
        visitor=LOGIN,
        kwargs=_condition,
        method="post",
        data=lambda world: {"formula": "${nom} = 'x'"},
        **{**dict.fromkeys(STAFF, 200), "impersonating": 403},
    ),
    "questionnaires:remark": row(
        default=404,
        visitor=LOGIN,
        kwargs=_whole,
        method="post",
        data=lambda world: {"text": "À revoir"},
        **{**dict.fromkeys(STAFF, 302), "impersonating": 403},
    ),
    "questionnaires:settle": row(
        default=404,
        visitor=LOGIN,
        kwargs=_remark,
        method="post",
        **{**dict.fromkeys(STAFF, 302), "impersonating": 403},
    ),
    "questionnaires:block-drop": row(
        default=404,
        visitor=LOGIN,
        kwargs=_block,
        method="post",
        advisor=302,
        manager=302,
        coordinator=302,
        other_advisor=403,
        impersonating=403,
    ),
}
