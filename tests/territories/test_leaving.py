"""What somebody keeps of the areas of an organisation that they left, and what is left of a person who is erased."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kiif.accounts.actor import Actor
from kiif.journal.models import JournalDetail
from kiif.territories import privacy
from kiif.territories.actions import drawn as actions
from kiif.territories.enums import Visibility
from kiif.territories.models import DrawnTerritory
from kiif.ui.errors import NotAllowed
from tests.factories import World
from tests.territories import factories as make


@pytest.mark.usefixtures("dordogne")
def test_who_leaves_an_organisation_leaves_its_areas_behind(world: World) -> None:
    advisor = world.actor("advisor")
    drawn = make.make_drawn(advisor, ["24311"])
    draft = actions.open_draft(by=advisor, drawn=drawn)
    gone = Actor(user=advisor.user)
    assert not DrawnTerritory.objects.visible_to(gone).exists()
    for gesture in (
        lambda: actions.describe(drawn=drawn, by=gone, name="Pris", description="", why=""),
        lambda: actions.share(drawn=drawn, by=gone, visibility="members"),
        lambda: actions.withdraw(drawn=drawn, by=gone),
        lambda: actions.rebase_draft(draft=draft, by=gone, keep_mine=False),
    ):
        with pytest.raises(NotAllowed):
            gesture()
    assert list(DrawnTerritory.objects.visible_to(world.actor("manager"))) == [drawn]
    assert actions.rebase_draft(draft=draft, by=advisor, keep_mine=False) == draft


@pytest.mark.usefixtures("dordogne")
def test_visitors_do_not_learn_who_works_in_an_organisation(world: World) -> None:
    advisor = world.actor("advisor")
    drawn = make.make_drawn(advisor, ["24311"], visibility=Visibility.PUBLIC)
    name = str(advisor.user)
    for page in ("drawn", "drawn-history"):
        address = reverse(f"territories:{page}", args=[drawn.slug])
        assert name not in world.client("visitor").get(address).content.decode()
        assert name in world.client("manager").get(address).content.decode()


@pytest.mark.usefixtures("dordogne")
def test_an_area_that_nobody_else_read_leaves_no_word(world: World) -> None:
    carrier = world.actor("carrier")
    assert carrier.user is not None
    drawn = make.make_drawn(carrier, ["24311"], "Chez Zorglubine")
    actions.describe(drawn=drawn, by=carrier, name="Zorglubine encore", description="zorglubine", why="")
    kept = make.make_drawn(world.actor("advisor"), ["24311"], "Vallée partagée")
    privacy.erase(carrier.user)
    drawn.refresh_from_db()
    assert (drawn.name, drawn.slug) == ("–", f"-{drawn.pk}")
    details = JournalDetail.objects.filter(entry__verb__startswith="territories.")
    told = {detail.object_label for detail in details}
    assert told == {"", kept.name}
    assert "orglubine" not in repr(list(details.values("changes", "data")))
