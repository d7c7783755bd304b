"""Every page of the permission matrix, in a real browser: silent console, everything loaded, nothing overflows, axe.

Light at 390 pixels, dark at 1440, and the reflow at 320 that WCAG asks for.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from kiif.accounts.models import User
from tests.e2e.conftest import Watch
from tests.factories import World
from tests.permissions.matrix import address, by_room

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = ((390, "light"), (1440, "dark"))
FOUND_BY_AXE = """async (tags) => {
    const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ["violations"], iframes: false });
    return violations.flatMap((v) => v.nodes.map((n) => `axe ${v.id}: ${n.target.join(" ")}`));
}"""
FOUND_IN_FRAME = """() => {
    const faults = [];
    if (!document.documentElement.lang) faults.push("no lang");
    if (!document.title.trim()) faults.push("no title");
    const h1 = document.querySelectorAll("h1").length;
    if (h1 !== 1) faults.push(`${h1} h1`);
    if (!document.querySelector("main")) faults.push("no main");
    return faults;
}"""


def readable(role: str, room: str) -> dict[str, Any]:
    """Rows of a room that this role may open with the GET method."""
    return {k: r for k, r in by_room()[room].items() if r.method == "get" and r.statuses[role] == 200}


CASES = [(role, room) for room in by_room() for role in ("visitor", "coordinator") if readable(role, room)]


def html_only(world: World, role: str, addresses: dict[str, str]) -> dict[str, str]:
    """Leaves out files, data, fragments and sandboxed documents: what is not a page of its own."""
    client = world.client(role)
    pages = {}
    for key, url in addresses.items():
        response = client.get(url)
        content = b"" if response.streaming else response.content
        framed = "sandbox" in response.get("Content-Security-Policy", "")  # the preview of a mail: no script at all
        if response["Content-Type"].startswith("text/html") and b"<html" in content[:600] and not framed:
            pages[key] = url
        response.close()
    return pages


def faults(page: Page, url: str, watch: Watch) -> Iterator[str]:
    """What is wrong with one page, in each look. It is loaded once: people turn their phone and darken their screen."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type] # one of its words
        if (width, scheme) == LOOKS[0]:
            answer = page.goto(url, wait_until="load")
            if answer is None or answer.status != 200:
                yield f"answer {answer.status if answer else None}"
            page.evaluate(AXE.read_text("utf-8"))
            yield from page.evaluate(FOUND_IN_FRAME)
        yield from (f"{width} {scheme}: {fault}" for fault in page.evaluate(FOUND_BY_AXE, RULES))
        yield from (f"{width}: {problem}" for problem in watch.problems)
        watch.problems.clear()
    page.set_viewport_size({"width": 320, "height": 900})
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if over > 0:
        yield f"320: {over} pixels too wide"


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_every_page(
    case: tuple[str, str], page: Page, enter: Callable[[User], Page], live_server: Any, watch: Watch
) -> None:
    role, room = case
    world = World()
    addresses = {key: address(key, row, world) for key, row in readable(role, room).items()}
    if role != "visitor":
        enter(world.people[role])
    found = {
        key: list(dict.fromkeys(faults(page, live_server.url + url, watch)))
        for key, url in html_only(world, role, addresses).items()
    }
    assert {key: wrong for key, wrong in found.items() if wrong} == {}
