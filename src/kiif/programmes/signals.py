"""What programmes tell the rooms above, in the same transaction. Senders are classes; arguments are named."""

from __future__ import annotations

from django.dispatch import Signal

#: application=, by=, before= (its state before), now it is `application.state`
state_changed = Signal()
#: conflict=, by=: somebody is barred from an application from now on
barred = Signal()
#: conflict=, by=: a confirmed conflict was lifted
unbarred = Signal()
#: kept=, gone=, by=: two applications became one
merged = Signal()
#: call=, by=
call_published = Signal()
#: host=, by=: it no longer hosts in this call
host_left = Signal()
