from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from kiif.mailbox import registry, rules
from kiif.mailbox.enums import Cadence, State

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor
    from kiif.accounts.models import User
    from kiif.mailbox.models import Mail, MailTemplate, Preference  # noqa: F401 -- named by the generics below

#: A talk with a mail server takes seconds; after so long it was cut.
CUT_AFTER = timedelta(minutes=10)


class MailQuerySet(QuerySet["Mail"]):
    def visible_to(self, actor: Actor) -> MailQuerySet:
        """The mails that the person received or asked for; all of them for who looks after the outbox. Never mails to
        others about what a higher floor keeps from this person (a conflict of interest)."""
        if actor.user is None:
            return self.none()
        seen = self if rules.operate(actor) else self.filter(Q(to=actor.user) | Q(created_by=actor.user))
        hidden = registry.hidden_from(actor)
        if hidden is None:
            return seen
        others = self.model._default_manager.filter(hidden).exclude(to=actor.user)
        return seen.exclude(pk__in=others.values("pk"))

    def received_by(self, user: User) -> MailQuerySet:
        """What has really been sent to this person."""
        return self.filter(to=user, state=State.SENT, digest=None)

    def due(self, now: datetime) -> MailQuerySet:
        """To be sent one by one, now."""
        return self.filter(state=State.QUEUED, cadence=Cadence.NOW).filter(
            Q(next_try_at=None) | Q(next_try_at__lte=now)
        )

    def for_digest(self, cadence: str) -> MailQuerySet:
        """Waiting to be told together."""
        return self.filter(state=State.QUEUED, cadence=cadence, digest=None)

    def cut(self, now: datetime | None = None) -> MailQuerySet:
        """Stopped in the middle of the talk with the mail server: a person decides."""
        return self.filter(state=State.SENDING, sending_at__lt=(now or timezone.now()) - CUT_AFTER)

    def in_trouble(self) -> MailQuerySet:
        """Failed, or cut, and not looked at since."""
        return self.filter(
            Q(state=State.FAILED) | Q(state=State.SENDING, sending_at__lt=timezone.now() - CUT_AFTER)
        ).filter(seen_at=None)


class MailTemplateQuerySet(QuerySet["MailTemplate"]):
    def newest(self) -> MailTemplateQuerySet:
        """The last version of each text."""
        same = self.model._default_manager.filter(
            kind=OuterRef("kind"), scope=OuterRef("scope"), language=OuterRef("language")
        )
        newest = same.order_by().values("kind").annotate(newest=Max("version")).values("newest")
        return self.filter(version=Subquery(newest))

    def in_force(self, kind: str, language: str, scope: str) -> MailTemplateQuerySet:
        """At most two rows: the text of everybody, the text of the scope. One that was given up counts no more."""
        return self.newest().filter(kind=kind, language=language, scope__in={"", scope}, given_up=False)


class PreferenceQuerySet(QuerySet["Preference"]):
    def cadence_for(self, category: str, *, user: User | None, address: str) -> str:
        """What this recipient wants of an optional category; immediately when nothing was said."""
        mine = self.filter(user=user) if user is not None else self.filter(user=None, address=address.lower())
        found = mine.filter(category=category).values_list("cadence", flat=True).first()
        return found or Cadence.NOW


def living_trouble() -> dict[str, int]:
    """Figures above the outbox: waiting, failed, cut, sent in the last 24 hours. One query."""
    from kiif.mailbox.models import Mail

    now = timezone.now()
    cut = Q(state=State.SENDING, sending_at__lt=now - CUT_AFTER)
    return Mail.objects.aggregate(
        waiting=Count("pk", filter=Q(state=State.QUEUED)),
        failed=Count("pk", filter=Q(state=State.FAILED, seen_at=None)),
        cut=Count("pk", filter=cut),
        sent=Count("pk", filter=Q(state=State.SENT, sent_at__gt=now - timedelta(days=1))),
    )
