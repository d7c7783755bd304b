"""Who reads which dossier: an allocation that is optimal, explained, repeatable, and kept when the round goes on.

| module | what it answers |
| --- | --- |
| `model` | what is asked: dossiers, reviewers, conflicts, forced and forbidden pairs, rules |
| `grid` | the same as arrays: who may read what, what is already fixed, how well each pair fits |
| `solver` | `allocate`: the best plan, proved, with the greedy baseline beside it |
| `greedy` | the baseline: each reviewer in turn asks for one more dossier |
| `plan` | the answer: each assignment with its reasons, loads, what moved, what is not covered |
| `shortage` | why some dossiers cannot have all their reads, and what would make it possible |
| `supply` | before the opening: reads wanted against places, by language, theme, territory and skill |

Conventions: `n` dossiers, `m` reviewers, matrices `(n, m)`; a pair is `(dossier key, reviewer key)`. Keys are put in
order before anything is computed, so the order of what is given changes nothing. Functions raise `AllocationError`
with a sentence when the question contradicts itself; a question that only asks too much is answered by the best
partial plan.
"""
