"""Those who read: invited by their account or by mail with a personal link, what they say they can read, who leaves."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actions import create_person
from kiif.accounts.actor import Actor, system
from kiif.accounts.models import User
from kiif.alliance.actions.common import clean, link, require
from kiif.alliance.enums import Kind
from kiif.alliance.models import Body, Membership
from kiif.mailbox.actions import queue_mail
from kiif.programmes.teams import still_runs, team
from kiif.questionnaires.links import digest
from kiif.questionnaires.windows import moment
from kiif.reviews import links
from kiif.reviews.actions.common import check_not_closed, locked, note, require_run
from kiif.reviews.counting import recount
from kiif.reviews.enums import WAITING, ReviewerState, RoundState
from kiif.reviews.models import Assignment, Reviewer, Round
from kiif.ui.errors import Refused

#: what a reviewer says of themselves
DECLARED: Final = ("capacity", "themes", "territories", "languages", "skills", "organisation_name")
MOST_CAPACITY: Final = 300


@transaction.atomic
def invite_reviewer(
    *, round_: Round, person: User, by: Actor, words: str = "", body: Body | None = None, **declared: Any
) -> Reviewer:
    """Asks somebody who has a role in the alliance to read in this round. `declared`: what is known already of what
    they can read; they say so themselves when they accept.

    Raises NotAllowed, Refused (a closed round, invited already, no role in this alliance).
    """
    row = locked(round_, by)
    check_not_closed(row)
    alliance = row.call.edition.programme.owner.alliance_key
    member = Membership.objects.current().filter(user=person).select_related("where")
    house = next((one.where for one in member if one.where.alliance_key == alliance), None)
    if house is None:
        raise Refused(
            _("%(person)s has no role in the alliance: invite them as an external expert.") % {"person": person},
            field="person",
        )
    # a reviewer of the alliance itself comes from no house: the sharing out would think them all colleagues
    of = body or (house if house.kind != Kind.ALLIANCE else None)
    made = _make(row, person, by, words, of, declared, external=False)
    _send_invitation(made, by)
    return made


@transaction.atomic
def invite_expert(
    *, round_: Round, email: str, full_name: str, by: Actor, words: str = "", until: dt.datetime | None = None,
    **declared: Any,
) -> Reviewer:  # fmt: skip
    """Asks somebody from outside by mail: a personal link opens their readings and nothing else, until a date.

    Raises NotAllowed, Refused (a closed round, invited already, a wrong address or name, a date that is past).
    """
    row = locked(round_, by)
    check_not_closed(row)
    if until is not None and until <= timezone.now():
        raise Refused(_("This link would be over before it leaves: choose a later day."), field="until")
    email = email.strip().lower()
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        person = create_person(by=system("reviews"), email=email, full_name=full_name)
    made = _make(row, person, by, words, None, declared, external=True)
    _new_link(made, until)
    _send_invitation(made, by)
    return made


def _make(  # noqa: PLR0917 -- the two ways above end here
    row: Round, person: User, by: Actor, words: str, body: Body | None, declared: dict[str, Any], *, external: bool
) -> Reviewer:
    if not person.is_active:
        raise Refused(_("The account of %(person)s is closed.") % {"person": person}, field="person")
    known = Reviewer.objects.filter(round=row, person=person).first()
    if known is not None and known.state != ReviewerState.LEFT:
        raise Refused(_("%(person)s was asked already.") % {"person": person}, field="email" if external else "person")
    made = known or Reviewer(round=row, person=person)
    made.external, made.body, made.state = external, body, ReviewerState.INVITED
    made.words, made.decline_words = words.strip()[:1_000], ""
    made.invited_by, made.invited_at = by.user, timezone.now()
    made.answered_at = made.left_at = None
    _declare(made, declared)
    made.save()
    note(by, "reviewer_invited", made, row, data={"person": person})
    return made


def _declare(reviewer: Reviewer, declared: dict[str, Any]) -> None:
    for name in DECLARED:
        if name in declared:
            setattr(reviewer, name, declared[name])
    if not 1 <= (reviewer.capacity or 0) <= MOST_CAPACITY:
        raise Refused(_("Say how many applications can be read: from 1 to 300."), field="capacity")
    clean(reviewer)


def _new_link(reviewer: Reviewer, until: dt.datetime | None) -> None:
    reviewer.token_until = until or links.life_of(reviewer.round)
    reviewer.token_hash = digest(links.make(reviewer))
    reviewer.save(update_fields=["token_until", "token_hash"])


def _send_invitation(reviewer: Reviewer, by: Actor) -> None:
    round_ = reviewer.round
    address = links.address_of(reviewer) if reviewer.external else link("reviews:invitation", reviewer.public_id)
    queue_mail(
        kind="reviews.invitation",
        to=reviewer.person,
        context={
            "inviter": str(by.user or round_.call.edition.programme.owner),
            "call": round_.call.title,
            "round": round_.title,
            "until": moment(round_.closes_at) if round_.closes_at else "–",
            "capacity": str(reviewer.capacity),
            "words": reviewer.words,
            "link": address,
        },
        by=by,
        about=reviewer,
        key=f"reviews.invitation:{reviewer.pk}:{reviewer.invited_at:%Y%m%d%H%M%S%f}",
    )


@transaction.atomic
def answer_invitation(*, reviewer: Reviewer, accept: bool, by: Actor, words: str = "", **declared: Any) -> Reviewer:
    """Accepts to read, saying how many and what, or declines with a reason; one may change one's mind until the round
    closes. Raises NotAllowed, Refused."""
    require("reviews.answer_reviewer", by, reviewer, _("Only the person who was asked answers."))
    round_ = Round.objects.with_ties().get(pk=reviewer.round_id)
    row = _lock(reviewer)
    check_not_closed(round_)
    if row.state == ReviewerState.LEFT:
        raise Refused(_("You no longer read in this round: write to the team if this is a mistake."))
    if not accept and not words.strip():
        raise Refused(_("A word about why helps the team to find somebody else."), field="words")
    _declare(row, declared if accept else {})
    before, row.state = row.state, ReviewerState.ACCEPTED if accept else ReviewerState.DECLINED
    row.answered_at, row.decline_words = timezone.now(), "" if accept else words.strip()[:1_000]
    row.save()
    if not accept:
        _free(row)
    note(by, "reviewer_accepted" if accept else "reviewer_declined", row, round_, data={"person": row.person})
    if before != row.state and not accept:
        _tell_of_refusal(row, by)
    return row


def _tell_of_refusal(reviewer: Reviewer, by: Actor) -> None:
    """To whom asked; when they have left since, to those who run the call now: a reader is missing all the same."""
    call, asked = reviewer.round.call, reviewer.invited_by
    for person in [asked] if asked is not None and still_runs(asked, call) else team(call):
        queue_mail(
            kind="reviews.declined",
            to=person,
            context={
                "person": str(reviewer.person),
                "call": call.title,
                "words": reviewer.decline_words,
                "link": link("reviews:reviewers", reviewer.round.public_id),
            },
            by=by,
            about=reviewer,
            key=f"reviews.declined:{reviewer.pk}:{person.pk}:{reviewer.answered_at:%Y%m%d%H%M%S}",
        )


def _lock(reviewer: Reviewer) -> Reviewer:
    rows = Reviewer.objects.select_related("person", "round__call__edition__programme__owner", "invited_by")
    return rows.select_for_update(of=("self",)).get(pk=reviewer.pk)


def _free(reviewer: Reviewer) -> int:
    """Takes back what they had not given; gives how many."""
    rows = Assignment.objects.filter(reviewer=reviewer, state__in=WAITING)
    applications = list(rows.values_list("application_id", flat=True))
    rows.delete()
    recount(reviewer.round, applications)
    return len(applications)


@transaction.atomic
def change_reviewer(*, reviewer: Reviewer, by: Actor, **declared: Any) -> Reviewer:
    """The team corrects what somebody can read. Raises NotAllowed, Refused."""
    round_ = locked(reviewer.round, by)
    check_not_closed(round_)
    row = _lock(reviewer)
    _declare(row, declared)
    row.save()
    note(by, "reviewer_changed", row, round_, data={"person": row.person})
    return row


@transaction.atomic
def accept_for(*, reviewer: Reviewer, by: Actor) -> Reviewer:
    """Notes that somebody said yes otherwise (on the telephone). Raises NotAllowed, Refused."""
    round_ = locked(reviewer.round, by)
    check_not_closed(round_)
    row = _lock(reviewer)
    row.state, row.answered_at = ReviewerState.ACCEPTED, timezone.now()
    row.save(update_fields=["state", "answered_at"])
    note(by, "reviewer_accepted", row, round_, data={"person": row.person})
    return row


@transaction.atomic
def remove_reviewer(*, reviewer: Reviewer, by: Actor) -> int:
    """Somebody no longer reads: what they had not given goes back to be shared out, their marks stay, their link dies.
    Gives how many reads went back. Raises NotAllowed, Refused."""
    round_ = locked(reviewer.round, by)
    if round_.state == RoundState.CLOSED:
        raise Refused(_("This round is closed: its reviewers stay as they were."))
    row = _lock(reviewer)
    row.state, row.left_at, row.token_hash = ReviewerState.LEFT, timezone.now(), ""
    row.save(update_fields=["state", "left_at", "token_hash"])
    freed = _free(row)
    note(by, "reviewer_removed", row, round_, data={"person": row.person, "count": freed})
    return freed


@transaction.atomic
def renew_link(*, reviewer: Reviewer, by: Actor, until: dt.datetime | None = None) -> Reviewer:
    """A new personal link, sent at once; the old one dies. Raises NotAllowed, Refused."""
    round_ = locked(reviewer.round, by)
    row = _lock(reviewer)
    if not row.external or row.state == ReviewerState.LEFT:
        raise Refused(_("Only external experts who still read have a personal link."))
    if until is not None and until <= timezone.now():
        raise Refused(_("This link would be over before it leaves: choose a later day."), field="until")
    wanted = until or max(links.life_of(round_), timezone.now() + links.AFTER)
    _new_link(row, wanted + dt.timedelta(microseconds=1) if wanted == row.token_until else wanted)
    note(by, "link_renewed", row, round_, data={"person": row.person})
    queue_mail(
        kind="reviews.link",
        to=row.person,
        context={
            "round": round_.title,
            "call": round_.call.title,
            "until": moment(row.token_until) if row.token_until else "–",
            "link": links.address_of(row),
        },
        by=by,
        about=row,
        key=f"reviews.link:{row.pk}:{row.token_hash[:16]}",
    )
    return row


@transaction.atomic
def revoke_link(*, reviewer: Reviewer, by: Actor) -> Reviewer:
    """The personal link opens nothing from now on, in browsers that hold it too. Raises NotAllowed."""
    require_run(by, reviewer)
    row = _lock(reviewer)
    row.token_hash = ""
    row.save(update_fields=["token_hash"])
    note(by, "link_revoked", row, row.round, data={"person": row.person})
    return row
