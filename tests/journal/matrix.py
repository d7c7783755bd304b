"""Who may open the journal. The histories of objects are declared with the objects that open them."""

from tests.permissions.matrix import LOGIN, row

NOBODY = {"app": "auth", "model": "group", "pk": "1"}

ROWS = {
    "journal:whole": row(default=403, visitor=LOGIN, coordinator=200),
    "journal:scope": row(default=404, visitor=LOGIN, kwargs=lambda world: NOBODY),
    "journal:object": row(default=404, visitor=LOGIN, kwargs=lambda world: NOBODY),
    "journal:open": row(default=404, visitor=LOGIN, kwargs=lambda world: {"pk": 1}),
}
