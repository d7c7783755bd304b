from tests.permissions.matrix import row

ROWS = {
    "search:results": row(default=200, query=lambda world: {"q": "atelier"}),
    "search:palette": row(default=200, query=lambda world: {"q": "atelier"}),
}
