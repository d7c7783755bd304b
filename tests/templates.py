"""Makes Django say which variable a template of ours names in vain."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

from django.template.base import Node

OURS = str(Path(__file__).resolve().parents[1] / "src" / "kiif")


class UndefinedVariableError(AssertionError):
    """A template of kiif shows a variable that its context does not hold."""


class UndefinedVariable(str):
    """Set as `string_if_invalid`: behaves as "" in templates of others, raises in ours.

    Django tests its truth before it uses it, and then formats it with the name of the variable.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return _template_of(sys._getframe(1)).startswith(OURS)

    def __contains__(self, item: object) -> bool:
        return True

    def __mod__(self, name: Any) -> str:
        raise UndefinedVariableError(f"{_template_of(sys._getframe(1))}: unknown variable {name}")


def _template_of(frame: FrameType | None) -> str:
    """Path of the template being rendered, found on the stack."""
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and frame.f_code.co_name == "render_annotated":
            return str(getattr(node.origin, "name", ""))
        frame = frame.f_back
    return ""
