"""`field__holds="ecole"`: contains, whatever case and accents, on SQLite and PostgreSQL without an extension."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import CharField, Lookup, TextField

_ESCAPES = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


def fold(text: str | None) -> str | None:
    """Lower case, without accents, ligatures opened: what two spellings of one name have in common."""
    if text is None:
        return None
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _pairs() -> tuple[str, str]:
    """Letters of the Latin alphabets of Europe with an accent, and the letter that each one is folded to."""
    letters = [chr(code) for code in (*range(0xC0, 0x180), *range(0x1E00, 0x1F00))]
    folded = [(letter, fold(letter) or "") for letter in letters]
    one = [(letter, plain) for letter, plain in folded if len(plain) == 1 and plain != letter]
    return "".join(letter for letter, _ in one), "".join(plain for _, plain in one)


_ACCENTED, _PLAIN = _pairs()


class Holds(Lookup[Any]):
    lookup_name = "holds"

    def get_prep_lookup(self) -> str:
        return f"%{(fold(str(self.rhs)) or '').translate(_ESCAPES)}%"

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return rf"kiif_fold({left}) LIKE {right} ESCAPE '\'", [*left_params, *right_params]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        opened = f"replace(replace(lower(translate({left}::text, %s, %s)), 'œ', 'oe'), 'æ', 'ae')"
        return f"{opened} LIKE {right}", [*left_params, _ACCENTED, _PLAIN, *right_params]


def _teach(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("kiif_fold", 1, fold, deterministic=True)


def install() -> None:
    """Called once, when the application is ready."""
    CharField.register_lookup(Holds)
    TextField.register_lookup(Holds)
    connection_created.connect(_teach, dispatch_uid="kiif.ui.tables.lookups")
