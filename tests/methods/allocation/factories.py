import itertools

import numpy as np
from hypothesis import strategies as st

from kiif.methods.allocation.grid import prepare
from kiif.methods.allocation.model import Dossier, Reviewer, Round, Rules
from kiif.methods.allocation.plan import value_of


def pairs_of(asked):
    return [(d.key, r.key) for d in asked.dossiers for r in asked.reviewers]


@st.composite
def rounds(draw, dossiers=4, reviewers=3):
    """Small rounds where everything may go wrong: conflicts, languages, capacities, needs, earlier plans."""
    words = st.frozensets(st.sampled_from("abc"), max_size=2)
    speak = st.frozensets(st.sampled_from(["fr", "br"]), max_size=1)
    n, m = draw(st.integers(1, dossiers)), draw(st.integers(1, reviewers))
    ds = tuple(
        Dossier(
            f"D{i}",
            draw(st.integers(1, 3)),
            draw(words),
            draw(words),
            draw(speak),
            draw(st.dictionaries(st.sampled_from(["money", "law"]), st.integers(0, 2), max_size=1)),
            draw(st.booleans()) and draw(st.booleans()),
        )
        for i in range(n)
    )
    rs = tuple(
        Reviewer(
            f"R{j}",
            draw(st.integers(0, n)),
            draw(words),
            draw(words),
            draw(speak),
            draw(st.frozensets(st.sampled_from(["money", "law"]))),
            draw(st.sampled_from(["", "x", "y"])),
        )
        for j in range(m)
    )
    pair = st.sampled_from([(d.key, r.key) for d in ds for r in rs])
    some = st.frozensets(pair, max_size=2)
    conflicts = draw(some)
    forbidden = draw(some)
    return Round(
        ds,
        rs,
        conflicts=conflicts,
        forbidden=forbidden,
        forced=draw(some) - conflicts - forbidden,
        done=draw(some),
        earlier=draw(st.frozensets(pair, max_size=4)),
        rules=Rules(
            least_reads=1,
            theme_reads=draw(st.integers(0, 2)),
            territory_reads=draw(st.integers(0, 1)),
            most_per_organisation=draw(st.sampled_from([None, 1])),
        ),
        seed=draw(st.sampled_from(["", "2024"])),
    )


def brute_force(asked):
    """Every plan that the constraints allow, and the best value: what the solver must equal."""
    grid = prepare(asked)
    free = [tuple(pair) for pair in np.argwhere(grid.open).tolist()]
    best = None
    for kept in itertools.product([False, True], repeat=len(free)):
        chosen = grid.fixed.copy()
        for (d, r), given in zip(free, kept, strict=True):
            chosen[d, r] = given
        if is_allowed(grid, chosen & grid.open):
            value = value_of(grid, chosen)
            order = (value.uneven, value.moved, value.unmet, -value.score)
            best = min(best, order) if best else order
    return best


def is_allowed(grid, given):
    if (given.sum(axis=1) > grid.wanted).any() or (given.sum(axis=0) > grid.room).any():
        return False
    inside = grid.groups[:, None] == np.arange(grid.places.shape[1])
    return not (given.astype(int) @ inside > grid.places).any()


def large(n=300, m=40, seed=1, capacities=(20, 30, 40), **changes):
    """A call of realistic size: eight themes, ten organisations, three languages, conflicts, things already decided."""
    rng = np.random.default_rng(seed)
    themes, places = [f"theme-{i}" for i in range(8)], [f"place-{i}" for i in range(20)]

    def some(words, least, most):
        return frozenset(rng.choice(words, rng.integers(least, most + 1), replace=False).tolist())

    def language():
        return "fr" if rng.random() < 0.9 else rng.choice(["en", "br"])

    dossiers = tuple(
        Dossier(
            f"D{i:03d}",
            3,
            some(themes, 1, 2),
            some(places, 1, 1),
            {language()},
            {"finance": 1} if rng.random() < 0.5 else {},
            i < 3,
        )
        for i in range(n)
    )
    reviewers = tuple(
        Reviewer(
            f"R{j:02d}",
            int(rng.choice(capacities)),
            some(themes, 1, 3),
            some(places, 2, 2),
            {"fr"} | ({"en"} if j % 3 == 0 else set()) | ({"br"} if j % 4 == 3 else set()),
            {"finance"} if j % 3 == 1 else set(),
            f"house-{j % 10}",
        )
        for j in range(m)
    )
    pairs = [(d.key, r.key) for d in dossiers for r in reviewers]

    def drawn(share):
        return frozenset(pairs[i] for i in np.flatnonzero(rng.random(len(pairs)) < share).tolist())

    conflicts = drawn(0.04)
    forbidden = drawn(0.01) - conflicts
    given = {
        "conflicts": conflicts,
        "forbidden": forbidden,
        "forced": drawn(0.002) - conflicts - forbidden,
        "done": drawn(0.003),
        "rules": Rules(territory_reads=1, most_per_organisation=1),
    }
    return Round(dossiers, reviewers, **(given | changes))
