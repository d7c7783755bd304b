"""How much is too much, in one place."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

#: How long an invitation may be answered.
INVITATION_LIFE: Final = timedelta(days=14)
#: Under this time left, an invitation shows among the gestures that wait.
INVITATION_WARNING: Final = timedelta(days=3)

#: Mails of invitation in 24 hours: by one sender, to one address, by one body.
SENDINGS_BY_SENDER: Final = 40
SENDINGS_TO_ADDRESS: Final = 3
SENDINGS_BY_BODY: Final = 100
SENDINGS_WINDOW: Final = timedelta(hours=24)

#: The longest delegation; a longer absence is a change of role.
DELEGATION_DAYS: Final = 92
#: Under this time left, a delegation shows among the gestures that wait.
DELEGATION_WARNING: Final = timedelta(days=3)

#: Time given to confirm the list of one's people, and when a reminder leaves.
REVIEW_DAYS: Final = 21
REVIEW_REMINDER: Final = timedelta(days=7)
