"""Writing a draft: every gesture of the designer is one step (`design_steps` tells it and takes it back)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import rules
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.attachments.actions import attach
from kiif.journal.actions import record
from kiif.questionnaires.definition import DefinitionError, read
from kiif.questionnaires.definition.structure import MAX_QUESTIONS, MAX_SECTIONS
from kiif.questionnaires.drafting import kinds, names, operations, patches
from kiif.questionnaires.drafting.elements import (
    CHILDREN,
    ROOT,
    Flat,
    build,
    copied,
    flatten,
    known_as,
    level,
    questions,
)
from kiif.questionnaires.models import DraftChange, Questionnaire
from kiif.ui.errors import NotAllowed, Refused

#: Writing in the same element within this time is one entry of the journal, not one per pause.
SITTING: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Written:
    """What became of what was typed: the questionnaire as it is now, what somebody else wrote meanwhile."""

    questionnaire: Questionnaire
    clashes: list[patches.Clash]


def check_may_change(by: Actor, questionnaire: Questionnaire) -> None:
    """Raises NotAllowed, or Refused when it was put away."""
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody's eyes: nothing can be written."))
    if not rules.test_rule("questionnaires.change_questionnaire", by, questionnaire):
        raise NotAllowed(
            _("Only the team of “%(owner)s” changes this questionnaire. Make a copy of it: the copy is yours.")
            % {"owner": questionnaire.owner}
        )
    if questionnaire.archived_at is not None:
        raise Refused(_("This questionnaire was put away. Take it out again to change it."))


def locked(questionnaire: Questionnaire) -> Questionnaire:
    """The row as the database has it, until the end of the transaction."""
    return Questionnaire.objects.select_for_update(of=("self",)).select_related("owner").get(pk=questionnaire.pk)


def change(
    questionnaire: Questionnaire,
    by: Actor,
    gesture: str,
    element: str,
    operation: Callable[[Flat], Flat],
    *,
    undoes: DraftChange | None = None,
    words: str = "",
) -> Questionnaire:
    """Does one step: locks, applies, reads the whole again, keeps what changed. Nothing changed: no step."""
    row = locked(questionnaire)
    check_may_change(by, row)
    before = flatten(row.draft)
    try:
        after = operation(before)
    except (KeyError, operations.MisplacedError) as error:
        raise Refused(_("This element is no longer there: somebody took it away. Look at the page again.")) from error
    _check_size(after)
    document = read_again(after)
    after = flatten(document)
    patch = patches.difference(before, after)
    if not patch:
        return row
    holder = after if element in after else before
    told = words or known_as(holder, element)
    row.draft, row.draft_by = document, by.user
    row.draft_revision += 1
    row.title = _title_of(document) or row.title
    row.save(update_fields=["draft", "draft_by", "draft_revision", "draft_at", "title"])
    if _is_told(row, by, gesture, element):
        record(
            by=by, verb="questionnaires.draft_changed", obj=row, scope=row.owner,
            data={"gesture": gesture, "element": element, "words": told[:120]},
        )  # fmt: skip
    DraftChange.objects.create(
        questionnaire=row,
        revision=row.draft_revision,
        gesture=gesture,
        element=element,
        words=told[:120],
        patch=patch,
        by=by.user,
        undoes=undoes,
    )
    return row


def _title_of(document: Mapping[str, Any]) -> str:
    texts = document.get("title", {})
    return str(texts.get(document["languages"][0]) or next(iter(texts.values()), ""))[:200]


def _is_told(row: Questionnaire, by: Actor, gesture: str, element: str) -> bool:
    """Whether the journal gets an entry: not for each pause of somebody who writes."""
    if gesture != "write":
        return True
    last = row.changes.filter(by=by.user, element=element, gesture="write", at__gt=timezone.now() - SITTING)
    return not last.exists()


def _check_size(flat: Flat) -> None:
    if sum(level(key) == "q" for key in flat) > MAX_QUESTIONS:
        raise Refused(_("A questionnaire holds at most %(n)s questions.") % {"n": MAX_QUESTIONS})
    if sum(level(key) == "s" for key in flat) > MAX_SECTIONS:
        raise Refused(_("A questionnaire holds at most %(n)s sections.") % {"n": MAX_SECTIONS})
    seen: dict[str, str] = {}
    for key, fields in questions(flat):
        if fields["name"] in seen:
            raise Refused(_("Another question is already called “%(name)s”.") % {"name": fields["name"]}, field="name")
        seen[fields["name"]] = key


def read_again(flat: Flat) -> dict[str, Any]:
    """The document of these elements, read strictly. Raises Refused with where it fails."""
    try:
        return read(build(flat)).document()
    except DefinitionError as error:
        place, sentence = error.problems[0]
        raise Refused(
            _("This cannot be kept as it is (%(place)s: %(why)s).") % {"place": place or "–", "why": sentence}
        ) from error


@transaction.atomic
def add_section(
    *, questionnaire: Questionnaire, by: Actor, after: str = "", texts: Mapping[str, str] | None = None
) -> str:
    """A section, with an empty page. Returns its identifier."""
    made: list[str] = []

    def add(flat: Flat) -> Flat:
        result, key = operations.add_section(flat, after, texts)
        made.append(key)
        return result

    change(questionnaire, by, "add", after or ROOT, add)
    return made[0]


@transaction.atomic
def add_page(*, questionnaire: Questionnaire, by: Actor, section: str, after: str = "") -> str:
    """A page in a section. Returns its identifier."""
    made: list[str] = []

    def add(flat: Flat) -> Flat:
        result, key = operations.add_page(flat, section, after)
        made.append(key)
        return result

    change(questionnaire, by, "add", section, add)
    return made[0]


@transaction.atomic
def add_question(
    *,
    questionnaire: Questionnaire,
    by: Actor,
    page: str,
    kind: str,
    after: str = "",
    fields: Mapping[str, Any] | None = None,
) -> str:
    """A question of this kind. `fields`: of the draft (`label.fr`, `required`…). Returns its identifier."""
    if kind not in kinds.WORDS:
        raise Refused(_("Choose a kind of question in the list."), field="kind")
    made: list[str] = []

    def add(flat: Flat) -> Flat:
        result, key = operations.add_question(flat, page, {**starting(kind), **(fields or {}), "kind": kind}, after)
        made.append(key)
        return operations.follow_label(result, key)

    change(questionnaire, by, "add", page, add, words=str(kinds.WORDS[kind].label))
    return made[0]


def starting(kind: str) -> dict[str, Any]:
    """What a new question of some kinds begins with, so that it works at once."""
    if kind in {"choice", "choices", "ranking"}:
        return {"choices": []}
    return {"max_words": 300} if kind == "long_text" else {}


@transaction.atomic
def put_in(
    *, questionnaire: Questionnaire, by: Actor, page: str, content: Mapping[str, Any], after: str = ""
) -> list[str]:
    """Puts the questions of a block or of another questionnaire on a page. Returns their identifiers."""
    made: list[str] = []

    def put(flat: Flat) -> Flat:
        result, keys = operations.put_in(flat, page, content, after)
        made.extend(keys)
        return result

    change(questionnaire, by, "put_in", page, put)
    return made


@transaction.atomic
def write(
    *, questionnaire: Questionnaire, by: Actor, element: str, values: Mapping[str, Any], revision: int
) -> Written:
    """Writes fields of an element. `revision`: that of the draft which this person had before their eyes.

    Fields that nobody else touched since are written; the others come back as clashes, and nothing of theirs is lost.
    """
    clashes: list[patches.Clash] = []

    def put(flat: Flat) -> Flat:
        clashes.clear()
        fields = flat[element]
        steps = DraftChange.objects.filter(questionnaire=questionnaire, revision__gt=revision)
        was = patches.as_it_was(fields, element, steps.values_list("patch", flat=True))
        known = kinds.defaults_of(fields["kind"]) if level(element) == "q" else {}
        changes, found = patches.written(was, fields, allowed(element, fields, values), known)
        clashes.extend(found)
        result = copied(flat)
        result[element] |= {name: value for name, value in changes.items() if name != "name"}
        for name in [name for name, value in changes.items() if value in ("", None) or value == []]:
            result[element].pop(name, None)
        if "name" in changes:
            result = _named(result, element, changes["name"])
        return operations.follow_label(result, element) if level(element) == "q" else _variants_kept(result)

    row = change(questionnaire, by, "write", element, put)
    return Written(row, clashes)


def allowed(element: str, fields: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Of what is sent, what this element may hold: a forged field is dropped."""
    if level(element) == "q":
        known = kinds.fields_of(fields["kind"]) - {"id", "kind"}
    else:
        specs = {ROOT: kinds.ROOT_SPECS, "s": kinds.SECTION, "p": kinds.PAGE}[level(element)]
        known = frozenset(spec.key for spec in specs)
    return {name: value for name, value in values.items() if name.partition(".")[0] in known}


