"""How sure an answer is: made in a blink (departments) or in some seconds (communes), so a page asks if it is ready."""

from __future__ import annotations

import threading
from typing import Final

from kiif.methods.ranking import evaluation
from kiif.replication.engine import Answer
from kiif.replication.memory import Memory

#: Methods whose certainty can be computed (`methods.ranking.evaluation`).
SAID_BY: Final = frozenset({"sum", "geometric", "power"})
#: Territories x weightings x criteria beyond which a page shows the ranking first, and how sure it is afterwards.
LONG: Final = 200_000_000
#: One computation at a time in this process: the pages of everybody else keep a processor.
_ONE: Final = threading.BoundedSemaphore(1)


def _size(found: evaluation.Robustness) -> int:
    arrays = (found.acceptability, found.low, found.high, found.central_weights)
    return sum(int(array.nbytes) for array in arrays)


_MADE: Final[Memory[evaluation.Robustness]] = Memory(192_000_000, _size)


def certainty_of(answer: Answer) -> evaluation.Robustness | None:
    """How sure; None for methods that do not say it. Computed once: whoever asks meanwhile waits for the same."""
    if answer.evaluation.model.method not in SAID_BY:
        return None
    return _MADE.get_or_make(answer.key, lambda: _compute(answer))


def _compute(answer: Answer) -> evaluation.Robustness:
    with _ONE:
        return evaluation.how_sure(answer.evaluation)


def is_ready(answer: Answer) -> bool:
    """Whether `certainty_of` answers at once, or nearly: already made, not said by this method, or a small level."""
    found = answer.evaluation
    if found.model.method not in SAID_BY or found.model.uncertainty.kind == "none":
        return True
    if len(found.order) * found.model.uncertainty.draws * len(found.criteria) < LONG:
        return True
    return _MADE.get(answer.key) is not None


def forget() -> None:
    """Starts without anything computed (tests)."""
    _MADE.forget()
