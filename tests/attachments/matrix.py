"""Who may open the files. Those of real objects are declared with the objects that open them."""

from tests.permissions.matrix import LOGIN, row

NOTHING = {"public_id": "00000000-0000-4000-8000-000000000000"}

ROWS = {
    "attachments:download": row(default=404, visitor=LOGIN, kwargs=lambda world: NOTHING),
    "attachments:remove": row(default=404, visitor=LOGIN, kwargs=lambda world: NOTHING),
    "attachments:add": row(
        default=404, visitor=LOGIN, kwargs=lambda world: {"app": "auth", "model": "group", "pk": "1"}
    ),
}
