"""The quarterly review of access: open, answer, confirm, remind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance import limits
from kiif.alliance.actions.common import day_for, link, lock_body, require
from kiif.alliance.actions.memberships import change_membership, check_role, end_membership
from kiif.alliance.enums import ROLES_IN, STEERS, Answer, Role
from kiif.alliance.models import AccessReview, Body, Membership, ReviewLine
from kiif.alliance.models.people import start_of
from kiif.journal.actions import record
from kiif.mailbox.actions import queue_mail
from kiif.ui.errors import NotAllowed, Refused


@dataclass(frozen=True)
class Reply:
    """What is said of one person of the list."""

    answer: str
    new_role: str = ""
    left_on: date | None = None


def start_of_quarter(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


@transaction.atomic
def open_review(*, where: Body, by: Actor, due_on: date | None = None) -> AccessReview:
    """Opens the review of one body: a line for each of its people today, a mail to those who steer it.

    Raises NotAllowed, Refused (one is already open, nobody belongs there, due date gone).
    """
    require("alliance.open_review", by, where, _("Only the coordination opens a review of access."))
    lock_body(where)
    today = timezone.localdate()
    if AccessReview.objects.open().filter(where=where).exists():
        raise Refused(_("A review of %(body)s is already open.") % {"body": where.label})
    people = list(Membership.objects.current().filter(where=where))
    if not people:
        raise Refused(_("Nobody belongs to %(body)s: there is nothing to review.") % {"body": where.label})
    due_on = due_on or today + timedelta(days=limits.REVIEW_DAYS)
    if due_on < today:
        raise Refused(_("Choose a due date to come."), field="due_on")
    review = AccessReview.objects.create(where=where, opened_on=today, due_on=due_on)
    ReviewLine.objects.bulk_create([ReviewLine(review=review, membership=membership) for membership in people])
    record(by=by, verb="alliance.review_opened", obj=review, data={"due": due_on}, scope=where.specific)
    for person in answerable_for(where):
        _tell(review, person, "alliance.review_opened", by, len(people))
    return review


@transaction.atomic
def record_past_review(*, where: Body, opened_on: date, confirmed_on: date, by: Actor) -> AccessReview:
    """Takes over a review held before, for an instance that comes with its history: everybody of that day stayed.

    Only the system does. Raises NotAllowed for a person, Refused for days that do not follow each other.
    """
    if not by.is_system:
        raise NotAllowed(_("A past review is taken over from the command line of the server."))
    if not opened_on <= confirmed_on < timezone.localdate():
        raise Refused(_("A past review was opened, then confirmed, before today."))
    review = AccessReview.objects.create(
        where=where,
        opened_on=opened_on,
        due_on=opened_on + timedelta(days=limits.REVIEW_DAYS),
        confirmed_at=start_of(confirmed_on),
    )
    people = Membership.objects.current(opened_on).filter(where=where)
    ReviewLine.objects.bulk_create(
        [ReviewLine(review=review, membership=membership, answer=Answer.KEEP) for membership in people]
    )
    record(by=by, verb="alliance.review_confirmed", obj=review, data={"keep": len(people)}, scope=where.specific)
    return review


def open_due_reviews(*, by: Actor, due_on: date | None = None) -> list[AccessReview]:
    """Opens a review wherever none was opened in this quarter. Safe to run twice."""
    quarter = start_of_quarter(timezone.localdate())
    bodies = Body.objects.visible_to(by).alive().filter(pk__in=Membership.objects.current().values("where"))
    reviewed = AccessReview.objects.filter(opened_on__gte=quarter) | AccessReview.objects.open()
    bodies = bodies.exclude(pk__in=reviewed.values("where"))
    return [open_review(where=body, by=by, due_on=due_on) for body in bodies]


def remind_reviews(*, by: Actor) -> int:
    """Reminds those who have not confirmed, a week before the date, once. Returns the number of reviews."""
    today = timezone.localdate()
    rows = AccessReview.objects.open().filter(due_on__lte=today + limits.REVIEW_REMINDER, reminded_on__isnull=True)
    keys = list(rows.values_list("pk", flat=True))
    for key in keys:
        _remind(key, by)
    return len(keys)


@transaction.atomic
def _remind(key: int, by: Actor) -> None:
    review = AccessReview.objects.select_related("where").select_for_update(of=("self",)).get(pk=key)
    if review.reminded_on or review.confirmed_at:
        return
    review.reminded_on = timezone.localdate()
    review.save(update_fields=["reminded_on"])
    count = review.lines.filter(answer="").count()
    for person in answerable_for(review.where):
        _tell(review, person, "alliance.review_reminder", by, count)


@transaction.atomic
def answer_review(*, review: AccessReview, replies: Mapping[int, Reply], by: Actor) -> AccessReview:
    """Keeps answers without applying them; `replies` maps keys of lines. Raises NotAllowed, Refused."""
    review = _locked(review, by)
    lines = {line.pk: line for line in _lines(review)}
    for key, reply in replies.items():
        line = lines.get(key)
        if line is None:
            raise Refused(_("This list has changed: read it again, then answer."))
        _keep(line, reply, review, by)
    return review


@transaction.atomic
def confirm_review(*, review: AccessReview, by: Actor) -> AccessReview:
    """Applies the answers: who left is closed everywhere, roles change. Then the review is only read.

    Raises NotAllowed, Refused (an answer lacks, already confirmed, a guard rail of memberships).
    """
    review = _locked(review, by)
    lines = [line for line in _lines(review) if line.membership.is_current]
    lacking = sum(1 for line in lines if not line.answer)
    if lacking:
        raise Refused(
            ngettext("One person has no answer yet.", "%(count)s people have no answer yet.", lacking)
            % {"count": lacking}
        )
    review.confirmed_at = timezone.now()
    review.confirmed_by = by.user
    review.save(update_fields=["confirmed_at", "confirmed_by"])
    counts = {answer.value: sum(1 for line in lines if line.answer == answer) for answer in Answer}
    record(by=by, verb="alliance.review_confirmed", obj=review, data=counts, scope=review.where.specific)
    for line in sorted(lines, key=lambda line: line.answer == Answer.LEAVES):
        _apply(line, by)
    return review


def _apply(line: ReviewLine, by: Actor) -> None:
    """Changes come before departures, so that a successor may be named in the same list."""
    membership = line.membership
    if line.answer == Answer.CHANGE:
        change_membership(
            membership=membership, role=line.new_role, title=membership.title, branch=membership.branch, by=by
        )
    elif line.answer == Answer.LEAVES:
        end_membership(membership=membership, on=line.left_on, by=by)


def _keep(line: ReviewLine, reply: Reply, review: AccessReview, by: Actor) -> None:
    if reply.answer not in {"", *Answer.values}:
        raise Refused(_("Choose one of the three answers."))
    changes = reply.answer == Answer.CHANGE
    if changes:
        if reply.new_role not in ROLES_IN[review.where.kind]:
            raise Refused(_("Choose the new role of %(person)s.") % {"person": line.membership.user})
        check_role(reply.new_role, review.where, by)
    line.answer = reply.answer
    line.new_role = reply.new_role if changes else ""
    line.left_on = reply.left_on if reply.answer == Answer.LEAVES else None
    line.save()


def _locked(review: AccessReview, by: Actor) -> AccessReview:
    require("alliance.answer_review", by, review, _("Only the direction and the coordination confirm this list."))
    lock_body(review.where)
    review = AccessReview.objects.select_related("where").select_for_update(of=("self",)).get(pk=review.pk)
    if review.confirmed_at is not None:
        raise Refused(_("This review is already confirmed."))
    return review


def _lines(review: AccessReview) -> list[ReviewLine]:
    rows = ReviewLine.objects.filter(review=review)
    return list(rows.select_related("membership__user", "membership__where", "membership__branch"))


def answerable_for(where: Body) -> list[User]:
    """Who is asked to confirm: those who steer the body, else the coordination of its alliance."""
    role = STEERS.get(where.kind)
    steering = Membership.objects.current().filter(where=where, role=role) if role else Membership.objects.none()
    if not steering.exists():
        steering = Membership.objects.current().filter(where_id=where.alliance_key, role=Role.COORDINATOR)
    return [membership.user for membership in steering.select_related("user")]


def _tell(review: AccessReview, person: User, kind: str, by: Actor, count: int) -> None:
    queue_mail(
        kind=kind,
        to=person,
        context={
            "body": review.where.name,
            "count": str(count),
            "date": day_for(review.due_on, person.language),
            "link": link("alliance:review", review.pk),
        },
        by=by,
        about=review,
        key=f"{kind}:{review.pk}:{person.pk}",
    )
