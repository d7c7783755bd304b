"""What can be wrong with an expression, in a sentence with its place."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

#: Sentences by code; the browser's twin gives the same codes at the same positions.
SENTENCES: Final = {
    "too-long": _("The expression is too long: at most %(most)s characters."),
    "too-deep": _("The expression holds too many parentheses or operations within one another."),
    "character": _("“%(found)s” cannot be read here."),
    "quote": _("A text begins with a quotation mark that is never closed."),
    "reference": _("A question is written ${name}, or ${name.part}."),
    "end": _("The expression stops too early: something is expected after it."),
    "unexpected": _("“%(found)s” is not expected here."),
    "closing": _("A closing parenthesis “)” is missing."),
    "function": _("There is no function “%(found)s”."),
    "word": _("“%(found)s” must be written between quotation marks, or as ${%(found)s} if it is a question."),
    "arguments": _("“%(function)s” does not take that many values between its parentheses."),
    "pattern-literal": _("The pattern of “regex” must be a text between quotation marks."),
    "pattern": _("The pattern of “regex” cannot be read, or is too long."),
    "choice-name": _("“jr:choice-name” takes a value, then the question between quotation marks: '${name}'."),
}  # fmt: skip


class ExpressionError(ValueError):
    """An expression that cannot be read. `code`: a key of `SENTENCES`; `position`: code points from the start."""

    def __init__(self, code: str, position: int, **params: Any) -> None:
        self.code = code
        self.position = position
        self.params = params
        super().__init__(f"{code} at {position}")

    @property
    def sentence(self) -> str:
        """What is wrong and where, in the active language."""
        return gettext("%(what)s (character %(place)s).") % {
            "what": (gettext(SENTENCES[self.code]) % self.params).rstrip("."),
            "place": self.position + 1,
        }
