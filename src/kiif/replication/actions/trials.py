"""How much a visitor without an account may keep: enough to try everything, never enough to fill a disk."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from kiif.replication.models import Search, Solution
from kiif.ui.errors import Refused

#: Solutions of one session, searches of each, results, figures and opinions kept in each search.
MOST_SOLUTIONS: Final = 3
MOST_SEARCHES: Final = 4
MOST_RESULTS: Final = 5
MOST_FIGURES: Final = 2
MOST_FIGURE_LINES: Final = 5_000
MOST_SCORES: Final = 60
#: Trials of everybody together, at one time: with the limits above, at most some gigabytes on this instance.
MOST_TRIALS: Final = 3_000


def is_trial(solution: Solution) -> bool:
    """Made without an account and not taken over yet."""
    return solution.owner_id is None and bool(solution.visitor_key)


def room_for_solution(visitor_key: str) -> None:
    """Raises Refused when this session, or all visitors together, have as many trials as they may."""
    trials = Solution.objects.filter(owner__isnull=True).exclude(visitor_key="")
    if trials.filter(visitor_key=visitor_key).count() >= MOST_SOLUTIONS:
        raise Refused(
            _("Without an account, %(n)s solutions are kept at a time: remove one, or sign in to keep them all.")
            % {"n": MOST_SOLUTIONS}
        )
    if trials.count() >= MOST_TRIALS:
        raise Refused(_("Many people are trying at the moment: sign in to go on, or come back tomorrow."))


def room_for_search(solution: Solution) -> None:
    if is_trial(solution) and solution.searches.count() >= MOST_SEARCHES:
        raise Refused(
            _("Without an account, %(n)s searches are kept for a solution: sign in to open more.")
            % {"n": MOST_SEARCHES},
            field="level",
        )


def room_for_result(search: Search) -> None:
    if is_trial(search.solution) and search.results.count() >= MOST_RESULTS:
        raise Refused(
            _("Without an account, %(n)s results are kept for a search: sign in to keep more.") % {"n": MOST_RESULTS}
        )


def room_for_figures(search: Search, lines: int) -> None:
    if not is_trial(search.solution):
        return
    if search.own_criteria.count() >= MOST_FIGURES:
        raise Refused(
            _("Without an account, %(n)s files of figures are kept for a search: sign in to bring more.")
            % {"n": MOST_FIGURES},
            field="file",
        )
    if lines > MOST_FIGURE_LINES:
        raise Refused(
            _("Without an account, a file of at most 5,000 territories is kept: sign in to bring more."), field="file"
        )


def room_for_score(search: Search) -> None:
    if is_trial(search.solution) and search.scores.count() >= MOST_SCORES:
        raise Refused(
            _("Without an account, %(n)s opinions are kept for a search: sign in to give more.") % {"n": MOST_SCORES}
        )
