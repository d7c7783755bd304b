"""Words as a search compares them: without accents or case, singular and plural, masculine and feminine alike.

Not a stemmer for linguists: a handful of endings, chosen so that both forms of a French word meet ("chevaux" and
"cheval", "sociale" and "sociaux", "accompagnatrice" and "accompagnateur", "porteuse" and "porteur·se"). Two words that
meet by accident ("prix" and "pris") cost one result too many; two forms that do not meet hide what is looked for, so
the endings lean towards meeting. Databases then only compare words: no extension, no dictionary.
"""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})
#: "porteur·se·s", "porteur.se", "porteur(se)": what follows the point is the other form of the same word.
_INCLUSIVE = re.compile(
    r"(?<=\w)(?:[·•‧∙]\w+)+|(?<=\w{3})\.(?:e|s|es|se|ses|ne|nes|le|les|rice|rices|trice|trices)(?:\.s)?\b"
)
_WORD = re.compile(r"[a-z0-9]+")
#: Words too common to look for, unless nothing else is asked.
EMPTY_WORDS = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour", "qu", "sur"}
)

_ENDINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"trices?$", "teu"),  # accompagnatrice, accompagnateur
        (r"eu(?:x|s|e|es|r|rs|re|res|se|ses)?$", "eu"),  # lieu(x), heureux, heureuse, porteur, porteuse
        (r"(?:eau[xs]?|ell?es?|els?)$", "el"),  # nouveau, nouvelle, nouveaux, professionnelle
        (r"(?:au[xs]?|ails?|als?|ales?)$", "al"),  # cheval, chevaux, travail, travaux, sociale, sociaux
        (r"i(?:fs?|ves?)$", "iv"),  # associatif, associative
        (r"(?:ques?|chs?|ches?|cs?)$", "c"),  # public, publique, blanc, blanche
        (r"([nt])\1es?$", r"\1"),  # citoyenne, nette
    )
)
_IRREGULAR = {"vieil": "vieu", "vieille": "vieu", "vieilles": "vieu", "yeux": "oeil"}
_SILENT = re.compile(r"[sxe]+$")
_SHORTEST = 3


def fold(text: str) -> str:
    """Lower case, without accents, ligatures undone, inclusive forms cut to their first one."""
    text = _INCLUSIVE.sub("", text.casefold().translate(_LIGATURES))
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """The words of a text, folded; an apostrophe or a hyphen separates two words."""
    return _WORD.findall(fold(text))


def stem(word: str) -> str:
    """The common form of a folded word; words of three letters or fewer and numbers stay as they are."""
    if len(word) <= _SHORTEST or word[-1].isdigit():
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for pattern, replacement in _ENDINGS:
        changed, count = pattern.subn(replacement, word)
        if count and len(changed) >= _SHORTEST:
            return changed
    cut = _SILENT.sub("", word)
    return cut if len(cut) >= _SHORTEST else word[:_SHORTEST]
