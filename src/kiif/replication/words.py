"""Sentences of refusals that come from the methods, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kiif.methods.ranking.errors import RankingError
from kiif.opendata.errors import DataError


def sentence(error: RankingError | DataError) -> str:
    """The message of an error of the lower floors, translated, with its parameters."""
    text = _(error.message)
    return text % error.params if error.params else text
