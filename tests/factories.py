"""People and organisations for tests. Invented, few, named after what they are."""

from __future__ import annotations

from functools import cached_property
from itertools import count
from typing import Any

from django.test import Client

from kiif.accounts.actor import VISITOR, Actor
from kiif.accounts.models import User

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
    """One person for each role, made when first asked for."""

    @cached_property
    def people(self) -> dict[str, User]:
        return {role: make_user(role.replace("_", " ").title()) for role in ROLES if role != "visitor"}

    def client(self, role: str) -> Client:
        return Client() if role == "visitor" else sign_in(self.people[role])

    def actor(self, role: str) -> Actor:
        return VISITOR if role == "visitor" else Actor(user=self.people[role])
