"""Names of organisations as they are compared: without accents, legal forms or little words."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final

from kiif.territories.lookup import fold

#: Words that say what kind of thing an organisation is, or nothing: "Association Les Mains vives" is "mains vives".
EMPTY_WORDS: Final = frozenset(
    {
        *("association", "asso", "ass", "collectif", "cooperative", "federation", "fondation", "reseau", "union"),
        *("entreprise", "societe", "structure", "scop", "scic", "sas", "sasu", "sarl", "sa", "sci", "ei", "eurl"),
        *("loi", "1901", "esus", "les", "le", "la", "l", "de", "des", "du", "d", "en", "et", "a", "au", "aux"),
        *("un", "une", "pour", "par", "sur"),
    }
)
#: Mail houses where anybody has a box: sharing one says nothing.
COMMON_DOMAINS: Final = frozenset(
    {
        *("gmail.com", "googlemail.com", "hotmail.com", "hotmail.fr", "outlook.com", "outlook.fr", "live.fr"),
        *("yahoo.fr", "yahoo.com", "icloud.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr"),
        *("neuf.fr", "bbox.fr", "protonmail.com", "proton.me", "pm.me", "mailo.com", "mailo.fr", "riseup.net"),
        *("zaclys.net", "ecomail.fr", "lilo.org"),
    }
)


def key_of(name: str) -> str:
    """What two spellings of one name have in common; the folded name itself when nothing else would be left."""
    folded = fold(name)
    kept = [word for word in folded.split() if word not in EMPTY_WORDS]
    return " ".join(kept)[:200] or folded[:200]


def likeness(one: str, other: str) -> float:
    """How alike two keys are, 0 to 1: the better of the letters in order and of the words in any order."""
    if not one or not other:
        return 0.0
    letters = SequenceMatcher(None, one, other).ratio()
    words = SequenceMatcher(None, " ".join(sorted(one.split())), " ".join(sorted(other.split()))).ratio()
    return max(letters, words)


def domain_of(email: str) -> str:
    """The domain of an address when it is an organisation's own, else nothing."""
    domain = email.rpartition("@")[2].strip().lower()
    return "" if not domain or domain in COMMON_DOMAINS else domain


def host_of(website: str) -> str:
    """The host of a website without "www.", else nothing."""
    found = re.match(r"(?:https?://)?(?:www\.)?([^/:?#]+)", website.strip().lower())
    return found.group(1) if found and "." in found.group(1) else ""
