"""Ranking against its peers, in the same run, on the same data: `python benchmarks/ranking.py [--json] [--quick]`.

Needs `pip install --require-hashes -r requirements-bench.txt`. Every ratio compares seconds of processor on one thread;
a result is reported only after it was found equal to a double-precision brute force. Loops of peers are linear in the
number of draws: they are timed on a few draws and multiplied.

A shared machine slows one moment more than another, so ours and theirs are timed in turns, and each keeps its best
turn: the ratio is that of a quiet moment for both. `similar.vs_sklearn`: one query, everything made ready before (their
`fit`, our `prepared`), best of repeats of the same query. `similar.vs_sklearn_in_turn`: the same, each query after
thirty-nine others, so with a cold cache. `similar.vs_sklearn_new_weights`: the weights change at each query.
"""

# ruff: noqa: E402 -- thread limits must be set before numpy is imported
import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from kiif.methods.ranking import outranking, robustness, similar, weights

N, K, DRAWS, TOP = 35_000, 30, 10_000, 20


def cpu(function: Callable[[], Any], repeats: int = 3) -> float:
    """Best processor time of several runs, in seconds."""
    return in_turns(repeats, function)[0]


def in_turns(rounds: int, *functions: Callable[[], Any]) -> list[float]:
    """Best processor time of each function, in seconds; they run one after the other, `rounds` times over."""
    best = [float("inf")] * len(functions)
    for _ in range(rounds):
        for i, function in enumerate(functions):
            start = time.process_time()
            function()
            best[i] = min(best[i], time.process_time() - start)
    return best


def matrix(n: int = N, k: int = K) -> np.ndarray:
    """Correlated columns replaced by their rank / n: six latent factors and noise."""
    rng = np.random.default_rng(1)
    x = rng.standard_normal((n, 6)) @ (0.7 * rng.standard_normal((6, k))) + rng.standard_normal((n, k))
    return (x.argsort(axis=0).argsort(axis=0) + 1) / n


def peak_mb(mode: str) -> float:
    """Peak memory of one computation, in a process of its own."""
    out = subprocess.run([sys.executable, __file__, "--peak", mode], capture_output=True, text=True, check=True)
    return float(out.stdout)


def measure_peak(mode: str) -> None:
    if mode == "smaa":
        robustness.top_sets(matrix(), weights.draw_uniform(DRAWS, K, np.random.default_rng(7)), TOP)
    elif mode == "promethee":
        outranking.promethee(matrix(), np.full(K, 1 / K), [True] * K, linear_shapes())
    # The high-water mark of this program alone: ru_maxrss would start from the parent's.
    status = Path("/proc/self/status").read_text("ascii")
    print(int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024)


def linear_shapes() -> list[outranking.Preference]:
    return [outranking.Preference("linear", q=0.05, p=0.25)] * K


def smaa(quick: bool) -> dict[str, float]:
    values, draws = matrix(), weights.draw_uniform(DRAWS, K, np.random.default_rng(7))
    found = robustness.top_sets(values, draws, TOP)
    checked = range(0, DRAWS, 50 if quick else 10)
    for s in checked:
        exact = np.einsum("ij,j->i", values, draws[s])
        assert np.array_equal(found.members[s], np.lexsort((np.arange(N), -exact))[:TOP]), s
    few = 8 if quick else 16
    single = values.astype(np.float32)
    tiles = [np.ascontiguousarray(draws[s : s + 512].T, dtype=np.float32) for s in range(0, DRAWS, 512)]
    room = {t.shape[1]: np.empty((2048, t.shape[1]), dtype=np.float32) for t in tiles}

    def floor() -> None:
        """The product alone, by tiles that stay in cache, nothing kept."""
        for tile in tiles:
            for row in range(0, N, 2048):
                block = single[row : row + 2048]
                np.matmul(block, tile, out=room[tile.shape[1]][: len(block)])

    def numpy_loop() -> None:
        for w in draws[: few * 5]:
            np.argpartition(values @ w, N - TOP)[N - TOP :]

    ours, product, simple, pymcdm, skcriteria = in_turns(
        3,
        lambda: robustness.top_sets(values, draws, TOP),
        floor,
        numpy_loop,
        pymcdm_loop(values, draws[:few]),
        skcriteria_loop(values, draws[:few]),
    )
    return {
        "seconds": ours,
        "vs_pymcdm": pymcdm * DRAWS / few / ours,
        "vs_skcriteria": skcriteria * DRAWS / few / ours,
        "vs_numpy": simple * DRAWS / few / 5 / ours,
        "vs_gemm": ours / product,
        "peak_mb": peak_mb("smaa"),
    }


def pymcdm_loop(values: np.ndarray, draws: np.ndarray) -> Callable[[], None]:
    """pymcdm's best case: no validation, no normalisation, partition instead of a full sort."""
    from pymcdm.methods import WSM

    def as_given(column: np.ndarray, cost: bool = False) -> np.ndarray:
        return column

    method, types = WSM(normalization_function=as_given), np.ones(K)

    def run() -> None:
        for w in draws:
            scores = method(values, w, types, validation=False)
            np.argpartition(scores, N - TOP)[N - TOP :]

    return run


