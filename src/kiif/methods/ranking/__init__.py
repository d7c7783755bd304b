"""Ranking alternatives (territories) on several criteria: value, aggregate, explain, say how sure.

| module | what it answers |
| --- | --- |
| `values` | how good is this figure? value functions to [0, 1], vetoes with their reasons |
| `weights` | what matters? pillars, orders, swing and pairwise answers, unbiased samplers |
| `aggregation` | one score each: weighted sum, geometric, power mean, TOPSIS, SPOTIS, VIKOR; contributions |
| `outranking` | PROMETHEE II in O(n log n), ELECTRE I, II and III for short lists |
| `robustness` | stochastic acceptability (SMAA): who stays in the top k, under which weights |
| `uncertainty` | who stays in the top k when the figures are drawn within what is said of them |
| `flips` | how far one weight may move before an alternative leaves the top k |
| `pareto`, `similar`, `shortlist` | non-dominated sets, nearest neighbours, spread selections |

Conventions: `n` alternatives, `k` criteria; matrices are `(n, k)`, weights `(k,)` or `(draws, k)`, non-negative, of
sum 1; NaN is unknown. Functions raise `RankingError` with a sentence when the question makes no sense.
"""
