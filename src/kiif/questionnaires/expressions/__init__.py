"""The expression language of questionnaires, the subset of XLSForm that kiif reads. Pure.

Its twin in the browser is `static/questionnaires/expressions.js`; both answer to the cases of
`tests/questionnaires/expressions/cases.json`. Manners: docs/expressions.md.
"""

from kiif.questionnaires.expressions.errors import ExpressionError
from kiif.questionnaires.expressions.evaluation import Context, evaluate, holds
from kiif.questionnaires.expressions.scalars import Value, text, truth
from kiif.questionnaires.expressions.syntax import (
    FUNCTIONS,
    MAX_LENGTH,
    Binary,
    Call,
    Literal,
    Negative,
    Node,
    Own,
    Reference,
    parse,
    references,
    walk,
)

__all__ = [
    "FUNCTIONS",
    "MAX_LENGTH",
    "Binary",
    "Call",
    "Context",
    "ExpressionError",
    "Literal",
    "Negative",
    "Node",
    "Own",
    "Reference",
    "Value",
    "evaluate",
    "holds",
    "parse",
    "references",
    "text",
    "truth",
    "walk",
]