def _named(flat: Flat, element: str, name: str) -> Flat:
    """Changes the name and everything that calls it."""
    result = names.renamed(flat, {flat[element]["name"]: name})
    result[element]["name"] = name
    return result


def _variants_kept(flat: Flat) -> Flat:
    """A sub-form that goes is taken off the sections that named it."""
    known = {variant["key"] for variant in flat[ROOT].get("variants", ())}
    for fields in flat.values():
        if CHILDREN in fields and "languages" not in fields and fields.get("variants"):
            fields["variants"] = [key for key in fields["variants"] if key in known]
    return flat


@transaction.atomic
def change_kind(*, questionnaire: Questionnaire, by: Actor, element: str, kind: str) -> Questionnaire:
    """Makes a question of another kind; what the new kind does not have goes (and comes back with undo)."""
    if kind not in kinds.WORDS:
        raise Refused(_("Choose a kind of question in the list."), field="kind")

    def put(flat: Flat) -> Flat:
        result = copied(flat)
        fields = {**starting(kind), **flat[element]}
        result[element] = operations.cleaned_for(kind, fields, {kind: kinds.fields_of(kind)})
        return result

    if level(element) != "q":
        raise Refused(_("Only a question has a kind."))
    return change(questionnaire, by, "kind", element, put)


