"""The five-minute test: rules as data (`format`), a pure engine, the facts of places, doors that a refusal opens."""

from kiif.programmes.eligibility.engine import FamilyVerdict, Result, evaluate
from kiif.programmes.eligibility.format import Family, Question, Rule, Rules, RulesError, read, said

__all__ = ["Family", "FamilyVerdict", "Question", "Result", "Rule", "Rules", "RulesError", "evaluate", "read", "said"]
