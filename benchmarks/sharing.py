"""A whole round shared out through the product, database included: `python benchmarks/sharing.py`. Extra `test` needed.

300 applications, 40 reviewers, three reads each, houses, themes, departments, languages, a hundred conflicts. "ask":
the settings are kept, conflicts looked for, the plan found and kept; "apply": the reads are written. Goal: 5 s for
both. The plan is never worse than the greedy baseline. "scores": 900 marks computed and kept.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.common import environment, kiif

SECONDS = 5.0


def build() -> tuple[Any, Any]:
    """The round, and who shares it out."""
    from tests.alliance.factories import make_incubator
    from tests.factories import make_user
    from tests.programmes import factories as programmes
    from tests.reviews import factories as reviews

    from kiif.accounts.actor import system
    from kiif.alliance.models import Alliance, Body
    from kiif.organisations.enums import Theme
    from kiif.programmes.enums import ConflictState, State
    from kiif.programmes.models import Conflict, Target

    rng = random.Random(5)
    themes, departments = list(Theme.values)[:12], ["33", "24", "47", "69", "38", "44", "59", "67", "76", "13"]
    call = programmes.make_call()
    alliance: Alliance = programmes.alliance_of(call)
    houses: list[Body] = [make_incubator(alliance) for _n in range(10)]
    round_ = reviews.make_round(call, criteria=1, out_of=20)
    round_.criteria.update(lowest=0, highest=20)
    carriers = [make_user() for _n in range(20)]
    dossiers = []
    for number in range(300):
        made = programmes.make_application(
            call, rng.choice(carriers), State.REVIEW, title=f"Dossier {number}", themes=rng.sample(themes, 2),
            language="fr" if number % 20 else "oc",
        )  # fmt: skip
        code = rng.choice(departments)
        Target.objects.create(application=made, rank=1, level="department", code=code, name=code, department_code=code)
        dossiers.append(made)
    reviews.enter(round_, *dossiers)
    readers = [
        reviews.make_reviewer(
            round_, make_user(email=f"lecture{number}@gmail.com"), capacity=rng.randint(22, 30),
            themes=rng.sample(themes, 4), territories=rng.sample(departments, 3), body=houses[number % 10],
            languages=["fr"] if number % 4 else ["fr", "oc"],
        )
        for number in range(40)
    ]  # fmt: skip
    pairs = rng.sample([(d, r) for d in dossiers for r in readers], 100)
    Conflict.objects.bulk_create(
        [Conflict(application=d, person=r.person, state=ConflictState.CONFIRMED) for d, r in pairs]
    )
    return round_, system("benchmark")


def measured() -> dict[str, float]:
    """Seconds of each gesture. Stops when the plan is not proved, or worse than the baseline."""
    from django.urls import reverse
    from tests.reviews.factories import make_mark

    from kiif.reviews import results
    from kiif.reviews.actions import allocation
    from kiif.reviews.allocation import Settings
    from kiif.reviews.models import Assignment

    reverse("home")  # a served product has read its addresses before anybody clicks; importing them costs seconds
    round_, actor = build()
    started = time.perf_counter()
    plan = allocation.ask(round_=round_, by=actor, settings=Settings(reads=3, seed="mesure"))
    if not plan.result:
        plan = allocation.find(plan)
    asked = time.perf_counter()
    allocation.apply(plan=plan, by=actor)
    applied = time.perf_counter()
    value, baseline = plan.result["value"], plan.result["baseline"]
    ours = (value["uneven"], value["moved"], value["unmet"], -round(value["score"], 4))
    theirs = (baseline["uneven"], baseline["moved"], baseline["unmet"], -round(baseline["score"], 4))
    assert ours <= theirs
    assert plan.result["proven"]
    rng = random.Random(6)
    reads = list(Assignment.objects.filter(round=round_).select_related("round"))
    for read in reads:
        make_mark(read, rng.randint(4, 18))
    begun = time.perf_counter()
    results.compute(round_)
    return {
        "ask": asked - started, "apply": applied - asked, "scores": time.perf_counter() - begun,
        "reads": float(len(reads)), "missing": float(value["missing"]), "missing, greedy": float(baseline["missing"]),
        "readers of the subject missing": float(value["unmet"]),
        "readers of the subject missing, greedy": float(baseline["unmet"]),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        values = environment(Path(folder), database=options.database)
        kiif(values, "prepare", "database")
        os.environ.update(values)
        import django

        django.setup()
        figures = measured()
    for name, figure in figures.items():
        sys.stdout.write(f"{name}: {figure:.2f}\n")
    late = figures["ask"] + figures["apply"] > SECONDS
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
