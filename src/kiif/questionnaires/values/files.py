"""Attached files, by their public identifiers. That they are attached to this very answer is the action's to check."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.questionnaires.definition.questions import Files
from kiif.questionnaires.values.base import (
    Cell,
    Column,
    Index,
    Kind,
    Raw,
    Scalar,
    Value,
    expect_dict,
    expect_list,
    expect_text,
    label_of,
)


class FileLists(Kind[Files]):
    operators = ("filled",)

    def parse(self, question: Files, raw: Raw) -> Value:
        return self.clean(question, {"files": raw.many()})

    def clean(self, question: Files, document: Value) -> Value:
        given = [expect_text(text, 40) for text in expect_list(expect_dict(document, "files").get("files", []))]
        try:
            files = list(dict.fromkeys(str(uuid.UUID(text)) for text in given))
        except ValueError:
            raise ValueError(_("This file is not attached here any more. Add it again.")) from None
        return {"files": files} if files else None

    def check(self, question: Files, value: Value) -> list[str]:
        if len(value["files"]) > question.at_most:
            return [ngettext("%(n)s file at most.", "%(n)s files at most.", question.at_most) % {"n": question.at_most}]
        return []

    def scalar(self, question: Files, value: Value) -> Scalar:
        return tuple(value["files"])

    def show(self, question: Files, value: Value, language: str) -> str:
        count = len(value["files"])
        return ngettext("%(n)s attached file", "%(n)s attached files", count) % {"n": count}

    def index(self, question: Files, value: Value) -> Index:
        return Index(number=len(value["files"]))

    def columns(self, question: Files, language: str) -> list[Column]:
        label = label_of(question, language)
        return [Column(question.name, _("%(label)s – number of files") % {"label": label}, "integer")]

    def cells(self, question: Files, value: Value) -> list[Cell]:
        return [len(value["files"])]
