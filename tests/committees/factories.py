"""Sessions of committees with people, dossiers and marks, as rows. All invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.enums import Role
from kiif.committees.enums import MemberRole, SessionState
from kiif.committees.models import Item, Member, Presence, Session
from kiif.programmes.enums import ConflictState
from kiif.programmes.models import Application, Call, Conflict
from kiif.reviews.models import Score
from tests.alliance import factories as alliances
from tests.factories import make_user
from tests.programmes.factories import make_application, make_call, make_edition, make_programme
from tests.reviews.factories import make_assignment, make_mark, make_reviewer, make_round

_number = count(1)


def make_session(call: Call | None = None, **fields: Any) -> Session:
    """A session in preparation, named votes, quorum of half the members and two people."""
    asked = {
        "title": f"Comité inventé {next(_number)}",
        "starts_at": timezone.now() + timedelta(days=2),
        "ends_at": timezone.now() + timedelta(days=2, hours=3),
        "quorum_least": 2,
        "places": 2,
        **fields,
    }
    return Session.objects.create(call=call or make_call(), **asked)


def make_member(session: Session, person: User | None = None, there: bool = False, **fields: Any) -> Member:
    person = person or make_user()
    member = Member.objects.create(session=session, person=person, **{"name": str(person), **fields})
    if there:
        Presence.objects.create(member=member)
    return member


def make_item(session: Session, application: Application | None = None, **fields: Any) -> Item:
    application = application or make_application(session.call, make_user())
    order = fields.pop("order", session.items.count() + 1)
    return Item.objects.create(session=session, application=application, order=order, **fields)


def bar(application: Application, person: User) -> Conflict:
    """A conflict confirmed before, without its signal."""
    return Conflict.objects.create(
        application=application, person=person, state=ConflictState.CONFIRMED, settled_at=timezone.now()
    )


@dataclass
class Scene:
    """A running session: who runs the call, a chair, members there, dossiers with marks."""

    call: Call
    session: Session
    runner: User
    members: list[Member] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def actor(self, who: User | Member | None = None) -> Actor:
        """The runner under their role; members without any."""
        if who is None:
            membership = self.runner.memberships.get()
            return Actor(user=self.runner, acting_as=membership)
        return Actor(user=who.person if isinstance(who, Member) else who)


def make_scene(members: int = 4, dossiers: int = 3, state: str = SessionState.OPEN, **fields: Any) -> Scene:
    """The first member chairs; all are there when the session runs. Marks go down from the first dossier."""
    alliance = alliances.make_alliance()
    runner = make_user("Coline Essai")
    alliances.make_membership(alliance, Role.COORDINATOR, runner)
    call = make_call(make_edition(make_programme(alliance)))
    session = make_session(call, state=state, opened_at=timezone.now(), **fields)
    running = state in (SessionState.OPEN, SessionState.SUSPENDED)
    scene = Scene(call, session, runner)
    for number in range(members):
        role = MemberRole.CHAIR if number == 0 else MemberRole.MEMBER
        scene.members.append(make_member(session, make_user(f"Membre {number}"), there=running, role=role))
    scene.items = [make_item(session) for _number in range(dossiers)]
    return scene


def give_marks(scene: Scene, *totals: tuple[float, ...]) -> None:
    """Marks out of 20 for each dossier, by as many readers; scores as the computation would write them."""
    round_ = make_round(scene.call, state="closed", criteria=1, computed_at=timezone.now())
    readers = [make_reviewer(round_) for _n in range(max(len(row) for row in totals))]
    for item, row in zip(scene.items, totals, strict=False):
        for reader, total in zip(readers, row, strict=False):
            sheet = make_mark(make_assignment(reader, item.application), 3, total=total)
            sheet.words_team = f"Avis inventé, {total} sur 20."
            sheet.save()
        mean = sum(row) / len(row)
        spread = max(row) - min(row)
        Score.objects.filter(round=round_, application=item.application).update(
            raw=mean, corrected=mean, low=mean - 1, high=mean + 1, error=0.5, disagreement=min(spread / 10, 1),
            reads_done=len(row),
        )  # fmt: skip
    rows = Score.objects.filter(round=round_).order_by("-corrected")
    for rank, score in enumerate(rows, start=1):
        Score.objects.filter(pk=score.pk).update(rank=rank)
