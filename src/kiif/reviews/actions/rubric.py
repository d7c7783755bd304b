"""The rubric of a round: criteria, their weights, the words of each mark. What marks rest on no longer changes."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean
from kiif.journal.diff import difference, snapshot
from kiif.mailbox.actions import queue_mail
from kiif.reviews.actions.common import check_not_closed, grow, has_marks, locked, note
from kiif.reviews.enums import AssignmentState
from kiif.reviews.links import address_of
from kiif.reviews.models import Criterion, Reviewer, Round
from kiif.ui.errors import Refused

FIELDS: Final = ("label", "help", "weight", "lowest", "highest", "anchors", "in_total", "required", "independent")
#: what marks rest on
FROZEN: Final = ("weight", "lowest", "highest", "in_total")
#: more steps than this cannot be told apart, nor drawn
MOST_STEPS: Final = 11
MOST: Final = 20


@transaction.atomic
def add_criterion(*, round_: Round, by: Actor, **fields: Any) -> Criterion:
    """Adds a criterion at the end. When marks exist already it is "late": sheets that were given stay whole, and their
    people are told that they may complete them.

    Raises NotAllowed, Refused (a closed round, too many criteria, a wrong scale, words for a mark that is not on it).
    """
    row = locked(round_, by)
    check_not_closed(row)
    if row.criteria.count() >= MOST:
        raise Refused(_("Twenty criteria are already a lot: nobody marks more with care."))
    late = has_marks(row)
    last = row.criteria.aggregate(last=Max("order"))["last"] or 0
    made = Criterion(
        round=row,
        key=_free_key(row, str(fields.get("label", ""))),
        order=last + 1,
        added_late=late,
        **{name: fields[name] for name in FIELDS if name in fields},
    )
    _check(made)
    made.save()
    grow(row)
    note(by, "criterion_added", row, row, data={"criterion": made.label})
    if late:
        _tell_late(row, made, by)
    return made


def _free_key(round_: Round, label: str) -> str:
    """A short name that no other criterion of the round has."""
    base = slugify(label)[:32] or "critere"
    taken = set(round_.criteria.values_list("key", flat=True))
    names = [base, *(f"{base}-{number}" for number in range(2, MOST + 2))]
    return next(name for name in names if name not in taken)


def _check(criterion: Criterion) -> None:
    if criterion.highest <= criterion.lowest:
        raise Refused(_("The highest mark must be above the lowest."), field="highest")
    if len(criterion.marks) > MOST_STEPS:
        raise Refused(_("Eleven marks at most: beyond, nobody tells two of them apart."), field="highest")
    known = {str(mark) for mark in criterion.marks}
    kept = {str(key): str(text).strip()[:600] for key, text in criterion.anchors.items() if str(text).strip()}
    if set(kept) - known:
        raise Refused(_("Words were written for a mark that is not on the scale."), field="anchors")
    criterion.anchors = kept
    if criterion.in_total and not criterion.weight:
        raise Refused(_("A criterion that counts in the total weighs at least 1."), field="weight")
    clean(criterion)


def _tell_late(round_: Round, criterion: Criterion, by: Actor) -> None:
    given = round_.assignments.real().filter(state=AssignmentState.DONE).values("reviewer_id")
    for one in Reviewer.objects.reading().filter(round=round_, pk__in=given).select_related("person", "round"):
        queue_mail(
            kind="reviews.criterion",
            to=one.person,
            context={
                "round": round_.title,
                "call": round_.call.title,
                "criterion": criterion.label,
                "link": address_of(one),
            },
            by=by,
            about=one,
            key=f"reviews.criterion:{criterion.pk}:{one.pk}",
        )


@transaction.atomic
def change_criterion(*, criterion: Criterion, by: Actor, revision: int | None = None, **fields: Any) -> Criterion:
    """Changes a criterion. Once marks exist, only its words change. Raises NotAllowed, Refused."""
    row = locked(criterion.round, by, revision)
    check_not_closed(row)
    kept = Criterion.objects.select_for_update(of=("self",)).get(pk=criterion.pk)
    before = snapshot(kept, list(FIELDS))
    asked = {name: fields[name] for name in FIELDS if name in fields}
    frozen = [name for name in FROZEN if name in asked and asked[name] != getattr(kept, name)]
    if frozen and has_marks(row):
        raise Refused(
            _("Marks were given already: the scale, the weight and the total of this criterion no longer change."),
            field=frozen[0],
        )
    for name, value in asked.items():
        setattr(kept, name, value)
    kept.round = row
    _check(kept)
    kept.save()
    grow(row)
    if changes := difference(before, kept):
        note(by, "criterion_changed", row, row, changes=changes, data={"criterion": kept.label})
    return kept


@transaction.atomic
def remove_criterion(*, criterion: Criterion, by: Actor) -> None:
    """Takes a criterion away, before anybody marked. Raises NotAllowed, Refused."""
    row = locked(criterion.round, by)
    check_not_closed(row)
    if has_marks(row):
        raise Refused(_("Marks were given already: a criterion can no longer be taken away."))
    note(by, "criterion_removed", row, row, data={"criterion": criterion.label})
    Criterion.objects.filter(pk=criterion.pk).delete()
    grow(row)


@transaction.atomic
def move_criterion(*, criterion: Criterion, up: bool, by: Actor) -> None:
    """One place up or down; nothing at the ends. Raises NotAllowed, Refused."""
    row = locked(criterion.round, by)
    check_not_closed(row)
    rows = list(Criterion.objects.select_for_update(of=("self",)).filter(round=row))
    here = next(index for index, one in enumerate(rows) if one.pk == criterion.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for order, one in enumerate(rows, start=1):
        one.order = order
    Criterion.objects.bulk_update(rows, ["order"])
    grow(row)


@transaction.atomic
def copy_rubric(*, source: Round, target: Round, by: Actor) -> int:
    """Copies the criteria of a round that one sees into one whose rubric is empty. Raises NotAllowed, Refused."""
    row = locked(target, by)
    check_not_closed(row)
    if not Round.objects.visible_to(by).filter(pk=source.pk).exists():
        raise Refused(_("This round is not one that you may read."))
    if row.criteria.exists():
        raise Refused(_("This round has criteria already: take them away first."))
    copied = copy_criteria(source, row)
    grow(row)
    note(by, "rubric_copied", row, row, data={"source": str(source), "count": copied})
    return copied


def copy_criteria(source: Round, target: Round) -> int:
    """Writes the same criteria in another round, none of them late. Asks no right: callers do."""
    made = [
        Criterion(round=target, key=one.key, order=order, **{name: getattr(one, name) for name in FIELDS})
        for order, one in enumerate(source.criteria.all(), start=1)
    ]
    Criterion.objects.bulk_create(made)
    return len(made)
