"""This app's part of the demonstration: Le Kiif, its ten members, their invented people. Through the actions only.

`world.scale` is a number of years: each adds people who came and left, departments lost and found again, quarterly
reviews, with the journal of it all.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.accounts.demo import create_person
from kiif.accounts.demo_accounts import DemoAccount
from kiif.accounts.models import User
from kiif.alliance.actions.bodies import create_alliance, create_incubator, create_partner, open_branch
from kiif.alliance.actions.coverage import set_coverage
from kiif.alliance.actions.delegations import delegate
from kiif.alliance.actions.invitations import invite
from kiif.alliance.actions.memberships import admit, end_membership
from kiif.alliance.actions.reviews import (
    Reply,
    answer_review,
    confirm_review,
    open_due_reviews,
    record_past_review,
    start_of_quarter,
)
from kiif.alliance.demo_names import ADVISOR_TITLES, COLLEAGUE_TITLES, FAMILY_NAMES, FIRST_NAMES, MEMBERS, MemberPlan
from kiif.alliance.enums import Answer, PartnerKind, Role
from kiif.alliance.models import AccessReview, Alliance, Body, Branch, Incubator, Membership

ORDER = 40
NAME = _("The alliance, its members and their teams")
FOUNDED: Final = date(2023, 12, 15)
DAY: Final = timedelta(days=1)
YEAR: Final = timedelta(days=365)

#: address → (name, label on the sign-in page)
ACCOUNTS: Final[dict[str, tuple[str, Any]]] = {
    "coordination@kiif.example": ("Zélie Mirevent", _("Alliance coordination")),
    "direction@kiif.example": ("Octave Hautemousse", _("Incubator manager (ATIS)")),
    "accompagnement@kiif.example": ("Maïwenn Landevive", _("Advisor (ATIS), also reviewer")),
    "jury@kiif.example": ("Calixte Ormeclair", _("Reviewer")),
    "fondation@kiif.example": ("Salomé Ventclair", _("Partner foundation")),
    "porteuse@kiif.example": ("Yaël Sourcelune", _("Project carrier")),
    "support@kiif.example": ("Lubin Talusclair", _("Technical support")),
}


def demo_accounts() -> list[DemoAccount]:
    """One account for each role, for the sign-in page of a demonstration."""
    return [DemoAccount(label, email) for email, (_name, label) in ACCOUNTS.items()]


@dataclass
class _Namer:
    """Gives invented names and addresses, never twice the same address."""

    rng: Any
    taken: set[str]

    def next(self, domain: str) -> tuple[str, str]:
        while True:
            first, last = self.rng.choice(FIRST_NAMES), self.rng.choice(FAMILY_NAMES)
            address = f"{_plain(first)}.{_plain(last)}@{domain}"
            if address not in self.taken:
                self.taken.add(address)
                return f"{first} {last}", address


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in decomposed if letter.isalnum())


def build(world: Any) -> None:
    """Fills `world.incubators` (slug → Incubator), `world.people` (address → User), `world.things["alliance"]`."""
    today = timezone.localdate()
    founded = min(FOUNDED, today - YEAR * world.scale)
    alliance = create_alliance(
        by=world.by,
        name="Le Kiif",
        presentation="Dix incubateurs d’innovation sociale, neuf régions : ce que l’un apprend sert à tous les autres.",
        contact_email="bonjour@kiif.example",
        founded_on=founded,
    )
    world.things["alliance"] = alliance
    names = _Namer(world.rng, set())
    for plan in MEMBERS:
        incubator = _member(world, alliance, plan, founded)
        world.incubators[incubator.slug] = incubator
        _team(world, incubator, plan, names, founded)
        _past(world, incubator, plan, names)
    _accounts(world, alliance)
    _past_reviews(world, alliance, founded)
    _today(world)


def _member(world: Any, alliance: Alliance, plan: MemberPlan, founded: date) -> Incubator:
    incubator = create_incubator(
        alliance=alliance,
        by=world.by,
        name=plan.name,
        short_name=plan.short_name,
        presentation=plan.presentation,
        region=plan.region,
        national=plan.national,
        accent=plan.accent,
        contact_email=f"bonjour@{plan.domain}",
        joined_on=founded,
    )
    for town in plan.towns:
        open_branch(
            incubator=incubator,
            by=world.by,
            name=town.name,
            commune_code=town.code,
            commune_name=town.name,
            latitude=town.latitude,
            longitude=town.longitude,
            opened_on=founded - DAY * world.rng.randint(200, 2500),
        )
    _coverage(world, incubator, plan, founded)
    return incubator


def _coverage(world: Any, incubator: Incubator, plan: MemberPlan, founded: date) -> None:
    """Half of the departments at first, all of them for the first call; each year one is lost, then found again."""
    codes = plan.departments
    if not codes:
        return
    first = codes[: (len(codes) + 1) // 2]
    cover = {"incubator": incubator, "by": world.by}
    set_coverage(codes=first, since=founded, why="Naissance de l’alliance", **cover)
    set_coverage(codes=codes, since=founded + DAY * 109, why="Premier appel Les Sentiers", **cover)
    if len(codes) == 1:
        return
    for year in range(world.scale):
        lost = founded + DAY * (150 + 365 * year + world.rng.randint(0, 60))
        if lost + DAY * 90 < timezone.localdate():
            rest = [code for code in codes if code != world.rng.choice(codes)]
            set_coverage(codes=rest, since=lost, why="Équipe incomplète", **cover)
            set_coverage(codes=codes, since=lost + DAY * 90, why="Équipe de nouveau au complet", **cover)


def _team(world: Any, incubator: Incubator, plan: MemberPlan, names: _Namer, founded: date) -> None:
    branches = list(Branch.objects.visible_to(world.by).filter(incubator=incubator).order_by("pk"))
    for rank in range(plan.team):
        role, title = _role(world, rank)
        user = _person(world, names, plan)
        if plan.name == "ATIS" and rank == 0:
            user = _account(world, "direction@kiif.example")
        admit(
            user=user,
            where=incubator.body_ptr,
            role=role,
            title=title,
            branch=branches[0] if rank == 0 else world.rng.choice(branches),
            since=min(founded + DAY * world.rng.randint(0, 900), timezone.localdate() - DAY * 30),
            by=world.by,
        )


def _role(world: Any, rank: int) -> tuple[Role, str]:
    if rank == 0:
        return Role.MANAGER, "direction"
    if rank % 4 == 3:
        return Role.COLLEAGUE, world.rng.choice(COLLEAGUE_TITLES)
    return Role.ADVISOR, world.rng.choice(ADVISOR_TITLES)


def _person(world: Any, names: _Namer, plan: MemberPlan) -> User:
    name, email = names.next(plan.domain)
    user = create_person(world, name, email)
    world.people[email] = user
    return user


def _account(world: Any, email: str) -> User:
    """The person of a demonstration account, made once."""
    if email not in world.people:
        world.people[email] = create_person(world, ACCOUNTS[email][0], email)
    user: User = world.people[email]
    return user


def _past(world: Any, incubator: Incubator, plan: MemberPlan, names: _Namer) -> None:
    """People who came and left: one for each year of history."""
    today = timezone.localdate()
    for year in range(world.scale):
        gone = today - DAY * (40 + 365 * year + world.rng.randint(0, 200))
        membership = admit(
            user=_person(world, names, plan),
            where=incubator.body_ptr,
            role=Role.ADVISOR,
            title=world.rng.choice(ADVISOR_TITLES),
            since=gone - DAY * world.rng.randint(200, 900),
            by=world.by,
        )
        end_membership(membership=membership, on=gone, by=world.by)


def _accounts(world: Any, alliance: Alliance) -> None:
    """The people of the demonstration accounts, and where they belong."""
    partner = create_partner(
        alliance=alliance,
        by=world.by,
        name="Fondation des Passerelles",
        partner_kind=PartnerKind.FOUNDATION,
        presentation="Fondation inventée pour la démonstration.",
    )
    world.things["partner"] = partner
    kiif, since = alliance.body_ptr, FOUNDED
    places = (
        ("coordination@kiif.example", kiif, Role.COORDINATOR, "délégation nationale"),
        ("accompagnement@kiif.example", world.incubators["atis"].body_ptr, Role.ADVISOR, "chargée d’essaimage"),
        ("accompagnement@kiif.example", kiif, Role.REVIEWER, ""),
        ("jury@kiif.example", kiif, Role.REVIEWER, ""),
        ("fondation@kiif.example", partner.body_ptr, Role.PARTNER, "responsable des programmes"),
        ("support@kiif.example", kiif, Role.SUPPORT, "accompagnement des usages"),
    )
    for email, where, role, title in places:
        admit(user=_account(world, email), where=where, role=role, title=title, since=since, by=world.by)
    _account(world, "porteuse@kiif.example")


def _past_reviews(world: Any, alliance: Alliance, founded: date) -> None:
    """One review for each quarter of history and each team, all confirmed."""
    bodies = [alliance.body_ptr, *(incubator.body_ptr for incubator in world.incubators.values())]
    quarter = start_of_quarter(timezone.localdate())
    for _n in range(4 * world.scale):
        quarter = start_of_quarter(quarter - DAY)
        for body in bodies if quarter > founded else ():
            confirmed = quarter + DAY * world.rng.randint(3, 20)
            record_past_review(where=body, opened_on=quarter, confirmed_on=confirmed, by=world.by)


def acting(user: User, where: Body) -> Actor:
    """A person acting under their own membership of a body."""
    return Actor(user=user, acting_as=Membership.objects.of(user.pk).get(where=where))


def _today(world: Any) -> None:
    """What runs on the day of the demonstration: invitations, a delegation, reviews half-way."""
    atis = world.incubators["atis"].body_ptr
    manager = acting(world.people["direction@kiif.example"], atis)
    branch = Branch.objects.visible_to(world.by).get(incubator_id=atis.pk, name="Périgueux")
    invite(
        where=atis,
        email="ondine.plaincourbe@atis.example",
        full_name="Ondine Plaincourbe",
        role=Role.ADVISOR,
        title="chargée d’essaimage",
        branch=branch,
        message="Bienvenue à Périgueux, l’équipe t’attend.",
        by=manager,
    )
    invite(
        where=atis,
        email="ulysse.tourbenoire@atis.example",
        full_name="Ulysse Tourbenoire",
        role=Role.COLLEAGUE,
        life=timedelta(0),
        by=manager,
    )
    advisor = acting(world.people["accompagnement@kiif.example"], atis)
    colleague = Membership.objects.current().filter(where=atis, role=Role.ADVISOR).exclude(user=advisor.user)
    today = timezone.localdate()
    delegate(
        membership=colleague.order_by("pk")[0],
        to=world.people["accompagnement@kiif.example"],
        since=today,
        until=today + DAY * 12,
        reason="congés",
        by=manager,
    )
    _reviews(world)


def _reviews(world: Any) -> None:
    """The reviews of this quarter: a third are confirmed, some are half answered, others wait."""
    open_due_reviews(by=world.by)
    for number, review in enumerate(AccessReview.objects.open().select_related("where").order_by("pk")):
        steering = Membership.objects.current().filter(where=review.where, role=Role.MANAGER).first()
        if steering is None or review.where.slug == "atis" or number % 3 == 0:
            continue
        by = acting(steering.user, review.where)
        lines = list(review.lines.order_by("pk").values_list("pk", flat=True))
        answered = lines if number % 3 == 1 else lines[: len(lines) // 2]
        answer_review(review=review, replies={key: Reply(Answer.KEEP) for key in answered}, by=by)
        if answered == lines:
            confirm_review(review=review, by=by)
