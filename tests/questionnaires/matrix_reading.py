"""Who reads what was gathered: the team of the house that gathers. Other teams know that the collection exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.factories import World
from tests.permissions.matrix import LOGIN, row
from tests.questionnaires.answer_factories import make_collection
from tests.questionnaires.reading.sent import send


def _gathered(world: World) -> Mapping[str, Any]:
    collection = make_collection(owner=world.incubator)
    send(collection, nom1="Un nom", nombre=3)
    return {"public_id": collection.public_id}


def _readers(status: int = 200, *, impersonating: int | None = None, **options: Any) -> Any:
    return row(
        default=404,
        visitor=LOGIN,
        advisor=status,
        manager=status,
        impersonating=impersonating or status,
        other_advisor=403,
        coordinator=403,
        kwargs=_gathered,
        **options,
    )


READING_ROWS = {
    "questionnaires:answers": _readers(),
    "questionnaires:narrow": _readers(302),
    "questionnaires:narrow#question": _readers(query=lambda world: {"question": "q_nombre"}),
    "questionnaires:summary": _readers(),
    "questionnaires:answers-export": _readers(),
    "questionnaires:answers-export#file": _readers(
        impersonating=403, method="post", data=lambda world: {"format": "csv"}
    ),
}
