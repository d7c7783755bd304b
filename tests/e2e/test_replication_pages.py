"""Every page of the room by the newest rules of axe, light and wide, dark and narrow; certainty that comes after."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.replication import actions, certainty
from kiif.replication.enums import Decision, Kind, Part
from kiif.replication.models import FeasibilityStudy
from tests.factories import make_user
from tests.opendata.conftest import base_dir, base_pack
from tests.replication import factories as make
from tests.territories.factories import load_departments
from tests.ui.axe import violations

__all__ = ["base_dir", "base_pack"]


@pytest.fixture
def study(transactional_db: None, base_pack: Any) -> FeasibilityStudy:
    """A search with a short list, and a study that has one of each thing."""
    load_departments(("24",))
    by = Actor(user=make_user("Yaël Sourcelune"))
    solution = make.describe(by)
    search = make.open_for(solution, by)
    for code in ("200071819", "200072460"):
        actions.pick(search=search, by=by, code=code, note="Appeler la mairie")
    actions.exclude(search=search, by=by, code="200041440", reason="Trop loin")
    actions.keep_result(search=search, by=by)
    actions.give_score(search=search, by=by, code="200071819", about="will", value=2, evidence="Une réunion en mai")
    actions.grant(solution=solution, by=by, user=make_user("Maïwenn Landevive"))
    actions.make_link(solution=solution, by=by, label="Le conseil", days=30)
    opened = actions.open_study(search=search, by=by, code="200071819")
    for part in Part:
        actions.write_section(section=opened.sections.get(part=part), by=by, text="Un texte inventé.", version=0)
    for kind in Kind:
        values = {"title": "Une ligne inventée", "detail": "Un détail", "source": "Insee, 2023"}
        actions.add_entry(study=opened, by=by, kind=kind, values=values)
    return actions.decide(study=opened, by=by, decision=Decision.GO_IF, conditions="Un bail signé")


def pages_of(study: FeasibilityStudy) -> list[str]:
    search, solution, code = study.search_id, study.search.solution_id, study.code
    line = study.entries.filter(kind=Kind.PARTNER).get().pk
    named: list[tuple[str, list[Any]]] = [
        ("home", []), ("solution-create", []), ("solution", [solution]), ("solution-change", [solution]),
        ("solution-remove", [solution]), ("results", [search]), ("ranking", [search]), ("excluded", [search]),
        ("doubt", [search]), ("criteria", [search]), ("library", [search]), ("weights-order", [search]),
        ("weights-questions", [search]), ("weights-points", [search]), ("figures", [search]), ("why", [search, code]),
        ("kept", [search]), ("kept-result", [search, 1]), ("shortlist", [search]), ("exclude", [search, code]),
        ("spread", [search]), ("paper", [search]), ("studies", [search]), ("my-studies", []), ("study", [study.pk]),
        ("study-part", [study.pk, Part.NEED]), ("study-versions", [study.pk, Part.NEED]), ("study-decide", [study.pk]),
        ("study-files", [study.pk]), ("study-history", [study.pk]), ("study-proposals", [study.pk]),
        ("line-create", [study.pk, Kind.SUPPLY]), ("line-change", [study.pk, line]), ("line-remove", [study.pk, line]),
        ("sharing", [solution]),
    ]  # fmt: skip
    return [reverse(f"replication:{name}", args=args) for name, args in named]


#: Each test opens some of the pages, so that none is long on a busy machine.
GROUPS = 4


LOOKS: tuple[tuple[Any, int], ...] = (("light", 1440), ("dark", 390))


@pytest.mark.parametrize("group", range(GROUPS))
def test_every_page_is_accessible_and_fits(
    enter: Callable[[User], Page], live_server: Any, study: FeasibilityStudy, group: int
) -> None:
    """Each page is loaded once, then seen in its two looks."""
    page = enter(study.search.solution.owner)
    page.set_default_timeout(60_000)
    wrong: list[str] = []
    for address in pages_of(study)[group::GROUPS]:
        for theme, width in LOOKS:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            if (theme, width) == LOOKS[0]:
                page.goto(f"{live_server.url}{address}")
                page.wait_for_load_state("networkidle")
            wrong += [f"{address} {theme}: {one}" for one in violations(page)]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                wrong.append(f"{address}: {wide} pixels wide")
    assert "\n".join(wrong) == ""


def test_how_sure_it_is_comes_by_itself(
    enter: Callable[[User], Page], live_server: Any, study: FeasibilityStudy
) -> None:
    by = Actor(user=study.search.solution.owner)
    communes = make.open_for(study.search.solution, by, level="commune")
    certainty.forget()
    page = enter(study.search.solution.owner)
    page.set_default_timeout(60_000)
    page.goto(f"{live_server.url}{reverse('replication:results', args=[communes.pk])}")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("territoire|Aucun"))
    expect(page.get_by_role("heading", name=re.compile("^Pourquoi "))).to_be_visible()
