"""French sentences made around a name: “de Inès” is written “d’Inès”, “de Le Kiif” “du Kiif”.

A translation cannot know which name will fill it. Only what precedes a capital is touched: a name, never a verb.
"""

from __future__ import annotations

import re

_ARTICLES = {"de Les ": "des ", "de Le ": "du ", "à Les ": "aux ", "à Le ": "au "}
_ARTICLE = re.compile(r"\b(?:de|à) (?:Les|Le) (?=\w)")
_VOWEL = re.compile(r"\bde (?=[AEIOUÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆ])")


def contracted(sentence: str) -> str:
    """The sentence with the elisions and contractions that its names ask for."""
    sentence = _ARTICLE.sub(lambda match: _ARTICLES[match[0]], sentence)
    return _VOWEL.sub("d’", sentence)
