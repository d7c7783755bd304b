"""The allocation of a call beside its greedy baseline: `python benchmarks/allocation.py`. Needs the extra `test`.

300 dossiers, three reads each, 40 reviewers, every constraint at once (conflicts, forbidden and forced pairs, reads
done, three languages, one reader of an organisation for a dossier, a reader of the theme, of the territory, of a
skill, three calibration dossiers). `narrow`: too few places; `again`: planned again after thirty conflicts were found
and a reviewer left. Each line: seconds on the clock, and of processor; then ours and the baseline, which is never
better.
"""

import argparse
import dataclasses
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from common import report
from tests.methods.allocation.factories import large

from kiif.methods.allocation.model import Round
from kiif.methods.allocation.solver import Plan, allocate

SECONDS = 5.0


def measured(name: str, asked: Round) -> tuple[Plan, dict[str, Any]]:
    """One allocation, its time, and both values. Stops when it is not proved or worse than the baseline."""
    clock, processor = time.perf_counter(), time.process_time()
    plan = allocate(asked)
    times = time.perf_counter() - clock, time.process_time() - processor
    assert plan.proven, name
    assert plan.value.is_no_worse_than(plan.baseline), name
    figures: dict[str, Any] = {f"{name}: seconds": times[0], f"{name}: processor": times[1]}
    for field in ("missing", "uneven", "moved", "unmet", "score", "affinity"):
        figures[f"{name}: {field}"] = getattr(plan.value, field)
        figures[f"{name}: {field}, greedy"] = getattr(plan.baseline, field)
    return plan, figures


def again(asked: Round, plan: Plan) -> Round:
    """The same call a week later: thirty more conflicts, and the first reviewer left."""
    given = sorted(plan.pairs - set(asked.forced) - set(asked.done))
    gone = asked.reviewers[0].key
    decided = {pair for pair in asked.forced if pair[1] != gone}
    reviewers = (dataclasses.replace(asked.reviewers[0], capacity=0), *asked.reviewers[1:])
    return dataclasses.replace(
        asked,
        reviewers=reviewers,
        conflicts=set(asked.conflicts) | set(given[:: len(given) // 30]),
        forbidden=(set(asked.forbidden) | {(d.key, gone) for d in asked.dossiers}) - decided,
        forced=decided,
        earlier=plan.pairs,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    asked = large()
    plan, figures = measured("plain", asked)
    figures |= measured("narrow", large(capacities=(18, 22)))[1]
    figures |= measured("again", again(asked, plan))[1]
    limits = {name: SECONDS for name in figures if name.endswith("seconds")}
    return report(figures, limits, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
