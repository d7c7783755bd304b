"""Columns of this room: a short list of codes, a text kept ready for searching; the same on both databases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Lookup
from django.db.models.lookups import Contains

from kiif.territories.lookup import fold


class CodesField(models.CharField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A list of codes, stored as ",food,housing,": `filter(themes__contains=",food,")` finds one, nothing else.

    The value is always a list, in the order of the choices, each code once.
    """

    def __init__(self, *args: Any, codes: Any = (), **kwargs: Any) -> None:
        self.codes = codes
        kwargs.setdefault("max_length", 400)
        kwargs.setdefault("default", list)
        kwargs["blank"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *args: Any) -> list[str]:
        return _split(value)

    def to_python(self, value: Any) -> list[str]:
        found = _split(value) if isinstance(value, str) or value is None else [str(code) for code in value]
        known = [str(code) for code, _label in self.codes]
        return [code for code in known if code in found] if known else list(dict.fromkeys(found))

    def get_prep_value(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        codes = self.to_python(value)
        return f",{','.join(codes)}," if codes else ""

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: Any, model_instance: Any) -> None:
        """Unknown codes are dropped by `to_python`; nothing else can be wrong."""

    def run_validators(self, value: Iterable[str]) -> None:
        """The limit of length is that of the whole list of codes."""


def _split(value: str | None) -> list[str]:
    return [code for code in (value or "").split(",") if code]


class FoldedTextField(models.TextField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A text that was folded before it was stored: `holds` compares it as it is, ten times faster than folding it."""


@FoldedTextField.register_lookup
class HoldsFolded(Lookup[Any]):
    """`holds` of every list of the product (`kiif.ui.tables`), on what is already folded."""

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return Contains(self.lhs, fold(str(self.rhs))).as_sql(compiler, connection)
