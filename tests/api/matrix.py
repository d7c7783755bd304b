"""The open interface is open to all (see tests/permissions/README.md)."""

from __future__ import annotations

from typing import Any

from kiif.territories.models import Territory
from tests.factories import World
from tests.permissions.matrix import PUBLIC, row
from tests.territories import factories as make


def commune(world: World) -> dict[str, Any]:
    if not Territory.objects.exists():
        make.make_dordogne()
    return {"level": "commune", "code": "24311"}


#: Without the base pack, what needs it answers 503 with a sentence.
NO_PACK = row(default=503)

ROWS = {
    "api:root": row(default=302),
    "api:docs": PUBLIC,
    "api:api-root": PUBLIC,
    "api:openapi-json": PUBLIC,
    "api:version": PUBLIC,
    "api:levels": NO_PACK,
    "api:indicators": NO_PACK,
    "api:ranking": row(default=405),
    "api:ranking#nothing": row(default=400, method="post", impersonating=403),
    "api:search": row(default=200, query=lambda world: {"q": "nontron"}),
    "api:listing": row(default=503, kwargs=lambda world: {"level": "commune"}),
    "api:export_level": row(default=503, kwargs=lambda world: {"level": "region"}),
    "api:detail": row(default=503, kwargs=commune),
    "api:outline": row(default=503, kwargs=commune),
}
