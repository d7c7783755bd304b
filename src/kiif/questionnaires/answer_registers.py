"""What answering tells the lower floors when the product starts."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts import privacy as accounts_privacy
from kiif.accounts.actor import Actor
from kiif.attachments import registry as attachments
from kiif.journal import registry as journal
from kiif.ui import home, navigation, today


def fill() -> None:
    from kiif.questionnaires import mails, verbs
    from kiif.questionnaires.models import Collection, Response
    from kiif.questionnaires.privacy import HOLDER
    from kiif.questionnaires.rules import may_read

    verbs.register()
    mails.register()
    accounts_privacy.register(HOLDER)
    attachments.register(Response, can_read=may_read, can_write=_may_attach, organisation=_whose_quota)
    journal.register(Response, can_read=may_read)
    journal.register(Collection, can_read=_sees)
    today.register(today.Source(drafts, tell_drafts), today.Source(offers, tell_offers))
    home.register_door(
        home.Door(
            gettext_lazy("Somebody who answers a questionnaire"),
            gettext_lazy("Find again what you began. Without an account, open the personal link that you kept."),
            "answers:mine",
            order=15,
        )
    )
    navigation.register(
        navigation.Entry(
            gettext_lazy("My answers"), "answers:mine", order=30, show=_carrier, current_under=("answers:*",)
        )
    )


def _sees(actor: Actor, collection: Any) -> bool:
    return bool(type(collection).objects.visible_to(actor).filter(pk=collection.pk).exists())


def _may_attach(actor: Actor, response: Any) -> bool:
    from kiif.questionnaires.actions.answer_common import may
    from kiif.questionnaires.windows import why_not_write

    return may("edit", actor, response) and not why_not_write(response)


def _whose_quota(response: Any) -> Any:
    return response.collection.owner.specific


def _carrier(actor: Actor) -> bool:
    """Somebody signed in who acts for nobody: answers are what they come for."""
    return actor.user is not None and actor.acting_as is None


def drafts(actor: Actor) -> Any:
    """My drafts."""
    from kiif.questionnaires.enums import ResponseState
    from kiif.questionnaires.models import Response

    # corrections of an answer that another room holds are told by that room, with what is asked
    told = Q(state=ResponseState.REOPENED) & ~Q(collection__use="")
    rows = Response.objects.filter(owner=actor.user, state__in=(ResponseState.DRAFT, ResponseState.REOPENED))
    return rows.exclude(told)


def tell_drafts(actor: Actor, rows: Any) -> list[today.Gesture]:
    """Those that can be finished, with the day when their collection closes."""
    from kiif.questionnaires.enums import ResponseState
    from kiif.questionnaires.windows import answer_ends_at, why_not_write

    return [
        today.Gesture(
            title=_("Correct your answer") if row.state == ResponseState.REOPENED else _("Finish your answer"),
            about=row.collection.title,
            detail=_("%(done)s of %(expected)s expected answers") % {"done": row.done, "expected": row.expected},
            url=row.get_absolute_url(),
            action=_("Go on"),
            due=answer_ends_at(row),
            initials=row.owner.initials,
            tone="o",
        )
        for row in rows.with_ties()[:20]
        if not why_not_write(row)
    ]


def offers(actor: Actor) -> Any:
    """Invitations that wait for me, by my confirmed addresses; their link is in the mail."""
    from allauth.account.models import EmailAddress
    from django.utils import timezone

    from kiif.questionnaires.models import Offer

    mine = EmailAddress.objects.filter(user=actor.user, verified=True).values("email")
    return Offer.objects.filter(email__in=mine, answered_at__isnull=True, until__gt=timezone.now())


def tell_offers(actor: Actor, rows: Any) -> list[today.Gesture]:
    return [
        today.Gesture(
            title=_("Answer the invitation") if row.role else _("Take over an answer"),
            about=row.response.collection.title,
            detail=str(row.made_by or ""),
            url=reverse("answers:offer-mine", args=[row.pk]),
            action=_("See"),
            due=row.until,
        )
        for row in rows.select_related("response__collection", "made_by")[:20]
    ]
