from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.jobs.models import Run
from kiif.ui.today import Gesture

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor


def gestures(actor: Actor) -> list[Gesture]:
    """For an operator: the jobs that failed and that nobody has looked at."""
    if not rules.test_rule("jobs.operate", actor):
        return []
    dead = Run.objects.dead().count()
    if not dead:
        return []
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
