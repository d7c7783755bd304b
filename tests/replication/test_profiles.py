import pytest

from kiif.methods.ranking.model import from_json
from kiif.opendata.indicators import CATALOGUE
from kiif.opendata.programmes import PROGRAMMES
from kiif.replication import criteria, profiles
from kiif.replication.answers import OWN_SITES
from kiif.replication.enums import HumanScore

BASE = {"population", "density", "town_10k_km", "town_50k_km", "seat_km", "population_10km", "population_20km",
        "population_30km", "small_communes_share", "main_commune_share", "rural_share"}  # fmt: skip


def test_every_criterion_is_fed_by_an_indicator_and_stands_in_a_pillar():
    scores = {f"score:{about}" for about in HumanScore.values}
    fed = {*CATALOGUE, *(f"programme:{key}" for key in PROGRAMMES), *scores, OWN_SITES}
    assert [c.id for c in criteria.LIBRARY.values() if c.indicator not in fed] == []
    assert {c.pillar for c in criteria.LIBRARY.values()} <= criteria.PILLARS.keys()
    assert len(criteria.LIBRARY) >= 40


@pytest.mark.parametrize("kind", profiles.PROFILES)
@pytest.mark.parametrize("available", [BASE, set(CATALOGUE)])
def test_every_kind_of_solution_has_a_model_to_start_from(kind, available):
    model = from_json(profiles.starting_model(kind, "epci", available))
    assert len(model.criteria) >= profiles.MINIMUM_CRITERIA
    assert {c.indicator for c in model.criteria} <= available
    assert model.weights().sum() == pytest.approx(1)


def test_a_kind_may_read_a_figure_the_other_way():
    nurses = criteria.LIBRARY["nurses"]
    assert nurses.scale_for("mobility") == {"shape": "less"}
    assert nurses.scale_for("elderly") == {"shape": "more"}
