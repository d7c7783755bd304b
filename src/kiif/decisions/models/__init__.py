"""Data of decisions: what is decided, what is written, what people answer."""

from kiif.decisions.models.appeals import Appeal
from kiif.decisions.models.decisions import Change, Decision, Publication, Terms
from kiif.decisions.models.letters import Letter, LetterTemplate, Sending

__all__ = ["Appeal", "Change", "Decision", "Letter", "LetterTemplate", "Publication", "Sending", "Terms"]
