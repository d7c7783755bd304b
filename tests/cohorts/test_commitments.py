"""What the page of a commitment gives a house to sign, and what it asks the database for."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiif.cohorts import rules
from kiif.cohorts.models import Cohort, Commitment
from tests.cohorts import factories as make
from tests.cohorts.factories import Stage
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


def _join(stage: Stage, cohort: Cohort) -> None:
    application = stage.accepted(make_user())
    make.make_placement(application, stage.hosts[0], "hosted")
    make.make_member(cohort, application)


def test_a_house_is_led_to_each_of_its_signatures_without_asking_member_by_member() -> None:
    stage = Stage()
    application = stage.accepted()
    make.make_placement(application, stage.hosts[0], "hosted")
    cohort = make.make_cohort(stage.call, application)
    text: Commitment = make.make_commitment(cohort, by_host=True)
    page, client = f"/promotions/engagements/{text.public_id}/", sign_in(stage.advisors[0].user)
    client.get(page)
    asked = []
    for there in (1, 3):
        while cohort.members.count() < there:
            _join(stage, cohort)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            words = client.get(page).text
        asked.append(len(captured))
        members = list(cohort.members.all())
        for member in members:
            assert f"/{text.public_id}/{member.public_id}/accueil/" in words
            assert rules.member_hosted_here(stage.advisors[0], member)
            assert not rules.member_hosted_here(stage.advisors[1], member)
        assert len(members) == there
    assert asked[0] == asked[1]
