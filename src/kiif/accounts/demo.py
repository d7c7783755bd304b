"""This app's part of the demonstration: the terms of use, and a way to make people that everybody else uses."""

from __future__ import annotations

from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from kiif.accounts import actions
from kiif.accounts.actor import Actor
from kiif.accounts.demo_accounts import PASSWORD
from kiif.accounts.demo_world import World
from kiif.accounts.models import User
from kiif.accounts.queries import current_texts

ORDER = 10
NAME = _("Accounts")
SUPPORT_EMAIL = "support@exemple.fr"


@cache
def _encoded() -> str:
    """The demonstration's password, hashed once: hashing it 150 times would take longer than the rest."""
    return make_password(PASSWORD)


def _accept_terms(user: User) -> User:
    required = [text for text in current_texts(user.language) if text.required]
    actions.give_consent(person=user, texts=required, by=Actor(user=user))
    return user


def create_person(world: World, full_name: str, email: str, *, language: str = "fr", phone: str = "") -> User:
    """An invented person with the demonstration's password, who accepted the terms of use."""
    return _accept_terms(
        actions.create_person(
            by=world.by, email=email, full_name=full_name, encoded_password=_encoded(), language=language, phone=phone
        )
    )


def build(world: World) -> None:
    """The terms of use, and one support person who administers the instance."""
    actions.ensure_default_texts()
    support = actions.create_admin(
        email=SUPPORT_EMAIL, name="Camille Support", encoded_password=_encoded(), by=world.by
    )
    _accept_terms(support)
