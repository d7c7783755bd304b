"""Pages of the navigation as things to find: the palette leads there too."""

from __future__ import annotations

from django.http import HttpRequest

from kiif.search.french import words
from kiif.search.registry import Hit
from kiif.ui import navigation

#: The order in which the palette shows the places of the navigation.
_PLACES = ("main", "staff", "account", "footer")


def pages_for(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    """Pages that this person's navigation holds and whose name has all the words; all of them for no text."""
    items = navigation.items_for(request)
    ordered = [item for place in (*_PLACES, *(set(items) - set(_PLACES))) for item in items.get(place, [])]
    found: dict[str, Hit] = {}
    for item in ordered:
        if _matches(str(item.label), text):
            found.setdefault(item.url, Hit(str(item.label), item.url))
    return list(found.values())[:limit]


def _matches(label: str, text: str) -> bool:
    held = words(label)
    return all(any(word.startswith(term) for word in held) for term in words(text))
