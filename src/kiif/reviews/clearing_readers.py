"""Who is missing among the people who read, told in the check-list of a call: nobody at all, nobody for a theme."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.programmes.clearing import Lack
from kiif.programmes.tables_applications import labels_of
from kiif.reviews.enums import ReviewerState, RoundState
from kiif.reviews.models import Round

#: Those who read, or were asked to.
_THERE = (ReviewerState.INVITED, ReviewerState.ACCEPTED)


def lacks_of(call: Any) -> list[Lack]:
    """Of each round that is not closed; nothing of it holds a publication back."""
    labels = labels_of(call, "challenges", (get_language() or "fr")[:2])
    return [lack for one in call.rounds.exclude(state=RoundState.CLOSED) for lack in _missing(one, labels)]


def _missing(round_: Round, labels: dict[str, str]) -> list[Lack]:
    url = reverse("reviews:reviewers", args=[round_.public_id])
    themes = list(round_.reviewers.filter(state__in=_THERE).values_list("themes", flat=True))
    if not themes:
        return [Lack(_("Nobody is asked to read in “%(round)s” yet.") % {"round": round_}, url)]
    known = {code for codes in themes for code in codes}
    nobody = [words for code, words in labels.items() if code not in known]
    # when nobody said any theme, the round shares out without them
    if not known or not nobody:
        return []
    asked = {"round": round_, "themes": ", ".join(nobody)}
    return [Lack(_("Nobody who reads in “%(round)s” knows these themes: %(themes)s.") % asked, url)]
