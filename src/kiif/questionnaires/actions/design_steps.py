"""Steps of a draft, once done: telling them, and taking them back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.questionnaires.actions.design_draft import change, check_may_change, locked
from kiif.questionnaires.drafting import patches
from kiif.questionnaires.drafting.elements import Flat, title
from kiif.questionnaires.models import DraftChange, Questionnaire
from kiif.ui.errors import Refused

#: Pauses shorter than this do not cut what one undo takes back.
BREATH: Final = timedelta(seconds=45)


@transaction.atomic
def undo(*, questionnaire: Questionnaire, by: Actor, step: DraftChange | None = None) -> DraftChange:
    """Takes a step back: this one, or the last of this person. Refused when it was overwritten since.

    A sentence written with short pauses goes back at once. Undoing an undo does the step again.
    """
    row = locked(questionnaire)
    check_may_change(by, row)
    chosen = step or last_of(row, by)
    if chosen is None:
        raise Refused(_("You have nothing to take back in this questionnaire."))
    if hasattr(chosen, "undone_by"):
        raise Refused(_("This step was already taken back."))
    steps = [chosen] if step else _same_breath(row, chosen)
    for one in steps:
        row = _take_back(row, by, one)
    return chosen


def _take_back(row: Questionnaire, by: Actor, step: DraftChange) -> Questionnaire:
    def put(flat: Flat) -> Flat:
        try:
            return patches.taken_back(flat, step.patch)
        except patches.Overtaken as overtaken:
            where = next((title(flat, key) for key in overtaken.elements if key in flat), "")
            raise Refused(
                _("“%(where)s” was changed after this step: take that back first, or change it by hand.")
                % {"where": where or step.words}
            ) from overtaken

    return change(row, by, "undo", step.element, put, undoes=step, words=step.words)


def told(step: DraftChange) -> str:
    """A step in words: “wrote « Nom de votre structure »”."""
    words = step.words or _("the questionnaire")
    sentences = {
        "write": _("wrote “%(what)s”"),
        "add": _("added “%(what)s”"),
        "put_in": _("put a block in “%(what)s”"),
        "model": _("changed the model of “%(what)s”"),
        "kind": _("changed the kind of “%(what)s”"),
        "move": _("moved “%(what)s”"),
        "duplicate": _("duplicated “%(what)s”"),
        "remove": _("took “%(what)s” away"),
        "undo": _("took back a step on “%(what)s”"),
        "restore": _("put “%(what)s” back"),
        "import": _("brought “%(what)s”"),
        "languages": _("changed the languages of “%(what)s”"),
    }
    return sentences.get(step.gesture, step.gesture) % {"what": words}


def _mine(row: Questionnaire, by: Actor) -> Any:
    """Steps of this person that were not taken back, newest first; an undo is not one of them."""
    return row.changes.filter(by=by.user, undone_by__isnull=True).exclude(gesture="undo")


def last_of(row: Questionnaire, by: Actor) -> DraftChange | None:
    """The step that “Undo the last step” would take back for this person; None when there is none."""
    found: DraftChange | None = _mine(row, by).first()
    return found


def _same_breath(row: Questionnaire, last: DraftChange) -> list[DraftChange]:
    """The steps of one sentence: same fields of the same element, short pauses, nothing in between."""
    steps = [last]
    if last.gesture != "write":
        return steps
    fields = set(last.patch.get(last.element, ()))
    for one in row.changes.filter(revision__lt=last.revision)[:30]:
        same = one.by_id == last.by_id and one.gesture == "write" and one.element == last.element
        if not same or set(one.patch.get(one.element, ())) != fields or steps[-1].at - one.at > BREATH:
            break
        if one.revision != steps[-1].revision - 1 or hasattr(one, "undone_by"):
            break
        steps.append(one)
    return steps
