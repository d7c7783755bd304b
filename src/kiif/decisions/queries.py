"""Who reads decisions. The team's side starts at `visible_to`: who runs the call, barred applications left out. The
carriers' side starts at `own`: what was published, and nothing of what is being prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, QuerySet

from kiif.accounts.actor import Actor
from kiif.decisions.enums import DecisionState

if TYPE_CHECKING:
    from kiif.decisions.models import Appeal, Decision, Letter  # noqa: F401 -- names of type parameters
    from kiif.programmes.models import Application, Call


def applications_of(actor: Actor, call: Call | None = None) -> QuerySet[Application]:
    """Applications whose decisions this actor prepares: of calls that they run, without those that a conflict bars."""
    from kiif.programmes.models import Application

    return Application.objects.run_by(actor, call)


class DecisionQuerySet(QuerySet["Decision"]):
    def visible_to(self, actor: Actor, call: Call | None = None) -> Self:
        """Pending ones too: for who runs the call. `call`: of this one only, which asks less of the database."""
        rows = self.filter(application__call=call) if call is not None else self
        if actor.is_system:
            return rows
        return rows.filter(Exists(applications_of(actor, call).filter(pk=OuterRef("application_id"))))

    def own(self, actor: Actor) -> Self:
        """Published ones of what one carries, and those that they replaced."""
        from kiif.programmes.models import Application

        return self.known().filter(application__in=Application.objects.own(actor).values("pk"))

    def known(self) -> Self:
        return self.exclude(state=DecisionState.PENDING)

    def pending(self) -> Self:
        return self.filter(state=DecisionState.PENDING)

    def published(self) -> Self:
        return self.filter(state=DecisionState.PUBLISHED)

    def with_ties(self) -> Self:
        return self.select_related("application__project", "application__call__edition__programme__owner", "letter")


class LetterQuerySet(QuerySet["Letter"]):
    def visible_to(self, actor: Actor, call: Call | None = None) -> Self:
        from kiif.decisions.models import Decision

        rows = self.filter(decision__application__call=call) if call is not None else self
        if actor.is_system:
            return rows
        return rows.filter(decision__in=Decision.objects.visible_to(actor, call).values("pk"))

    def own(self, actor: Actor) -> Self:
        from kiif.decisions.models import Decision

        return self.filter(decision__in=Decision.objects.own(actor).values("pk"))


class AppealQuerySet(QuerySet["Appeal"]):
    def visible_to(self, actor: Actor, call: Call | None = None) -> Self:
        from kiif.decisions.models import Decision

        rows = self.filter(decision__application__call=call) if call is not None else self
        if actor.is_system:
            return rows
        return rows.filter(decision__in=Decision.objects.visible_to(actor, call).values("pk"))

    def own(self, actor: Actor) -> Self:
        from kiif.decisions.models import Decision

        return self.filter(decision__in=Decision.objects.own(actor).values("pk"))
