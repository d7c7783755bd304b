import numpy as np

_ROWS = """a1 14 15 . 12 .;a2 9 . 8 . 11;a3 . 16 13 14 .;a4 12 13 . . 13;a5 . 7 . 5 8;a6 17 . 15 16 .
a7 . 11 8 . 12;a8 10 12 . 9 .;a9 . . 13 15 17;b1 6 9 . . 7;b2 15 . 14 . 18;b3 . 10 . 8 11"""

#: Twelve dossiers, five reviewers, three reads each.
SPARSE = [
    (key, f"r{j}", float(mark))
    for key, *marks in (row.split() for row in _ROWS.replace("\n", ";").split(";"))
    for j, mark in enumerate(marks)
    if mark != "."
]


def shared(seed, *, reviewers, severity):
    """The true severities of `panel` with the same seed."""
    return np.random.default_rng([seed, 1]).normal(0, severity, reviewers)


def panel(*, dossiers, reviewers, reads, severity, error, seed):
    """True marks of the dossiers `(n,)` and the marks that a panel of the model gives them, `reads` for each."""
    rng = np.random.default_rng([seed, 2])
    truth = rng.normal(10, 1.5, dossiers)
    severities = shared(seed, reviewers=reviewers, severity=severity)
    pairs = [(i, j) for i in range(dossiers) for j in rng.permutation(reviewers)[:reads].tolist()]
    marks = [(f"d{i:03d}", f"r{j:03d}", float(truth[i] - severities[j] + rng.normal(0, error))) for i, j in pairs]
    return truth, marks
