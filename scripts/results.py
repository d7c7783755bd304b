"""Adds up the reports of several runs of the suite and ends with one line like the test runner's."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

COLUMNS = ("tests", "failures", "errors", "skipped")


def main(folder: Path) -> int:
    """Prints one line for each report, then their sum. Returns 1 when something failed or nothing ran."""
    total = dict.fromkeys(COLUMNS, 0)
    seconds = 0.0
    for path in sorted(folder.glob("*/*.xml")):
        for suite in ElementTree.parse(path).getroot().iter("testsuite"):  # noqa: S314 -- written by our own run
            counts = {name: int(suite.get(name, 0)) for name in COLUMNS}
            total = {name: total[name] + counts[name] for name in COLUMNS}
            took = float(suite.get("time", 0))
            seconds += took
            print(f"{path.parent.name:>12} {path.stem:<6} {counts['tests']:>6} tests, {took:6.0f} s")
    passed = total["tests"] - total["failures"] - total["errors"] - total["skipped"]
    failed = total["failures"] + total["errors"]
    parts = [f"{failed} failed"] * bool(failed) + [f"{passed} passed"]
    parts += [f"{total['skipped']} skipped"] * bool(total["skipped"])
    line = f" {', '.join(parts)} in {seconds:.2f}s "
    print(f"{line:=^100}")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
