from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kiif.ui import navigation
from kiif.ui import shell as frame

#: Themes a person may force; anything else follows the device.
THEMES = ("light", "dark")
THEME_COOKIE = "kiif_theme"


def theme_of(request: HttpRequest) -> str:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the page frame needs; each part is computed only if a template shows it.

    `nav` (entries of this person by place), `theme` ("" follows the device), `account_panels`, `banners`, `identity`.
    """
    return {
        "nav": SimpleLazyObject(lambda: navigation.items_for(request)),
        "theme": theme_of(request),
        "account_panels": SimpleLazyObject(lambda: frame.panels(request)),
        "banners": SimpleLazyObject(lambda: frame.banners(request)),
        "identity": SimpleLazyObject(frame.identity),
    }
