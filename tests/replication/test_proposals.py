"""The existing supply proposed from the official figures: with its source, chosen by a person, never twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from kiif.accounts.actor import Actor
from kiif.opendata import indicators
from kiif.replication import actions, proposals
from kiif.replication.documents.content import content_of
from kiif.replication.enums import Kind
from kiif.replication.models import Entry, FeasibilityStudy
from kiif.replication.proposals import Proposal, open_proposals, proposals_of
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import World, make_user, sign_in
from tests.replication import study_factories as make

pytestmark = pytest.mark.django_db
LINES = [
    Proposal("gp_per_10k", Kind.SUPPLY, "Médecins généralistes : 12", "7 pour 10 000 ici.", "Insee, 2023"),
    Proposal("basket", Kind.SUPPLY, "Services du quotidien : 4 sur 6", "", "Insee, 2023"),
    Proposal("incubator:1", Kind.PARTNER, "Une structure inventée", "Couvre ce département.", "Alliance"),
]


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> FeasibilityStudy:
    for room in (proposals, actions.studies, __import__("kiif.replication.views.proposed", fromlist=["x"])):
        monkeypatch.setattr(room, "proposals_of", lambda *_: LINES, raising=False)
    return make.make_study()


@pytest.fixture
def owner(study: FeasibilityStudy) -> Client:
    return sign_in(study.search.solution.owner)


def address(study: FeasibilityStudy) -> str:
    return reverse("replication:study-proposals", args=[study.pk])


def titles(study: FeasibilityStudy) -> list[str]:
    return [one.title for one in open_proposals(study, make.owner_of(study))]


def test_lines_kept_are_lines_like_any_other(study: FeasibilityStudy, owner: Client) -> None:
    done = owner.post(address(study), {"ligne": ["gp_per_10k", "incubator:1", "inconnue"], "geste": "garder"})
    assert done.status_code == 302
    kept = {(e.kind, e.title, e.source, e.origin) for e in Entry.objects.all()}
    assert kept == {(one.kind, one.title, one.source, one.origin) for one in (LINES[0], LINES[2])}
    assert titles(study) == [LINES[1].title]
    printed = next(
        t for part in content_of(study)["parts"] for t in part["tables"] if t["rows"][0][0] == LINES[0].title
    )
    assert printed["rows"][0][-1] == "Insee, 2023"
    line = Entry.objects.get(origin="gp_per_10k")
    edit = reverse("replication:line-change", args=[study.pk, line.pk])
    owner.post(edit, {"title": "Médecins : 9", "source": "la mairie, mai", "version": "1"})
    line.refresh_from_db()
    assert (line.title, line.source, line.origin) == ("Médecins : 9", "la mairie, mai", "gp_per_10k")


def test_the_same_line_is_not_added_twice(study: FeasibilityStudy) -> None:
    by = make.owner_of(study)
    actions.keep_proposals(study=study, by=by, origins={"basket"})
    with pytest.raises(Refused):
        actions.keep_proposals(study=study, by=by, origins={"basket"})
    assert Entry.objects.count() == 1


def test_a_line_put_aside_is_not_offered_and_comes_back(study: FeasibilityStudy, owner: Client) -> None:
    owner.post(address(study), {"ligne": ["basket"], "geste": "ecarter"})
    study.refresh_from_db()
    assert titles(study) == [LINES[0].title, LINES[2].title]
    page = owner.get(address(study))
    assert [one.origin for one in page.context["declined"]] == ["basket"]
    owner.post(address(study), {"ligne": ["basket"], "geste": "garder"})
    study.refresh_from_db()
    assert (study.declined, Entry.objects.get().origin) == ([], "basket")


def test_nothing_ticked_is_said(study: FeasibilityStudy, owner: Client) -> None:
    page = owner.post(address(study), {"geste": "garder"})
    assert (page.status_code, page.context["refusal"]) == (422, "Cochez au moins une ligne.")


def test_whoever_only_reads_chooses_nothing(study: FeasibilityStudy) -> None:
    reader = make_user()
    make.share(study.search.solution, reader)
    assert sign_in(reader).get(address(study)).status_code == 403
    for act in (actions.keep_proposals, actions.decline_proposals):
        with pytest.raises(NotAllowed):
            act(study=study, by=Actor(user=reader), origins={"basket"})


def test_the_study_says_how_many_wait(study: FeasibilityStudy, owner: Client) -> None:
    assert owner.get(study.get_absolute_url()).context["proposed"] == 3


class Table:
    """What a level holds, invented: three territories, the middle one is the study's."""

    level = "epci"
    codes = np.array(["1", "200071819", "3"])
    figures: dict[str, Any] = {
        "population": np.array([1_000.0, 15_000.0, 50_000.0]),
        "gp_per_10k": np.array([1.0, 8.0, np.nan]),
        "nurse_per_10k": np.array([1.0, np.nan, 2.0]),
        "associations_per_1000": np.array([1.0, 10.01, 30.0]),
    }

    def __contains__(self, ident: str) -> bool:
        return ident in self.figures

    def column(self, ident: str) -> Any:
        return self.figures[ident]

    def reliable(self, code: str, ident: str) -> bool:
        return ident != "gp_per_10k"


def test_counts_come_from_rates_and_unknown_ones_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indicators, "load_indicators", lambda level: Table())
    monkeypatch.setattr(proposals, "table_positions", lambda level: {"200071819": 1})
    monkeypatch.setattr(proposals.engine, "columns", lambda level: Table.figures)
    monkeypatch.setattr(proposals, "_department", lambda study: "")
    found = {one.origin: one for one in proposals_of(make.make_study(), Actor())}
    assert list(found) == ["gp_per_10k", "associations_per_1000"]
    assert found["gp_per_10k"].title == "Médecins généralistes\u00a0: 12"
    assert "à vérifier" in found["gp_per_10k"].detail
    assert found["associations_per_1000"].title == "Associations enregistrées\u00a0: environ 150"


def test_without_data_nothing_is_proposed(empty_dir: Any) -> None:
    assert proposals_of(make.make_study(), Actor()) == []


def test_members_that_cover_the_department_are_proposed_as_partners(real: Any, world: World) -> None:
    study = make.make_study()
    found = [one for one in proposals_of(study, world.actor("manager")) if one.kind == Kind.PARTNER]
    covering = proposals.AllianceMap(world.actor("manager")).covering(["24"])
    assert [one.title for one in found] == [str(incubator) for incubator in covering]


def test_my_studies_are_those_i_may_read(django_assert_num_queries: Any) -> None:
    first = make.make_study()
    user = first.search.solution.owner
    client = sign_in(user)
    make.make_study(make.make_search(make.make_solution(make_user())))
    page = client.get(reverse("replication:my-studies"))
    assert [row.pk for row in page.context["table"].rows] == [first.pk]
    home = client.get(reverse("replication:home"))
    assert [row.pk for row in home.context["studies"]] == [first.pk]


@pytest.mark.parametrize("name", ["my-studies", "home"])
def test_my_studies_cost_the_same_whatever_their_number(name: str, django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    search = make.make_search()
    client, counts = sign_in(search.solution.owner), []
    client.get(reverse(f"replication:{name}"))
    for codes in (["200071819"], ["200072460", "200072361"]):
        for code in codes:
            make.make_study(search, code=code)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(f"replication:{name}"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_short_list_leads_to_the_study(real: Any) -> None:
    study = make.make_study()
    page = sign_in(study.search.solution.owner).get(reverse("replication:shortlist", args=[study.search_id]))
    assert [one.study for one in page.context["kept"]] == [study]
    assert reverse("replication:studies", args=[study.search_id]) in page.content.decode()
