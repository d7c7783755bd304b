"""Search, pages, tiles, comparisons and map of territories: `python benchmarks/territories.py [--json] [--pages N]`.

On an instance made for the occasion with the packs of the present one. Times are those of the server alone (test
client, one process, no network); each territory is asked for once, so no page comes from a cache of pages. Processor
time is given too: on a shared machine it says what the page costs, the clock says what the others left.

The first usable view of the map is measured in a real browser (Chromium, cold cache, loopback), from the start of the
navigation: when the map drawn on the server is painted, whose departments open when clicked, then when the interactive
one is whole, with its figure. The goal is for the second, even without a graphics card, which takes several times
longer than with one. Chromium is left as it starts on such a machine; `--emulated` makes a card that does not exist
paint all the page as well, the worst there is.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from common import PACKS, kiif, make_instance, p95, report, serving

SEED = 20_260_101
LIMITS = {
    "search, p95 ms": 30.0,
    "search page, p95 ms": 100.0,
    "territory page, p95 ms": 60.0,
    "territory page, most queries": 20.0,
    "comparison of five, p95 ms": 80.0,
    "tile, p95 ms": 5.0,
    "interactive map, median ms": 2000.0,
    "interactive map, communes, median ms": 2000.0,
}
CHROME = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROME_ARGS = ["--no-sandbox", "--disable-background-networking"]
#: A graphics card made of software, for the page as for the map.
EMULATED = [*CHROME_ARGS, "--use-angle=swiftshader"]


def timed(calls: Iterable[Callable[[], Any]], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Milliseconds of each call."""
    found = []
    for call in calls:
        begun = clock()
        call()
        found.append((clock() - begun) * 1000)
    return found


def pages_of(client: Any, addresses: dict[str, list[str]]) -> dict[str, float]:
    """The p95 of all the pages, and the median of each level, on the clock and on the processor."""
    clock: list[float] = []
    work: list[float] = []
    medians = {}
    for level, some in addresses.items():
        spent = []
        for address in some:
            begun, busy = time.perf_counter(), time.process_time()
            client.get(address)
            clock.append((time.perf_counter() - begun) * 1000)
            spent.append((time.process_time() - busy) * 1000)
        work += spent
        medians[f"page of a {level}, median processor ms"] = statistics.median(spent)
    return {"territory page, p95 ms": p95(clock), "territory page, p95 processor ms": p95(work), **medians}


#: Notes when the map drawn on the server is painted: a frame after it has a size.
WATCH = """
const look = () => {
  const drawn = document.querySelector(".map-preview path");
  if (drawn && drawn.getBoundingClientRect().width > 0)
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("kiif-map-shown")));
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


#: Waits for the note that the page leaves once the interactive map is painted.
PAINTED = """() => new Promise((done) => {
  const look = () => (performance.getEntriesByName("kiif-map-usable").length ? done() : requestAnimationFrame(look));
  look();
})"""


def first_view(address: str, args: list[str], times: int = 5) -> dict[str, float]:
    """Milliseconds until a map is painted whose departments can be read and opened (drawn on the server), then until
    the one of the browser has taken its place. Each time in a browser that has nothing in cache, started with `args`.
    """
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {}
    with sync_playwright() as driver:
        for what, query in [("", ""), (", communes", "?niveau=commune")] * times:
            browser = driver.chromium.launch(executable_path=CHROME, args=args)
            page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="fr-FR")
            page.add_init_script(WATCH)
            page.goto(f"{address}/territoires/{query}")
            page.wait_for_selector("kiif-map[data-ready]", timeout=60_000)
            page.evaluate(PAINTED)
            for name, mark in (("drawn map", "kiif-map-shown"), ("interactive map", "kiif-map-usable")):
                value = page.evaluate(f"performance.getEntriesByName('{mark}')[0].startTime")
                found.setdefault(f"{name}{what}, median ms", []).append(float(value))
            browser.close()
    return {name: statistics.median(some) for name, some in found.items()}


def queries_of(client: Any, addresses: list[str]) -> int:
    """The most queries that one of these pages made."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    most = 0
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        most = max(most, len(captured))
    return most


def measure(pages: int) -> dict[str, float]:
    import django

    django.setup()
    from django.test import Client

    from kiif.opendata import tiles
    from kiif.territories import lookup
    from kiif.territories.models import Territory

    rng = random.Random(SEED)
    client = Client(headers={"host": "127.0.0.1"})
    rows = list(Territory.objects.open())
    communes = [t for t in rows if t.level == "commune"]
    names = [t.search[: max(3, len(t.search) // 2)] for t in rng.sample(communes, 400)]
    typed = [
        *names,
        *(name[:2] for name in names[:50]),
        *(t.code for t in rng.sample(communes, 50)),
        "saint",
        "la",
        "sur",
    ]
    client.get("/territoires/recherche", {"q": "nontron"})
    index = lookup.index()

    by_level = {"commune": [t.get_absolute_url() for t in rng.sample(communes, pages)]}
    for level in ("epci", "department", "region"):
        same = [t for t in rows if t.level == level]
        by_level[level] = [t.get_absolute_url() for t in rng.sample(same, min(len(same), pages // 4))]
    addresses = [address for some in by_level.values() for address in some]
    for level in ("commune", "epci", "department", "region"):  # the tables of the packs are read once
        client.get(next(t for t in rows if t.level == level).get_absolute_url())

    groups = [rng.sample([t for t in rows if t.level == level], 5) for level in ("commune", "epci", "department") * 20]
    compares = [[t.key for t in group] for group in groups]
    results = {
        "search, p95 ms": p95(timed([lambda q=q: index.search(q) for q in typed])),
        "search page, p95 ms": p95(timed([lambda q=q: client.get("/territoires/recherche", {"q": q}) for q in typed])),
        **pages_of(client, by_level),
        "territory page, most queries": float(queries_of(client, addresses[:: max(1, len(addresses) // 30)])),
        "comparison of five, p95 ms": p95(
            timed([lambda t=t: client.get("/territoires/comparer", {"t": t}) for t in compares])
        ),
    }
    archive = tiles.open_archive()
    places = rng.sample(list(archive), 400)
    tile_addresses = [f"/territoires/tuiles/{z}/{x}/{y}.mvt" for z, x, y in places]
    client.get(tile_addresses[0])
    results["tile, p95 ms"] = p95(timed([lambda a=a: client.get(a) for a in tile_addresses]))
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--pages", type=int, default=120, help="communes whose page is asked for")
    parser.add_argument("--emulated", action="store_true", help="emulate a graphics card for the whole page")
    parser.add_argument("--no-browser", action="store_true", help="do not measure the map")
    options = parser.parse_args()
    if not (PACKS / "base").exists():
        sys.exit("No base pack here: run “kiif data build” first (or set KIIF_DATA_DIR).")
    with tempfile.TemporaryDirectory(prefix="kiif-bench-") as folder:
        values = make_instance(Path(folder))
        kiif(values, "prepare", "maps")  # what the server does beside, in its first minute
        source = PACKS.parent / "tiles"
        if source.exists():
            (Path(folder) / "tiles").symlink_to(source)
        os.environ.update(values)
        results = measure(options.pages)
        if source.exists() and CHROME and not options.no_browser:
            with serving(values) as address:
                results |= first_view(address, EMULATED if options.emulated else CHROME_ARGS)
    return report(results, LIMITS, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
