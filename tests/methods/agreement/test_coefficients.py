import numpy as np
import pytest
from scipy.stats import friedmanchisquare

from kiif.methods.agreement import coefficients
from kiif.methods.agreement.errors import AgreementError

X = np.nan
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
TWO_CODERS = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
LETTERS = [[1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1], [2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4]]
FOUR_OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, X, X, X],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, X, 3],
    [X, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, X],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, X],
]
THREE_CODERS = [
    [X, X, X, X, X, 3, 4, 1, 2, 1, 1, 3, 3, X, 3],
    [1, X, 2, 1, 3, 3, 4, 3, X, X, X, X, X, X, X],
    [X, X, 2, 1, 3, 4, 4, X, 2, 1, 1, 3, 3, X, 4],
]
# Fleiss 1971: thirty patients, six psychiatrists, five diagnoses; how many chose each.
DIAGNOSES = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)


def test_intraclass_shrout_fleiss_1979():
    found = coefficients.intraclass(SHROUT_FLEISS)
    single = (found.one_way, found.agreement, found.consistency)
    mean = (found.one_way_mean, found.agreement_mean, found.consistency_mean)
    assert single == pytest.approx((0.17, 0.29, 0.71), abs=5e-3)
    assert mean == pytest.approx((0.44, 0.62, 0.91), abs=5e-3)
    squares = (found.between, found.within, found.judges, found.error)
    assert squares == pytest.approx((11.24, 6.26, 32.49, 1.02), abs=5e-3)


def test_intraclass_equals_pingouin():
    """pingouin 0.7.0, intraclass_corr."""
    found = coefficients.intraclass(SHROUT_FLEISS)
    assert (found.one_way, found.agreement, found.consistency) == pytest.approx(
        (0.165742, 0.289764, 0.714841), abs=1e-6
    )
    assert (found.one_way_mean, found.agreement_mean, found.consistency_mean) == pytest.approx(
        (0.442797, 0.620051, 0.909316), abs=1e-6
    )


@pytest.mark.parametrize(
    ("values", "level", "published"),
    [
        (TWO_CODERS, "nominal", 0.095238),
        (LETTERS, "nominal", 0.691964),
        (FOUR_OBSERVERS, "nominal", 0.743421),
        (FOUR_OBSERVERS, "ordinal", 0.815388),
        (FOUR_OBSERVERS, "interval", 0.849107),
        (FOUR_OBSERVERS, "ratio", 0.797403),
        (THREE_CODERS, "nominal", 0.691358),
        (THREE_CODERS, "interval", 0.810845),
    ],
)
def test_alpha_of_published_examples(values, level, published):
    assert coefficients.krippendorff_alpha(values, level) == pytest.approx(published, abs=5e-7)


@pytest.mark.parametrize(
    ("table", "published"),
    [
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], 0.491525),
        ([[20, 5], [10, 15]], 0.4),
        ([[45, 15], [25, 15]], 0.130435),
        ([[25, 35], [5, 35]], 0.259259),
    ],
)
def test_kappa_of_cohen(table, published):
    assert coefficients.cohen_kappa(table) == pytest.approx(published, abs=5e-7)


def test_kappa_of_fleiss_1971():
    counts = [[int(digit) for digit in row] for row in DIAGNOSES.split()]
    assert len(counts) == 30
    assert coefficients.fleiss_kappa(counts) == pytest.approx(0.430, abs=5e-4)


def test_kappa_of_fleiss_other_published_tables():
    table = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
    assert coefficients.fleiss_kappa(table) == pytest.approx(0.210, abs=5e-4)
    assert coefficients.fleiss_kappa([[7, 1], [3, 5]]) == pytest.approx(0.161905, abs=5e-7)


def test_concordance_siegel_1956():
    """Three executives rank six applicants: W = .16; then, with equal ranks among ten, W = .828."""
    plain = [[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]
    assert coefficients.kendall_w(plain).w == pytest.approx(25.5 / 157.5)
    tied = [
        [1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10],
        [2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5],
        [2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10],
    ]
    assert coefficients.kendall_w(tied).w == pytest.approx(0.828, abs=5e-4)


def test_concordance_is_the_test_of_friedman():
    scores = np.random.default_rng(4).integers(0, 6, (5, 9))
    found = coefficients.kendall_w(scores)
    expected = friedmanchisquare(*scores.T)
    assert (found.chi_squared, found.chance) == pytest.approx((expected.statistic, expected.pvalue))


def test_perfect_agreement_is_one():
    same = [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]]
    for level in ("nominal", "ordinal", "interval", "ratio"):
        assert coefficients.krippendorff_alpha(same, level) == pytest.approx(1.0)
    assert coefficients.kendall_w(same).w == pytest.approx(1.0)
    assert coefficients.intraclass(np.transpose(same)).agreement == pytest.approx(1.0)
    assert coefficients.cohen_kappa([[3, 0], [0, 4]]) == pytest.approx(1.0)
    assert coefficients.fleiss_kappa([[3, 0], [0, 3]]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (lambda: coefficients.intraclass([[1, 2], [3, X]]), "A full table"),
        (lambda: coefficients.intraclass([[1, 2], [2, 1]]), "nothing to agree on"),
        (lambda: coefficients.krippendorff_alpha([[1, 1], [1, 1]]), "All values are the same"),
        (lambda: coefficients.krippendorff_alpha([[1, X], [X, 1]]), "No unit was judged twice"),
        (lambda: coefficients.krippendorff_alpha([[1, 2], [1, 2]], "other"), "unknown: other"),
        (lambda: coefficients.krippendorff_alpha([[-1, 2], [1, 2]], "ratio"), "under nought"),
        (lambda: coefficients.krippendorff_alpha([1, 2]), "coders and units"),
        (lambda: coefficients.cohen_kappa([[1, 2, 3]]), "square table"),
        (lambda: coefficients.cohen_kappa([[4, 0], [0, 0]]), "All values are the same"),
        (lambda: coefficients.fleiss_kappa([[1, 2], [1, 1]]), "same number of judges"),
        (lambda: coefficients.fleiss_kappa([[-1, 2]]), "count by category"),
        (lambda: coefficients.kendall_w([[1, 1], [2, 2]]), "tells the dossiers apart"),
        (lambda: coefficients.kendall_w([[1, 2]]), "A full table"),
    ],
)
def test_questions_without_an_answer_are_refused_in_words(question, message):
    with pytest.raises(AgreementError, match=message):
        question()
