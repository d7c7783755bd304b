"""Whatever is done to a draft can be taken back, step by step or out of order."""

from __future__ import annotations

import random
from typing import Any

import pytest

from kiif.questionnaires.definition import read
from kiif.questionnaires.drafting import operations, patches
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, Flat, build, flatten, level


def normal(flat: Flat) -> Flat:
    """As the database keeps it: read strictly and taken apart again."""
    return flatten(read(build(flat)).document())


def gesture(rng: random.Random, flat: Flat) -> Flat:
    """Some gesture at some place."""
    keys = [key for key in flat if key != ROOT]
    pages = [key for key in keys if level(key) == "p"]
    key, section = rng.choice(keys), rng.choice([key for key in keys if level(key) == "s"])
    words = "label.fr" if level(key) == "q" else "title.fr"
    last_section = level(key) == "s" and len(flat[ROOT][CHILDREN]) == 1
    return rng.choice(
        [
            lambda: operations.add_section(flat, key)[0],
            lambda: operations.add_page(flat, section)[0],
            lambda: operations.add_question(flat, rng.choice(pages), {"kind": "date"})[0] if pages else flat,
            lambda: operations.duplicate(flat, key)[0],
            lambda: flat if last_section else operations.remove(flat, key),
            lambda: operations.step(flat, key, down=rng.random() < 0.5) or flat,
            lambda: {**flat, key: {**flat[key], words: f"Mots {rng.randrange(100)}"}},
        ]
    )()


def walk(seed: int, steps: int = 25) -> tuple[Flat, list[Any]]:
    """The draft after some gestures, and the patch of each."""
    rng = random.Random(seed)  # noqa: S311 -- reproducible, not secret
    flat = normal(operations.new_flat({"fr": "Essai"}, ["fr"]))
    done = []
    for _step in range(steps):
        after = normal(gesture(rng, flat))
        done.append((flat, patches.difference(flat, after)))
        flat = after
    return flat, done


@pytest.mark.parametrize("seed", range(20))
def test_taken_back_one_by_one_every_step_gives_what_was_before(seed: int) -> None:
    flat, done = walk(seed)
    for before, patch in reversed(done):
        flat = normal(patches.taken_back(flat, patch))
        assert build(flat) == build(before)


@pytest.mark.parametrize("seed", range(20))
def test_out_of_order_a_step_goes_back_or_says_where_it_cannot(seed: int) -> None:
    flat, done = walk(seed)
    outcomes = [_outcome(flat, patch) for _before, patch in done]
    assert all(outcome == "back" or outcome for outcome in outcomes)
    assert "back" in outcomes


def _outcome(flat: Flat, patch: Any) -> Any:
    """ "back", or where it cannot go back."""
    try:
        read(build(patches.taken_back(flat, patch)))
    except patches.Overtaken as overtaken:
        return overtaken.elements
    return "back"
