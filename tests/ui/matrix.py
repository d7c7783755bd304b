"""Who may open the pages of the house itself."""

from tests.permissions.matrix import PUBLIC, SIGNED_IN, row

_POSTED = {"language": lambda world: {"language": "en"}, "theme": lambda world: {"theme": "dark"}}

ROWS = {
    "home": row(default=302, visitor=200, carrier=200),
    "home#public": row(default=200, query=lambda world: {"public": ""}),
    "today": SIGNED_IN,
    "accessibility": PUBLIC,
    "privacy": PUBLIC,
    "source": PUBLIC,
    "style-guide": row(default=200, visitor="login", carrier=403),
    "language": row(default=302, impersonating=403, method="post", data=_POSTED["language"]),
    "theme": row(default=302, impersonating=403, method="post", data=_POSTED["theme"]),
}
