"""Fair marks: how severe each reviewer is, what that changes, how sure it is, and where people disagree.

| module | what it answers |
| --- | --- |
| `ratings` | marks as arrays; which dossiers and reviewers are linked by common reads |
| `reml` | the variances of a model with crossed random effects, on any design |
| `severity` | `correct`: corrected marks beside the raw ones, severities, errors, gaps between two dossiers |
| `ranks` | between which ranks a dossier lies, and how often it is among the first k |
| `disagreement` | dossiers on which readers differ more than they usually do, and which pairs of readers |
| `coefficients` | intraclass correlations, Krippendorff's alpha, Cohen's and Fleiss' kappa, Kendall's W |

Conventions: a mark is `(dossier key, reviewer key, score)`; severity is in points of the scale, positive when the
reviewer gives less than the others would. Functions raise `AgreementError` with a sentence when the marks do not allow
the question.
"""
