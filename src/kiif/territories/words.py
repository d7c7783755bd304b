"""French words around names of places: articles, short names, directions, fractions. Plain functions, no database."""

from __future__ import annotations

import math
import re
from typing import Final

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

_FORM = re.compile(
    r"^(?:CC|CA|CU|Communauté de [Cc]ommunes|Communauté d['’][Aa]gglomération|Communauté [Uu]rbaine|Métropole)"
    r"(?:\s+(?:du|des|de la|de l['’]\s?|de|d['’]\s?))?\s*(?=\S)"
)

#: Article that links a name ("de", "du"…) by the code TNCC of the COG, with what follows.
_LINKS: Final = {
    0: "de {}",
    1: "d’{}",
    2: "du {}",
    3: "de la {}",
    4: "des {}",
    5: "de l’{}",
    6: "des {}",
    7: "de las {}",
    8: "de los {}",
}
_ARTICLES: Final = {2: "Le", 3: "La", 4: "Les", 5: "L’", 6: "Aux", 7: "Las", 8: "Los"}


def short_name(name: str) -> str:
    """An EPCI without the initials of its legal form and their article; the name itself if nothing would be left."""
    short = _FORM.sub("", name).strip()
    if len(short) < 3:
        return name
    return short[0].upper() + short[1:]


def of_place(name: str, liaison: int | None) -> str:
    """French genitive of a place: “de la Dordogne”, “du Nord”, “de l’Ain”, “de Nontron”, “d’Angoulême”.

    The COG gives names without article for departments and regions ("Dordogne", liaison 3) but with it for communes
    ("La Rochelle", liaison 3, whose genitive is "de La Rochelle" in current use, "du Havre" for "Le Havre").
    """
    if (get_language() or "fr").startswith("en"):
        return f"of {name}"
    if liaison is None:
        liaison = 1 if name[:1].lower() in "aeiouyéèêîïâôh" else 0
    article = _ARTICLES.get(liaison)
    if article and name.startswith((article + " ", article, article.replace("’", "'"))):
        rest = name[len(article) :].strip()
        if liaison == 2:
            return f"du {rest}"
        if liaison in {4, 6}:
            return f"des {rest}"
        return f"de {name}"
    return _LINKS.get(liaison, "de {}").format(name)


def direction(dx: float, dy: float) -> str:
    """Where a place lies in another, in words, from its offset east and north in half sizes of the whole (−1 to 1)."""
    if math.hypot(dx, dy) < 0.28:
        return pgettext("position in a territory", "in the centre")
    names = (
        pgettext("position in a territory", "in the east"),
        pgettext("position in a territory", "in the north-east"),
        pgettext("position in a territory", "in the north"),
        pgettext("position in a territory", "in the north-west"),
        pgettext("position in a territory", "in the west"),
        pgettext("position in a territory", "in the south-west"),
        pgettext("position in a territory", "in the south"),
        pgettext("position in a territory", "in the south-east"),
    )
    return names[round(math.degrees(math.atan2(dy, dx)) / 45) % 8]


def fraction(share: float) -> str:
    """A share (0–100) as people say it: “a third”, “one in nine”; empty when no simple fraction is near."""
    simple = (
        (25.0, pgettext("share", "a quarter")),
        (33.3, pgettext("share", "a third")),
        (50.0, pgettext("share", "half")),
        (66.7, pgettext("share", "two thirds")),
        (75.0, pgettext("share", "three quarters")),
    )
    for value, words in simple:
        if abs(share - value) <= 1.6:
            return words
    return ""


def one_in(share: float) -> int | None:
    """``n`` such that about one in ``n`` is concerned (3 to 20), None when the approximation is poor."""
    if share <= 0:
        return None
    count = round(100 / share)
    if not 3 <= count <= 20 or abs(100 / count - share) > 0.06 * share:
        return None
    return count


def coordinates(lat: float, lon: float) -> str:
    """“45° 31′ N, 0° 42′ E”, in the letters of the reader's language."""
    north = pgettext("cardinal point", "N") if lat >= 0 else pgettext("cardinal point", "S")
    east = pgettext("cardinal point", "E") if lon >= 0 else pgettext("cardinal point", "W")
    return _("%(lat)s %(north)s, %(lon)s %(east)s") % {
        "lat": _minutes(lat),
        "north": north,
        "lon": _minutes(lon),
        "east": east,
    }


def _minutes(angle: float) -> str:
    total = round(abs(angle) * 60)
    return f"{total // 60}°\u202f{total % 60:02d}′"
