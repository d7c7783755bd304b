"""People round an answer: invited, changed, removed; ownership handed over; mandates of the team."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Final

import rules as permissions
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.journal.actions import record
from kiif.mailbox.actions import queue_mail
from kiif.questionnaires import uses
from kiif.questionnaires.actions.answer_common import LOOKING, allow, link, lock
from kiif.questionnaires.actions.answering import begin_for
from kiif.questionnaires.enums import Audience, MandateChannel, ParticipantRole, ResponseState
from kiif.questionnaires.links import digest
from kiif.questionnaires.models import Collection, Mandate, Offer, Participant, Response
from kiif.questionnaires.windows import moment
from kiif.ui.errors import NotAllowed, Refused

#: How long an invitation waits for its answer.
LIFE: Final = dt.timedelta(days=14)
#: Open invitations of one answer, and people in it, at most.
MOST: Final = 30


@transaction.atomic
def invite(*, response: Response, email: str, role: str, by: Actor, words: str = "") -> Offer:
    """Offers a role to an address. The mail holds a link that serves once, for this address only, for fourteen days.

    Raises NotAllowed, Refused (unknown role, already there, already invited, too many).
    """
    _check_role(role)
    locked = lock(response)
    allow("share", by, locked)
    address = _address(email)
    _refuse_known(locked, address)
    if locked.participants.count() + locked.offers.filter(answered_at__isnull=True).count() >= MOST:
        raise Refused(_("At most %(n)s people take part in one answer.") % {"n": MOST})
    return _offer(locked, address, role, words, by)


@transaction.atomic
def transfer(*, response: Response, email: str, by: Actor, words: str = "") -> Offer:
    """Offers the ownership to an address: nothing changes until its holder accepts. One offer at a time."""
    locked = lock(response)
    allow("share", by, locked)
    address = _address(email)
    if locked.owner is not None and _belongs(address, locked.owner):
        raise Refused(_("You own this answer already."), field="email")
    _retire_old(locked.offers.filter(role="", answered_at__isnull=True, until__lte=timezone.now()))
    if locked.offers.filter(role="", answered_at__isnull=True).exists():
        raise Refused(_("You have offered this answer to somebody already: take that offer back first."), field="email")
    return _offer(locked, address, "", words, by)


def _check_role(role: str) -> None:
    if role not in ParticipantRole.values:
        raise Refused(_("Say what this person may do."), field="role")


def _address(email: str) -> str:
    address = email.strip().lower()
    if "@" not in address:
        raise Refused(_("Type an e-mail address."), field="email")
    return address


def _belongs(address: str, user: User) -> bool:
    return bool(EmailAddress.objects.filter(user=user, email__iexact=address, verified=True).exists())


def _refuse_known(response: Response, address: str) -> None:
    """Refuses who is there already or is invited already; an invitation that is too old gives way."""
    holder = EmailAddress.objects.filter(email__iexact=address, verified=True).first()
    if holder and holder.user_id == response.owner_id:
        raise Refused(_("This is the owner's address."), field="email")
    if holder and response.participants.filter(user_id=holder.user_id).exists():
        raise Refused(_("This person takes part already: change what they may do instead."), field="email")
    waiting = response.offers.filter(email=address, answered_at__isnull=True).exclude(role="")
    _retire_old(waiting.filter(until__lte=timezone.now()))
    if waiting.filter(until__gt=timezone.now()).exists():
        raise Refused(
            _("This address is invited already: take that invitation back to send another one."), field="email"
        )


def _retire_old(offers: Iterable[Offer]) -> None:
    for offer in offers:
        offer.answered_at, offer.accepted = offer.until, False
        offer.save(update_fields=["answered_at", "accepted"])


def _offer(response: Response, address: str, role: str, words: str, by: Actor) -> Offer:
    token = secrets.token_urlsafe(32)
    offer = Offer.objects.create(
        response=response,
        email=address,
        role=role,
        token_hash=digest(token),
        words=words.strip()[:600],
        made_by=by.user,
        until=timezone.now() + LIFE,
    )
    verb = "questionnaires.invited" if role else "questionnaires.transfer_offered"
    record(by=by, verb=verb, obj=response, data={"role": role}, scope=response.collection.owner.specific)
    with override(response.language):
        may = str(ParticipantRole(role).label) if role else ""
    queue_mail(
        kind="questionnaires.invitation" if role else "questionnaires.transfer",
        address=address,
        language=response.language,
        context={
            "inviter": str(by.user) if by.user else response.collection.owner.name,
            "title": response.collection.title,
            "words": offer.words,
            "until": moment(offer.until, response.language),
            "link": link("answers:offer-open", token),
            **({"role": may} if role else {}),
        },
        by=by,
        about=response,
        key=f"questionnaires.offer:{offer.pk}",
    )
    return offer


@transaction.atomic
def withdraw_offer(*, offer: Offer, by: Actor) -> None:
    """Takes an invitation back: its link opens nothing from now on."""
    locked = lock(offer.response)
    allow("share", by, locked)
    row = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if row.answered_at is not None:
        raise Refused(_("This invitation was answered already."))
    row.answered_at, row.accepted = timezone.now(), False
    row.save(update_fields=["answered_at", "accepted"])
    record(by=by, verb="questionnaires.offer_withdrawn", obj=locked, scope=locked.collection.owner.specific)


def find_offer(token: str) -> Offer | None:
    """The offer of a link, whatever its state."""
    ties = "response__collection__owner", "response__owner", "made_by"
    return Offer.objects.select_related(*ties).filter(token_hash=digest(token)).first()


def check_offer(offer: Offer) -> Offer:
    """The offer if it still waits. Raises Refused with the reason."""
    if offer.answered_at is not None:
        raise Refused(_("This invitation has been used or taken back."))
    if offer.until <= timezone.now():
        raise Refused(_("This invitation is too old. Ask the person who invited you to send a new one."))
    if offer.response.state == ResponseState.WITHDRAWN:
        raise Refused(_("This answer was withdrawn."))
    return offer


@transaction.atomic
def accept_offer(*, offer: Offer, by: Actor) -> Response:
    """The holder of the address, signed in, takes the role or the ownership. Raises Refused with what to do."""
    offer = _answerable(offer, by)
    response = lock(offer.response)
    before = response.owner
    if offer.role:
        Participant.objects.update_or_create(
            response=response, user=by.user, defaults={"role": offer.role, "added_by": offer.made_by}
        )
        verb = "questionnaires.joined"
    else:
        verb = "questionnaires.transferred"
        _hand_over(response, offer, by)
    offer.answered_at, offer.accepted = timezone.now(), True
    offer.save(update_fields=["answered_at", "accepted"])
    record(by=by, verb=verb, obj=response, data={"role": offer.role}, scope=response.collection.owner.specific)
    _tell(offer, response, by, before)
    return response


def _hand_over(response: Response, offer: Offer, by: Actor) -> None:
    """The new owner; the one before keeps writing, unless the new one removes them. The personal link dies."""
    one_each = response.collection.one_each and response.state != ResponseState.WITHDRAWN
    others = response.collection.responses.filter(owner=by.user).exclude(pk=response.pk)
    if one_each and others.exclude(state=ResponseState.WITHDRAWN).exists():
        raise Refused(_("You have an answer of your own in this collection, which takes one each. Withdraw it first."))
    if response.owner is not None:
        Participant.objects.update_or_create(
            response=response, user=response.owner, defaults={"role": ParticipantRole.EDIT, "added_by": by.user}
        )
    response.participants.filter(user=by.user).delete()
    response.owner, response.link_hash = by.user, ""
    response.save(update_fields=["owner", "link_hash"])
    uses.of(response.collection.use).happened(response, "transferred", by)


@transaction.atomic
def refuse_offer(*, offer: Offer, by: Actor) -> None:
    """Says no; who invited is told."""
    offer = _answerable(offer, by)
    offer.answered_at, offer.accepted = timezone.now(), False
    offer.save(update_fields=["answered_at", "accepted"])
    response = offer.response
    record(by=by, verb="questionnaires.offer_refused", obj=response, scope=response.collection.owner.specific)
    _tell(offer, response, by, offer.made_by)


def _answerable(offer: Offer, by: Actor) -> Offer:
    if by.impersonator is not None:
        raise NotAllowed(LOOKING)
    ties = "response__collection__owner", "response__owner", "made_by"
    rows = Offer.objects.select_related(*ties).select_for_update(of=("self",))
    offer = check_offer(rows.get(pk=offer.pk))
    if by.user is None:
        raise Refused(_("Sign in first, then open the link again."))
    if not _belongs(offer.email, by.user):
        raise Refused(
            _("This invitation is for %(address)s. Sign out, then open the link again with that address.")
            % {"address": offer.email}
        )
    return offer


def _tell(offer: Offer, response: Response, by: Actor, to: User | None) -> None:
    """Tells whoever made the offer what became of it."""
    target = offer.made_by or to
    if target is None or (by.user is not None and target.pk == by.user.pk):
        return
    queue_mail(
        kind="questionnaires.offer_accepted" if offer.accepted else "questionnaires.offer_refused",
        to=target,
        context={
            "person": str(by.user),
            "title": response.collection.title,
            "link": link("answers:response", response.public_id),
        },
        by=by,
        about=response,
        key=f"questionnaires.offer_answered:{offer.pk}",
    )


@transaction.atomic
def change_role(*, participant: Participant, role: str, by: Actor) -> Participant:
    """Changes what somebody may do. Raises NotAllowed, Refused."""
    _check_role(role)
    locked = lock(participant.response)
    allow("share", by, locked)
    row = Participant.objects.select_for_update(of=("self",)).get(pk=participant.pk)
    before, row.role = row.role, role
    row.save(update_fields=["role"])
    record(
        by=by,
        verb="questionnaires.role_changed",
        obj=locked,
        changes={"role": (before, role)},
        data={"person": row.user},
        scope=locked.collection.owner.specific,
    )
    return row


@transaction.atomic
def remove(*, participant: Participant, by: Actor) -> None:
    """The owner removes somebody, or somebody leaves. What they wrote stays."""
    locked = lock(participant.response)
    if by.impersonator is not None or by.user is None or participant.user_id != by.user.pk:
        allow("share", by, locked)
    record(
        by=by,
        verb="questionnaires.removed",
        obj=locked,
        data={"person": participant.user},
        scope=locked.collection.owner.specific,
    )
    Participant.objects.filter(pk=participant.pk).delete()


@transaction.atomic
def give_mandate(
    *,
    collection: Collection,
    email: str,
    given_by: str,
    channel: str,
    given_on: dt.date,
    words: str,
    by: Actor,
    use: str = "",
) -> Mandate:
    """Records that somebody asked a person of the team to write for them; opens their draft, or begins one.

    The owner is told at once and may end it; without an account, they are offered the answer. A mandate never sends.
    `use`: the room that holds the collection begins it, and has looked at the hours itself. Raises NotAllowed (teams
    that manage the collection only), Refused (date to come, nothing said).
    """
    if by.impersonator is not None:
        raise NotAllowed(LOOKING)
    if by.user is None or not permissions.test_rule("questionnaires.change_collection", by, collection):
        raise NotAllowed(_("Only the team that gathers these answers writes for somebody."))
    if collection.audience == Audience.TEAM:
        raise Refused(_("People of the teams answer this questionnaire themselves."))
    address = _address(email)
    _check_mandate(given_by, channel, given_on, words)
    response = _answer_of(collection, address, by, use)
    mandate = Mandate.objects.create(
        response=response,
        staff=by.user,
        given_by=given_by.strip()[:150],
        channel=channel,
        given_on=given_on,
        words=words.strip()[:1_000],
    )
    record(
        by=by,
        verb="questionnaires.mandate_given",
        obj=response,
        data={"by": mandate.given_by, "how": channel, "on": given_on.isoformat(), "words": words},
        scope=collection.owner.specific,
    )
    if response.owner is not None:
        queue_mail(
            kind="questionnaires.mandate",
            to=response.owner,
            context={
                "staff": str(by.user),
                "title": collection.title,
                "given_by": mandate.given_by,
                "words": mandate.words,
                "link": link("answers:people", response.public_id),
            },
            by=by,
            about=response,
            key=f"questionnaires.mandate:{mandate.pk}",
        )
    return mandate


def _check_mandate(given_by: str, channel: str, given_on: dt.date, words: str) -> None:
    if not given_by.strip():
        raise Refused(_("Say who asked you to write."), field="given_by")
    if channel not in MandateChannel.values:
        raise Refused(_("Say how it was asked."), field="channel")
    if given_on > timezone.localdate():
        raise Refused(_("This day is to come."), field="given_on")
    if not words.strip():
        raise Refused(_("Write what was agreed: the person will read it."), field="words")


def _answer_of(collection: Collection, address: str, by: Actor, use: str) -> Response:
    """The draft of this person, begun if needed; without an account, one that is offered to their address."""
    holder = EmailAddress.objects.select_related("user").filter(email__iexact=address, verified=True).first()
    if holder is not None:
        return lock(begin_for(owner=Actor(user=holder.user), collection=collection, by=by, use=use))
    offers = Offer.objects.filter(email=address, role="", response__collection=collection, answered_at__isnull=True)
    waiting = offers.filter(response__mandates__staff=by.user).select_related("response").first()
    if waiting is not None:
        return lock(waiting.response)
    response = begin_for(owner=by, collection=collection, by=by, use=use, anew=bool(use))
    if response.participants.exists() or response.revision:
        raise Refused(_("You have a draft of your own here. Send or withdraw it before writing for somebody."))
    response.owner = None
    response.save(update_fields=["owner"])
    _offer(response, address, "", "", by)
    return lock(response)


@transaction.atomic
def end_mandate(*, mandate: Mandate, by: Actor) -> Mandate:
    """The owner ends it, or the person of the team gives it back; a support visit ends nothing."""
    locked = lock(mandate.response)
    row = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    own = by.user is not None and by.impersonator is None and row.staff_id == by.user.pk
    if not own:
        allow("share", by, locked)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        record(by=by, verb="questionnaires.mandate_ended", obj=locked, scope=locked.collection.owner.specific)
    return row
