"""Living areas drawn by people: versions that never change, rights that hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from kiif.journal.models import JournalEntry
from kiif.territories import areas, rules
from kiif.territories.actions import drawn as actions
from kiif.territories.enums import Visibility
from kiif.territories.models import Draft, DrawnTerritory, DrawnVersion, FormerCode, Territory
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import ROLES, World
from tests.territories import factories as make

pytestmark = pytest.mark.usefixtures("dordogne")


def test_draw_then_redraw(world: World) -> None:
    advisor = world.actor("advisor")
    drawn = make.make_drawn(advisor, ["24311", "24016"], "Autour de Nontron")
    assert (drawn.slug, drawn.current.number, drawn.current.size) == ("autour-de-nontron", 1, 2)
    assert (drawn.drawn_by, drawn.drawn_for_id, drawn.visibility) == (advisor.user, world.incubator.pk, "private")
    draft = actions.open_draft(by=advisor, drawn=drawn)
    assert draft.codes == ["24016", "24311"]
    actions.change_draft(draft=draft, by=advisor, remove=["24016", "99999"])
    actions.save_draft(draft=draft, by=advisor, texts={"note": "Augignac regarde ailleurs."})
    second = actions.publish_draft(draft=draft, by=advisor)
    assert (second.number, second.size, second.note) == (2, 1, "Augignac regarde ailleurs.")
    first = drawn.versions.get(number=1)
    assert actions.codes_of(first) == ["24016", "24311"]
    change = areas.difference(first, second)
    assert ([t.code for t in change.added], [t.code for t in change.removed], change.kept) == ([], ["24016"], 1)
    assert not Draft.objects.exists()
    verbs = list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["territories.drew", "territories.redrew"]


def test_a_draft_survives_and_is_one_per_area(world: World) -> None:
    advisor = world.actor("advisor")
    draft = make.make_draft(advisor, ["24311"], name="La vallée")
    assert actions.open_draft(by=advisor) == draft
    assert actions.open_draft(by=world.actor("carrier")) != draft


def test_unknown_codes_are_ignored_and_long_texts_cut(world: World) -> None:
    draft = make.make_draft(world.actor("carrier"), ["24311", "00000", "x"], name="n" * 500)
    assert (draft.codes, len(Draft.objects.get().name)) == (["24311"], 120)


@pytest.mark.parametrize(
    ("codes", "name", "field"), [([], "Vide", "codes"), (["24311"], "  ", "name"), ([], "", "name")]
)
def test_what_cannot_be_drawn(world: World, codes: list[str], name: str, field: str) -> None:
    draft = make.make_draft(world.actor("advisor"), codes, name=name)
    with pytest.raises(Refused) as refusal:
        actions.publish_draft(draft=draft, by=world.actor("advisor"))
    assert refusal.value.field == field
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_one_commune_is_an_area(world: World) -> None:
    assert make.make_drawn(world.actor("carrier"), ["24311"]).current.size == 1


def test_very_many_communes_are_confirmed_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "ASK_ABOVE", 1)
    draft = make.make_draft(world.actor("advisor"), ["24311", "24016"], name="Tout")
    with pytest.raises(Refused, match="2 communes") as refusal:
        actions.publish_draft(draft=draft, by=world.actor("advisor"))
    assert refusal.value.field == "confirmed"
    assert actions.publish_draft(draft=draft, by=world.actor("advisor"), confirmed=True).size == 2


def test_somebody_elses_version_is_not_overwritten(world: World) -> None:
    advisor, manager = world.actor("advisor"), world.actor("manager")
    drawn = make.make_drawn(advisor, ["24311"])
    mine = actions.open_draft(by=advisor, drawn=drawn)
    theirs = actions.open_draft(by=manager, drawn=drawn)
    actions.change_draft(draft=theirs, by=manager, add=["24016"])
    actions.publish_draft(draft=theirs, by=manager)
    actions.change_draft(draft=mine, by=advisor, add=["24016"], remove=["24311"])
    with pytest.raises(Refused) as refusal:
        actions.publish_draft(draft=mine, by=advisor)
    assert refusal.value.field == "base_version"
    kept = actions.rebase_draft(draft=mine, by=advisor, keep_mine=True)
    assert (kept.base_version, kept.codes) == (2, ["24016"])
    assert actions.publish_draft(draft=kept, by=advisor).number == 3


def test_starting_again_from_theirs(world: World) -> None:
    advisor, manager = world.actor("advisor"), world.actor("manager")
    drawn = make.make_drawn(advisor, ["24311"])
    mine = actions.open_draft(by=advisor, drawn=drawn)
    theirs = actions.open_draft(by=manager, drawn=drawn)
    actions.change_draft(draft=theirs, by=manager, add=["24016"])
    actions.publish_draft(draft=theirs, by=manager)
    assert actions.rebase_draft(draft=mine, by=advisor, keep_mine=False).codes == ["24016", "24311"]


def test_a_version_without_any_change_is_refused(world: World) -> None:
    advisor = world.actor("advisor")
    drawn = make.make_drawn(advisor, ["24311"])
    draft = actions.open_draft(by=advisor, drawn=drawn)
    with pytest.raises(Refused, match="Rien n’a changé"):
        actions.publish_draft(draft=draft, by=advisor)


def test_two_areas_of_one_name_have_two_addresses(world: World) -> None:
    names = [make.make_drawn(world.actor("advisor"), ["24311"], "La Roya").slug for _turn in range(3)]
    assert names == ["la-roya", "la-roya-2", "la-roya-3"]


def test_the_database_refuses_an_empty_version_and_a_second_number(world: World) -> None:
    drawn = make.make_drawn(world.actor("advisor"), ["24311"])
    for fields in ({"number": 2, "size": 0}, {"number": 1, "size": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DrawnVersion.objects.create(drawn=drawn, vintage="2026", **fields)


@pytest.mark.parametrize("role", ["other_advisor", "carrier", "coordinator", "partner"])
def test_others_do_not_change_it(world: World, role: str) -> None:
    drawn = make.make_drawn(world.actor("advisor"), ["24311"], visibility=Visibility.PUBLIC)
    for gesture in (
        lambda: actions.open_draft(by=world.actor(role), drawn=drawn),
        lambda: actions.describe(drawn=drawn, by=world.actor(role), name="x", description="", why=""),
        lambda: actions.share(drawn=drawn, by=world.actor(role), visibility="members"),
    ):
        with pytest.raises(NotAllowed):
            gesture()
    assert (
        actions.describe(drawn=drawn, by=world.actor("manager"), name="Renommé", description="", why="").name
        == "Renommé"
    )


def test_a_draft_is_changed_by_its_author_only(world: World) -> None:
    draft = make.make_draft(world.actor("advisor"), ["24311"])
    with pytest.raises(NotAllowed):
        actions.change_draft(draft=draft, by=world.actor("manager"), add=["24016"])
    with pytest.raises(NotAllowed):
        actions.open_draft(by=world.actor("impersonating"))


def test_a_carrier_shares_with_members_not_with_all(world: World) -> None:
    carrier = world.actor("carrier")
    drawn = make.make_drawn(carrier, ["24311"])
    assert actions.share(drawn=drawn, by=carrier, visibility="members").visibility == "members"
    with pytest.raises(NotAllowed, match="incubateur qui vous accompagne"):
        actions.share(drawn=drawn, by=carrier, visibility="public")


def test_withdraw_and_restore(world: World) -> None:
    drawn = make.make_drawn(world.actor("advisor"), ["24311"], visibility=Visibility.PUBLIC)
    actions.withdraw(drawn=drawn, by=world.actor("coordinator"))
    assert not DrawnTerritory.objects.visible_to(world.actor("carrier")).exists()
    with pytest.raises(Refused):
        actions.withdraw(drawn=drawn, by=world.actor("advisor"))
    actions.restore(drawn=drawn, by=world.actor("advisor"))
    assert DrawnTerritory.objects.visible_to(world.actor("visitor")).exists()


def test_the_list_and_the_predicate_are_one_rule(world: World) -> None:
    """For every role and every kind of area: it is in the list exactly when it may be seen."""
    rows: list[DrawnTerritory] = []
    for author in ("advisor", "carrier", "other_advisor"):
        for visibility in Visibility:
            for withdrawn in (None, timezone.now()):
                fields: dict[str, Any] = {"visibility": visibility, "withdrawn_at": withdrawn}
                rows.append(make.make_drawn(world.actor(author), ["24311"], **fields))
    for role in ROLES:
        actor = world.actor(role)
        listed = set(DrawnTerritory.objects.visible_to(actor).values_list("pk", flat=True))
        assert listed == {row.pk for row in rows if rules.can_view(actor, row)}, role
        assert listed != set() or role == "nobody"
        changeable = set(DrawnTerritory.objects.changeable_by(actor).values_list("pk", flat=True))
        if role != "impersonating":
            assert changeable == {row.pk for row in rows if rules.can_change(actor, row)}, role


def test_a_commune_that_merged_since_is_followed(world: World, dordogne: dict[str, Territory]) -> None:
    drawn = make.make_drawn(world.actor("advisor"), ["24016"])
    gone, host = dordogne["augignac"], dordogne["nontron"]
    Territory.objects.filter(pk=gone.pk).update(is_open=False)
    FormerCode.objects.create(code="24016", name="Augignac", search="augignac", kind="merged", territory=host)
    area = areas.of_version(drawn.current, world.actor("advisor"))
    assert [(old.code, today.code) for old, today in area.followed] == [("24016", "24311")]
    assert (area.codes, area.lost) == (["24311"], [])


def test_erasure_takes_the_name_away_and_leaves_the_area(world: World) -> None:
    from kiif.territories import privacy

    carrier = world.people["carrier"]
    make.make_drawn(world.actor("carrier"), ["24311"], "Chez moi", visibility=Visibility.MEMBERS)
    make.make_drawn(world.actor("carrier"), ["24311"], "Secret")
    make.make_draft(world.actor("carrier"), ["24311"], name="Brouillon")
    assert {row["name"] for row in privacy.export(carrier)["drawn"]} == {"Chez moi", "Secret"}
    privacy.erase(carrier)
    privacy.erase(carrier)
    assert not Draft.objects.exists()
    assert set(DrawnTerritory.objects.values_list("name", "drawn_by")) == {("Chez moi", None), ("–", None)}
    assert set(DrawnVersion.objects.values_list("author", flat=True)) == {None}


def test_the_demonstration_draws_three_areas_twice(world: World, real: Path) -> None:
    """The plans hold codes of today; each second version changes something."""
    from kiif.territories import demo

    for plan in demo.PLANS:
        known = set(Territory.objects.at("commune").open().values_list("code", flat=True))
        mine = {code for code in (*plan.first, *plan.added, *plan.removed) if code[:2] in {"24", "06", "57"}}
        assert mine <= known, plan.name


def test_words_that_arrive_after_the_area_is_saved_are_no_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page keeps words by itself: its last sending may cross the one that saves the area."""
    advisor = world.actor("advisor")
    draft = make.make_draft(advisor, ["24311"])
    monkeypatch.setattr("kiif.territories.views.draw._draft", lambda _request, _pk: draft)
    Draft.objects.all().delete()
    draft.pk = 1
    url = reverse("territories:draft-texts", args=[draft.pk])
    client = world.client("advisor")
    assert client.post(url, {"name": "Nontron"}, headers={"HX-Request": "true"}).status_code == 204
    refused = client.post(url, {"name": "Nontron"})
    assert (refused.status_code, "n’existe plus" in refused.content.decode()) == (422, True)
    with pytest.raises(actions.DraftGone):
        actions.discard_draft(draft=draft, by=advisor)
