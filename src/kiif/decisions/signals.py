"""What decisions tell the rooms above, in the same transaction. Senders are classes; arguments are named."""

from __future__ import annotations

from django.dispatch import Signal

#: decisions=[Decision, …], call=, by=: these answers are known from now on, all at once
published = Signal()
#: decision= (the new one), before= (outcome of the one it replaces), by=
reversed = Signal()  # noqa: A001 -- the word of the house for a published decision that changes
#: decision=, by=: the carriers take the place
confirmed = Signal()
#: decision=, by=: the carriers decline the place, or did not reply in time
declined = Signal()
