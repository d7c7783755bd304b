"""The life of a round: created, prepared, calibrated, opened, closed, opened again."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import clean, require
from kiif.journal.diff import difference, snapshot
from kiif.mailbox.actions import queue_mail
from kiif.programmes.actions.states import move
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call
from kiif.questionnaires.windows import moment
from kiif.reviews import entering, signals
from kiif.reviews.actions.common import check_not_closed, grow, has_marks, locked, note
from kiif.reviews.counting import recount
from kiif.reviews.enums import ReviewerState, RoundState, Source
from kiif.reviews.links import address_of
from kiif.reviews.models import Anchor, Assignment, Reviewer, Round, Score
from kiif.reviews.questions import worded
from kiif.ui.errors import Refused

#: what the team sets of a round
SETTINGS: Final = (
    "title", "words", "opens_at", "closes_at", "blind", "hidden_fields", "hidden_outside", "without_files", "sees",
    "sees_others", "hosts_see", "reads_wanted", "least_reads", "out_of", "aggregate", "shown", "filter",
)  # fmt: skip
#: what would change the meaning of marks that were given
FROZEN: Final = ("out_of",)


@transaction.atomic
def create_round(
    *,
    call: Call,
    by: Actor,
    title: str = "",
    previous: Round | None = None,
    rubric: Round | None = None,
    **settings: Any,
) -> Round:
    """A new round of a call, in preparation. `previous`: the round whose results say who enters. `rubric`: a round
    whose criteria are copied (one may change them after).

    Raises NotAllowed, Refused (a wrong date or field, a previous round of another call).
    """
    require("programmes.change_call", by, call, _("Only the team that runs this call looks after its reading."))
    call = Call.objects.with_ties().select_for_update(of=("self",)).get(pk=call.pk)
    if previous is not None and previous.call_id != call.pk:
        raise Refused(_("The previous round is of another call."))
    number = (Round.objects.filter(call=call).aggregate(last=Max("number"))["last"] or 0) + 1
    row = Round(
        call=call,
        number=number,
        title=title.strip() or _("Reading %(number)s") % {"number": number},
        previous=previous,
        created_by=by.user,
        seed=f"{call.slug}-{number}"[:40],
        **{name: settings[name] for name in SETTINGS if name in settings},
    )
    clean(row)
    row.save()
    if rubric is not None:
        from kiif.reviews.actions.rubric import copy_criteria

        copy_criteria(rubric, row)
    note(by, "round_created", row, row)
    return row


@transaction.atomic
def change_round(*, round_: Round, by: Actor, revision: int | None = None, **settings: Any) -> Round:
    """Changes what the team sets of a round. Raises NotAllowed, Refused (an old page, a closed round, what would change
    the meaning of marks given)."""
    row = locked(round_, by, revision)
    check_not_closed(row)
    before = snapshot(row, list(SETTINGS))
    asked = {name: settings[name] for name in SETTINGS if name in settings}
    if any(asked.get(name, getattr(row, name)) != getattr(row, name) for name in FROZEN) and has_marks(row):
        raise Refused(_("Marks were given already: what totals are out of no longer changes."), field="out_of")
    for name, value in asked.items():
        setattr(row, name, value)
    clean(row)
    row.revision += 1
    row.save()
    if "reads_wanted" in asked:
        Score.objects.filter(round=row).update(reads_wanted=row.reads_wanted)
    changes = difference(before, row)
    if changes:
        note(by, "round_changed", row, row, changes=worded(changes, row.call))
    return row


def lacks(round_: Round) -> list[str]:
    """What is missing before a round may open, in sentences; empty when it may."""
    missing = []
    criteria = list(round_.criteria.all())
    if not any(one.in_total and one.weight for one in criteria):
        missing.append(_("No criterion counts in the total: write the rubric first."))
    if not round_.reviewers.filter(state=ReviewerState.ACCEPTED).exists():
        missing.append(_("Nobody has accepted to read: invite reviewers first."))
    if not entering.candidates(round_).exists() and not round_.scores.exists():
        missing.append(_("No application in the running enters this round."))
    if round_.closes_at is None:
        missing.append(_("Say until when people read."))
    elif round_.closes_at <= timezone.now():
        missing.append(_("The end of this round is past: choose another one."))
    return missing


@transaction.atomic
def open_calibration(*, round_: Round, by: Actor) -> int:
    """Entrusts the anchor dossiers to every reviewer who accepted, and tells them. Done again, it serves those who came
    since. Gives how many reads were entrusted. Raises NotAllowed, Refused."""
    row = locked(round_, by)
    if row.state != RoundState.DRAFT:
        raise Refused(_("Calibration happens before the round opens."))
    anchors = list(Anchor.objects.filter(round=row).values_list("application_id", flat=True))
    readers = list(Reviewer.objects.reading().filter(round=row).select_related("person"))
    if not anchors or not readers or not row.criteria.exists():
        raise Refused(_("Calibration needs a rubric, anchor dossiers and reviewers who accepted."))
    known = set(
        Assignment.objects.filter(round=row, source=Source.CALIBRATION).values_list("reviewer_id", "application_id")
    )
    made = [
        Assignment(round=row, reviewer=one, application_id=anchor, source=Source.CALIBRATION, assigned_by=by.user)
        for one in readers
        for anchor in anchors
        if (one.pk, anchor) not in known
    ]
    Assignment.objects.bulk_create(made)
    if row.calibration_at is None:
        row.calibration_at = timezone.now()
    row.revision += 1
    row.save(update_fields=["calibration_at", "revision"])
    note(by, "calibration_opened", row, row, data={"count": len(made)})
    for one in {assignment.reviewer for assignment in made}:
        _tell(one, "reviews.calibration", by, {"number": str(len(anchors))})
    return len(made)


@transaction.atomic
def open_round(*, round_: Round, by: Actor) -> Round:
    """Opens the reading: applications enter, those received become "being read", reviewers are told.

    Raises NotAllowed, Refused (what is missing, in a sentence).
    """
    row = locked(round_, by)
    if row.state != RoundState.DRAFT:
        raise Refused(_("This round is open already, or closed."))
    if missing := lacks(row):
        raise Refused(" ".join(missing))
    enter(round_=row, by=by)
    now = timezone.now()
    row.state, row.opened_at = RoundState.OPEN, now
    if row.opens_at is None or row.opens_at > now:
        row.opens_at = now
    row.revision += 1
    row.save(update_fields=["state", "opened_at", "opens_at", "revision"])
    for application in Application.objects.filter(scores__round=row, state=State.SUBMITTED).select_related("call"):
        move(application=application, to=State.REVIEW, by=by)
    note(by, "round_opened", row, row)
    signals.round_moved.send(Round, round_=row, by=by)
    for one in Reviewer.objects.reading().filter(round=row).select_related("person"):
        _tell(one, "reviews.opened", by, {})
    return row


@transaction.atomic
def enter(*, round_: Round, by: Actor) -> int:
    """Puts in the round the applications that its filter keeps; those already there stay. Gives how many entered."""
    row = locked(round_, by)
    check_not_closed(row)
    wanted = entering.candidates(row).exclude(pk__in=Score.objects.filter(round=row).values("application_id"))
    made = [
        Score(round=row, application_id=key, reads_wanted=row.reads_wanted)
        for key in wanted.values_list("pk", flat=True)
    ]
    Score.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


@transaction.atomic
def leave(*, round_: Round, application: Application, by: Actor) -> None:
    """Takes an application out of a round before anybody gave a mark to it. Raises NotAllowed, Refused."""
    row = locked(round_, by)
    check_not_closed(row)
    reads = Assignment.objects.real().filter(round=row, application=application)
    if reads.filter(mark__submitted_at__isnull=False).exists():
        raise Refused(_("Somebody already marked this application in this round."))
    reads.delete()
    Score.objects.filter(round=row, application=application).delete()
    note(by, "application_left", application, row)


@transaction.atomic
def close_round(*, round_: Round, by: Actor) -> Round:
    """Closes the reading: no mark changes from now on. Raises NotAllowed, Refused."""
    row = locked(round_, by)
    if row.state != RoundState.OPEN:
        raise Refused(_("Only a round that is open can be closed."))
    row.state, row.closed_at = RoundState.CLOSED, timezone.now()
    row.revision += 1
    row.save(update_fields=["state", "closed_at", "revision"])
    recount(row)
    note(by, "round_closed", row, row)
    signals.round_moved.send(Round, round_=row, by=by)
    return row


@transaction.atomic
def reopen_round(*, round_: Round, by: Actor, closes_at: Any) -> Round:
    """Opens a closed round again, until a new moment. Raises NotAllowed, Refused."""
    row = locked(round_, by)
    if row.state != RoundState.CLOSED:
        raise Refused(_("Only a closed round can be opened again."))
    if closes_at is None or closes_at <= timezone.now():
        raise Refused(_("Say until when people read again."), field="closes_at")
    row.state, row.closed_at, row.closes_at = RoundState.OPEN, None, closes_at
    row.revision += 1
    row.save(update_fields=["state", "closed_at", "closes_at", "revision"])
    note(by, "round_reopened", row, row)
    signals.round_moved.send(Round, round_=row, by=by)
    return row


@transaction.atomic
def set_anchors(*, round_: Round, applications: list[Application], by: Actor) -> None:
    """Chooses the anchor dossiers among those of the programme: three are enough. What was marked for calibration
    stays. Raises NotAllowed, Refused (what reviewers of this round have no right to read, first of all)."""
    row = locked(round_, by)
    if row.state != RoundState.DRAFT:
        raise Refused(_("Calibration happens before the round opens."))
    keys = {one.pk for one in applications}
    programme = row.call.edition.programme_id
    # a host sees dossiers of calls that others run: they are not its own to show
    if Application.objects.filter(pk__in=keys).exclude(call__edition__programme=programme).exists():
        raise Refused(_("Anchor dossiers come from this call, or from a past one of its programme."))
    gone = Anchor.objects.filter(round=row).exclude(application_id__in=keys)
    marked = Assignment.objects.filter(round=row, source=Source.CALIBRATION, mark__isnull=False)
    if marked.filter(application_id__in=gone.values("application_id")).exists():
        raise Refused(_("Somebody already marked one of the anchor dossiers that you take away."))
    Assignment.objects.filter(
        round=row, source=Source.CALIBRATION, application_id__in=gone.values("application_id")
    ).delete()
    gone.delete()
    for one in applications:
        Anchor.objects.get_or_create(round=row, application=one)
    grow(row)
    note(by, "anchors_chosen", row, row, data={"count": len(keys)})


@transaction.atomic
def expect(*, anchor: Anchor, expected: dict[str, int | None], words: str, by: Actor) -> Anchor:
    """Writes the marks that the team expects for an anchor dossier, and why. Raises NotAllowed, Refused."""
    row = locked(anchor.round, by)
    criteria = {one.key: one for one in row.criteria.all()}
    kept = {}
    for key, value in expected.items():
        if value is None:
            continue
        if key not in criteria or value not in criteria[key].marks:
            raise Refused(_("This mark is not on the scale."), field=key)
        kept[key] = value
    anchor.expected, anchor.words = kept, words.strip()[:2_000]
    anchor.save(update_fields=["expected", "words"])
    note(by, "anchor_expected", anchor.application, row)
    return anchor


def _tell(reviewer: Reviewer, kind: str, by: Actor, more: dict[str, str]) -> None:
    """A mail to a reviewer about their round; those without a password find their dossiers through their link."""
    round_ = reviewer.round
    queue_mail(
        kind=kind,
        to=reviewer.person,
        context={
            "round": round_.title,
            "call": round_.call.title,
            "until": moment(round_.closes_at) if round_.closes_at else "–",
            "link": address_of(reviewer),
            **more,
        },
        by=by,
        about=reviewer,
        key=f"{kind}:{reviewer.pk}",
    )