def skcriteria_loop(values: np.ndarray, draws: np.ndarray) -> Callable[[], None]:
    """scikit-criteria: one matrix, weights replaced, weighted sum evaluated."""
    import skcriteria
    from skcriteria.agg.simple import WeightedSumModel

    data, model = skcriteria.mkdm(values, [max] * K), WeightedSumModel()

    def run() -> None:
        for w in draws:
            model.evaluate(data.replace(weights=w))

    return run


def promethee() -> dict[str, float]:
    from pymcdm.methods import PROMETHEE_II

    small, w, shapes = matrix(1_000), np.full(K, 1 / K), linear_shapes()

    def peer(data: np.ndarray) -> np.ndarray:
        # A new object each time: one built with thresholds answers once.
        method = PROMETHEE_II("vshape_2", p=np.full(K, 0.25), q=np.full(K, 0.05))
        return method(data, w, np.ones(K), validation=False)

    np.testing.assert_allclose(outranking.promethee(small, w, [True] * K, shapes).net, peer(small), atol=1e-9)
    # Same size for both; the gap then grows with n, since the peer is quadratic.
    size = matrix(5_000)
    ours_same = cpu(lambda: outranking.promethee(size, w, [True] * K, shapes))
    theirs_same = cpu(lambda: peer(size), repeats=1)  # some fifteen seconds
    full = matrix()
    return {
        "seconds": cpu(lambda: outranking.promethee(full, w, [True] * K, shapes)),
        "same_size": 5_000,
        "vs_pymcdm": theirs_same / ours_same,
        "peak_mb": peak_mb("promethee"),
    }


def similarity() -> dict[str, float]:
    from sklearn.neighbors import NearestNeighbors

    values = matrix(N, 60)
    plain = similar.Similarity(values, np.ones(60))
    model = plain.prepared()
    peer = NearestNeighbors(n_neighbors=TOP + 1, algorithm="brute").fit(values)
    rows = list(range(0, N, N // 40))
    for row in rows:
        squared = ((values - values[row]) ** 2).sum(axis=1)
        squared[row] = np.inf
        expected = np.lexsort((np.arange(N), squared))[:TOP]
        assert np.array_equal(model.nearest(row, TOP).rows, expected), row
        theirs = peer.kneighbors(values[[row]], return_distance=False)[0]
        assert set(expected) == {int(r) for r in theirs if r != row}, row
    changing = np.random.default_rng(3).dirichlet(np.ones(60), len(rows))

    def peer_with(w: np.ndarray, row: int) -> None:
        scaled = values * np.sqrt(w)
        NearestNeighbors(n_neighbors=TOP + 1, algorithm="brute").fit(scaled).kneighbors(scaled[[row]])

    ours = [partial(model.nearest, row, TOP) for row in rows]
    theirs = [partial(peer.kneighbors, values[[row]]) for row in rows]
    ours_new = [
        lambda w=w, row=row: plain.reweighted(w).nearest(row, TOP) for w, row in zip(changing, rows, strict=True)
    ]
    theirs_new = [partial(peer_with, w, row) for w, row in zip(changing, rows, strict=True)]
    alone = [sum(in_turns(9, query)[0] for query in queries) for queries in (ours, theirs)]
    turns = in_turns(7, *ours, *theirs)
    new = in_turns(5, *ours_new, *theirs_new)
    n = len(rows)
    return {
        "seconds": alone[0] / n,
        "vs_sklearn": alone[1] / alone[0],
        "vs_sklearn_in_turn": sum(turns[n:]) / sum(turns[:n]),
        "vs_sklearn_new_weights": sum(new[n:]) / sum(new[:n]),
    }


GOALS = {
    ("smaa", "vs_pymcdm"): "≥ 100",
    ("smaa", "vs_skcriteria"): "≥ 400",
    ("smaa", "vs_numpy"): "≥ 4",
    ("smaa", "vs_gemm"): "≤ 3",
    ("smaa", "peak_mb"): "≤ 300",
    ("promethee", "vs_pymcdm"): "≥ 500",
    ("promethee", "peak_mb"): "≤ 200",
    ("similar", "vs_sklearn"): "≥ 10",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="fewer draws for the peers")
    parser.add_argument("--peak", choices=("smaa", "promethee"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        measure_peak(options.peak)
        return
    results = {"smaa": smaa(options.quick), "promethee": promethee(), "similar": similarity()}
    if options.json:
        print(json.dumps(results, indent=2))
        return
    for room, figures in results.items():
        for name, value in figures.items():
            print(f"{room:<10} {name:<14} {value:>12.4g}   goal {GOALS.get((room, name), '–')}")


if __name__ == "__main__":
    main()
