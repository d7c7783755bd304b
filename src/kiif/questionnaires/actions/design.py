"""Questionnaires as wholes: made, copied, put away, their languages; remarks between designers; blocks to use again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import rules
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.models import Body
from kiif.journal import diff
from kiif.journal.actions import record
from kiif.questionnaires.actions.design_draft import change, check_may_change, locked, read_again
from kiif.questionnaires.definition.base import LANGUAGE
from kiif.questionnaires.drafting import operations
from kiif.questionnaires.drafting.elements import ROOT, Flat, below, build, copied, flatten, level
from kiif.questionnaires.enums import Purpose
from kiif.questionnaires.models import Block, DesignComment, Questionnaire
from kiif.questionnaires.queries import designs
from kiif.ui.errors import NotAllowed, Refused

MAX_LANGUAGES = 8


def _check_may_make(by: Actor, owner: Body) -> None:
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody's eyes: nothing can be written."))
    probe = Questionnaire(owner=owner)
    if not rules.test_rule("questionnaires.change_questionnaire", by, probe):
        raise NotAllowed(_("You make questionnaires for your own organisation."))


@transaction.atomic
def create_questionnaire(
    *,
    by: Actor,
    owner: Body,
    title: str,
    purpose: str = Purpose.OTHER,
    languages: Sequence[str] = ("fr",),
    document: Mapping[str, Any] | None = None,
) -> Questionnaire:
    """A questionnaire of this body: empty, or from a definition (a file, a version, somebody else's)."""
    _check_may_make(by, owner)
    name = " ".join(title.split())[:200]
    if not name:
        raise Refused(_("Give it a title: people will read it at the top."), field="title")
    if purpose not in Purpose.values:
        raise Refused(_("Choose what it is for."), field="purpose")
    if document is None:
        spoken = checked_languages(languages)
        draft = read_again(operations.new_flat({spoken[0]: name}, spoken))
    else:
        flat = flatten(dict(document))
        flat[ROOT][f"title.{flat[ROOT]['languages'][0]}"] = name
        draft = read_again(flat)
    made = Questionnaire.objects.create(
        title=name, purpose=purpose, owner=owner, draft=draft, draft_by=by.user, created_by=by.user
    )
    record(by=by, verb="questionnaires.created", obj=made, scope=owner)
    return made


def checked_languages(languages: Sequence[str]) -> list[str]:
    """The languages asked for, once each. Raises Refused."""
    found = list(dict.fromkeys(code.strip().lower() for code in languages if code.strip()))
    if not found:
        raise Refused(_("A questionnaire speaks at least one language."), field="languages")
    if len(found) > MAX_LANGUAGES or any(not re.match(LANGUAGE, code) for code in found):
        raise Refused(_("A language is written with two or three letters (fr, en); eight at most."), field="languages")
    return found


@transaction.atomic
def duplicate_questionnaire(*, questionnaire: Questionnaire, by: Actor, owner: Body, title: str = "") -> Questionnaire:
    """A copy of the draft, for one's own organisation: everybody may copy what they may read."""
    made = create_questionnaire(
        by=by,
        owner=owner,
        title=title or _("%(title)s (copy)") % {"title": questionnaire.title[:180]},
        purpose=questionnaire.purpose,
        document=questionnaire.draft,
    )
    record(by=by, verb="questionnaires.copied", obj=made, scope=owner, data={"from": questionnaire.title})
    return made


@transaction.atomic
def archive(*, questionnaire: Questionnaire, by: Actor) -> Questionnaire:
    """Puts it away: out of the lists, not changed any more; its collections and answers stay as they are."""
    row = locked(questionnaire)
    check_may_change(by, row)
    row.archived_at = timezone.now()
    row.save(update_fields=["archived_at"])
    record(by=by, verb="questionnaires.archived", obj=row, scope=row.owner)
    return row


@transaction.atomic
def take_out(*, questionnaire: Questionnaire, by: Actor) -> Questionnaire:
    """Takes it out again."""
    row = locked(questionnaire)
    row.archived_at = None
    check_may_change(by, row)
    row.save(update_fields=["archived_at"])
    record(by=by, verb="questionnaires.taken_out", obj=row, scope=row.owner)
    return row


@transaction.atomic
def change_settings(
    *, questionnaire: Questionnaire, by: Actor, purpose: str, languages: Sequence[str]
) -> Questionnaire:
    """What it is for, and the languages it speaks; the texts of a language that goes are kept until the next undo."""
    if purpose not in Purpose.values:
        raise Refused(_("Choose what it is for."), field="purpose")
    spoken = checked_languages(languages)

    def put(flat: Flat) -> Flat:
        result = copied(flat)
        result[ROOT]["languages"] = spoken
        return result

    row = change(questionnaire, by, "languages", ROOT, put)
    before = diff.snapshot(row, ["purpose"])
    if row.purpose != purpose:
        row.purpose = purpose
        row.save(update_fields=["purpose"])
        record(by=by, verb="questionnaires.changed", obj=row, scope=row.owner, changes=diff.difference(before, row))
    return row


# Remarks between designers


@transaction.atomic
def comment(*, questionnaire: Questionnaire, by: Actor, text: str, target: str = "") -> DesignComment:
    """A remark on an element, or on the whole. Whoever may read the questionnaire may say something."""
    row = locked(questionnaire)
    _check_may_say(by, row)
    words = text.replace("\x00", "").strip()
    if not words:
        raise Refused(_("Write your remark first."), field="text")
    if len(words) > 2_000:
        raise Refused(_("A remark has at most 2,000 characters."), field="text")
    if target and target not in flatten(row.draft):
        raise Refused(_("This element is no longer there: somebody took it away. Look at the page again."))
    made = DesignComment.objects.create(questionnaire=row, target=target, text=words, author=by.user)
    record(by=by, verb="questionnaires.design_remarked", obj=made, scope=row.owner)
    return made


def _check_may_say(by: Actor, row: Questionnaire) -> None:
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody's eyes: nothing can be written."))
    if not rules.test_rule("questionnaires.view_questionnaire", by, row):
        raise NotAllowed(_("This questionnaire belongs to another alliance."))


@transaction.atomic
def settle(*, remark: DesignComment, by: Actor, settled: bool = True) -> DesignComment:
    """Says that a remark is dealt with, or opens it again."""
    row = DesignComment.objects.select_for_update(of=("self",)).select_related("questionnaire__owner").get(pk=remark.pk)
    _check_may_say(by, row.questionnaire)
    row.resolved_at = timezone.now() if settled else None
    row.resolved_by = by.user if settled else None
    row.save(update_fields=["resolved_at", "resolved_by"])
    record(
        by=by, verb="questionnaires.design_settled", obj=row, scope=row.questionnaire.owner, data={"settled": settled}
    )
    return row


# Blocks


@transaction.atomic
def keep_block(
    *, questionnaire: Questionnaire, by: Actor, elements: Sequence[str], title: str, about: str = "", owner: Body
) -> Block:
    """Keeps some questions (or those of pages and sections) as a block that every questionnaire may take."""
    _check_may_make(by, owner)
    name = " ".join(title.split())[:150]
    if not name:
        raise Refused(_("Give the block a name."), field="title")
    page = page_of(flatten(questionnaire.draft), elements)
    if not page["questions"]:
        raise Refused(_("Tick at least one question."), field="elements")
    made = Block.objects.create(title=name, about=about.strip()[:600], owner=owner, page=page, created_by=by.user)
    record(by=by, verb="questionnaires.block_kept", obj=made, scope=owner)
    return made


def page_of(flat: Flat, elements: Sequence[str]) -> dict[str, Any]:
    """The chosen questions as one page, in the order of the questionnaire."""
    chosen = {key for element in elements if element in flat for key in below(flat, element) if level(key) == "q"}
    order = [key for key in below(flat, ROOT) if key in chosen]
    pages = {**{key: flat[key] for key in order}, "s_block": {"children": ["p_block"]}, "p_block": {"children": order}}
    document = build({ROOT: {"children": ["s_block"], "languages": ["fr"]}, **pages})
    return {"questions": document["sections"][0]["pages"][0].get("questions", [])}


@transaction.atomic
def drop_block(*, block: Block, by: Actor) -> None:
    """Removes a block of one's own organisation; the questionnaires that took it keep their questions."""
    if block.owner is None:
        raise NotAllowed(_("This block is delivered with the product."))
    if not designs(by):
        raise NotAllowed(_("You make questionnaires for your own organisation."))
    _check_may_make(by, block.owner)
    record(by=by, verb="questionnaires.block_dropped", obj=block, scope=block.owner)
    block.delete()
