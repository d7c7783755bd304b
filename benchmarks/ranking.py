"""Ranking against its peers, in the same run, on the same data: `python benchmarks/ranking.py [--json] [--quick]`.

Needs `pip install --require-hashes -r requirements-bench.txt`. Every ratio compares seconds of processor on one thread;
a result is reported only after it was found equal to a double-precision brute force. Loops of peers are linear in the
number of draws: they are timed on a few draws and multiplied, and the table says so.
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
from pathlib import Path
from typing import Any

import numpy as np

from kiif.methods.ranking import outranking, robustness, similar, weights

N, K, DRAWS, TOP = 35_000, 30, 10_000, 20


def cpu(function: Callable[[], Any], repeats: int = 3) -> float:
    """Best processor time of several runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


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
    ours = cpu(lambda: robustness.top_sets(values, draws, TOP))
    few = 8 if quick else 40
    numpy_loop = (
        cpu(lambda: [np.argpartition(values @ w, N - TOP)[N - TOP :] for w in draws[: few * 5]]) * DRAWS / few / 5
    )
    single = values.astype(np.float32)
    tiles = [np.ascontiguousarray(draws[s : s + 256].T, dtype=np.float32) for s in range(0, DRAWS, 256)]
    floor = cpu(lambda: [np.matmul(single[r : r + 2048], t) for t in tiles for r in range(0, N, 2048)])
    return {
        "seconds": ours,
        "vs_pymcdm": pymcdm_loop(values, draws[:few]) * DRAWS / few / ours,
        "vs_skcriteria": skcriteria_loop(values, draws[:few]) * DRAWS / few / ours,
        "vs_numpy": numpy_loop / ours,
        "vs_gemm": ours / floor,
        "peak_mb": peak_mb("smaa"),
    }


def pymcdm_loop(values: np.ndarray, draws: np.ndarray) -> float:
    """pymcdm's best case: no validation, no normalisation, partition instead of a full sort."""
    from pymcdm.methods import WSM

    def as_given(column: np.ndarray, cost: bool = False) -> np.ndarray:
        return column

    method, types = WSM(normalization_function=as_given), np.ones(K)

    def run() -> None:
        for w in draws:
            scores = method(values, w, types, validation=False)
            np.argpartition(scores, N - TOP)[N - TOP :]

    return cpu(run, repeats=2)


def skcriteria_loop(values: np.ndarray, draws: np.ndarray) -> float:
    """scikit-criteria: one matrix, weights replaced, weighted sum evaluated."""
    import skcriteria
    from skcriteria.agg.simple import WeightedSumModel

    data, model = skcriteria.mkdm(values, [max] * K), WeightedSumModel()

    def run() -> None:
        for w in draws:
            model.evaluate(data.replace(weights=w))

    return cpu(run, repeats=1)


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
    theirs_same = cpu(lambda: peer(size), repeats=1)
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
    model = similar.Similarity(values, np.ones(60))
    peer = NearestNeighbors(n_neighbors=TOP + 1, algorithm="brute").fit(values)
    rows = range(0, N, N // 40)
    for row in rows:
        theirs = [r for r in peer.kneighbors(values[[row]], return_distance=False)[0] if r != row][:TOP]
        assert set(model.nearest(row, TOP).rows.tolist()) == set(map(int, theirs)), row
    ours = cpu(lambda: [model.nearest(row, TOP) for row in rows])
    theirs_time = cpu(lambda: [peer.kneighbors(values[[row]]) for row in rows])
    return {"seconds": ours / len(rows), "vs_sklearn": theirs_time / ours}


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
