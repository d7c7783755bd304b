"""Time and memory of the open data layer: `python benchmarks/opendata.py [--json] [--data FOLDER]`.

Builds everything in a temporary data directory, so nothing in place is touched. The official files of the shared test
data (`KIIF_TEST_DATA`, or `../shared/data/territory`) are imported when they are there; otherwise the table says so.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: What must hold: name of the measure → limit.
LIMITS = {
    "base pack, s": 180.0,
    "base pack, peak MB": 2048.0,
    "tiles, s": 40.0,
    "import of all files, s": 60.0,
    "tile p95, ms": 5.0,
    "indicator row p95, ms": 1.0,
    "indicators of a level, first read, ms": 1000.0,
    "map of an EPCI p95, ms": 200.0,
}


def base_pack() -> dict[str, float]:
    """Seconds and peak memory, in a process of its own."""
    script = (
        "import json,resource,time\n"
        "t=time.perf_counter()\n"
        "from kiif.opendata import base\n"
        "base.build()\n"
        "peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024\n"
        "print(json.dumps([time.perf_counter()-t,peak]))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, peak = json.loads(out.stdout)
    return {"base pack, s": seconds, "base pack, peak MB": peak}


def p95(function: Callable[[Any], Any], arguments: list[Any]) -> float:
    """95th percentile of the time of one call, in milliseconds."""
    times = []
    for argument in arguments:
        start = time.perf_counter()
        function(argument)
        times.append(time.perf_counter() - start)
    return sorted(times)[int(0.95 * (len(times) - 1))] * 1000


def imports(folder: Path) -> dict[str, float]:
    """Import every official file that is there; the large ones are listed apart."""
    from kiif.opendata import importers

    found = sorted(path for path in (*folder.glob("*.csv"), *folder.glob("*.parquet"), *folder.glob("anct/*.geojson")))
    if not found:
        return {}
    result: dict[str, float] = {}
    for path in found:
        start = time.perf_counter()
        importers.import_file(path)
        result[f"  {path.name}, s"] = time.perf_counter() - start
    return {"import of all files, s": sum(result.values()), "files imported": len(found), **result}


def reads() -> dict[str, float]:
    """First and repeated reads of figures, maps and tiles."""
    from kiif.opendata import base, shapes, tiles
    from kiif.opendata.indicators import load_indicators

    start = time.perf_counter()
    table = load_indicators("commune")
    first = (time.perf_counter() - start) * 1000
    codes = table.codes.tolist()[::20]
    epci = base.load_epci()["code"].to_list()
    start = time.perf_counter()
    tiles.build()
    built = time.perf_counter() - start
    archive = tiles.open_archive()
    shapes.local("epci", epci[0])
    return {
        "indicators of a level, first read, ms": first,
        "indicator row p95, ms": p95(lambda code: load_indicators("commune").row(code), codes),
        "map of an EPCI p95, ms": p95(lambda code: shapes.local("epci", code), epci[::12]),
        "tiles, s": built,
        "tile p95, ms": p95(lambda key: archive.get(*key), list(archive)),
        "tiles, MB": tiles.archive_path().stat().st_size / 1e6,
    }


def agreement(folder: Path) -> dict[str, float]:
    """Balanced accuracy of the estimate of rurality against the official grid."""
    import polars as pl

    from kiif.methods.rural import balanced_accuracy
    from kiif.opendata import base

    grid = folder / "densite.csv"
    if not grid.exists():
        return {}
    official = pl.read_csv(grid, infer_schema=False).select(
        pl.col("insee_com").alias("code"),
        pl.col("niveau_densite").str.contains("[Rr]ura").alias("truth"),
    )
    both = base.load_communes().join(official, on="code")
    return {"estimate of rurality, balanced accuracy": balanced_accuracy(both["rural"], both["truth"])}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    default = (
        os.environ.get("KIIF_TEST_DATA", "") or Path(__file__).resolve().parents[2] / "shared" / "data" / "territory"
    )
    parser.add_argument("--data", type=Path, default=Path(default))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiif-bench-") as folder:
        os.environ["KIIF_DATA_DIR"] = folder
        result = base_pack()
        result |= agreement(arguments.data)
        result |= imports(arguments.data)
        result |= reads()
    late = [name for name, limit in LIMITS.items() if result.get(name, 0) > limit]
    if arguments.json:
        print(json.dumps({"measures": result, "limits": LIMITS, "beyond": late}, ensure_ascii=False, indent=1))
        return 1 if late else 0
    for name, value in result.items():
        limit = f"   limit {LIMITS[name]:g}" if name in LIMITS else ""
        print(f"{name:<48}{value:>12.3f}{limit}{'   BEYOND' if name in late else ''}")
    if "import of all files, s" not in result:
        print(f"No official file in {arguments.data}: imports not measured.")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
