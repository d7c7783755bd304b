from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.jobs.models import Run
from kiif.ui.today import Gesture, Source

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor


def _dead(actor: Actor) -> Any:
    return Run.objects.dead() if rules.test_rule("jobs.operate", actor) else None


def _tell(actor: Actor, rows: Any) -> list[Gesture]:
    dead = rows.count()
    about = ngettext("%(count)s job stopped", "%(count)s jobs stopped", dead) % {"count": dead}
    return [
        Gesture(
            title=_("Look at the jobs that failed"),
            about=about,
            url=f"{reverse('jobs:all')}?etat=failed",
            action=_("Look"),
            initials="!",
        )
    ]


#: For an operator: the jobs that failed and that nobody has looked at.
FAILED = Source(_dead, _tell)
