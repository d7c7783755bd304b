"""People and organisations for tests. Invented, few, named after what they are."""

from __future__ import annotations

from functools import cached_property
from itertools import count
from typing import Any

from django.test import Client

from kiif.accounts.actions import start_visit
from kiif.accounts.actor import VISITOR, Actor
from kiif.accounts.middleware import VISIT_KEY
from kiif.accounts.models import User
from kiif.alliance.enums import Role
from kiif.alliance.models import Alliance, Incubator, Membership, Partner

ROLES = (
    "visitor",
    "carrier",
    "advisor",
    "other_advisor",
    "manager",
    "coordinator",
    "reviewer",
    "partner",
    "impersonating",
)
_number = count(1)


def make_user(full_name: str = "", **fields: Any) -> User:
    """A person who may sign in, with a verified address. The password is not usable: tests use `force_login`."""
    from allauth.account.models import EmailAddress

    number = next(_number)
    fields.setdefault("email", f"personne{number}@exemple.test")
    user = User.objects.create_user(full_name=full_name or f"Personne Inventée {number}", **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


class World:
    """An alliance with two incubators and one person for each role; each thing is made when first asked for."""

    @cached_property
    def alliance(self) -> Alliance:
        return make.make_alliance()

    @cached_property
    def incubator(self) -> Incubator:
        return make.make_incubator(self.alliance)

    @cached_property
    def other_incubator(self) -> Incubator:
        return make.make_incubator(self.alliance)

    @cached_property
    def partner_body(self) -> Partner:
        return make.make_partner(self.alliance)

    @cached_property
    def memberships(self) -> dict[str, Membership]:
        """The membership that each role acts under; visitors and carriers have none."""
        places = {
            "advisor": (self.incubator, Role.ADVISOR),
            "other_advisor": (self.other_incubator, Role.ADVISOR),
            "manager": (self.incubator, Role.MANAGER),
            "coordinator": (self.alliance, Role.COORDINATOR),
            "reviewer": (self.alliance, Role.REVIEWER),
            "partner": (self.partner_body, Role.PARTNER),
        }
        return {
            name: make.make_membership(where, role, make_user(f"{name.replace('_', ' ').title()} Inventé·e"))
            for name, (where, role) in places.items()
        }

    @cached_property
    def people(self) -> dict[str, User]:
        """The person behind each role; behind `impersonating`, the person who is looked at."""
        people = {name: membership.user for name, membership in self.memberships.items()}
        return {**people, "carrier": make_user("Carole Porteuse"), "impersonating": people["manager"]}

    @cached_property
    def support(self) -> User:
        return make_user("Camille Support", is_staff=True, is_superuser=True)

    def client(self, role: str) -> Client:
        """A client signed in as that role. `impersonating` is a support person visiting the manager."""
        if role == "visitor":
            return Client()
        if role != "impersonating":
            return sign_in(self.people[role])
        client = sign_in(self.support)
        visit = start_visit(person=self.people["manager"], reason="vérification", by=Actor(user=self.support))
        session = client.session
        session[VISIT_KEY] = visit.pk
        session.save()
        return client

    def actor(self, role: str) -> Actor:
        """The actor of that role, as the middlewares would make it."""
        if role == "visitor":
            return VISITOR
        if role == "impersonating":
            return Actor(self.people["manager"], self.memberships["manager"], impersonator=self.support)
        return Actor(self.people[role], self.memberships.get(role))


# last: the factories of the rooms build on what stands above
from tests.alliance import factories as make  # noqa: E402 -- see the line above
