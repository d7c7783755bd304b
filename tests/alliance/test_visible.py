"""The predicate of one object and the queryset of a list say the same, on generated populations."""

from __future__ import annotations

import random
from typing import Any

import pytest
import rules
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiif.accounts.actor import VISITOR, Actor, system
from kiif.alliance.enums import ROLES_IN, Role
from kiif.alliance.models import (
    AccessReview,
    Alliance,
    Body,
    Branch,
    Coverage,
    Delegation,
    Incubator,
    Invitation,
    Membership,
    Partner,
    ReviewLine,
    Sending,
)
from tests.alliance import factories as make
from tests.factories import make_user

MODELS: tuple[Any, ...] = (
    AccessReview,
    Alliance,
    Body,
    Branch,
    Coverage,
    Delegation,
    Incubator,
    Invitation,
    Membership,
    Partner,
    ReviewLine,
    Sending,
)


def populate(rng: random.Random) -> list[Actor]:
    """Two alliances with everything in every state; returns everybody who may look."""
    users = [make_user() for _n in range(8)]
    bodies: list[Body] = []
    for _a in range(2):
        alliance = make.make_alliance()
        bodies.append(alliance)
        for _i in range(rng.randint(1, 3)):
            incubator = make.make_incubator(alliance, left_on=rng.choice([None, None, make.days(-3), make.days(3)]))
            bodies.append(incubator)
            make.make_branch(incubator, closed_on=rng.choice([None, make.days(-1), make.days(1)]))
            since = make.days(rng.randint(-50, -20))
            make.make_coverage(incubator, "33", since=since, until=rng.choice([None, make.days(-5), make.days(5)]))
        bodies.append(make.make_partner(alliance))
    memberships = [membership for body in bodies for membership in _people(rng, body, users)]
    actors = [make.acting(membership) for membership in memberships]
    for membership in memberships:
        others = [user for user in users if user != membership.user]
        delegation = make.make_delegation(
            membership, rng.choice(others), since=make.days(rng.randint(-9, 2)), until=make.days(rng.randint(3, 9))
        )
        actors.append(make.acting_for(delegation))
    for body in bodies:
        invitation = make.make_invitation(body, invited_by=rng.choice([None, *users]))
        Sending.objects.create(invitation=invitation, email=invitation.email, sent_by=invitation.invited_by)
        make.make_review(body)
    return [*actors, *(make.anybody(user) for user in users), VISITOR, system("test")]


def _people(rng: random.Random, body: Body, users: list[Any]) -> list[Membership]:
    chosen = rng.sample(users, rng.randint(1, 4))
    return [
        make.make_membership(
            body,
            rng.choice(ROLES_IN[body.kind]),
            user,
            since=make.days(rng.choice([-60, -60, 0, 2])),
            until=rng.choice([None, None, make.days(2), make.days(4)]),
        )
        for user in chosen
    ]


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_predicate_and_queryset_agree(seed: int) -> None:
    with transaction.atomic():
        actors = populate(random.Random(seed))  # noqa: S311 -- a population, not a secret
        for model in MODELS:
            rule = f"alliance.view_{model._meta.model_name}"
            rows = list(model.objects.all())
            for actor in actors:
                seen = set(model.objects.visible_to(actor).values_list("pk", flat=True))
                allowed = {row.pk for row in rows if rules.test_rule(rule, actor, row)}
                assert seen == allowed, (model.__name__, actor, actor.acting_as)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_population_has_something_to_hide_and_something_to_show() -> None:
    """Positive control: on one population each model is fully seen by the system, and hidden from somebody."""
    actors = populate(random.Random(1))  # noqa: S311 -- same
    gone = make.make_incubator(left_on=make.days(-3))
    make.make_branch(gone)
    make.make_coverage(gone)
    for model in MODELS:
        total = model.objects.count()
        counts = {model.objects.visible_to(actor).count() for actor in actors}
        assert max(counts) == total > 0
        if model is not Alliance:
            assert min(counts) < total


@pytest.mark.django_db
def test_every_model_has_a_rule_and_a_list() -> None:
    from django.apps import apps

    models = set(apps.get_app_config("alliance").get_models())
    assert models == set(MODELS)
    for role in Role:
        assert any(role in roles for roles in ROLES_IN.values())
