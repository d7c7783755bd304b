"""What reviews tell their own rooms and those above, in the same transaction. Arguments are named."""

from __future__ import annotations

from django.dispatch import Signal

#: round_=, by=: a round opened, closed, opened again (its state says which)
round_moved = Signal()
#: assignment=, by=: a marking sheet was given, changed, or taken back
marked = Signal()
