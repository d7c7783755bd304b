"""What higher floors may listen to. Receivers run inside the transaction of the gesture."""

from __future__ import annotations

from django.dispatch import Signal

#: Somebody lost access to a body. Arguments: `membership`, `by` (Actor). Close feeds, tokens, exports there.
access_closed = Signal()

#: Somebody entered a body. Arguments: `membership`, `by` (Actor).
access_opened = Signal()
