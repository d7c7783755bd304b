"""What waits for a person: an organisation to accept, somebody to recognise, duplicates to look at."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.organisations.enums import TieRole
from kiif.organisations.models import DuplicatePair, Tie
from kiif.organisations.queries import open_ties
from kiif.ui.today import Gesture, Source


def _ties(actor: Actor) -> Any:
    rows = Tie.objects.current().filter(_to_accept(actor) | _to_recognise(actor))
    return rows.select_related("organisation", "user")


def _tell_ties(actor: Actor, rows: Any) -> list[Gesture]:
    """One's own first."""
    ties = sorted(rows, key=lambda tie: tie.user != actor.user)
    return [_accept(tie) if tie.user == actor.user else _recognise(tie) for tie in ties]


def _to_accept(actor: Actor) -> Q:
    return Q(user=actor.user, accepted_at__isnull=True)


def _to_recognise(actor: Actor) -> Q:
    """People who asked, for those who lead the organisation and for the incubators that follow it."""
    mine = Q(
        organisation__in=Tie.objects.filter(open_ties(), user=actor.user, role=TieRole.LEADER).values("organisation")
    )
    if incubator := getattr(actor.acting_as, "incubator", None):
        mine |= Q(organisation__in=incubator.organisations.values("pk"))
    return Q(accepted_at__isnull=False, confirmed_at__isnull=True) & ~Q(user=actor.user) & mine


def _accept(tie: Tie) -> Gesture:
    return Gesture(
        title=_("Say whether you are in this organisation"),
        about=tie.organisation.title,
        detail=str(tie.get_role_display()),
        url=reverse("organisations:mine"),
        action=_("Reply"),
        initials=tie.organisation.title[:2].upper(),
    )


def _recognise(tie: Tie) -> Gesture:
    return Gesture(
        title=_("Recognise somebody of an organisation"),
        about=str(tie.user),
        detail=tie.organisation.title,
        url=f"{tie.organisation.get_absolute_url()}#personnes",
        action=_("See"),
        due=tie.asserted_at,
        initials=tie.user.initials,
    )


def _duplicates(actor: Actor) -> Any:
    """Duplicates among the organisations that one's incubator follows."""
    where = getattr(actor.acting_as, "incubator", None)
    if where is None:
        return None
    pairs = DuplicatePair.objects.visible_to(actor).open()
    return pairs.filter(Q(first__stewards=where) | Q(second__stewards=where)).distinct()


def _tell_duplicates(actor: Actor, rows: Any) -> list[Gesture]:
    count = rows.count()
    detail = ngettext("%(count)s pair to look at", "%(count)s pairs to look at", count) % {"count": count}
    return [
        Gesture(
            title=_("Settle possible duplicates"),
            about=_("Organisations followed by %(incubator)s") % {"incubator": actor.acting_as.incubator.label},
            detail=detail,
            url=reverse("organisations:duplicates"),
            action=_("Look"),
            initials="2×",
        )
    ]


SOURCES = (Source(_ties, _tell_ties), Source(_duplicates, _tell_duplicates))
