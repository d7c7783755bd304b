"""Who sees which placement, asked in two ways, and what waits for a house."""

import pytest

from kiif.cohorts import actions
from kiif.cohorts.models import Placement
from kiif.cohorts.queries import hosted_here
from kiif.programmes.enums import ConflictState
from kiif.programmes.models import Conflict
from tests.cohorts import factories as make
from tests.cohorts.factories import Stage

pytestmark = pytest.mark.django_db


def seen(actor, stage):
    """Placements that this actor sees, the same whether all is asked for or within the call."""
    found = set(Placement.objects.visible_to(actor))
    assert set(Placement.objects.visible_to(actor, stage.call)) == found
    return found


def test_who_sees_a_placement_and_what_waits_for_a_house():
    stage = Stage()
    placement = actions.propose(application=stage.accepted(), host=stage.hosts[0], by=stage.by)
    mine, other = stage.advisors
    stranger = make.staff(make.alliances.make_incubator(), "advisor")
    assert [seen(actor, stage) for actor in (stage.by, mine, other, stranger)] == [
        {placement},
        {placement},
        set(),
        set(),
    ]
    assert [set(hosted_here(actor)) for actor in (stage.by, mine, other)] == [set(), {placement}, set()]
    Conflict.objects.create(application=placement.application, person=mine.user, state=ConflictState.CONFIRMED)
    assert (seen(mine, stage), set(hosted_here(mine))) == (set(), set())
    assert seen(stage.by, stage) == {placement}
