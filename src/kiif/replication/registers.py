"""What the app tells the lower floors when the product starts."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from kiif.accounts import privacy as accounts_privacy
from kiif.accounts.actor import Actor
from kiif.alliance.enums import STAFF_ROLES
from kiif.attachments import registry as attachments
from kiif.jobs import schedule
from kiif.journal import registry as journal
from kiif.search import registry as search
from kiif.ui import home, navigation


def fill() -> None:
    from kiif.replication import mails, rules, tasks, verbs, visitors
    from kiif.replication.models import FeasibilityStudy, Search, Solution
    from kiif.replication.privacy import HOLDER

    verbs.register()
    mails.register()
    visitors.listen()
    navigation.register(
        navigation.Entry(
            _("Where to replicate"),
            "replication:home",
            order=40,
            show=navigation.everyone,
            current_under=("replication:*",),
        )
    )
    navigation.register(
        navigation.Entry(_("Atlas of demand"), "replication:atlas", order=45, show=opens_atlas, place="staff")
    )
    navigation.register(
        navigation.Entry(_("Feasibility studies"), "replication:my-studies", order=35, show=_signed_in, place="account")
    )
    home.register_door(
        home.Door(
            _("You replicate a solution"),
            _("Say what it needs; see which territories suit it, why, and how sure it is. Without an account."),
            "replication:home",
            order=15,
        )
    )
    search.register(search.Source("solutions", _("Solutions to replicate"), find=find, order=35))
    accounts_privacy.register(HOLDER)
    schedule.register("replication.forget_visitors", tasks.forget_visitors, every=timedelta(days=1), at=time(3, 40))
    attachments.register(
        FeasibilityStudy,
        can_read=lambda actor, study: bool(rules.can_view(actor, study)),
        can_write=lambda actor, study: bool(rules.can_change(actor, study)),
        organisation=lambda study: study.search.solution.owner_body,
    )
    for model in (Solution, Search, FeasibilityStudy):
        journal.register(model, can_read=lambda actor, obj: bool(rules.can_view(actor, obj)))


def _signed_in(actor: Actor) -> bool:
    return actor.user is not None


def opens_atlas(actor: Actor) -> bool:
    """The teams of the alliance's members."""
    return actor.acting_as is not None and actor.acting_as.role in STAFF_ROLES


def find(actor: Actor, text: str, limit: int) -> list[search.Hit]:
    """My solutions, and those shared with me, whose name holds the words."""
    from kiif.replication.models import Solution

    rows = Solution.objects.visible_to(actor)
    for word in text.split()[:8]:
        rows = rows.filter(name__holds=word)
    return [search.Hit(row.name, row.get_absolute_url(), str(row.kind_label)) for row in rows[:limit]]