def set_model(*, questionnaire: Questionnaire, by: Actor, element: str, upload: UploadedFile[bytes] | None) -> None:
    """Gives a question of files its model to fill, or takes it off (no upload). Earlier versions keep theirs.

    Raises Refused for a file that may not be attached. The file is checked before the draft is locked.
    """
    check_may_change(by, questionnaire)
    fields = flatten(questionnaire.draft).get(element, {})
    if fields.get("kind") != "files":
        raise Refused(_("Only a question about files has a model to fill."))
    key = str(attach(owner=questionnaire, upload=upload, by=by).public_id) if upload is not None else ""

    def put(flat: Flat) -> Flat:
        result = copied(flat)
        result[element]["model"] = key
        return result

    with transaction.atomic():
        change(questionnaire, by, "model", element, put)


@transaction.atomic
def move_to(*, questionnaire: Questionnaire, by: Actor, element: str, parent: str, position: int) -> Questionnaire:
    """Puts an element at this position (from 0) of that parent."""
    return change(questionnaire, by, "move", element, lambda flat: operations.move(flat, element, parent, position))


@transaction.atomic
def move_by(*, questionnaire: Questionnaire, by: Actor, element: str, down: bool) -> Questionnaire:
    """One place up or down. Refused at the very end."""

    def put(flat: Flat) -> Flat:
        moved = operations.step(flat, element, down)
        if moved is None:
            raise Refused(_("It is already the last one.") if down else _("It is already the first one."))
        return moved

    return change(questionnaire, by, "move", element, put)


@transaction.atomic
def duplicate(*, questionnaire: Questionnaire, by: Actor, element: str) -> str:
    """A copy beside it. Returns its identifier."""
    made: list[str] = []

    def put(flat: Flat) -> Flat:
        result, key = operations.duplicate(flat, element)
        made.append(key)
        return result

    change(questionnaire, by, "duplicate", element, put)
    return made[0]


@transaction.atomic
def remove(*, questionnaire: Questionnaire, by: Actor, element: str) -> DraftChange:
    """Takes an element away, with what is in it. Returns the step, which `design_steps.undo` takes back."""

    def put(flat: Flat) -> Flat:
        if level(element) == "s" and len(flat[ROOT][CHILDREN]) == 1:
            raise Refused(_("A questionnaire keeps at least one section: empty this one instead."))
        return operations.remove(flat, element)

    row = change(questionnaire, by, "remove", element, put)
    return row.changes.get(revision=row.draft_revision)
